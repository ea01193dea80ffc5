//! The data definition language of MariaDB and MySQL, clause by clause. Both spell it alike.

use std::collections::BTreeSet;

use orm_schema::{
    Column, ConstraintName, Generated, Index, IndexKey, IndexPart, SortOrder, Table, TableName,
};

use super::{default, types};
use crate::{
    change::{Constraint, TableOptions, is_said_otherwise},
    dialect::Dialect,
    names::{TableNames, constraints},
    plan::{clause, mentions},
    suffix,
};

/// For names and texts, which MySQL quotes in the same way.
pub(super) const DIALECT: Dialect = Dialect::MariaDb;

/// What a new table is, whatever the server's own defaults are. A collation implies its character set.
fn options(dialect: Dialect, table: &Table) -> String {
    let engine = table.engine.as_deref().unwrap_or("InnoDB");
    let collation = match &table.collation {
        Some(collation) => format!("COLLATE={collation}"),
        None => format!("DEFAULT CHARSET=utf8mb4 COLLATE={}", types::collation(dialect)),
    };
    let comment = table.comment.as_ref().filter(|text| !text.is_empty());
    let comment = comment.map(|text| format!(" COMMENT={}", DIALECT.text(text))).unwrap_or_default();
    format!(" ENGINE={engine} {collation}{comment}")
}

/// The options of a table that become others, as clauses of ALTER TABLE.
pub(super) fn changed_options(from: &TableOptions, to: &TableOptions) -> Vec<String> {
    let engine = to.engine.as_ref().filter(|_| from.engine != to.engine);
    let collation = to.collation.as_ref().filter(|_| from.collation != to.collation);
    let comment = to.comment.as_ref().filter(|text| is_said_otherwise(from.comment.as_deref(), Some(text)));
    let clauses = [
        engine.map(|engine| format!("ENGINE={engine}")),
        collation.map(|collation| format!("COLLATE={collation}")),
        comment.map(|text| format!("COMMENT={}", DIALECT.text(text))),
    ];
    clauses.into_iter().flatten().collect()
}

/// `ALTER TABLE `table` …`
pub(super) fn alter_table(table: &TableName, clauses: &[String]) -> String {
    format!("ALTER TABLE {} {}", DIALECT.quote_table(table), clauses.join(", "))
}

/// A column of CREATE TABLE, where texts have the collation of their table.
fn column(dialect: Dialect, table: &Table, column: &Column) -> String {
    if table.collation.is_some() {
        return column_with_collation(dialect, column);
    }
    column_of(column, column.collation.as_deref())
}

/// A column of ALTER TABLE: an inherited table may have another collation, which a column without one would take.
pub(super) fn column_with_collation(dialect: Dialect, column: &Column) -> String {
    let is_text = types::is_character(&column.column_type.to_string());
    let own = is_text.then(|| types::collation(dialect));
    column_of(column, column.collation.as_deref().or(own))
}

/// A condition stands behind everything else ("CREATE TABLE", column definitions).
fn column_of(column: &Column, collation: Option<&str>) -> String {
    let native = column.column_type.to_string();
    let (base, rest) = suffix::split(&native);
    let (rest, check) = match rest.find("CHECK (") {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let name = DIALECT.quote(column.name.as_str());
    let is_generated = column.generated.is_some();
    let null = match column.nullable {
        // Before 10.10 a TIMESTAMP is NOT NULL unless it says NULL (MariaDB "explicit_defaults_for_timestamp").
        true if base.starts_with("timestamp") && !is_generated => " NULL",
        true => "",
        false if is_generated => "",
        false => " NOT NULL",
    };
    let value = match (&column.identity, &column.default) {
        (Some(_), _) => " AUTO_INCREMENT".to_owned(),
        (None, Some(written)) => format!(" DEFAULT {}", default::sql(written, &column.column_type)),
        (None, None) => String::new(),
    };
    let comment = column.comment.as_ref().filter(|text| !text.is_empty());
    let words = [
        Some(name),
        Some(base.to_owned()),
        collation.map(|collation| format!("COLLATE {collation}")),
        column.generated.as_ref().map(generated),
        Some(rest.trim().to_owned()),
        Some(format!("{null}{value}").trim().to_owned()),
        comment.map(|text| format!("COMMENT {}", DIALECT.text(text))),
        Some(check.to_owned()),
    ];
    let words: Vec<String> = words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn generated(generated: &Generated) -> String {
    let kind = if generated.is_virtual { "VIRTUAL" } else { "STORED" };
    format!("GENERATED ALWAYS AS ({}) {kind}", generated.expression)
}

/// CREATE TABLE with its indexes, without the foreign keys at the places in `put_off`.
pub(super) fn create_table(dialect: Dialect, table: &Table, put_off: &BTreeSet<usize>) -> Vec<String> {
    let is_put_off = |constraint: &Constraint| {
        let mut keys = put_off.iter().filter_map(|at| table.foreign_keys.get(*at));
        matches!(constraint, Constraint::ForeignKey(key) if keys.any(|other| other == key))
    };
    let made = constraints(table).into_iter().filter(|(_, constraint)| !is_put_off(constraint));
    let (later, made): (Vec<_>, Vec<_>) = made.partition(|(_, constraint)| is_of_counted(table, constraint));
    let (keys, conditions): (Vec<_>, Vec<_>) =
        made.into_iter().partition(|(_, constraint)| is_key(constraint));
    let clauses = |made: Vec<(ConstraintName, Constraint)>| -> Vec<String> {
        made.iter().map(|(name, constraint)| self::constraint(name, constraint)).collect()
    };
    let mut lines: Vec<String> = table.columns.iter().map(|one| column(dialect, table, one)).collect();
    lines.extend(clauses(keys));
    let names = TableNames::of(table).indexes;
    lines.extend(names.iter().zip(&table.indexes).map(|(name, one)| index(name, one)));
    lines.extend(clauses(conditions));
    let mut sql = vec![clause::create_table(DIALECT, &table.name, &lines, &options(dialect, table))];
    sql.extend(
        later
            .iter()
            .map(|(name, later)| alter_table(&table.name, &[format!("ADD {}", constraint(name, later))])),
    );
    sql
}

/// Whether it is a check on a column that is counted up, which CREATE TABLE refuses and ALTER TABLE takes.
fn is_of_counted(table: &Table, constraint: &Constraint) -> bool {
    let Constraint::Check(check) = constraint else { return false };
    let mut counted = table.columns.iter().filter(|column| column.identity.is_some());
    counted.any(|column| mentions::mentions(DIALECT, &check.expression, &column.name))
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
        IndexKey::Expression(text) => format!("({text})"),
    };
    let prefix = part.prefix.map(|length| format!("({length})")).unwrap_or_default();
    format!("{key}{prefix}{order}")
}
