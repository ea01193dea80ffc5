//! The runtime of orm.
//!
//! A typed query is built from plain data, rendered to SQL once for its shape, bound, run by a driver and decoded
//! by position into structs.
//!
//! | question | module |
//! |---|---|
//! | what goes to and comes from the database? | [`value`], [`reader`], [`column_value`] |
//! | what is asked? | [`expr`], [`query`], [`model`], [`relation`], [`projection`] |
//! | how is it said? | `sql`, and a folder for each dialect |
//! | who carries it? | [`database`], [`connection`], [`transaction`] |
//! | what went wrong? | [`error`] |

pub mod connection;
pub mod context;
pub mod database;
pub mod dialect;
pub mod error;
pub mod executor;
mod microseconds;
pub mod options;
mod pool;
mod postgres;
pub mod reader;
mod sqlite;
pub mod statement;
pub mod transaction;
mod url;
pub mod value;

pub use connection::Connection;
pub use context::Context;
pub use database::Db;
pub use dialect::{Capabilities, Dialect};
pub use error::{Error, ErrorKind, Result, Violation};
pub use executor::{Executor, Handle};
pub use options::ConnectOptions;
pub use reader::Reader;
pub use statement::{Access, Sink, Sql, Statement};
pub use transaction::{Isolation, Tx, TxOptions};
pub use value::Value;
