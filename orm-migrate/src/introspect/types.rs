//! Which Rust type a column has, and what its attributes must add.

use orm_schema::{Column, ColumnDefault, ColumnName, ColumnType, Schema, Table};

use super::{ident, plan::Plan};
pub(super) use crate::normalise::enum_of;
use crate::{dialect::Dialect, literal};

/// The type of a field, and the attribute that says the rest.
pub(super) struct FieldType {
    /// Without `Option`.
    pub(super) rust: String,
    /// `max_len = 40`, `type = "citext"`, …
    pub(super) attribute: Option<String>,
    /// Whether the type is written as one of Rust's integers.
    pub(super) is_integer: bool,
    /// What it holds.
    holds: ColumnType,
}

/// Finds the type of a field.
pub(super) fn field_type(
    dialect: Dialect,
    schema: &Schema,
    table: &Table,
    column: &Column,
    plan: &Plan,
) -> FieldType {
    let holds = holds(dialect, schema, table, column, plan);
    let (rust, is_integer) = (rust(&holds, plan), holds.is_integer());
    let ColumnType::Native(native) = &column.column_type else {
        return FieldType { rust, attribute: None, is_integer, holds };
    };
    let comes_back = dialect.native(&scanned(&holds), column.identity).is_ok_and(|back| back == *native);
    let attribute = match &holds {
        // A bound of nothing is MariaDB's own.
        ColumnType::Varchar(0) => Some(format!("type = {native:?}")),
        _ if !comes_back => Some(format!("type = {native:?}")),
        ColumnType::Varchar(length) => Some(format!("max_len = {length}")),
        ColumnType::DecimalOf(precision, scale) => Some(format!("decimal({precision}, {scale})")),
        _ => None,
    };
    FieldType { rust, attribute, is_integer, holds }
}

/// What a column holds in Rust: what the column does to which it leads, so that keys can be compared.
fn holds(dialect: Dialect, schema: &Schema, table: &Table, column: &Column, plan: &Plan) -> ColumnType {
    if let Some(name) = plan.enum_of_column(&table.name, &column.name) {
        return ColumnType::Enum(name.clone());
    }
    let own = own_type(dialect, column, plan);
    let (mut table, mut name) = (table, &column.name);
    // Keys may lead in a circle; no way is longer than there are tables.
    for _ in 0..schema.tables.len() {
        let Some((next, leads_to)) = target(schema, table, name) else { break };
        (table, name) = (next, leads_to);
    }
    match table.column(name) {
        Some(end) if rust(&own, plan) != rust(&own_type(dialect, end, plan), plan) => {
            own_type(dialect, end, plan)
        }
        Some(_) | None => own,
    }
}

fn own_type(dialect: Dialect, column: &Column, plan: &Plan) -> ColumnType {
    match &column.column_type {
        ColumnType::Native(native) => native_type(dialect, native, plan).unwrap_or(ColumnType::Text),
        other => other.clone(),
    }
}

/// What a type holds: of a domain, what it is made of.
fn native_type(dialect: Dialect, native: &str, plan: &Plan) -> Option<ColumnType> {
    let (element, is_array) = native.strip_suffix("[]").map_or((native, false), |element| (element, true));
    let holds = match plan.domains.get(element) {
        None => dialect.rust_type(native)?,
        Some(base) if is_array => ColumnType::Array(Box::new(dialect.rust_type(base)?)),
        Some(base) => dialect.rust_type(base)?,
    };
    match holds {
        // No field holds arrays of these.
        ColumnType::Array(element) if matches!(*element, ColumnType::Array(_) | ColumnType::Bytes) => None,
        holds => Some(holds),
    }
}

/// The column to which a column leads by its first foreign key.
fn target<'a>(
    schema: &'a Schema,
    table: &'a Table,
    column: &ColumnName,
) -> Option<(&'a Table, &'a ColumnName)> {
    table.foreign_keys.iter().find_map(|key| {
        let place = key.columns.iter().position(|one| one == column)?;
        Some((schema.table(&key.table)?, key.references.get(place)?))
    })
}

