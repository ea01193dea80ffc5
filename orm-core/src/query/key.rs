//! The keys by which loaded rows find those that asked for them.

use std::hash::{Hash, Hasher};

use orm_schema::ValueType;

use crate::{error::Result, reader::Reader, value::Value};

/// The values of one key, to be hashed and compared: integers of any width are equal when their numbers are.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key {
    Int(i64),
    Values(Box<[Value]>),
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Int(number) => number.hash(state),
            Self::Values(values) => values.iter().for_each(|value| hash_value(value, state)),
        }
    }
}

fn hash_value<H: Hasher>(value: &Value, state: &mut H) {
    match value {
        Value::Null(_) | Value::Invalid(_) | Value::Array(..) => {}
        Value::Bool(inner) => inner.hash(state),
        Value::I16(inner) => i64::from(*inner).hash(state),
        Value::I32(inner) => i64::from(*inner).hash(state),
        Value::I64(inner) => inner.hash(state),
        Value::U64(inner) => inner.hash(state),
        Value::F32(inner) => inner.to_bits().hash(state),
        Value::F64(inner) => inner.to_bits().hash(state),
        Value::Text(inner) => inner.hash(state),
        Value::Bytes(inner) => inner.hash(state),
        Value::Date(inner) => inner.hash(state),
        Value::Time(inner) => inner.hash(state),
        Value::DateTime(inner) => inner.hash(state),
        Value::Timestamp(inner) => inner.hash(state),
        Value::Uuid(inner) => inner.hash(state),
        Value::Decimal(inner) => inner.hash(state),
        Value::Json(inner) => inner.to_string().hash(state),
        Value::Enum(_, label) => label.hash(state),
    }
}

impl Key {
    /// Its values, integers in the widest type.
    pub(super) fn values(&self) -> Vec<Value> {
        match self {
            Self::Int(number) => vec![Value::I64(*number)],
            Self::Values(values) => values.to_vec(),
        }
    }

    /// The key of those values.
    pub(super) fn of(values: &[Value]) -> Self {
        Self::Values(values.iter().cloned().map(widen).collect())
    }
}

const fn is_integer(value_type: ValueType) -> bool {
    matches!(
        value_type,
        ValueType::I8
            | ValueType::I16
            | ValueType::I32
            | ValueType::I64
            | ValueType::U8
            | ValueType::U16
            | ValueType::U32
    )
}

/// Integers of one width, whatever the column's.
fn widen(value: Value) -> Value {
    match value {
        Value::I16(inner) => Value::I64(inner.into()),
        Value::I32(inner) => Value::I64(inner.into()),
        other => other,
    }
}

/// The columns of a key in the rows of a statement, and the keys read so far.
pub(super) struct Capture {
    places: Vec<(usize, ValueType)>,
    pub keys: Vec<Option<Key>>,
}

impl Capture {
    pub(super) fn new(places: Vec<(usize, ValueType)>) -> Self {
        Self { places, keys: Vec::new() }
    }

    /// Reads the key of a row; `None` when a part of it is NULL, which leads nowhere.
    pub(super) fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        let key = match self.places[..] {
            [(place, value_type)] if is_integer(value_type) => {
                reader.seek(place);
                reader.i64()?.map(Key::Int)
            }
            _ => self.read_values(reader)?,
        };
        self.keys.push(key);
        Ok(())
    }

    fn read_values(&self, reader: &mut Reader<'_>) -> Result<Option<Key>> {
        let mut values = Vec::with_capacity(self.places.len());
        for &(place, value_type) in &self.places {
            reader.seek(place);
            let value = reader.value(value_type)?;
            if value.is_null() {
                return Ok(None);
            }
            values.push(widen(value));
        }
        Ok(Some(Key::Values(values.into())))
    }
}

/// The different keys of those that ask, each with the number of its group.
pub(super) struct Groups {
    #[allow(clippy::disallowed_types, reason = "only looked up, never iterated")]
    numbers: std::collections::HashMap<Key, u32>,
    /// The keys by the number of their group.
    pub keys: Vec<Vec<Value>>,
    /// The group of each that asks.
    pub parents: Vec<Option<u32>>,
}

impl Groups {
    pub(super) fn new(keys: Vec<Option<Key>>) -> Self {
        #[allow(clippy::disallowed_types, reason = "only looked up, never iterated")]
        let numbers = std::collections::HashMap::with_capacity(keys.len());
        let mut groups = Self { numbers, keys: Vec::new(), parents: Vec::with_capacity(keys.len()) };
        for key in keys {
            let group = key.map(|key| groups.number(key));
            groups.parents.push(group);
        }
        groups
    }

    fn number(&mut self, key: Key) -> u32 {
        let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        let keys = &mut self.keys;
        *self.numbers.entry(key).or_insert_with_key(|key| {
            keys.push(match key {
                Key::Int(number) => vec![Value::I64(*number)],
                Key::Values(values) => values.to_vec(),
            });
            next
        })
    }

    /// The group of a loaded row; one that nobody asked for has none.
    pub(super) fn of(&self, key: Option<&Key>) -> u32 {
        key.and_then(|key| self.numbers.get(key)).copied().unwrap_or(u32::MAX)
    }
}
