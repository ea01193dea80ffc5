//! The migration engine of orm.

pub mod error;

pub use error::{MigrateError, Result};
