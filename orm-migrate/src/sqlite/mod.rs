//! SQLite.

pub(crate) mod create_table;
pub(crate) mod inspect;
pub(crate) mod tokens;
