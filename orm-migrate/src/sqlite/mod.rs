//! How SQLite spells what migrations speak of.

mod alter;
pub(crate) mod ddl;
mod default;
pub(crate) mod normalise;
pub(crate) mod plan;
mod rebuild;
pub(crate) mod split;
pub mod types;
