mod order;

pub use order::*;
