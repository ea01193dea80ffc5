//! What a field of a model may be: a [`Scalar`], or an `Option` of one.
//!
//! Both traits say how a Rust type is stored. Users meet them through `#[derive(Value)]` (newtypes) and
//! `#[derive(Enum)]`; nobody needs to import them to write a query.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm_schema::{Fact, ValueType};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    reader::Reader,
    value::Value,
};

/// A type that a column can hold, NULL aside.
///
/// ```
/// use orm_core::{Scalar, Value};
/// assert_eq!(7_i32.encode(), Value::I32(7));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    label = "not a type that a column can hold",
    note = "for a newtype or an enum of yours, derive it: `#[derive(orm::Value)]` or `#[derive(orm::Enum)]`",
    note = "for a type of another crate, say what is stored instead: `#[orm(via = String)]`; for a serde type, use `orm::Json<T>`"
)]
pub trait Scalar: Sized + Clone + Send + Sync + 'static {
    /// What is stored.
    const VALUE: ValueType;

    /// The value to bind.
    fn encode(self) -> Value;

    /// Reads the next column; `None` is NULL.
    ///
    /// # Errors
    /// When the column holds something else.
    fn decode(reader: &mut Reader<'_>) -> Result<Option<Self>>;
}

/// The type of a field: a [`Scalar`], or an `Option` of one.
///
/// ```
/// # use orm_core::ColumnValue;
/// fn takes_null<T: ColumnValue>() -> bool {
///     T::FACT.nullable
/// }
/// assert!(takes_null::<Option<String>>() && !takes_null::<String>());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    label = "not a type that a column can hold",
    note = "for a newtype or an enum of yours, derive it: `#[derive(orm::Value)]` or `#[derive(orm::Enum)]`",
    note = "for a type of another crate, say what is stored instead: `#[orm(via = String)]`; for a serde type, use `orm::Json<T>`"
)]
pub trait ColumnValue: Sized + Clone + Send + Sync + 'static {
    /// The type without NULL.
    type Base: Scalar;
    /// The type with NULL.
    type Nullable: ColumnValue<Base = Self::Base>;
    /// The type of a result made of this and `U`: NULL if either may be.
    type Keep<U: ColumnValue>: ColumnValue<Base = U::Base>;
    /// What the compiler knows of it.
    const FACT: Fact;

    /// The value to bind.
    fn encode(self) -> Value;

    /// Reads the next column.
    ///
    /// # Errors
    /// When the column holds something else, or NULL where the type has none.
    fn decode(reader: &mut Reader<'_>) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> ColumnValue for T {
    type Base = T;
    type Nullable = Option<T>;
    type Keep<U: ColumnValue> = U;
    const FACT: Fact = Fact { value: T::VALUE, nullable: false };

    #[inline]
    fn encode(self) -> Value {
        Scalar::encode(self)
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self> {
        <T as Scalar>::decode(reader)?.ok_or_else(unexpected_null)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> ColumnValue for Option<T> {
    type Base = T;
    type Nullable = Self;
    type Keep<U: ColumnValue> = U::Nullable;
    const FACT: Fact = Fact { value: T::VALUE, nullable: true };

    #[inline]
    fn encode(self) -> Value {
        self.map_or(Value::Null(T::VALUE), Scalar::encode)
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self> {
        <T as Scalar>::decode(reader)
    }
}

#[cold]
fn unexpected_null() -> Error {
    Error::invalid_value("the database holds NULL where the type has none: make the field an `Option`")
}

/// Implements [`Scalar`] for a type that has a variant of [`Value`] and a method of [`Reader`] of its own.
macro_rules! scalar {
    ($($type:ty: $value_type:ident, $variant:ident, $read:ident;)*) => {
        $(
            impl Scalar for $type {
                const VALUE: ValueType = ValueType::$value_type;

                #[inline]
                fn encode(self) -> Value {
                    Value::$variant(self.into())
                }

                #[inline]
                fn decode(reader: &mut Reader<'_>) -> Result<Option<Self>> {
                    reader.$read()
                }
            }
        )*
    };
}

scalar! {
    bool: Bool, Bool, bool;
    i16: I16, I16, i16;
    i32: I32, I32, i32;
    i64: I64, I64, i64;
    u64: U64, U64, u64;
    f32: F32, F32, f32;
    f64: F64, F64, f64;
    NaiveDate: Date, Date, date;
    NaiveTime: Time, Time, time;
    NaiveDateTime: DateTime, DateTime, date_time;
    DateTime<Utc>: Timestamp, Timestamp, timestamp;
    Uuid: Uuid, Uuid, uuid;
    Decimal: Decimal, Decimal, decimal;
    serde_json::Value: Json, Json, json;
}

/// Implements [`Scalar`] for an integer that is stored as a wider one and range-checked on the way back.
macro_rules! narrow {
    ($($type:ty: $value_type:ident, $variant:ident, $read:ident;)*) => {
        $(
            impl Scalar for $type {
                const VALUE: ValueType = ValueType::$value_type;

                #[inline]
                fn encode(self) -> Value {
                    Value::$variant(self.into())
                }

                #[inline]
                fn decode(reader: &mut Reader<'_>) -> Result<Option<Self>> {
                    match reader.$read()? {
                        None => Ok(None),
                        Some(wide) => Self::try_from(wide).map(Some).map_err(|_| {
                            Error::invalid_value(format!("{wide} does not fit into `{}`", stringify!($type)))
                        }),
                    }
                }
            }
        )*
    };
}

narrow! {
    i8: I8, I16, i16;
    u8: U8, I16, i16;
    u16: U16, I32, i32;
    u32: U32, I64, i64;
}

impl Scalar for String {
    const VALUE: ValueType = ValueType::Text;

    #[inline]
    fn encode(self) -> Value {
        Value::Text(self)
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Option<Self>> {
        Ok(reader.text()?.map(std::borrow::Cow::into_owned))
    }
}

impl Scalar for Vec<u8> {
    const VALUE: ValueType = ValueType::Bytes;

    #[inline]
    fn encode(self) -> Value {
        Value::Bytes(self)
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Option<Self>> {
        Ok(reader.bytes()?.map(std::borrow::Cow::into_owned))
    }
}

/// A type that can be an element of an array column (PostgreSQL).
///
/// ```
/// # use orm_core::{ArrayElement, Value};
/// assert_eq!(i64::from_value(Value::I64(7))?, 7);
/// # Ok::<_, orm_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`Vec<{Self}>` cannot be stored in a column",
    label = "not a type that an array column can hold",
    note = "arrays hold integers, floats, text, bool, dates, times, UUIDs, decimals, JSON and enums; for a list of anything else use `orm::Json<Vec<{Self}>>`"
)]
pub trait ArrayElement: Scalar {
    /// The type of the elements, as a constant with an address.
    const ELEMENT: &'static ValueType;

    /// The element back from the value that the driver read.
    ///
    /// # Errors
    /// When it is NULL or of another type.
    fn from_value(value: Value) -> Result<Self>;
}

/// Implements [`ArrayElement`] for a type that has a variant of [`Value`] of its own.
macro_rules! array_element {
    ($($type:ty: $variant:ident;)*) => {
        $(
            impl ArrayElement for $type {
                const ELEMENT: &'static ValueType = &<$type as Scalar>::VALUE;

                fn from_value(value: Value) -> Result<Self> {
                    match value {
                        Value::$variant(inner) => Ok(inner),
                        other => Err(wrong_element(&other)),
                    }
                }
            }
        )*
    };
}

array_element! {
    bool: Bool;
    i16: I16;
    i32: I32;
    i64: I64;
    f32: F32;
    f64: F64;
    String: Text;
    NaiveDate: Date;
    NaiveTime: Time;
    NaiveDateTime: DateTime;
    DateTime<Utc>: Timestamp;
    Uuid: Uuid;
    Decimal: Decimal;
    serde_json::Value: Json;
}

#[doc(hidden)]
#[cold]
pub fn wrong_element(value: &Value) -> Error {
    Error::invalid_value(format!(
        "an element of the array is {value:?}, which the field's type does not hold"
    ))
}

impl<T: ArrayElement> Scalar for Vec<T> {
    const VALUE: ValueType = ValueType::Array(T::ELEMENT);

    fn encode(self) -> Value {
        Value::Array(T::ELEMENT, self.into_iter().map(Scalar::encode).collect())
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Option<Self>> {
        match reader.array(T::ELEMENT)? {
            None => Ok(None),
            Some(items) => items.into_iter().map(T::from_value).collect::<Result<_>>().map(Some),
        }
    }
}

/// A serde type stored as JSON.
///
/// ```
/// use orm_core::Json;
/// let tags = Json(vec!["a".to_owned()]);
/// assert_eq!(tags.0.len(), 1);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Scalar for Json<T> {
    const VALUE: ValueType = ValueType::Json;

    fn encode(self) -> Value {
        serde_json::to_value(self.0)
            .map_or_else(|error| Value::Invalid(format!("not to be written as JSON: {error}")), Value::Json)
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Option<Self>> {
        match reader.json()? {
            None => Ok(None),
            Some(json) => serde_json::from_value(json).map(|inner| Some(Self(inner))).map_err(|error| {
                Error::invalid_value(format!(
                    "the JSON in the database is not a `{}`",
                    std::any::type_name::<T>()
                ))
                .with_source(error)
            }),
        }
    }
}

/// Reads a field that is stored as another type (`via = …`); for the derive.
#[doc(hidden)]
pub fn decode_via<F, T>(reader: &mut Reader<'_>) -> Result<F>
where
    T: ColumnValue,
    F: TryFrom<T>,
    F::Error: std::fmt::Display,
{
    F::try_from(T::decode(reader)?).map_err(|error| Error::invalid_value(error.to_string()))
}

/// The same for a field that may be NULL.
#[doc(hidden)]
pub fn decode_via_option<F, T>(reader: &mut Reader<'_>) -> Result<Option<F>>
where
    T: Scalar,
    F: TryFrom<T>,
    F::Error: std::fmt::Display,
{
    let stored = <Option<T> as ColumnValue>::decode(reader)?;
    stored
        .map(|stored| F::try_from(stored).map_err(|error| Error::invalid_value(error.to_string())))
        .transpose()
}

/// The label of an enum as a value; for the derive.
#[doc(hidden)]
#[must_use]
pub fn encode_label(value_type: ValueType, label: &'static str) -> Value {
    value_type.enum_fact().map_or_else(|| Value::Text(label.to_owned()), |fact| Value::Enum(fact, label))
}

/// Reads a label of an enum; for the derive.
#[doc(hidden)]
pub fn decode_label<T>(
    reader: &mut Reader<'_>,
    name: &str,
    variant: fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    match reader.text()? {
        None => Ok(None),
        Some(text) => variant(&text)
            .map(Some)
            .ok_or_else(|| Error::invalid_value(format!("`{text}` is no label of the enum `{name}`"))),
    }
}

/// Reads a field of a patch from JSON: absent leaves the column alone, `null` sets it to NULL.
///
/// ```
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct UserPatch {
///     #[serde(default, deserialize_with = "orm_core::set_or_null")]
///     bio: Option<Option<String>>,
/// }
///
/// let patch: UserPatch = serde_json::from_str(r#"{"bio": null}"#)?;
/// assert_eq!(patch.bio, Some(None));
/// let patch: UserPatch = serde_json::from_str("{}")?;
/// assert_eq!(patch.bio, None);
/// # Ok::<_, serde_json::Error>(())
/// ```
///
/// # Errors
/// When the value is neither `null` nor a `T`.
pub fn set_or_null<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}
