//! The models.

pub mod user;
