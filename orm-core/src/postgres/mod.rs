//! PostgreSQL: what it can do, and how sqlx talks to it.
//!
//! Of sqlx we take the connection alone. Pool, transactions, binding and reading are ours: no ping, one round trip
//! for a statement that is prepared, rows read from their bytes.

pub(crate) mod capabilities;
pub(crate) mod spelling;

#[cfg(feature = "postgres")]
mod bind;
#[cfg(feature = "postgres")]
mod connection;
#[cfg(feature = "postgres")]
mod error;
#[cfg(feature = "postgres")]
mod interrupt;
#[cfg(feature = "postgres")]
pub(crate) mod pool;
#[cfg(feature = "postgres")]
pub(crate) mod pooled;
#[cfg(feature = "postgres")]
pub(crate) mod read;
