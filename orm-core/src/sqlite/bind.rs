//! Values on their way into SQLite, which stores integers, reals, texts and blobs.
//!
//! Times are texts of fixed width, so that they sort; decimals and UUIDs are texts, so that they are exact.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use rusqlite::{
    Statement,
    types::{ToSqlOutput, Value as Stored, ValueRef},
};

use crate::{
    error::{Error, Result},
    microseconds,
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
        Value::Date(date) => owned(date_text(*date)?),
        Value::Time(time) => owned(time_text(*time)),
        Value::DateTime(value) => owned(date_time_text(*value)?),
        Value::Timestamp(value) => owned(timestamp_text(value)?),
        Value::Uuid(uuid) => owned(uuid.hyphenated().to_string()),
        Value::Decimal(decimal) => owned(decimal.to_string()),
        Value::Json(json) => owned(json.to_string()),
        Value::Enum(_, label) => borrowed(ValueRef::Text(label.as_bytes())),
        Value::Array(..) => return Err(Error::unsupported("SQLite has no arrays")),
        Value::Invalid(why) => return Err(Error::invalid_value(why.clone())),
    })
}

/// The text by which SQLite stores a value that it has no type of its own for.
pub(super) fn text(value: &Value) -> Result<String> {
    match stored(value)? {
        ToSqlOutput::Owned(Stored::Text(text)) => Ok(text),
        ToSqlOutput::Borrowed(ValueRef::Text(bytes)) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        _ => Err(Error::invalid_value(format!("{value:?} is not stored as text"))),
    }
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

/// `YYYY-MM-DD`
fn date_text(date: NaiveDate) -> Result<String> {
    let year = date.year();
    if !(0..=9999).contains(&year) {
        return Err(Error::invalid_value(format!(
            "{date} cannot be stored: a date on SQLite is a text of fixed width, for the years 0000 to 9999"
        )));
    }
    Ok(format!("{year:04}-{:02}-{:02}", date.month(), date.day()))
}

/// `HH:MM:SS.ffffff`, cut to microseconds.
fn time_text(time: NaiveTime) -> String {
    let time = microseconds::cut(time);
    let fraction = time.nanosecond() / 1_000;
    format!("{:02}:{:02}:{:02}.{fraction:06}", time.hour(), time.minute(), time.second())
}

/// `YYYY-MM-DD HH:MM:SS.ffffff`
fn date_time_text(value: NaiveDateTime) -> Result<String> {
    let mut text = date_text(value.date())?;
    text.push(' ');
    text.push_str(&time_text(value.time()));
    Ok(text)
}

/// The same, in UTC.
fn timestamp_text(value: &DateTime<Utc>) -> Result<String> {
    date_time_text(value.naive_utc())
}
