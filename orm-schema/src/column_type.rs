//! What a column holds, portably ([`ColumnType`]) and as the compiler sees a field's type ([`Fact`]).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::name::EnumName;

/// The type of a column, before a dialect has spelled it.
///
/// The map to each database's own types is in `docs/attributes.md` and is enforced by a test.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// `bool`
    Bool,
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `String`
    Text,
    /// `String` with `max_len = n`, n in characters
    Varchar(u32),
    /// `Vec<u8>`
    Bytes,
    /// `NaiveDate`
    Date,
    /// `NaiveTime`, microseconds
    Time,
    /// `NaiveDateTime`, microseconds
    DateTime,
    /// `DateTime<Utc>`, microseconds
    Timestamp,
    /// `Uuid`
    Uuid,
    /// `Decimal`, without a bound of its own
    Decimal,
    /// `Decimal` with `decimal(precision, scale)`
    DecimalOf(u32, u32),
    /// `serde_json::Value` or `Json<T>`
    Json,
    /// `Vec<T>`, where a dialect has arrays
    Array(Box<ColumnType>),
    /// an enum type of the schema
    Enum(EnumName),
    /// a type spelled by the database or by `type = "…"`
    Native(String),
}

impl ColumnType {
    /// Whether a key of this type can be counted up by the database.
    #[must_use]
    pub const fn is_integer(&self) -> bool {
        matches!(
            self,
            Self::I8 | Self::I16 | Self::I32 | Self::I64 | Self::U8 | Self::U16 | Self::U32 | Self::U64
        )
    }
}

/// What the compiler knows of a field's type: `<FieldType as ColumnValue>::FACT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// What is stored.
    pub value: ValueType,
    /// Whether NULL is a value of the type.
    pub nullable: bool,
}

/// The type of a value, as a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// `bool`
    Bool,
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `String`
    Text,
    /// `Vec<u8>`
    Bytes,
    /// `NaiveDate`
    Date,
    /// `NaiveTime`
    Time,
    /// `NaiveDateTime`
    DateTime,
    /// `DateTime<Utc>`
    Timestamp,
    /// `Uuid`
    Uuid,
    /// `Decimal`
    Decimal,
    /// JSON
    Json,
    /// `Vec<T>`
    Array(&'static ValueType),
    /// a `#[derive(Enum)]`
    Enum(&'static EnumFact),
}

/// The name and labels of an enum type, as a constant.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct EnumFact {
    /// What PostgreSQL calls a schema.
    pub namespace: Option<&'static str>,
    /// The name of the type in the database.
    pub name: &'static str,
    /// The labels in the order of their declaration.
    pub labels: &'static [&'static str],
}

impl EnumFact {
    /// The name as a noun.
    #[must_use]
    pub fn enum_name(&self) -> EnumName {
        EnumName { namespace: self.namespace.map(str::to_owned), name: self.name.to_owned() }
    }
}

impl ValueType {
    /// The column type that a field of this type has when no attribute says otherwise.
    #[must_use]
    pub fn column_type(self) -> ColumnType {
        match self {
            Self::Bool => ColumnType::Bool,
            Self::I8 => ColumnType::I8,
            Self::I16 => ColumnType::I16,
            Self::I32 => ColumnType::I32,
            Self::I64 => ColumnType::I64,
            Self::U8 => ColumnType::U8,
            Self::U16 => ColumnType::U16,
            Self::U32 => ColumnType::U32,
            Self::U64 => ColumnType::U64,
            Self::F32 => ColumnType::F32,
            Self::F64 => ColumnType::F64,
            Self::Text => ColumnType::Text,
            Self::Bytes => ColumnType::Bytes,
            Self::Date => ColumnType::Date,
            Self::Time => ColumnType::Time,
            Self::DateTime => ColumnType::DateTime,
            Self::Timestamp => ColumnType::Timestamp,
            Self::Uuid => ColumnType::Uuid,
            Self::Decimal => ColumnType::Decimal,
            Self::Json => ColumnType::Json,
            Self::Array(element) => ColumnType::Array(Box::new(element.column_type())),
            Self::Enum(fact) => ColumnType::Enum(fact.enum_name()),
        }
    }

    /// The enum type inside, if there is one.
    #[must_use]
    pub const fn enum_fact(self) -> Option<&'static EnumFact> {
        match self {
            Self::Enum(fact) => Some(fact),
            Self::Array(element) => element.enum_fact(),
            Self::Bool
            | Self::I8
            | Self::I16
            | Self::I32
            | Self::I64
            | Self::U8
            | Self::U16
            | Self::U32
            | Self::U64
            | Self::F32
            | Self::F64
            | Self::Text
            | Self::Bytes
            | Self::Date
            | Self::Time
            | Self::DateTime
            | Self::Timestamp
            | Self::Uuid
            | Self::Decimal
            | Self::Json => None,
        }
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Bool => "bool",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Text => "text",
            Self::Varchar(length) => return write!(f, "varchar({length})"),
            Self::Bytes => "bytes",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "date and time",
            Self::Timestamp => "timestamp",
            Self::Uuid => "uuid",
            Self::Decimal => "decimal",
            Self::DecimalOf(precision, scale) => return write!(f, "decimal({precision}, {scale})"),
            Self::Json => "json",
            Self::Array(element) => return write!(f, "array of {element}"),
            Self::Enum(name) => return write!(f, "enum {name}"),
            Self::Native(text) => text,
        };
        f.write_str(word)
    }
}
