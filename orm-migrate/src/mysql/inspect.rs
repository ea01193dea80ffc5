//! `information_schema` → [`Schema`].
//!
//! An enum lives in its column: it becomes a type of the schema by the name of table and column, so that introspection
//! can make a Rust enum of it.

use std::collections::BTreeMap;

use orm_core::Connection;
use orm_schema::{
    Check, Column, ColumnDefault, ColumnType, EnumName, EnumType, ForeignKey, Generated, Identity, Index,
    IndexKey, IndexPart, PrimaryKey, ReferentialAction, Schema, SortOrder, Table, Unique,
};

use super::{
    catalog::{self, Catalog, CheckRow, ColumnRow, ForeignKeyRow, KeyRow, TableRow},
    ddl::DIALECT,
    normalise::plain_columns,
    types,
};
use crate::{
    dialect::Dialect,
    error::Result,
    inspect::{Inspected, NotOwned, OWN_PREFIX, declared_on},
    plan::mentions,
};

/// Reads the database that the connection is in.
pub(crate) async fn inspect(connection: &mut Connection) -> Result<Inspected> {
    let dialect = Dialect::of(connection);
    let catalog = catalog::read(connection).await?;
    let mut inspected = assemble(dialect, catalog);
    if !catalog::sees_all(connection).await? {
        let why =
            "this user has rights to single tables only: what else is in the database is not shown to it";
        inspected.warnings.push(why.to_owned());
    }
    Ok(inspected)
}

fn assemble(dialect: Dialect, catalog: Catalog) -> Inspected {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let mut not_owned = Vec::new();
    for row in catalog.tables.into_iter().filter(|row| !row.name.starts_with(OWN_PREFIX)) {
        if row.options.contains("partitioned") {
            not_owned.push(NotOwned { kind: "partitioning", name: row.name.clone() });
        }
        match row.kind.as_str() {
            "BASE TABLE" | "SYSTEM VERSIONED" => {
                if row.kind == "SYSTEM VERSIONED" {
                    not_owned.push(NotOwned { kind: "system versioning", name: row.name.clone() });
                }
                tables.insert(row.name.clone(), table(row));
            }
            "SEQUENCE" => not_owned.push(NotOwned { kind: "sequence", name: row.name }),
            _ => not_owned.push(NotOwned { kind: "view", name: row.name }),
        }
    }
    let others = catalog.others.into_iter().map(|row| NotOwned { kind: kind(&row.kind), name: row.name });
    not_owned.extend(others);
    let (of_columns, of_tables): (Vec<_>, Vec<_>) = catalog.checks.into_iter().partition(|row| row.of_column);
    let mut enums = BTreeMap::new();
    for row in catalog.columns {
        if let Some(table) = tables.get_mut(&row.table) {
            let check = of_columns.iter().find(|check| check.table == row.table && is_of(check, &row.name));
            table.columns.push(column(dialect, row, check, &mut enums));
        }
    }
    for key in grouped(catalog.keys, |row| (row.table.clone(), row.name.clone())) {
        if let Some(table) = key.first().and_then(|row| tables.get_mut(&row.table)) {
            add_key(dialect, table, key);
        }
    }
    for key in grouped(catalog.foreign_keys, |row| (row.table.clone(), row.name.clone())) {
        if let Some(table) = key.first().and_then(|row| tables.get_mut(&row.table)) {
            table.foreign_keys.extend(foreign_key(key));
        }
    }
    for row in of_tables {
        if let Some(table) = tables.get_mut(&row.table) {
            let check = check(dialect, table, row);
            table.checks.push(check);
        }
    }
    let enums = enums.into_iter().map(|(name, labels)| EnumType { name, labels }).collect();
    let schema = Schema { tables: tables.into_values().collect(), enums };
    Inspected { schema, not_owned, ..Inspected::default() }
}