/// What a scan makes of the field: attributes such as `max_len` do not reach into an array.
fn scanned(holds: &ColumnType) -> ColumnType {
    match holds {
        ColumnType::Array(element) => ColumnType::Array(Box::new(match &**element {
            ColumnType::Varchar(_) => ColumnType::Text,
            ColumnType::DecimalOf(..) => ColumnType::Decimal,
            other => scanned(other),
        })),
        other => other.clone(),
    }
}

fn rust(holds: &ColumnType, plan: &Plan) -> String {
    let word = match holds {
        ColumnType::Bool => "bool",
        ColumnType::I8 => "i8",
        ColumnType::I16 => "i16",
        ColumnType::I32 => "i32",
        ColumnType::I64 => "i64",
        ColumnType::U8 => "u8",
        ColumnType::U16 => "u16",
        ColumnType::U32 => "u32",
        ColumnType::U64 => "u64",
        ColumnType::F32 => "f32",
        ColumnType::F64 => "f64",
        ColumnType::Text | ColumnType::Varchar(_) | ColumnType::Native(_) => "String",
        ColumnType::Bytes => "Vec<u8>",
        ColumnType::Date => "NaiveDate",
        ColumnType::Time => "NaiveTime",
        ColumnType::DateTime => "NaiveDateTime",
        ColumnType::Timestamp => "DateTime<Utc>",
        ColumnType::Uuid => "Uuid",
        ColumnType::Decimal | ColumnType::DecimalOf(..) => "Decimal",
        ColumnType::Json => "serde_json::Value",
        ColumnType::Array(element) => return format!("Vec<{}>", rust(element, plan)),
        ColumnType::Enum(name) => {
            return plan
                .enum_plan(name)
                .map_or_else(|| ident::pascal(&name.name), |named| named.ident.clone());
        }
    };
    word.to_owned()
}

/// The crates' types in a field's type: crate and name.
pub(super) fn imports(rust: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    const TYPES: [(&str, &str); 7] = [
        ("chrono", "DateTime"),
        ("chrono", "NaiveDate"),
        ("chrono", "NaiveDateTime"),
        ("chrono", "NaiveTime"),
        ("chrono", "Utc"),
        ("rust_decimal", "Decimal"),
        ("uuid", "Uuid"),
    ];
    let words: Vec<_> = rust.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
    TYPES.into_iter().filter(move |(_, name)| words.iter().any(|word| word == name))
}

/// The attribute that says the default.
pub(super) fn default(dialect: Dialect, column: &Column, field_type: &FieldType) -> Option<String> {
    let rust = &field_type.rust;
    let fits = |default| literal::fits(&Schema::default(), &field_type.holds, default);
    let sql = |text: &str| format!("default_sql = {text:?}");
    let default = column.default.as_ref()?;
    Some(match default {
        ColumnDefault::Bool(value) => format!("default = {value}"),
        ColumnDefault::Number(digits) if is_literal(digits) && is_number(rust) && fits(default) => {
            format!("default = {digits}")
        }
        ColumnDefault::Number(digits) => sql(digits),
        // SQLite keeps what its own program would not write.
        ColumnDefault::Text(text) if text.contains('\0') || !fits(default) => sql(&dialect.text(text)),
        ColumnDefault::Text(text) => format!("default = {text:?}"),
        ColumnDefault::Now => "default = now".to_owned(),
        ColumnDefault::Expression(expression) => sql(expression),
    })
}

/// Digits that are a literal of Rust, too.
fn is_literal(digits: &str) -> bool {
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether a default of digits is a number for the field, too.
fn is_number(rust: &str) -> bool {
    let numbers = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "Decimal"];
    numbers.contains(&rust)
}
