//! A place in the order of a query, as a text that leaves the program and comes back.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use orm_schema::{ValueType, naming::fnv1a};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value as Json;

use crate::{
    error::{Error, ErrorKind, Result},
    reader::label,
    value::Value,
};

/// A place in the order of a query: between two rows, whatever comes and goes around it.
///
/// It is opaque: a short text of letters, digits, `-` and `_`, for an URL or a hidden field. It holds the values of the row that it
/// stands behind, what it is ordered by, and a checksum: one that was cut or changed by accident, and one of another query, is
/// an error. It is no signature, and it hides nothing: who wants to can read those values and write a cursor of his own, which
/// leads to no row that the query's filters leave out.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let posts = Post::query().order_by(|p| p.views.desc());
/// let first = posts.clone().page_after(None, 2).fetch(&db).await?;
/// let text = first.next().unwrap().to_string(); // to the client, and back
///
/// let cursor: Cursor = text.parse()?;
/// let second = posts.page_after(Some(&cursor), 2).fetch(&db).await?;
/// assert_eq!(second.items[0].title, "Tables");
/// assert_eq!(text.replace('e', "f").parse::<Cursor>().unwrap_err().kind(), ErrorKind::InvalidCursor);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cursor(String);

/// How what follows is written.
const VERSION: u8 = 1;

/// The bytes of a checksum, and of what says whose cursor it is.
const HASH: usize = size_of::<u32>();

impl Cursor {
    /// The place of a row with those values, in the order that the number stands for.
    pub(super) fn new(order: u32, values: &[Value]) -> Result<Self> {
        let values = values.iter().map(to_json).collect::<Result<Vec<_>>>()?;
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&order.to_be_bytes());
        bytes.extend_from_slice(Json::from(values).to_string().as_bytes());
        let checksum = fnv1a(&bytes);
        bytes.extend_from_slice(&checksum.to_be_bytes());
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The values of the row, of those types, if it is a place in that order.
    pub(super) fn values(&self, order: u32, types: &[ValueType]) -> Result<Vec<Value>> {
        let body = body(&self.0)?;
        let (found, values) = body.split_at_checked(HASH).ok_or_else(broken)?;
        if found != order.to_be_bytes() {
            return Err(Error::new(
                ErrorKind::InvalidCursor,
                "the cursor is one of another query: of another model, another order or another database",
            ));
        }
        let values: Vec<Json> = serde_json::from_slice(values).map_err(|_| broken())?;
        if values.len() != types.len() {
            return Err(broken());
        }
        let typed = types.iter().zip(values).map(|(value_type, value)| from_json(*value_type, value));
        typed.collect::<Option<_>>().ok_or_else(broken)
    }

    /// Its text.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let page = Tag::query().page_after(None, 1).fetch(&db).await?;
    /// let link = page.next().map(|cursor| format!("/tags?after={}", cursor.as_str()));
    /// assert!(link.is_some());
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        body(text).map(|_| Self(text.to_owned()))
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// What stands between the version and the checksum, once both are right.
fn body(text: &str) -> Result<Vec<u8>> {
    let mut bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| broken())?;
    let at = bytes.len().checked_sub(HASH).ok_or_else(broken)?;
    let checksum = bytes.split_off(at);
    if fnv1a(&bytes).to_be_bytes() != *checksum {
        return Err(broken());
    }
    match bytes.split_first() {
        Some((&VERSION, rest)) => Ok(rest.to_vec()),
        Some((version, _)) => Err(Error::new(
            ErrorKind::InvalidCursor,
            format!(
                "the cursor is of version {version}, which this program does not know: begin anew without one"
            ),
        )),
        None => Err(broken()),
    }
}

fn broken() -> Error {
    Error::new(
        ErrorKind::InvalidCursor,
        "this is no cursor, or one that was cut or changed: begin anew without one",
    )
}

/// Whether values of that type can be a part of a cursor.
pub(super) const fn has_form(value_type: ValueType) -> bool {
    !matches!(value_type, ValueType::Json | ValueType::Array(_))
}

/// A value in a form from which the very same value is read back. Of floats it is the bits: JSON has no infinity.
fn to_json(value: &Value) -> Result<Json> {
    let written = match value {
        Value::Null(_) => Ok(Json::Null),
        Value::Bool(value) => Ok((*value).into()),
        Value::I16(value) => Ok((*value).into()),
        Value::I32(value) => Ok((*value).into()),
        Value::I64(value) => Ok((*value).into()),
        Value::U64(value) => Ok((*value).into()),
        Value::F32(value) => Ok(value.to_bits().into()),
        Value::F64(value) => Ok(value.to_bits().into()),
        Value::Text(text) => Ok(text.as_str().into()),
        Value::Bytes(bytes) => Ok(URL_SAFE_NO_PAD.encode(bytes).into()),
        Value::Date(date) => serde_json::to_value(date),
        Value::Time(time) => serde_json::to_value(time),
        Value::DateTime(value) => serde_json::to_value(value),
        Value::Timestamp(value) => serde_json::to_value(value),
        Value::Uuid(uuid) => serde_json::to_value(uuid),
        Value::Decimal(decimal) => serde_json::to_value(decimal),
        Value::Enum(_, label) => Ok((*label).into()),
        Value::Json(_) | Value::Array(..) | Value::Invalid(_) => {
            return Err(Error::invalid_value("such a value has no place in a cursor"));
        }
    };
    written.map_err(|error| Error::invalid_value(error.to_string()))
}