fn table(row: TableRow) -> Table {
    let comment = Some(row.comment).filter(|text| !text.is_empty());
    Table { engine: row.engine, collation: row.collation, comment, ..Table::new(row.name.as_str()) }
}

/// Whether a check stands beside that column. It bears the column's name, as it was when the check was made: a rename
/// changes the condition alone.
fn is_of(check: &CheckRow, column: &str) -> bool {
    let speaks_of = |name: &str| mentions::mentions(DIALECT, &check.expression, &name.into());
    speaks_of(column) && (check.name == column || !speaks_of(&check.name))
}

/// The words of the catalog, as constants.
fn kind(text: &str) -> &'static str {
    const KINDS: &[&str] = &["procedure", "function", "trigger", "event", "package", "package body"];
    KINDS.iter().find(|kind| **kind == text).copied().unwrap_or("object")
}

/// Rows that follow each other and have one name.
fn grouped<T>(rows: Vec<T>, name: impl Fn(&T) -> (String, String)) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = Vec::new();
    for row in rows {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|first| name(first) == name(&row)) => group.push(row),
            _ => groups.push(vec![row]),
        }
    }
    groups
}

fn column(
    dialect: Dialect,
    row: ColumnRow,
    check: Option<&CheckRow>,
    enums: &mut BTreeMap<EnumName, Vec<String>>,
) -> Column {
    let identity = row.extra.contains("auto_increment").then_some(Identity::ByDefault);
    let is_plain = identity.is_none() && row.generated.is_empty();
    let default = row.default.clone().filter(|_| is_plain).map(|text| default(dialect, &row, text));
    let is_json = is_json(&row, check);
    let text = type_text(&row, check.filter(|_| !is_json), is_json);
    Column {
        name: row.name.as_str().into(),
        nullable: row.nullable,
        default,
        identity,
        generated: generated(dialect, &row),
        column_type: enum_type(&row, &text, enums).map_or(ColumnType::Native(text), ColumnType::Enum),
        collation: row.collation.filter(|_| !is_json),
        comment: Some(row.comment).filter(|text| !text.is_empty()),
        renamed_from: None,
    }
}

fn generated(dialect: Dialect, row: &ColumnRow) -> Option<Generated> {
    let expression = printed(dialect, &row.generated);
    let is_virtual = row.extra.contains("VIRTUAL");
    (!row.generated.is_empty()).then_some(Generated { expression, is_virtual })
}

/// MariaDB's JSON is a LONGTEXT with a check ("JSON Data Type").
fn is_json(row: &ColumnRow, check: Option<&CheckRow>) -> bool {
    row.printed == "longtext"
        && row.collation.as_deref() == Some("utf8mb4_bin")
        && check.is_some_and(|check| check.expression == format!("json_valid({})", DIALECT.quote(&row.name)))
}

/// MariaDB prints SQL. MySQL prints the value itself, and of an expression its SQL, quotes escaped ("The
/// INFORMATION_SCHEMA COLUMNS Table", EXTRA).
fn default(dialect: Dialect, row: &ColumnRow, text: String) -> ColumnDefault {
    if dialect == Dialect::MariaDb {
        return ColumnDefault::Expression(text);
    }
    let is_expression = row.extra.contains("DEFAULT_GENERATED") || text.starts_with("b'");
    if is_expression { ColumnDefault::Expression(unescaped(&text)) } else { ColumnDefault::Text(text) }
}

/// MySQL escapes the quotes of the conditions that it prints.
fn unescaped(text: &str) -> String {
    text.replace("\\'", "'")
}

fn printed(dialect: Dialect, expression: &str) -> String {
    if dialect == Dialect::MariaDb { expression.to_owned() } else { unescaped(expression) }
}

