//! A table made anew: the twelve steps of lang_altertable.html §7, as far as they are SQL.
//!
//! Turning foreign keys off, carrying triggers over and checking foreign keys is for whoever runs the step; the step says
//! so by its [`Rebuild`].

use orm_schema::{Column, Identity, Table, TableName};

use super::ddl;
use crate::{dialect::Dialect, names::TableNames, plan::clause, step::Rebuild};

const DIALECT: Dialect = Dialect::Sqlite;

/// What the step says of itself.
pub(super) fn rebuild(before: &Table, after: &Table) -> Rebuild {
    let (old, new) = (TableNames::of(before).indexes, TableNames::of(after).indexes);
    let mut indexes: Vec<String> = old.into_iter().chain(new).map(|name| name.as_str().to_owned()).collect();
    indexes.sort();
    indexes.dedup();
    Rebuild { table: after.name.clone(), temporary: temporary(&after.name), indexes }
}

fn temporary(table: &TableName) -> TableName {
    TableName { namespace: table.namespace.clone(), name: format!("_orm_new_{}", table.name) }
}

/// The statements: make the new table, copy, drop, rename, make the indexes again.
pub(super) fn sql(before: &Table, after: &Table) -> Vec<String> {
    let new = temporary(&after.name);
    let (table, quoted) = (DIALECT.quote_table(&after.name), DIALECT.quote_table(&new));
    let mut sql = vec![ddl::create_table(after, &new)];
    sql.extend(copy(before, after, &quoted));
    sql.extend(keep_counter(before, after, &new));
    sql.push(format!("DROP TABLE {table}"));
    // Without it the rename reads every view and trigger of the database, and fails at those that speak of the table that
    // is not there right now (lang_altertable.html §2).
    sql.push("PRAGMA legacy_alter_table = ON".to_owned());
    sql.push(format!("ALTER TABLE {quoted} RENAME TO {}", DIALECT.quote(&after.name.name)));
    sql.push("PRAGMA legacy_alter_table = OFF".to_owned());
    sql.extend(ddl::create_indexes(after));
    sql
}

/// The rows, by the columns that are in both.
fn copy(before: &Table, after: &Table, new: &str) -> Option<String> {
    let kept = after.columns.iter().filter(|column| before.column(&column.name).is_some());
    // What the database computes cannot be written (gencol.html §2.3).
    let kept = kept.filter(|column| column.generated.is_none());
    let kept: Vec<_> = kept.map(|column: &Column| column.name.clone()).collect();
    let mut columns = clause::columns(DIALECT, &kept);
    if let Some(rowid) = hidden_rowid(before, after) {
        columns = if columns.is_empty() { rowid.to_owned() } else { format!("{rowid}, {columns}") };
    }
    let from = DIALECT.quote_table(&before.name);
    (!columns.is_empty()).then(|| format!("INSERT INTO {new} ({columns}) SELECT {columns} FROM {from}"))
}

/// The name by which both tables give their rowid, where no column of the new one is it (lang_createtable.html §5).
fn hidden_rowid(before: &Table, after: &Table) -> Option<&'static str> {
    if before.without_rowid || after.without_rowid || ddl::has_rowid_column(after) {
        return None;
    }
    let is_free = |name: &&str| {
        let is_column = |table: &Table| {
            table.columns.iter().any(|column| column.name.as_str().eq_ignore_ascii_case(name))
        };
        !is_column(before) && !is_column(after)
    };
    ["rowid", "_rowid_", "oid"].into_iter().find(is_free)
}

/// AUTOINCREMENT never gives a key again, even of a row that is gone (autoinc.html §3): the counter goes along.
fn keep_counter(before: &Table, after: &Table, new: &TableName) -> Vec<String> {
    let counts =
        |table: &Table| table.columns.iter().any(|column| column.identity == Some(Identity::Autoincrement));
    if !counts(before) || !counts(after) {
        return Vec::new();
    }
    let (new, old) = (DIALECT.text(&new.name), DIALECT.text(&before.name.name));
    vec![
        format!("DELETE FROM sqlite_sequence WHERE name = {new}"),
        format!(
            "INSERT INTO sqlite_sequence (name, seq) SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
        ),
    ]
}
