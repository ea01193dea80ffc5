//! The models.

mod enums;
pub mod shop;
mod user;

pub use enums::*;
pub use user::*;
