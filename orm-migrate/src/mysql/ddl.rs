//! The data definition language of MariaDB and MySQL, clause by clause. Both spell it alike.

use std::collections::BTreeSet;

use orm_schema::{Column, ConstraintName, Index, IndexKey, IndexPart, SortOrder, Table, TableName};

use super::{default, types};
use crate::{
    change::Constraint,
    dialect::Dialect,
    names::{TableNames, constraints},
    plan::clause,
    suffix,
};

/// For names and texts, which MySQL quotes in the same way.
pub(super) const DIALECT: Dialect = Dialect::MariaDb;

/// What a new table is, whatever the server's own defaults are.
fn options(dialect: Dialect) -> String {
    format!(" ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE={}", types::collation(dialect))
}

/// `ALTER TABLE `table` …`
pub(super) fn alter_table(table: &TableName, clauses: &[String]) -> String {
    format!("ALTER TABLE {} {}", DIALECT.quote_table(table), clauses.join(", "))
}

/// A column of CREATE TABLE, where texts have the collation of their table.
fn column(column: &Column) -> String {
    column_of(column, &column.column_type.to_string())
}

/// A column of ALTER TABLE: an inherited table may have another collation, which a column without one would take.
pub(super) fn column_with_collation(dialect: Dialect, column: &Column) -> String {
    let native = column.column_type.to_string();
    let (base, rest) = suffix::split(&native);
    if types::is_character(&native) && !rest.contains("COLLATE ") {
        let base = format!("{base} COLLATE {}", types::collation(dialect));
        return column_of(column, &suffix::join(base, rest));
    }
    column_of(column, &native)
}

/// A condition stands behind everything else ("CREATE TABLE", column definitions).
fn column_of(column: &Column, native: &str) -> String {
    let (native, check) = match native.find(" CHECK (") {
        Some(at) if suffix::split(native).1.contains("CHECK (") => native.split_at(at),
        Some(_) | None => (native, ""),
    };
    let name = DIALECT.quote(column.name.as_str());
    let is_generated = native.contains(" GENERATED ALWAYS AS ");
    let null = match column.nullable {
        // Before 10.10 a TIMESTAMP is NOT NULL unless it says NULL (MariaDB "explicit_defaults_for_timestamp").
        true if native.starts_with("timestamp") => " NULL",
        true => "",
        false if is_generated => "",
        false => " NOT NULL",
    };
    let value = match (&column.identity, &column.default) {
        (Some(_), _) => " AUTO_INCREMENT".to_owned(),
        (None, Some(written)) => format!(" DEFAULT {}", default::sql(written, &column.column_type)),
        (None, None) => String::new(),
    };
    format!("{name} {native}{null}{value}{check}")
}

/// CREATE TABLE with its indexes, without the foreign keys at the places in `put_off`.
pub(super) fn create_table(dialect: Dialect, table: &Table, put_off: &BTreeSet<usize>) -> Vec<String> {
    let is_put_off = |constraint: &Constraint| {
        let mut keys = put_off.iter().filter_map(|at| table.foreign_keys.get(*at));
        matches!(constraint, Constraint::ForeignKey(key) if keys.any(|other| other == key))
    };
    let made = constraints(table).into_iter().filter(|(_, constraint)| !is_put_off(constraint));
    let (keys, conditions): (Vec<_>, Vec<_>) = made.partition(|(_, constraint)| is_key(constraint));
    let clauses = |made: Vec<(ConstraintName, Constraint)>| -> Vec<String> {
        made.iter().map(|(name, constraint)| self::constraint(name, constraint)).collect()
    };
    let mut lines: Vec<String> = table.columns.iter().map(column).collect();
    lines.extend(clauses(keys));
    let names = TableNames::of(table).indexes;
    lines.extend(names.iter().zip(&table.indexes).map(|(name, one)| index(name, one)));
    lines.extend(clauses(conditions));
    vec![clause::create_table(DIALECT, &table.name, &lines, &options(dialect))]
}

const fn is_key(constraint: &Constraint) -> bool {
    matches!(constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_))
}

/// `UNIQUE KEY `name` (…)`, `CONSTRAINT `name` CHECK (…)`
pub(super) fn constraint(name: &ConstraintName, constraint: &Constraint) -> String {
    match constraint {
        Constraint::PrimaryKey(_) => clause::constraint(DIALECT, None, constraint),
        Constraint::Unique(unique) => {
            let columns = clause::columns(DIALECT, &unique.columns);
            format!("UNIQUE KEY {} ({columns})", DIALECT.quote(name.as_str()))
        }
        Constraint::ForeignKey(_) | Constraint::Check(_) => {
            clause::constraint(DIALECT, Some(name), constraint)
        }
    }
}

/// `KEY `name` (`a` DESC)`
pub(super) fn index(name: &ConstraintName, index: &Index) -> String {
    let kind = match index.method.as_deref() {
        Some("fulltext") => "FULLTEXT ",
        Some("spatial") => "SPATIAL ",
        _ if index.unique => "UNIQUE ",
        _ => "",
    };
    let parts: Vec<_> = index.parts.iter().map(part).collect();
    format!("{kind}KEY {} ({})", DIALECT.quote(name.as_str()), parts.join(", "))
}

fn part(part: &IndexPart) -> String {
    let order = match part.order {
        SortOrder::Asc => "",
        SortOrder::Desc => " DESC",
    };
    let key = match &part.key {
        IndexKey::Column(name) => DIALECT.quote(name.as_str()),
        IndexKey::Expression(text) if prefix(text).is_some() => text.clone(),
        IndexKey::Expression(text) => format!("({text})"),
    };
    format!("{key}{order}")
}

/// `` `name`(10) ``
pub(super) fn prefix_of(column: &str, length: u32) -> String {
    format!("{}({length})", DIALECT.quote(column))
}

/// The column and the length of `` `name`(10) ``: the first characters of a column.
pub(super) fn prefix(text: &str) -> Option<(String, u32)> {
    let tokens = crate::token::significant(text, &super::split::RULES).ok()?;
    match tokens.as_slice() {
        [name, open, length, close] if open.text == "(" && close.text == ")" => {
            Some((name.name()?, length.text.parse().ok()?))
        }
        _ => None,
    }
}
