//! The list of a program's models, as `orm::models!()` makes it.

use orm_schema::{EnumType, Fact, Schema, ValueType};

use crate::facts::TableFacts;

/// All models of a crate: `orm::models!()`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let models = Models::new(&[User::TABLE, Post::TABLE]); // in a program: `orm::models!()`
/// assert_eq!(models.schema().tables.len(), 2);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Models(&'static [&'static TableFacts]);

impl Models {
    /// A list by hand; `orm::models!()` finds the models of a crate by itself.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// const MODELS: Models = Models::new(&[User::TABLE, Post::TABLE, Tag::TABLE, PostTag::TABLE]);
    /// assert_eq!(MODELS.schema().tables.len(), 4);
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub const fn new(tables: &'static [&'static TableFacts]) -> Self {
        Self(tables)
    }

    /// The schema that the models describe.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let schema = Models::new(&[Tag::TABLE]).schema();
    /// assert_eq!(schema.tables[0].name.name, "tags");
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn schema(&self) -> Schema {
        let enums = self
            .0
            .iter()
            .flat_map(|table| table.columns)
            .filter_map(|column| column.fact.value.enum_fact())
            .map(EnumType::from)
            .collect();
        Schema { tables: self.0.iter().map(|table| table.table()).collect(), enums }.sorted()
    }
}

/// Holds what the scan read of a model against what the compiler knows; for `orm::models!()`.
///
/// # Panics
/// When they differ, while the program is compiled.
#[doc(hidden)]
pub const fn assert_facts(table: &TableFacts, scanned: &[Option<Fact>]) {
    assert!(
        table.columns.len() == scanned.len(),
        "the scan of this model saw other fields than the compiler: is there a `cfg` or a macro in the struct?"
    );
    let mut at = 0;
    while at < scanned.len() {
        let known = table.columns[at].fact;
        if let Some(scanned) = scanned[at] {
            assert!(
                known.nullable == scanned.nullable && same(known.value, scanned.value),
                "the scan of this model's fields came to another type than the compiler: name the type in a way that \
                 can be followed without one (no macro, no re-export from another crate), or say `type = \"…\"`"
            );
        }
        at += 1;
    }
}

const fn same(a: ValueType, b: ValueType) -> bool {
    match (a, b) {
        (ValueType::Array(a), ValueType::Array(b)) => same(*a, *b),
        (ValueType::Enum(a), ValueType::Enum(b)) => {
            same_text(a.name, b.name) && same_labels(a.labels, b.labels)
        }
        (a, b) => code(a) == code(b),
    }
}

pub(crate) const fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    a.len() == b.len()
}

const fn same_labels(a: &[&str], b: &[&str]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if !same_text(a[at], b[at]) {
            return false;
        }
        at += 1;
    }
    a.len() == b.len()
}

/// A number for each type; `PartialEq` is not const yet.
const fn code(value_type: ValueType) -> u8 {
    match value_type {
        ValueType::Bool => 0,
        ValueType::I8 => 1,
        ValueType::I16 => 2,
        ValueType::I32 => 3,
        ValueType::I64 => 4,
        ValueType::U8 => 5,
        ValueType::U16 => 6,
        ValueType::U32 => 7,
        ValueType::U64 => 8,
        ValueType::F32 => 9,
        ValueType::F64 => 10,
        ValueType::Text => 11,
        ValueType::Bytes => 12,
        ValueType::Date => 13,
        ValueType::Time => 14,
        ValueType::DateTime => 15,
        ValueType::Timestamp => 16,
        ValueType::Uuid => 17,
        ValueType::Decimal => 18,
        ValueType::Json => 19,
        ValueType::Array(_) => 20,
        ValueType::Enum(_) => 21,
    }
}
