//! A value on its way to the database: one canonical variant for each column type, NULL included.
//!
//! The drivers bind it; nothing is ever formatted into SQL.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm_schema::{EnumFact, ValueType};
use rust_decimal::Decimal;
use uuid::Uuid;

/// A value of a parameter.
///
/// A statement is prepared once for the types of its parameters, so NULL carries its type too.
///
/// ```
/// # use orm_core::{Scalar, Value};
/// assert_eq!("Ann".to_owned().encode(), Value::Text("Ann".to_owned()));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// NULL of that type.
    Null(ValueType),
    /// `bool`
    Bool(bool),
    /// `i8`, `i16`, `u8`
    I16(i16),
    /// `i32`, `u16`
    I32(i32),
    /// `i64`, `u32`
    I64(i64),
    /// `u64`
    U64(u64),
    /// `f32`
    F32(f32),
    /// `f64`
    F64(f64),
    /// `String`
    Text(String),
    /// `Vec<u8>`
    Bytes(Vec<u8>),
    /// `NaiveDate`
    Date(NaiveDate),
    /// `NaiveTime`
    Time(NaiveTime),
    /// `NaiveDateTime`
    DateTime(NaiveDateTime),
    /// `DateTime<Utc>`
    Timestamp(DateTime<Utc>),
    /// `Uuid`
    Uuid(Uuid),
    /// `Decimal`
    Decimal(Decimal),
    /// JSON
    Json(serde_json::Value),
    /// `Vec<T>`: the type of the elements, and they
    Array(&'static ValueType, Vec<Value>),
    /// a label of an enum type
    Enum(&'static EnumFact, &'static str),
    /// a value that could not be encoded, and why: the statement is an error before anything is sent
    Invalid(String),
}

impl Value {
    /// Whether it is NULL.
    ///
    /// ```
    /// # use orm_core::{ColumnValue, Value};
    /// assert!(ColumnValue::encode(None::<i32>).is_null());
    /// ```
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null(_))
    }

    /// Its type; an invalid value has none.
    ///
    /// ```
    /// # use orm_core::Value;
    /// assert!(Value::I64(7).value_type().is_some());
    /// assert!(Value::Invalid("not finite".into()).value_type().is_none());
    /// ```
    #[must_use]
    pub const fn value_type(&self) -> Option<ValueType> {
        Some(match self {
            Self::Null(value_type) => *value_type,
            Self::Bool(_) => ValueType::Bool,
            Self::I16(_) => ValueType::I16,
            Self::I32(_) => ValueType::I32,
            Self::I64(_) => ValueType::I64,
            Self::U64(_) => ValueType::U64,
            Self::F32(_) => ValueType::F32,
            Self::F64(_) => ValueType::F64,
            Self::Text(_) => ValueType::Text,
            Self::Bytes(_) => ValueType::Bytes,
            Self::Date(_) => ValueType::Date,
            Self::Time(_) => ValueType::Time,
            Self::DateTime(_) => ValueType::DateTime,
            Self::Timestamp(_) => ValueType::Timestamp,
            Self::Uuid(_) => ValueType::Uuid,
            Self::Decimal(_) => ValueType::Decimal,
            Self::Json(_) => ValueType::Json,
            Self::Array(element, _) => ValueType::Array(element),
            Self::Enum(fact, _) => ValueType::Enum(fact),
            Self::Invalid(_) => return None,
        })
    }
}
