//! How SQLite spells what migrations speak of.

pub(crate) mod create_table;
pub(crate) mod cursor;
pub(crate) mod normalise;
pub(crate) mod split;
pub mod types;
