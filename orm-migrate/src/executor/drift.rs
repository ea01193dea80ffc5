//! What the live database has that the history does not explain.

use std::collections::BTreeSet;

use orm_schema::{Schema, TableName};

use crate::{
    change::Change,
    dialect::Dialect,
    diff::{DiffOptions, diff},
    error::{Code, MigrateError, Result},
    folder::Migrations,
    journal::Journal,
    normalise::normalise,
};

/// What turns the expected schema into the live one.
///
/// It is found as the way back: a live database spells out every name, and a name that the rules derive is a difference
/// only where it is asked for.
#[must_use]
pub fn between(dialect: Dialect, expected: Schema, live: Schema) -> Vec<Change> {
    changes(dialect, live, expected).iter().map(Change::inverse).collect()
}

fn changes(dialect: Dialect, from: Schema, to: Schema) -> Vec<Change> {
    let (from, to) = (normalise(dialect, from), normalise(dialect, to));
    diff(dialect, &from, &to, &DiffOptions::default()).changes
}

/// The schema that the history explains: the snapshot of the last migration that is done.
#[must_use]
pub fn expected(migrations: &Migrations, journal: &Journal) -> Schema {
    let last = journal.finished().next_back().and_then(|entry| migrations.get(&entry.name));
    last.map(|migration| migration.schema.clone()).unwrap_or_default()
}

/// Refuses drift where a pending migration would touch it; tells the rest.
///
/// While a migration is half done nothing can be told apart from it, so nothing is compared.
pub(super) fn in_the_way(
    migrations: &Migrations,
    journal: &Journal,
    live: Schema,
    strict: bool,
) -> Result<Vec<String>> {
    if journal.unfinished().is_some() {
        return Ok(Vec::new());
    }
    let dialect = migrations.dialect();
    let expected = expected(migrations, journal);
    let touched: BTreeSet<_> =
        changes(dialect, expected.clone(), migrations.schema()).iter().flat_map(subjects).collect();
    let (blocking, harmless): (Vec<_>, Vec<_>) =
        between(dialect, expected, live).into_iter().partition(|change| {
            strict
                || (!is_index_by_hand(change) && subjects(change).iter().any(|table| touched.contains(table)))
        });
    MigrateError::all(blocking.iter().map(blocked).collect())?;
    Ok(harmless
        .iter()
        .map(|change| format!("the database differs from its history: {}", describe(change)))
        .collect())
}

/// An index that somebody added is in nobody's way: a rebuild carries it over.
fn is_index_by_hand(change: &Change) -> bool {
    matches!(change, Change::AddIndex { .. })
}

fn blocked(change: &Change) -> MigrateError {
    MigrateError::new(
        Code::Drift,
        format!("a pending migration meets a database that differs from its history: {}", describe(change)),
    )
    .fix("see all of it with `orm migrate status`, undo the change by hand, then deploy again")
}

/// The tables that a change is about, under all their names.
fn subjects(change: &Change) -> Vec<TableName> {
    let old = if let Change::RenameTable { from, .. } = change { Some(from) } else { None };
    change.table().into_iter().chain(old).cloned().collect()
}

/// A difference for a person: what the live database has, seen from its history.
#[must_use]
pub fn describe(change: &Change) -> String {
    match change {
        Change::CreateTable { table } => format!("table `{}` is there, but no migration made it", table.name),
        Change::DropTable { table } => format!("table `{}` is gone", table.name),
        Change::RenameTable { from, to } => format!("table `{from}` is called `{to}`"),
        Change::AlterTable { table, .. } => format!("table `{table}` has other options"),
        Change::AddColumn { table, column } => {
            format!("`{table}.{}` is there, but no migration made it", column.name)
        }
        Change::DropColumn { table, column } => format!("`{table}.{}` is gone", column.name),
        Change::RenameColumn { table, from, to } => format!("`{table}.{from}` is called `{to}`"),
        Change::AlterColumn { table, from, .. } => format!("`{table}.{}` was changed", from.name),
        Change::AddConstraint { table, name, .. } => {
            format!("constraint `{name}` of `{table}` is there, but no migration made it")
        }
        Change::DropConstraint { table, name, .. } => format!("constraint `{name}` of `{table}` is gone"),
        Change::RenameConstraint { table, from, to, .. } => {
            format!("constraint `{from}` of `{table}` is called `{to}`")
        }
        Change::AddIndex { table, name, .. } => {
            format!("index `{name}` of `{table}` is there, but no migration made it")
        }
        Change::DropIndex { table, name, .. } => format!("index `{name}` of `{table}` is gone"),
        Change::RenameIndex { table, from, to, .. } => {
            format!("index `{from}` of `{table}` is called `{to}`")
        }
        Change::CreateEnum { enum_type } => {
            format!("enum `{}` is there, but no migration made it", enum_type.name)
        }
        Change::DropEnum { enum_type } => format!("enum `{}` is gone", enum_type.name),
        Change::RenameEnum { from, to } => format!("enum `{from}` is called `{to}`"),
        Change::AddEnumValue { enum_name, label, .. } => {
            format!("enum `{enum_name}` has the label `{label}`")
        }
        Change::RenameEnumValue { enum_name, from, to } => {
            format!("label `{from}` of enum `{enum_name}` is called `{to}`")
        }
        Change::ReplaceEnum { enum_name, .. } => format!("enum `{enum_name}` has other labels"),
    }
}
