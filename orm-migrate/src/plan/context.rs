//! What a dialect may ask while it turns changes into steps.

use std::collections::BTreeSet;

use orm_schema::{ColumnName, EnumName, Schema, Table, TableName};

use super::Twin;
use crate::{change::Change, dialect::Dialect, diff::Renames, names::TableNames};

/// Both schemas, the changes between them, and the schema in the middle: the old one under its new names.
pub(crate) struct Context<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) from: &'a Schema,
    pub(crate) before: Schema,
    pub(crate) to: &'a Schema,
    pub(crate) changes: &'a [Change],
    /// Tables that are in use are to stay so, with these columns kept the same as others.
    pub(crate) online: Option<&'a [Twin]>,
    renames: Renames,
    fresh: BTreeSet<TableName>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(dialect: Dialect, from: &'a Schema, to: &'a Schema, changes: &'a [Change]) -> Self {
        let renames = Renames::of(changes);
        let mut before = renames.apply(dialect, from);
        for (original, table) in from.tables.iter().zip(&mut before.tables) {
            keep_names(original, table);
        }
        let fresh = changes.iter().filter_map(|change| match change {
            Change::CreateTable { table } => Some(table.name.clone()),
            _ => None,
        });
        Self { dialect, from, before, to, fresh: fresh.collect(), changes, online: None, renames }
    }

    /// The same for other changes between the same schemas.
    pub(crate) fn with(&self, changes: &'a [Change]) -> Self {
        Self { online: self.online, ..Self::new(self.dialect, self.from, self.to, changes) }
    }

    /// Whether the plan makes the table: it has no rows, and nobody uses it.
    pub(crate) fn is_fresh(&self, table: &TableName) -> bool {
        self.fresh.contains(table)
    }

    /// What a table is called in the database as it is now; `None` for a new one.
    pub(crate) fn table_now(&self, table: &TableName) -> Option<&TableName> {
        let original =
            self.from.tables.iter().find(|original| self.renames.table(&original.name) == *table)?;
        Some(&original.name)
    }

    /// What a column is called in the database as it is now; `None` for a new one.
    pub(crate) fn column_now(&self, table: &TableName, column: &ColumnName) -> Option<ColumnName> {
        let renamed = self.renames.columns.get(table);
        let old = renamed.and_then(|columns| columns.iter().find(|(_, new)| *new == column));
        match old {
            Some((old, _)) => Some(old.clone()),
            None => self.before.table(table)?.column(column).map(|column| column.name.clone()),
        }
    }

    /// The columns that have another name afterwards, or are gone while their table stays; all by their names of now.
    pub(crate) fn gone_columns(&self) -> Vec<(TableName, ColumnName)> {
        let of =
            |table: &TableName, column: &ColumnName| Some((self.table_now(table)?.clone(), column.clone()));
        let gone = self.changes.iter().filter_map(|change| match change {
            Change::DropColumn { table, column } => of(table, &column.name),
            Change::RenameColumn { table, from, .. } => of(table, from),
            _ => None,
        });
        gone.collect()
    }

    /// The tables that have another name afterwards, or none, by their names of now.
    pub(crate) fn gone_tables(&self) -> BTreeSet<TableName> {
        let gone = self.changes.iter().filter_map(|change| match change {
            Change::DropTable { table } => Some(table.name.clone()),
            Change::RenameTable { from, .. } => Some(from.clone()),
            _ => None,
        });
        gone.collect()
    }

    /// The tables that are called otherwise, or have columns that are, by their names of now.
    pub(crate) fn renamed_tables(&self) -> BTreeSet<&TableName> {
        let of_columns = self.renames.columns.keys().filter_map(|table| self.table_now(table));
        self.renames.tables.keys().chain(of_columns).collect()
    }

    /// The enum types that are called otherwise, or have labels that are, by their names of now.
    pub(crate) fn renamed_enums(&self) -> BTreeSet<EnumName> {
        let of_labels = self.renames.labels.keys().map(|name| self.enum_now(name));
        self.renames.enums.keys().cloned().chain(of_labels).collect()
    }

    /// What an enum type is called in the database as it is now.
    pub(crate) fn enum_now(&self, name: &EnumName) -> EnumName {
        let old = self.renames.enums.iter().find(|(_, new)| *new == name);
        old.map_or_else(|| name.clone(), |(old, _)| old.clone())
    }

    /// Several columns as they are called now; `None` if one is new.
    pub(crate) fn columns_now(&self, table: &TableName, columns: &[ColumnName]) -> Option<Vec<ColumnName>> {
        columns.iter().map(|column| self.column_now(table, column)).collect()
    }
}

/// A rename leaves the names of constraints and indexes alone until a change of its own follows.
fn keep_names(original: &Table, table: &mut Table) {
    let (old, new) = (TableNames::of(original), TableNames::of(table));
    if old == new {
        return;
    }
    table.primary_key.iter_mut().zip(old.primary_key).for_each(|(key, name)| key.name = Some(name));
    table.uniques.iter_mut().zip(old.uniques).for_each(|(unique, name)| unique.name = Some(name));
    table.foreign_keys.iter_mut().zip(old.foreign_keys).for_each(|(key, name)| key.name = Some(name));
    table.checks.iter_mut().zip(old.checks).for_each(|(check, name)| check.name = Some(name));
    table.indexes.iter_mut().zip(old.indexes).for_each(|(index, name)| index.name = Some(name));
}
