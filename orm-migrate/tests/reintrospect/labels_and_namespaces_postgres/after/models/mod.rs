//! The models.

pub mod crm;
mod enums;
pub mod shop;
mod user;

pub use enums::*;
pub use user::*;
