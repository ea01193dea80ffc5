mod models;

pub use models::*;
