//! Values on their way into PostgreSQL, each as the one type that its column has.
//!
//! A statement is prepared for the types of its first run and later runs don't say theirs (sqlx issue 2981), so a NULL
//! has the type that a value would have.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm_schema::ValueType;
use rust_decimal::Decimal;
use sqlx::{
    Encode, Postgres, Type,
    postgres::{PgArguments, PgHasArrayType},
};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    microseconds::{cut, cut_date_time, cut_timestamp},
    value::Value,
};

/// Encodes a value.
pub(super) fn add(to: &mut PgArguments, value: &Value) -> Result<()> {
    match value {
        Value::Null(value_type) => add_null(to, *value_type),
        Value::Bool(value) => encode(to, value),
        Value::I16(value) => encode(to, value),
        Value::I32(value) => encode(to, value),
        Value::I64(value) => encode(to, value),
        Value::U64(value) => encode(to, bigint(*value)?),
        Value::F32(value) => encode(to, value),
        Value::F64(value) => encode(to, value),
        Value::Text(text) => encode(to, without_nul(text)?),
        Value::Bytes(bytes) => encode(to, bytes.as_slice()),
        Value::Date(date) => encode(to, date),
        Value::Time(time) => encode(to, cut(*time)),
        Value::DateTime(value) => encode(to, cut_date_time(*value)),
        Value::Timestamp(value) => encode(to, cut_timestamp(*value)),
        Value::Uuid(uuid) => encode(to, uuid),
        Value::Decimal(decimal) => encode(to, decimal),
        Value::Json(json) => encode(to, json),
        // As text: its own type has a number that differs between databases. The SQL casts it.
        Value::Enum(_, label) => encode(to, *label),
        Value::Array(element, items) => add_elements(to, element, Some(items)),
        Value::Invalid(why) => Err(Error::invalid_value(why.clone())),
    }
}

fn encode<'q, T: Encode<'q, Postgres> + Type<Postgres>>(to: &mut PgArguments, value: T) -> Result<()> {
    sqlx::Arguments::add(to, value)
        .map_err(|error| Error::invalid_value("PostgreSQL cannot store it").with_source(error))
}

fn add_null(to: &mut PgArguments, value_type: ValueType) -> Result<()> {
    match value_type {
        ValueType::Bool => encode(to, None::<bool>),
        ValueType::I8 | ValueType::I16 | ValueType::U8 => encode(to, None::<i16>),
        ValueType::I32 | ValueType::U16 => encode(to, None::<i32>),
        ValueType::I64 | ValueType::U32 | ValueType::U64 => encode(to, None::<i64>),
        ValueType::F32 => encode(to, None::<f32>),
        ValueType::F64 => encode(to, None::<f64>),
        ValueType::Text | ValueType::Enum(_) => encode(to, None::<&str>),
        ValueType::Bytes => encode(to, None::<&[u8]>),
        ValueType::Date => encode(to, None::<NaiveDate>),
        ValueType::Time => encode(to, None::<NaiveTime>),
        ValueType::DateTime => encode(to, None::<NaiveDateTime>),
        ValueType::Timestamp => encode(to, None::<DateTime<Utc>>),
        ValueType::Uuid => encode(to, None::<Uuid>),
        ValueType::Decimal => encode(to, None::<Decimal>),
        ValueType::Json => encode(to, None::<serde_json::Value>),
        ValueType::Array(element) => add_elements(to, element, None),
    }
}

/// An array of elements that may be NULL, or the NULL of such an array.
fn add_elements(to: &mut PgArguments, element: &ValueType, items: Option<&[Value]>) -> Result<()> {
    match element {
        ValueType::Bool => {
            array(to, items, |item| if let Value::Bool(value) = item { Some(*value) } else { None })
        }
        ValueType::I8 | ValueType::I16 | ValueType::U8 => {
            array(to, items, |item| if let Value::I16(value) = item { Some(*value) } else { None })
        }
        ValueType::I32 | ValueType::U16 => {
            array(to, items, |item| if let Value::I32(value) = item { Some(*value) } else { None })
        }
        ValueType::I64 | ValueType::U32 => {
            array(to, items, |item| if let Value::I64(value) = item { Some(*value) } else { None })
        }
        ValueType::U64 => {
            array(
                to,
                items,
                |item| if let Value::U64(value) = item { i64::try_from(*value).ok() } else { None },
            )
        }
        ValueType::F32 => {
            array(to, items, |item| if let Value::F32(value) = item { Some(*value) } else { None })
        }
        ValueType::F64 => {
            array(to, items, |item| if let Value::F64(value) = item { Some(*value) } else { None })
        }
        ValueType::Text => {
            array(to, items, |item| if let Value::Text(text) = item { Some(text.as_str()) } else { None })
        }
        ValueType::Enum(_) => {
            array(to, items, |item| if let Value::Enum(_, label) = item { Some(*label) } else { None })
        }
        ValueType::Bytes => {
            array(
                to,
                items,
                |item| if let Value::Bytes(bytes) = item { Some(bytes.as_slice()) } else { None },
            )
        }
        ValueType::Date => {
            array(to, items, |item| if let Value::Date(date) = item { Some(*date) } else { None })
        }
        ValueType::Time => {
            array(to, items, |item| if let Value::Time(time) = item { Some(cut(*time)) } else { None })
        }
        ValueType::DateTime => array(to, items, |item| {
            if let Value::DateTime(value) = item { Some(cut_date_time(*value)) } else { None }
        }),
        ValueType::Timestamp => array(to, items, |item| {
            if let Value::Timestamp(value) = item { Some(cut_timestamp(*value)) } else { None }
        }),
        ValueType::Uuid => {
            array(to, items, |item| if let Value::Uuid(uuid) = item { Some(*uuid) } else { None })
        }
        ValueType::Decimal => {
            array(to, items, |item| if let Value::Decimal(decimal) = item { Some(*decimal) } else { None })
        }
        ValueType::Json => {
            array(to, items, |item| if let Value::Json(json) = item { Some(json.clone()) } else { None })
        }
        ValueType::Array(_) => Err(Error::unsupported("arrays of arrays are not supported")),
    }
}

fn array<'q, T>(
    to: &mut PgArguments,
    items: Option<&'q [Value]>,
    inside: impl Fn(&'q Value) -> Option<T>,
) -> Result<()>
where
    T: Encode<'q, Postgres> + Type<Postgres> + PgHasArrayType + 'q,
{
    let element = |item: &'q Value| match item {
        Value::Null(_) => Ok(None),
        Value::Text(text) if text.contains('\0') => Err(nul()),
        Value::U64(value) if i64::try_from(*value).is_err() => Err(too_large(*value)),
        _ => match inside(item) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::invalid_value("an element of the array has another type than the array")),
        },
    };
    let elements = items.map(|items| items.iter().map(element).collect::<Result<Vec<_>>>()).transpose()?;
    encode(to, elements)
}

fn bigint(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| too_large(value))
}

fn too_large(value: u64) -> Error {
    Error::invalid_value(format!("{value} is too large for a bigint, which ends at {}", i64::MAX))
}

fn without_nul(text: &str) -> Result<&str> {
    if text.as_bytes().contains(&0) { Err(nul()) } else { Ok(text) }
}

/// PostgreSQL's text has no NUL character (§8.3).
fn nul() -> Error {
    Error::invalid_value("the text holds a NUL character, which PostgreSQL cannot store")
}
