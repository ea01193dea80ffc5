//! The type map of SQLite, both directions.

use crate::normalise::UnsupportedType;
use orm_schema::{ColumnType, Identity};
/// A stand-in.
pub fn native(column_type: &ColumnType, identity: Option<Identity>) -> Result<String, UnsupportedType> {
    let _ = identity;
    Ok(column_type.to_string())
}
/// A stand-in.
pub fn canonical(native: &str) -> String {
    native.to_owned()
}
/// A stand-in.
pub fn rust_type(native: &str) -> Option<ColumnType> {
    let _ = native;
    None
}
