//! Values on their way into SQLite, which stores integers, reals, texts and blobs.

use rusqlite::{
    Statement,
    types::{ToSqlOutput, Value as Stored, ValueRef},
};

use crate::{
    error::{Error, Result},
    value::Value,
};

/// Binds all parameters of a statement.
pub(super) fn bind(statement: &mut Statement<'_>, params: &[Value]) -> Result<()> {
    let expected = statement.parameter_count();
    if expected != params.len() {
        return Err(Error::invalid_query(format!(
            "the statement has {expected} parameters, but {} values were given",
            params.len()
        )));
    }
    for (at, value) in params.iter().enumerate() {
        let stored = stored(value).map_err(|error| error.context(format_args!("parameter {}", at + 1)))?;
        statement.raw_bind_parameter(at + 1, stored).map_err(super::error::from_sqlite)?;
    }
    Ok(())
}

/// How SQLite stores a value.
fn stored(value: &Value) -> Result<ToSqlOutput<'_>> {
    Ok(match value {
        Value::Null(_) => borrowed(ValueRef::Null),
        Value::Bool(value) => borrowed(ValueRef::Integer(i64::from(*value))),
        Value::I16(value) => borrowed(ValueRef::Integer(i64::from(*value))),
        Value::I32(value) => borrowed(ValueRef::Integer(i64::from(*value))),
        Value::I64(value) => borrowed(ValueRef::Integer(*value)),
        Value::U64(value) => borrowed(ValueRef::Integer(i64::try_from(*value).map_err(|_| {
            Error::invalid_value(format!(
                "{value} is too large for an integer of SQLite, which ends at {}",
                i64::MAX
            ))
        })?)),
        Value::F32(value) => real(f64::from(*value))?,
        Value::F64(value) => real(*value)?,
        Value::Text(text) => borrowed(ValueRef::Text(text.as_bytes())),
        Value::Bytes(bytes) => borrowed(ValueRef::Blob(bytes)),
        Value::Date(_)
        | Value::Time(_)
        | Value::DateTime(_)
        | Value::Timestamp(_)
        | Value::Uuid(_)
        | Value::Decimal(_)
        | Value::Json(_) => owned(super::text::text(value)?),
        Value::Enum(_, label) => borrowed(ValueRef::Text(label.as_bytes())),
        Value::Array(..) => return Err(Error::unsupported("SQLite has no arrays")),
        Value::Invalid(why) => return Err(Error::invalid_value(why.clone())),
    })
}

fn borrowed(value: ValueRef<'_>) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(value)
}

fn owned(text: String) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Stored::Text(text))
}

/// SQLite stores NaN as NULL (c3ref/bind_blob.html); losing a value silently is worse than an error.
fn real(value: f64) -> Result<ToSqlOutput<'static>> {
    if value.is_nan() {
        return Err(Error::invalid_value("SQLite cannot store NaN: it would become NULL"));
    }
    Ok(ToSqlOutput::Borrowed(ValueRef::Real(value)))
}
