//! Values on their way into MariaDB or MySQL, each as the one type that its column has.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use orm_schema::ValueType;
use rust_decimal::Decimal;
use sqlx::{Encode, MySql, Type, mysql::MySqlArguments};
use uuid::Uuid;

use crate::{
    dialect::Dialect,
    error::{Error, Result},
    microseconds::cut,
    value::Value,
};

/// Encodes a value.
pub(super) fn add(dialect: Dialect, to: &mut MySqlArguments, value: &Value) -> Result<()> {
    match value {
        Value::Null(value_type) => add_null(to, *value_type),
        Value::Bool(value) => encode(to, value),
        Value::I16(value) => encode(to, value),
        Value::I32(value) => encode(to, value),
        Value::I64(value) => encode(to, value),
        Value::U64(value) => encode(to, value),
        Value::F32(value) => encode(to, finite(*value, value.is_finite())?),
        Value::F64(value) => encode(to, finite(*value, value.is_finite())?),
        Value::Text(text) => encode(to, text.as_str()),
        Value::Bytes(bytes) => encode(to, bytes.as_slice()),
        Value::Date(date) => encode(to, in_range(*date)?),
        Value::Time(time) => encode(to, cut(*time)),
        Value::DateTime(value) => encode(to, in_range(value.date())?.and_time(cut(value.time()))),
        // In UTC: the column is a `datetime(6)`, since `timestamp` ends in 2038.
        Value::Timestamp(value) => {
            let value = value.naive_utc();
            encode(to, in_range(value.date())?.and_time(cut(value.time())))
        }
        Value::Uuid(uuid) => add_uuid(dialect, to, uuid),
        Value::Decimal(decimal) => encode(to, decimal),
        Value::Json(json) => encode(to, json.to_string()),
        Value::Enum(_, label) => encode(to, *label),
        Value::Array(..) => Err(Error::unsupported(format!("{dialect} has no arrays"))),
        Value::Invalid(why) => Err(Error::invalid_value(why.clone())),
    }
}

/// MariaDB has a type for it, which takes texts; on MySQL the column is a `binary(16)`.
fn add_uuid(dialect: Dialect, to: &mut MySqlArguments, uuid: &Uuid) -> Result<()> {
    if dialect.capabilities().uuids {
        encode(to, uuid.hyphenated().to_string())
    } else {
        encode(to, uuid.as_bytes().as_slice())
    }
}

fn encode<'q, T: Encode<'q, MySql> + Type<MySql>>(to: &mut MySqlArguments, value: T) -> Result<()> {
    sqlx::Arguments::add(to, value)
        .map_err(|error| Error::invalid_value(format!("it cannot be stored: {error}")))
}

/// The servers know neither NaN nor the infinities ("Floating-Point Types"); they would store 0.
fn finite<T: std::fmt::Display>(value: T, is_finite: bool) -> Result<T> {
    if is_finite {
        return Ok(value);
    }
    Err(Error::invalid_value(format!("{value} cannot be stored: a float must be a finite number here")))
}

/// A date has a year of four digits ("DATE").
fn in_range(date: NaiveDate) -> Result<NaiveDate> {
    if (0..=9999).contains(&date.year()) {
        return Ok(date);
    }
    Err(Error::invalid_value(format!("{date} cannot be stored: a date here is of the years 0000 to 9999")))
}

/// A NULL of the type that a value would have: each run says its types, but the server prepares anew when they change.
fn add_null(to: &mut MySqlArguments, value_type: ValueType) -> Result<()> {
    match value_type {
        ValueType::Bool => encode(to, None::<bool>),
        ValueType::I8 | ValueType::I16 | ValueType::U8 => encode(to, None::<i16>),
        ValueType::I32 | ValueType::U16 => encode(to, None::<i32>),
        ValueType::I64 | ValueType::U32 => encode(to, None::<i64>),
        ValueType::U64 => encode(to, None::<u64>),
        ValueType::F32 => encode(to, None::<f32>),
        ValueType::F64 => encode(to, None::<f64>),
        ValueType::Text | ValueType::Enum(_) | ValueType::Json => encode(to, None::<&str>),
        ValueType::Bytes => encode(to, None::<&[u8]>),
        ValueType::Date => encode(to, None::<NaiveDate>),
        ValueType::Time => encode(to, None::<NaiveTime>),
        ValueType::DateTime | ValueType::Timestamp => encode(to, None::<NaiveDateTime>),
        ValueType::Uuid => encode(to, None::<&[u8]>),
        ValueType::Decimal => encode(to, None::<Decimal>),
        ValueType::Array(_) => Err(Error::unsupported("these servers have no arrays")),
    }
}
