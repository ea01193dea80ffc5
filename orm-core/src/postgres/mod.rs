//! PostgreSQL: what it can do, and how sqlx talks to it.

pub(crate) mod capabilities;
pub(crate) mod spelling;
