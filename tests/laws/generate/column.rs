//! Columns: every type of the map, and defaults of every kind.

use orm_migrate::Dialect;
use orm_schema::{Column, ColumnDefault, ColumnType, EnumName, Schema};

use super::{ColumnRecipe, Maker, pick};

/// A column; the type of an enum may be one that the schema has not kept.
pub(crate) fn make(maker: &mut Maker, recipe: ColumnRecipe) -> Column {
    let mut column = Column::new(maker.names.next(recipe.name).as_str(), column_type(maker, recipe.kind));
    column.nullable = recipe.nullable;
    column.default = default(maker.dialect, &maker.schema, &column.column_type, recipe.default);
    column.comment = comment(recipe.name);
    let is_text = matches!(column.column_type, ColumnType::Text | ColumnType::Varchar(_));
    let sorts = maker.dialect == Dialect::Postgres && is_text && recipe.name.is_multiple_of(3);
    column.collation = sorts.then(|| "C".to_owned());
    column
}

/// Said by some, with whatever a person may write. SQLite has none.
pub(crate) fn comment(seed: u8) -> Option<String> {
    match seed % 5 {
        0 => Some("it's \"quoted\",\n  and `two` \\ lines".to_owned()),
        1 => Some("größe".to_owned()),
        2 => Some(String::new()),
        _ => None,
    }
}

fn column_type(maker: &Maker, kind: u8) -> ColumnType {
    let mut types = vec![
        ColumnType::I32,
        ColumnType::Text,
        ColumnType::Bool,
        ColumnType::I8,
        ColumnType::I16,
        ColumnType::I64,
        ColumnType::U8,
        ColumnType::U16,
        ColumnType::U32,
        ColumnType::F32,
        ColumnType::F64,
        ColumnType::Varchar(20),
        ColumnType::Varchar(1),
        ColumnType::Bytes,
        ColumnType::Date,
        ColumnType::Time,
        ColumnType::DateTime,
        ColumnType::Timestamp,
        ColumnType::Uuid,
        ColumnType::Decimal,
        ColumnType::DecimalOf(12, 2),
        ColumnType::DecimalOf(30, 4),
        ColumnType::Json,
    ];
    let enums = maker.schema.enums.iter().map(|found| ColumnType::Enum(found.name.clone()));
    types.extend(enums.clone());
    if maker.dialect == Dialect::Postgres {
        let elements = [ColumnType::I64, ColumnType::Text, ColumnType::Timestamp];
        types.extend(
            elements.into_iter().chain(enums.take(1)).map(|element| ColumnType::Array(Box::new(element))),
        );
    }
    pick(&types, kind).cloned().unwrap_or(ColumnType::I32)
}

/// Whether rows differ in it, and any database takes it as a key.
pub(crate) fn may_be_key(column_type: &ColumnType) -> bool {
    match column_type {
        ColumnType::I8
        | ColumnType::I16
        | ColumnType::I32
        | ColumnType::I64
        | ColumnType::U8
        | ColumnType::U16
        | ColumnType::U32
        | ColumnType::Text
        | ColumnType::Varchar(_)
        | ColumnType::Bytes
        | ColumnType::Date
        | ColumnType::DateTime
        | ColumnType::Timestamp
        | ColumnType::Uuid
        | ColumnType::Decimal
        | ColumnType::DecimalOf(..) => true,
        ColumnType::U64
        | ColumnType::Bool
        | ColumnType::F32
        | ColumnType::F64
        | ColumnType::Time
        | ColumnType::Json
        | ColumnType::Array(_)
        | ColumnType::Enum(_)
        | ColumnType::Native(_) => false,
    }
}

/// A default that fits the type; none for two of seven numbers.
pub(crate) fn default(
    dialect: Dialect,
    schema: &Schema,
    column_type: &ColumnType,
    by: u8,
) -> Option<ColumnDefault> {
    let text = |text: &str| ColumnDefault::Text(text.to_owned());
    let number = |digits: &str| ColumnDefault::Number(digits.to_owned());
    let sql = |sql: &str| ColumnDefault::Expression(sql.to_owned());
    let postgres = dialect == Dialect::Postgres;
    let choices = match column_type {
        ColumnType::Bool => vec![ColumnDefault::Bool(true), ColumnDefault::Bool(false)],
        ColumnType::U8 | ColumnType::U16 | ColumnType::U32 | ColumnType::U64 => {
            vec![number("0"), number("7")]
        }
        ColumnType::I8 | ColumnType::I16 | ColumnType::I32 | ColumnType::I64 => {
            vec![number("18"), number("-1"), sql("1 + 2")]
        }
        ColumnType::F32 | ColumnType::F64 => vec![number("0.25"), number("-2"), sql("1.5 * 2")],
        ColumnType::Decimal | ColumnType::DecimalOf(..) => vec![number("1.50"), number("-3")],
        ColumnType::Text => {
            vec![text("it's \"x\" \\ ä"), text(""), text("18"), text("now()"), sql("lower('X')")]
        }
        ColumnType::Varchar(_) => vec![text("'"), text("")],
        ColumnType::Bytes if postgres => vec![sql("'\\x01ff'::bytea")],
        ColumnType::Bytes => vec![sql("x'01ff'")],
        ColumnType::Date => vec![ColumnDefault::Now, text("2020-02-29")],
        ColumnType::Time => vec![ColumnDefault::Now, text("23:59:59.5")],
        ColumnType::DateTime => vec![ColumnDefault::Now, text("2020-02-29 10:00:00")],
        ColumnType::Timestamp if postgres => vec![ColumnDefault::Now, text("2020-02-29 10:00:00+00")],
        ColumnType::Timestamp => vec![ColumnDefault::Now, text("2020-02-29 10:00:00.000000")],
        ColumnType::Uuid if postgres => {
            vec![sql("gen_random_uuid()"), text("00000000-0000-0000-0000-000000000000")]
        }
        ColumnType::Uuid => vec![text("00000000-0000-0000-0000-000000000000")],
        ColumnType::Json => vec![text("{}"), text("{\"a\": [1, \"it's\"]}")],
        ColumnType::Array(_) => vec![text("{}")],
        ColumnType::Enum(name) => labels(schema, name).iter().map(|label| text(label)).collect(),
        ColumnType::Native(_) => Vec::new(),
    };
    if by % 7 < 2 { None } else { pick(&choices, by / 7).cloned() }
}

fn labels(schema: &Schema, name: &EnumName) -> Vec<String> {
    schema.enum_type(name).map(|found| found.labels.clone()).unwrap_or_default()
}
