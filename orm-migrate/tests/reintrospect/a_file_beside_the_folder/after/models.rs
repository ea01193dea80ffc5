//! The models.

pub mod post;
pub mod user;

pub use post::*;
