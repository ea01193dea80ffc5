//! PostgreSQL.

pub(crate) mod catalog;
pub(crate) mod inspect;
