//! The models of the namespace `crm`.

mod user;

pub use user::*;
