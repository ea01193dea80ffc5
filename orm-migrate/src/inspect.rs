//! Reads the schema of a live database from its catalogs.
//!
//! A handful of queries, whatever the number of tables. Types come as the database prints them
//! ([`ColumnType::Native`](orm_schema::ColumnType::Native)), defaults and conditions as its own SQL, constraints with
//! the names they have: making two spellings equal is the business of [`normalise`](fn@crate::normalise).

use std::collections::{BTreeMap, BTreeSet};

use orm_core::Connection;
use orm_schema::{
    ColumnName, EnumType, ForeignKey, Schema, TableName,
    naming::{Suffix, constraint_name},
};

use crate::{
    bookkeeping,
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    normalise::enum_of,
};

/// What a database holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspected {
    /// What the models can say.
    pub schema: Schema,
    /// The domains that columns have, and the type that each is made of.
    pub domains: BTreeMap<String, String>,
    /// What models cannot say: left alone, and told.
    pub not_owned: Vec<NotOwned>,
    /// What the database may hold and does not show.
    pub warnings: Vec<String>,
}

/// An object that no model can say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotOwned {
    /// What it is: `view`, `trigger`, `virtual table`, …
    pub kind: &'static str,
    /// Its name, with what it belongs to: `update_total on orders`.
    pub name: String,
}

/// The prefix of the engine's own tables, which are no part of any schema.
pub(crate) const OWN_PREFIX: &str = "_orm_";

/// Reads the schema of the database, our own tables left out, in a transaction of its own.
///
/// # Errors
/// When a catalog query fails, and where a transaction is open.
pub async fn inspect(connection: &mut Connection) -> Result<Inspected> {
    Dialect::of(connection).at_one_moment(connection, inspect_at_once).await
}

/// Reads the schema inside of a transaction that [looks](Dialect::at_one_moment).
pub(crate) async fn inspect_at_once(connection: &mut Connection) -> Result<Inspected> {
    let mut inspected = Dialect::of(connection).inspect(connection).await?;
    inspected.not_owned.extend(bookkeeping::set_aside(&mut inspected.schema.tables));
    inspected.set_aside_bare_tables();
    inspected.set_aside_unused_enums();
    inspected.set_aside_dead_keys();
    inspected.schema = inspected.schema.sorted();
    inspected.not_owned.sort();
    Ok(inspected)
}

/// How often a schema is read before somebody is told that it does not keep still.
const READINGS: usize = 6;

/// Reads the schema of a database that others may be altering: until two readings are the same.
///
/// Catalogs are read by several queries, and not all of what they tell belongs to one moment.
///
/// # Errors
/// When a catalog query fails at every reading, and when no two of them are the same.
pub async fn inspect_steadily(connection: &mut Connection) -> Result<Inspected> {
    let mut last = inspect(connection).await;
    for _ in 1..READINGS {
        let next = inspect(connection).await;
        match (last, next) {
            (Ok(last), Ok(next)) if last == next => return Ok(next),
            // What was dropped between two queries is an error of the second.
            (_, next) => last = next,
        }
    }
    last.and_then(|_| {
        Err(MigrateError::new(Code::Database, "the database is being altered while it is read")
            .fix("try again when nobody alters it"))
    })
}

impl Inspected {
    /// A model says an enum by a column of it. One that only views, functions or other types use is left to them.
    fn set_aside_unused_enums(&mut self) {
        let columns = self.schema.tables.iter().flat_map(|table| &table.columns);
        let used: BTreeSet<_> = columns.filter_map(|column| enum_of(&column.column_type)).cloned().collect();
        let unused = self.schema.enums.extract_if(.., |found| !used.contains(&found.name));
        let kind = |found: &EnumType| match found.labels.is_empty() {
            true => "enum type without labels",
            false => "enum type of no column",
        };
        self.not_owned
            .extend(unused.map(|found| NotOwned { kind: kind(&found), name: found.name.to_string() }));
    }

    /// PostgreSQL has tables without columns. A struct without fields is no model.
    fn set_aside_bare_tables(&mut self) {
        let bare = self.schema.tables.extract_if(.., |table| table.columns.is_empty());
        self.not_owned.extend(
            bare.map(|table| NotOwned { kind: "table without columns", name: table.name.to_string() }),
        );
    }

    /// A foreign key may lead to a table or to columns that are not there (SQLite checks it only when rows are written),
    /// or to a table that is not ours to say, such as a partition.
    fn set_aside_dead_keys(&mut self) {
        let known = self.schema.clone();
        for table in &mut self.schema.tables {
            let (alive, dead): (Vec<_>, Vec<_>) = std::mem::take(&mut table.foreign_keys)
                .into_iter()
                .partition(|key| leads_somewhere(&known, key));
            table.foreign_keys = alive;
            self.not_owned.extend(dead.into_iter().map(|key| NotOwned {
                kind: "foreign key to what is not there",
                name: format!("{} to {}", table.name, key.table),
            }));
        }
    }
}

fn leads_somewhere(schema: &Schema, key: &ForeignKey) -> bool {
    key.columns.len() == key.references.len()
        && schema
            .table(&key.table)
            .is_some_and(|table| key.references.iter().all(|column| table.column(column).is_some()))
}

/// The columns that a check was declared on, told by its name: the catalog lists all that its condition reads.
pub(crate) fn declared_on(table: &TableName, name: &str, columns: Vec<ColumnName>) -> Vec<ColumnName> {
    let is_derived_from = |columns: &[ColumnName]| constraint_name(table, columns, Suffix::Check) == name;
    match columns.len() {
        _ if is_derived_from(&columns) => columns,
        1 if !is_derived_from(&[]) => columns,
        _ => Vec::new(),
    }
}
