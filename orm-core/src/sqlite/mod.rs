//! SQLite: what it can do, and how rusqlite talks to it.
//!
//! rusqlite calls SQLite on the thread that asks, so the driver decides which thread that is: short statements run
//! inline in the future, under a budget; the others run on tokio's blocking threads.

pub(crate) mod capabilities;
mod function;
pub(crate) mod spelling;
mod text;

#[cfg(feature = "sqlite")]
mod bind;
#[cfg(feature = "sqlite")]
mod connection;
#[cfg(feature = "sqlite")]
mod error;
#[cfg(feature = "sqlite")]
mod interrupt;
#[cfg(feature = "sqlite")]
pub(crate) mod pool;
#[cfg(feature = "sqlite")]
pub(crate) mod pooled;
#[cfg(feature = "sqlite")]
pub(crate) mod read;
