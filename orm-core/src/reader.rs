//! A row on its way from the database, read by position straight into the struct.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm_schema::ValueType;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    value::Value,
};

/// Reads one row from left to right.
///
/// Every method reads the next column; `None` is NULL. A driver's part is in its own folder, in `read.rs`.
pub struct Reader<'a> {
    row: Row<'a>,
    position: usize,
}

/// The row as its driver holds it.
#[derive(Clone, Copy)]
pub(crate) enum Row<'a> {
    /// rusqlite's row.
    #[cfg(feature = "sqlite")]
    Sqlite(&'a rusqlite::Row<'a>),
    /// sqlx's row.
    #[cfg(feature = "postgres")]
    Postgres(&'a sqlx::postgres::PgRow),
    /// sqlx's row.
    #[cfg(feature = "mysql")]
    MySql(&'a sqlx::mysql::MySqlRow),
    /// A row whose columns stand elsewhere: at which place each is.
    Rearranged(&'a Row<'a>, &'a [usize]),
    /// Never made; keeps the type inhabited by name when no driver is compiled in.
    #[allow(dead_code, reason = "only matters without any driver feature")]
    None(std::marker::PhantomData<&'a ()>),
}

macro_rules! reads {
    ($($(#[$doc:meta])* $name:ident -> $type:ty;)*) => {
        $(
            $(#[$doc])*
            ///
            /// # Errors
            /// When the column holds something else.
            #[inline]
            pub fn $name(&mut self) -> Result<Option<$type>> {
                let at = self.position;
                self.position += 1;
                match self.row {
                    #[cfg(feature = "sqlite")]
                    Row::Sqlite(row) => crate::sqlite::read::$name(row, at),
                    #[cfg(feature = "postgres")]
                    Row::Postgres(row) => crate::postgres::read::$name(row, at),
                    #[cfg(feature = "mysql")]
                    Row::MySql(row) => crate::mysql::read::$name(row, at),
                    Row::Rearranged(row, places) => Self::moved(row, places, at)?.$name(),
                    Row::None(_) => Ok(None),
                }
            }
        )*
    };
}

impl<'a> Reader<'a> {
    pub(crate) fn new(row: Row<'a>) -> Self {
        Self { row, position: 0 }
    }

    /// The row, and so the way to read it in another order.
    pub(crate) fn row(&self) -> Row<'a> {
        self.row
    }

    /// What the columns are called.
    pub(crate) fn columns(&self) -> Vec<&'a str> {
        match self.row {
            #[cfg(feature = "sqlite")]
            Row::Sqlite(row) => crate::sqlite::read::columns(row),
            #[cfg(feature = "postgres")]
            Row::Postgres(row) => crate::postgres::read::columns(row),
            #[cfg(feature = "mysql")]
            Row::MySql(row) => crate::mysql::read::columns(row),
            Row::Rearranged(row, places) => {
                let columns = Reader::new(*row).columns();
                places.iter().filter_map(|place| columns.get(*place).copied()).collect()
            }
            Row::None(_) => Vec::new(),
        }
    }

    fn moved(row: &'a Row<'a>, places: &[usize], at: usize) -> Result<Self> {
        let position = *places.get(at).ok_or_else(|| no_column(at, places.len()))?;
        Ok(Self { row: *row, position })
    }

    /// The place of the next column.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Goes to a place.
    pub fn seek(&mut self, position: usize) {
        self.position = position;
    }

    reads! {
        /// Reads a `bool`.
        bool -> bool;
        /// Reads an `i16`; wider integers that fit are taken too.
        i16 -> i16;
        /// Reads an `i32`; wider integers that fit are taken too.
        i32 -> i32;
        /// Reads an `i64`.
        i64 -> i64;
        /// Reads a `u64`.
        u64 -> u64;
        /// Reads an `f32`.
        f32 -> f32;
        /// Reads an `f64`.
        f64 -> f64;
        /// Reads a text (or the label of an enum type), borrowed from the row where the driver allows.
        text -> Cow<'a, str>;
        /// Reads bytes, borrowed from the row where the driver allows.
        bytes -> Cow<'a, [u8]>;
        /// Reads a date.
        date -> NaiveDate;
        /// Reads a time of day.
        time -> NaiveTime;
        /// Reads a date with a time of day, without a time zone.
        date_time -> NaiveDateTime;
        /// Reads a moment.
        timestamp -> DateTime<Utc>;
        /// Reads a UUID.
        uuid -> Uuid;
        /// Reads a decimal number.
        decimal -> Decimal;
        /// Reads JSON.
        json -> serde_json::Value;
    }

    /// Reads an array whose elements have that type.
    ///
    /// # Errors
    /// When the column holds something else, or the database has no arrays.
    pub fn array(&mut self, element: &'static ValueType) -> Result<Option<Vec<Value>>> {
        let at = self.position;
        self.position += 1;
        match self.row {
            #[cfg(feature = "sqlite")]
            Row::Sqlite(_) => {
                let _ = (at, element);
                Err(crate::Error::unsupported("SQLite has no arrays"))
            }
            #[cfg(feature = "postgres")]
            Row::Postgres(row) => crate::postgres::read::array(row, at, element),
            #[cfg(feature = "mysql")]
            Row::MySql(_) => {
                let _ = (at, element);
                Err(crate::Error::unsupported("MariaDB has no arrays"))
            }
            Row::Rearranged(row, places) => Self::moved(row, places, at)?.array(element),
            Row::None(_) => Ok(None),
        }
    }

    /// Reads the next column as a [`Value`] of that type.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn value(&mut self, value_type: ValueType) -> Result<Value> {
        let value = match value_type {
            ValueType::Bool => self.bool()?.map(Value::Bool),
            ValueType::I8 | ValueType::I16 | ValueType::U8 => self.i16()?.map(Value::I16),
            ValueType::I32 | ValueType::U16 => self.i32()?.map(Value::I32),
            ValueType::I64 | ValueType::U32 => self.i64()?.map(Value::I64),
            ValueType::U64 => self.u64()?.map(Value::U64),
            ValueType::F32 => self.f32()?.map(Value::F32),
            ValueType::F64 => self.f64()?.map(Value::F64),
            ValueType::Text => self.text()?.map(|text| Value::Text(text.into_owned())),
            ValueType::Bytes => self.bytes()?.map(|bytes| Value::Bytes(bytes.into_owned())),
            ValueType::Date => self.date()?.map(Value::Date),
            ValueType::Time => self.time()?.map(Value::Time),
            ValueType::DateTime => self.date_time()?.map(Value::DateTime),
            ValueType::Timestamp => self.timestamp()?.map(Value::Timestamp),
            ValueType::Uuid => self.uuid()?.map(Value::Uuid),
            ValueType::Decimal => self.decimal()?.map(Value::Decimal),
            ValueType::Json => self.json()?.map(Value::Json),
            ValueType::Array(element) => self.array(element)?.map(|items| Value::Array(element, items)),
            ValueType::Enum(fact) => match self.text()? {
                None => None,
                Some(text) => Some(Value::Enum(fact, label(fact, &text)?)),
            },
        };
        Ok(value.unwrap_or(Value::Null(value_type)))
    }
}

/// The error for a column that holds something else; the value itself stays out of the message: it may be secret.
#[cold]
pub(crate) fn mismatch(at: usize, name: &str, found: &str, expected: &str) -> Error {
    Error::invalid_value(format!("column {} (`{name}`) holds {found} where {expected} was expected", at + 1))
}

/// The error for a column that is not there.
#[cold]
pub(crate) fn no_column(at: usize, columns: usize) -> Error {
    Error::invalid_value(format!("the row has {columns} columns, no column {}", at + 1))
}

/// Finds a label that came from the database among those of the enum type.
pub(crate) fn label(fact: &'static orm_schema::EnumFact, text: &str) -> Result<&'static str> {
    fact.labels.iter().copied().find(|label| *label == text).ok_or_else(|| {
        crate::Error::invalid_value(format!(
            "`{text}` is no label of the enum `{}`, which has {}",
            fact.name,
            fact.labels.join(", ")
        ))
    })
}