/// What no noun says is part of the type's text: no comparison misses it.
fn type_text(row: &ColumnRow, check: Option<&CheckRow>, is_json: bool) -> String {
    let mut text = if is_json { "json".to_owned() } else { row.printed.clone() };
    if let Some(at) = row.extra.to_ascii_lowercase().find("on update ") {
        let rest = &row.extra[at + "on update ".len()..];
        text.push_str(&format!(" ON UPDATE {}", rest.split(", ").next().unwrap_or(rest)));
    }
    if row.extra.contains("INVISIBLE") {
        text.push_str(" INVISIBLE");
    }
    if let Some(check) = check {
        text.push_str(&format!(" CHECK ({})", check.expression));
    }
    text
}

/// The enum type of a column that is nothing but labels; where its name is taken by another one, the labels stay in the
/// column's type.
fn enum_type(row: &ColumnRow, text: &str, enums: &mut BTreeMap<EnumName, Vec<String>>) -> Option<EnumName> {
    let labels = types::labels(text).filter(|_| text == row.printed)?;
    let name = EnumName::new(format!("{}_{}", row.table, row.name));
    let known = enums.entry(name.clone()).or_insert_with(|| labels.clone());
    (*known == labels).then_some(name)
}

fn add_key(dialect: Dialect, table: &mut Table, rows: Vec<KeyRow>) {
    let Some(first) = rows.first() else { return };
    let (name, unique, kind) = (first.name.clone(), first.unique, first.kind.clone());
    let method = match kind.as_str() {
        "FULLTEXT" => Some("fulltext".to_owned()),
        "SPATIAL" => Some("spatial".to_owned()),
        _ => None,
    };
    let parts = rows.into_iter().map(|row| index_part(dialect, row, method.is_some())).collect();
    let index = Index { name: Some(name.as_str().into()), parts, unique, method, ..Index::default() };
    match plain_columns(&index) {
        Some(columns) if name == "PRIMARY" => {
            table.primary_key = Some(PrimaryKey { columns, ..PrimaryKey::default() });
        }
        Some(columns) if unique && index.method.is_none() => {
            table.uniques.push(Unique { name: index.name, columns, ..Unique::default() });
        }
        Some(_) | None => table.indexes.push(index),
    }
}

/// A spatial index shows a prefix that nobody wrote.
fn index_part(dialect: Dialect, row: KeyRow, is_special: bool) -> IndexPart {
    let key = match row.column {
        Some(name) => IndexKey::Column(name.into()),
        None => IndexKey::Expression(printed(dialect, &row.expression.unwrap_or_default())),
    };
    IndexPart {
        order: if row.descending { SortOrder::Desc } else { SortOrder::Asc },
        prefix: row.prefix.filter(|_| !is_special).and_then(|length| u32::try_from(length).ok()),
        ..IndexPart::new(key)
    }
}

fn foreign_key(rows: Vec<ForeignKeyRow>) -> Option<ForeignKey> {
    let columns = rows.iter().map(|row| row.column.as_str().into()).collect();
    let references = rows.iter().map(|row| row.references.as_str().into()).collect();
    let first = rows.into_iter().next()?;
    Some(ForeignKey {
        name: Some(first.name.into()),
        columns,
        table: orm_schema::TableName { namespace: first.target_namespace, name: first.target },
        references,
        on_delete: action(&first.on_delete),
        on_update: action(&first.on_update),
        ..ForeignKey::default()
    })
}

fn action(words: &str) -> ReferentialAction {
    match words {
        "RESTRICT" => ReferentialAction::Restrict,
        "CASCADE" => ReferentialAction::Cascade,
        "SET NULL" => ReferentialAction::SetNull,
        "SET DEFAULT" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

fn check(dialect: Dialect, table: &Table, row: CheckRow) -> Check {
    let mut check = Check {
        name: Some(row.name.as_str().into()),
        columns: Vec::new(),
        expression: printed(dialect, &row.expression),
        ..Check::default()
    };
    let reads = mentions::of_constraint(DIALECT, table, &crate::change::Constraint::Check(check.clone()));
    check.columns = declared_on(&table.name, &row.name, reads);
    check
}
