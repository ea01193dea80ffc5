//! Expand and contract: a column that is renamed while two versions of a program run.
//!
//! The first migration adds the new name beside the old one and keeps both the same; the second, in a later release, drops
//! the old one. What lies between is a schema of its own: everything that is wanted, and what was said of the old columns.

use orm_schema::{ColumnName, Schema, Table, TableName};

use crate::{
    change::Change,
    dialect::Dialect,
    diff::Rename,
    names::TableNames,
    plan::{fit, mentions},
};

/// A column that has another one beside it for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// The table.
    pub table: TableName,
    /// The name that goes.
    pub old: ColumnName,
    /// The name that comes.
    pub new: ColumnName,
}

/// What lies between.
#[derive(Debug, Clone)]
pub struct Expanded {
    /// The schema that holds both.
    pub schema: Schema,
    /// What is renamed at once.
    pub renames: Vec<Rename>,
    /// The columns that are there twice.
    pub twins: Vec<Twin>,
}

/// What lies between two schemas whose changes rename columns; `None` where the database cannot keep two columns the same
/// for writers, where none is renamed, where a table is renamed, too, where the column is a key that others lead to, and
/// where it gets a type that does not hold all that a writer of the old one may write.
///
/// ```
/// use orm_migrate::{Dialect, plan::expand};
/// use orm_schema::Schema;
/// assert!(expand(Dialect::Postgres, &Schema::default(), &Schema::default(), &[]).is_none());
/// ```
#[must_use]
pub fn expand(dialect: Dialect, before: &Schema, after: &Schema, changes: &[Change]) -> Option<Expanded> {
    let twins: Vec<Twin> = changes.iter().filter_map(twin).collect();
    let moves = |change: &Change| matches!(change, Change::RenameTable { .. });
    let is_key = twins.iter().any(|twin| is_key(before, twin));
    if twins.is_empty() || is_key || !dialect.keeps_twins() || changes.iter().any(moves) {
        return None;
    }
    let mut schema = after.clone();
    for twin in &twins {
        let (old, new) =
            (before.table(&twin.table)?, schema.tables.iter_mut().find(|table| table.name == twin.table)?);
        keep(dialect, old, new, twin)?;
    }
    let renames = changes.iter().filter_map(other).collect();
    Some(Expanded { schema, renames, twins })
}

/// Whether rows are known by the column, or the database makes its values.
fn is_key(before: &Schema, twin: &Twin) -> bool {
    let Some(table) = before.table(&twin.table) else { return true };
    let in_key = table.primary_key.as_ref().is_some_and(|key| key.columns.contains(&twin.old));
    let made =
        table.column(&twin.old).is_some_and(|column| column.identity.is_some() || column.generated.is_some());
    let mut keys = before.tables.iter().flat_map(|table| &table.foreign_keys);
    in_key || made || keys.any(|key| key.table == twin.table && key.references.contains(&twin.old))
}

fn twin(change: &Change) -> Option<Twin> {
    let Change::RenameColumn { table, from, to } = change else { return None };
    Some(Twin { table: table.clone(), old: from.clone(), new: to.clone() })
}

/// A rename that is made at once.
fn other(change: &Change) -> Option<Rename> {
    let (from, to) = match change {
        Change::RenameEnum { from, to } => (from.to_string(), to.to_string()),
        Change::RenameEnumValue { enum_name, from, to } => {
            (format!("{enum_name}.{from}"), format!("{enum_name}.{to}"))
        }
        _ => return None,
    };
    Some(Rename { from, to, same: true })
}

/// The old column with everything that was said of it, under the names that it has.
fn keep(dialect: Dialect, old: &Table, new: &mut Table, twin: &Twin) -> Option<()> {
    let names = TableNames::of(old);
    let column = new.columns.iter_mut().find(|column| column.name == twin.new)?;
    let kept = old.column(&twin.old)?;
    if !fit::holds_all(dialect, &kept.column_type, &column.column_type) {
        return None;
    }
    column.renamed_from = None;
    column.default = None;
    new.columns.push(kept.clone());
    for (name, unique) in names.uniques.into_iter().zip(&old.uniques) {
        if unique.columns.contains(&twin.old) {
            new.uniques.push(orm_schema::Unique { name: Some(name), ..unique.clone() });
        }
    }
    for (name, key) in names.foreign_keys.into_iter().zip(&old.foreign_keys) {
        if key.columns.contains(&twin.old) {
            new.foreign_keys.push(orm_schema::ForeignKey { name: Some(name), ..key.clone() });
        }
    }
    for (name, index) in names.indexes.into_iter().zip(&old.indexes) {
        if mentions::of_index(dialect, old, index).contains(&twin.old) {
            new.indexes.push(orm_schema::Index { name: Some(name), ..index.clone() });
        }
    }
    Some(())
}