/// The value of that type, as a reader would give it.
fn from_json(value_type: ValueType, json: Json) -> Option<Value> {
    if json.is_null() {
        return Some(Value::Null(value_type));
    }
    Some(match value_type {
        ValueType::Bool => Value::Bool(json.as_bool()?),
        ValueType::I8 | ValueType::I16 | ValueType::U8 => Value::I16(json.as_i64()?.try_into().ok()?),
        ValueType::I32 | ValueType::U16 => Value::I32(json.as_i64()?.try_into().ok()?),
        ValueType::I64 | ValueType::U32 => Value::I64(json.as_i64()?),
        ValueType::U64 => Value::U64(json.as_u64()?),
        ValueType::F32 => Value::F32(f32::from_bits(json.as_u64()?.try_into().ok()?)),
        ValueType::F64 => Value::F64(f64::from_bits(json.as_u64()?)),
        ValueType::Text => Value::Text(json.as_str()?.to_owned()),
        ValueType::Bytes => Value::Bytes(URL_SAFE_NO_PAD.decode(json.as_str()?).ok()?),
        ValueType::Date => Value::Date(serde_json::from_value(json).ok()?),
        ValueType::Time => Value::Time(serde_json::from_value(json).ok()?),
        ValueType::DateTime => Value::DateTime(serde_json::from_value(json).ok()?),
        ValueType::Timestamp => Value::Timestamp(serde_json::from_value(json).ok()?),
        ValueType::Uuid => Value::Uuid(serde_json::from_value(json).ok()?),
        ValueType::Decimal => Value::Decimal(serde_json::from_value(json).ok()?),
        ValueType::Enum(fact) => Value::Enum(fact, label(fact, json.as_str()?).ok()?),
        ValueType::Json | ValueType::Array(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use rust_decimal::Decimal;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_value_is_read_back_as_it_was() {
        let moment = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap().and_hms_micro_opt(1, 2, 3, 4).unwrap();
        let values = [
            Value::Null(ValueType::Text),
            Value::Bool(true),
            Value::I16(-3),
            Value::I32(i32::MIN),
            Value::I64(i64::MIN),
            Value::U64(u64::MAX),
            Value::F32(0.1),
            Value::F64(f64::NEG_INFINITY),
            Value::F64(-0.0),
            Value::F64(5e-324),
            Value::Text("é\0\"".into()),
            Value::Bytes(vec![0, 255]),
            Value::Date(moment.date()),
            Value::Time(moment.time()),
            Value::DateTime(moment),
            Value::Timestamp(moment.and_utc()),
            Value::Uuid(Uuid::from_u128(7)),
            Value::Decimal(Decimal::new(-1_230, 3)),
        ];
        let types: Vec<ValueType> = values.iter().filter_map(Value::value_type).collect();
        let cursor: Cursor = Cursor::new(7, &values).unwrap().to_string().parse().unwrap();
        assert_eq!(format!("{:?}", cursor.values(7, &types).unwrap()), format!("{values:?}"));
        assert!(cursor.values(8, &types).is_err_and(|error| error.to_string().contains("another query")));
        assert!(cursor.values(7, &types[1..]).is_err());
    }

    #[test]
    fn no_byte_of_a_cursor_can_be_changed_or_left_out_unnoticed() {
        let cursor = Cursor::new(7, &[Value::Text("some text".into()), Value::I64(12)]).unwrap().0;
        assert!(cursor.parse::<Cursor>().is_ok());
        for at in 0..cursor.len() {
            for other in ["A", "z", "-", "", "=", "é", "AA"] {
                let mut changed = cursor.clone();
                changed.replace_range(at..=at, other);
                assert!(changed == cursor || changed.parse::<Cursor>().is_err(), "{changed}");
            }
            assert!(cursor[..at].parse::<Cursor>().is_err());
        }
    }

    #[test]
    fn texts_that_are_no_cursors_are_refused() {
        for text in ["", "AA", "AAAAAAAA", "not a cursor", "%00", "🦀"] {
            assert_eq!(text.parse::<Cursor>().unwrap_err().kind(), ErrorKind::InvalidCursor, "{text}");
        }
    }
}
