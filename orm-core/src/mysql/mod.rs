//! MariaDB and MySQL: what they can do, and how sqlx talks to them.
//!
//! One folder, since they speak one protocol and mostly one SQL; two dialects, since what they can do differs. Which of
//! the two a server is, it says itself (`SELECT VERSION()`), whatever the URL calls it. The pool and what a connection in
//! use may do are those of every server (`server/`).

pub(crate) mod capabilities;
mod function;
pub(crate) mod spelling;

#[cfg(feature = "mysql")]
mod bind;
#[cfg(feature = "mysql")]
pub(crate) mod connection;
#[cfg(feature = "mysql")]
mod error;
#[cfg(feature = "mysql")]
mod interrupt;
#[cfg(feature = "mysql")]
pub(crate) mod read;
