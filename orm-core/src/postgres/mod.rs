//! PostgreSQL: what it can do, and how sqlx talks to it.
//!
//! The pool and what a connection in use may do are those of every server (`server/`); values are bound and rows are
//! read here, from their bytes.

pub(crate) mod capabilities;
mod function;
pub(crate) mod spelling;

#[cfg(feature = "postgres")]
mod bind;
#[cfg(feature = "postgres")]
pub(crate) mod connection;
#[cfg(feature = "postgres")]
mod error;
#[cfg(feature = "postgres")]
mod interrupt;
#[cfg(feature = "postgres")]
pub(crate) mod read;
