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

pub mod error;
pub mod reader;
pub mod statement;
pub mod value;

pub use error::{Error, ErrorKind, Result, Violation};
pub use reader::Reader;
pub use value::Value;
