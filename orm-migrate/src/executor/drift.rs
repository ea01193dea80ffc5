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

/// What would have to change in the live schema to have what the history says.
///
/// In this direction, because a name that follows the rules is no difference from one that the database has spelled out.
#[must_use]
pub fn between(dialect: Dialect, expected: Schema, live: Schema) -> Vec<Change> {
    let (expected, live) = (normalise(dialect, expected), normalise(dialect, live));
    diff(dialect, &live, &expected, &DiffOptions::default()).changes
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
        between(dialect, migrations.schema(), expected.clone()).iter().flat_map(subjects).collect();
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
    matches!(change, Change::DropIndex { .. })
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

/// One of the changes of [`between`] for a person: what the live database has, seen from its history.
#[must_use]
pub fn describe(change: &Change) -> String {
    let added = |what: String| format!("{what} is there, but no migration made it");
    let gone = |what: String| format!("{what} is gone");
    match change {
        Change::DropTable { table } => added(format!("table `{}`", table.name)),
        Change::CreateTable { table } => gone(format!("table `{}`", table.name)),
        Change::DropColumn { table, column } => added(format!("`{table}.{}`", column.name)),
        Change::AddColumn { table, column } => gone(format!("`{table}.{}`", column.name)),
        Change::DropConstraint { table, name, .. } => added(format!("constraint `{name}` of `{table}`")),
        Change::AddConstraint { table, name, .. } => gone(format!("constraint `{name}` of `{table}`")),
        Change::DropIndex { table, name, .. } => added(format!("index `{name}` of `{table}`")),
        Change::AddIndex { table, name, .. } => gone(format!("index `{name}` of `{table}`")),
        Change::DropEnum { enum_type } => added(format!("enum `{}`", enum_type.name)),
        Change::CreateEnum { enum_type } => gone(format!("enum `{}`", enum_type.name)),
        Change::AddEnumValue { enum_name, label, .. } => {
            gone(format!("label `{label}` of enum `{enum_name}`"))
        }
        Change::AlterTable { table, .. } => format!("table `{table}` has other options"),
        Change::AlterColumn { table, to, .. } => format!("`{table}.{}` was changed", to.name),
        Change::ReplaceEnum { enum_name, .. } => format!("enum `{enum_name}` has other labels"),
        Change::RenameTable { from, to } => format!("table `{to}` is called `{from}`"),
        Change::RenameColumn { table, from, to } => format!("`{table}.{to}` is called `{from}`"),
        Change::RenameConstraint { table, from, to, .. } => {
            format!("constraint `{to}` of `{table}` is called `{from}`")
        }
        Change::RenameIndex { table, from, to, .. } => {
            format!("index `{to}` of `{table}` is called `{from}`")
        }
        Change::RenameEnum { from, to } => format!("enum `{to}` is called `{from}`"),
        Change::RenameEnumValue { enum_name, from, to } => {
            format!("label `{to}` of enum `{enum_name}` is called `{from}`")
        }
    }
}
