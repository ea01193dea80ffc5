//! What the live database has that the history does not explain.

use std::collections::BTreeSet;

use orm_schema::{Schema, TableName};

use super::{DeployOptions, schema_before};
use crate::{
    change::Change,
    dialect::Dialect,
    diff::{DiffOptions, diff},
    error::{Code, MigrateError, Result},
    folder::{Migration, Migrations, merge, rebuilds},
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

/// The schema that the history explains: the snapshot of the last migration that is done, without what an earlier one
/// brings that has not run.
#[must_use]
pub fn expected(migrations: &Migrations, journal: &Journal) -> Schema {
    after(migrations, journal.finished().filter_map(|entry| migrations.get(&entry.name)))
}

/// The schema after these migrations, of which some in between may be left out.
pub(super) fn after<'a>(migrations: &Migrations, ran: impl Iterator<Item = &'a Migration>) -> Schema {
    ran.fold(Schema::default(), |before, migration| {
        let base = schema_before(migrations, migration);
        if *base == before { migration.schema.clone() } else { merge(base, &migration.schema, &before) }
    })
}

/// Refuses drift where a pending migration would touch it; tells the rest.
///
/// While a migration is half done nothing can be told apart from it, so nothing is compared.
pub(super) fn in_the_way(
    migrations: &Migrations,
    journal: &Journal,
    live: Schema,
    options: &DeployOptions,
) -> Result<Vec<String>> {
    if journal.unfinished().is_some() {
        return Ok(Vec::new());
    }
    let dialect = migrations.dialect();
    let expected = expected(migrations, journal);
    let touched: BTreeSet<_> =
        changes(dialect, expected.clone(), migrations.schema()).iter().flat_map(subjects).collect();
    let target = migrations.schema();
    let spoken_of = |change: &Change| {
        let namespace = change.table().and_then(|table| table.namespace.as_ref());
        let is_in =
            |schema: &Schema| schema.tables.iter().any(|table| table.name.namespace.as_ref() == namespace);
        namespace.is_none() || is_in(&expected) || is_in(&target)
    };
    let made = made_already(migrations, journal, &live);
    let (blocking, harmless): (Vec<_>, Vec<_>) = between(dialect, expected.clone(), live)
        .into_iter()
        .filter(|change| !options.own_namespaces || spoken_of(change))
        .filter(|change| !options.ignore.contains(&object(change)) || is_rebuilt(migrations, journal, change))
        .partition(|change| {
            options.strict
                || (!is_index_by_hand(change) && subjects(change).iter().any(|table| touched.contains(table)))
        });
    MigrateError::all(blocking.iter().map(|change| blocked(change, made)).collect())?;
    Ok(harmless
        .iter()
        .map(|change| format!("the database differs from its history: {}", describe(change)))
        .collect())
}

/// A rebuild keeps the columns that the models know: what is ignored would be gone.
fn is_rebuilt(migrations: &Migrations, journal: &Journal, change: &Change) -> bool {
    let is_pending = |migration: &&Migration| {
        journal.entry(migration.name.as_str()).is_none_or(|entry| entry.finished_at.is_none())
    };
    let table = change.table().filter(|_| !is_index_by_hand(change));
    table.is_some_and(|table| {
        migrations.list().iter().filter(is_pending).any(|migration| rebuilds(&migration.up, table))
    })
}

/// An index that somebody added is in nobody's way: a rebuild carries it over.
fn is_index_by_hand(change: &Change) -> bool {
    matches!(change, Change::AddIndex { .. })
}

/// The one pending migration, if the database has all that it makes: somebody made it by hand, or it was written after a
/// database that had it and could not be recorded. Whether its rows are there, too, no schema shows.
fn made_already<'a>(migrations: &'a Migrations, journal: &Journal, live: &Schema) -> Option<&'a Migration> {
    let is_pending = |migration: &&Migration| journal.entry(migration.name.as_str()).is_none();
    let mut pending = migrations.list().iter().filter(is_pending);
    let (Some(only), None) = (pending.next(), pending.next()) else { return None };
    let is_there = between(migrations.dialect(), migrations.schema(), live.clone()).is_empty();
    is_there.then_some(only)
}

fn blocked(change: &Change, made: Option<&Migration>) -> MigrateError {
    let fix = match made {
        Some(made) => format!(
            "the database has the tables as `{0}` makes them: if it has all else of it, too, \
             `orm migrate resolve --applied {0}` records it",
            made.name
        ),
        None => "see all of it with `orm migrate status`, undo the change by hand or ignore it in `orm.toml`, then \
                 deploy again"
            .to_owned(),
    };
    met_by("a pending migration", change).fix(fix)
}

/// A difference that somebody or something meets.
pub(super) fn met_by(who: &str, change: &Change) -> MigrateError {
    let why = format!("{who} meets a database that differs from its history: {}", describe(change));
    MigrateError::new(Code::Drift, why)
}

/// What a difference is about, as `orm.toml` names what is to be ignored: `table legacy`, `column users.age`,
/// `index users.users_age`, `constraint users.users_age_check`, `enum mood`.
///
/// ```
/// use orm_migrate::{Change, executor::drift};
/// let change = Change::RenameTable { from: "users".into(), to: "accounts".into() };
/// assert_eq!(drift::object(&change), "table users");
/// ```
#[must_use]
pub fn object(change: &Change) -> String {
    match change {
        Change::CreateTable { table } | Change::DropTable { table } => format!("table {}", table.name),
        Change::RenameTable { from, .. } => format!("table {from}"),
        Change::AlterTable { table, .. } => format!("table {table}"),
        Change::AddColumn { table, column } | Change::DropColumn { table, column } => {
            format!("column {table}.{}", column.name)
        }
        Change::RenameColumn { table, from, .. } => format!("column {table}.{from}"),
        Change::AlterColumn { table, from, .. } => format!("column {table}.{}", from.name),
        Change::AddConstraint { table, name, .. }
        | Change::DropConstraint { table, name, .. }
        | Change::RenameConstraint { table, from: name, .. } => format!("constraint {table}.{name}"),
        Change::AddIndex { table, name, .. }
        | Change::DropIndex { table, name, .. }
        | Change::RenameIndex { table, from: name, .. } => format!("index {table}.{name}"),
        Change::CreateEnum { enum_type } | Change::DropEnum { enum_type } => {
            format!("enum {}", enum_type.name)
        }
        Change::RenameEnum { from, .. } => format!("enum {from}"),
        Change::AddEnumValue { enum_name, .. }
        | Change::RenameEnumValue { enum_name, .. }
        | Change::ReplaceEnum { enum_name, .. } => format!("enum {enum_name}"),
    }
}

/// Differences that belong together: those of a table, or of an enum type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drifted {
    /// `table users`, `enum mood`
    pub what: String,
    /// The differences, as [`between`] finds them.
    pub changes: Vec<Change>,
}

/// The differences by what they belong to.
///
/// ```
/// assert!(orm_migrate::executor::drift::grouped(&[]).is_empty());
/// ```
#[must_use]
pub fn grouped(changes: &[Change]) -> Vec<Drifted> {
    let mut groups: Vec<Drifted> = Vec::new();
    for change in changes {
        let what = change.table().map_or_else(|| object(change), |table| format!("table {table}"));
        match groups.iter_mut().find(|group| group.what == what) {
            Some(group) => group.changes.push(change.clone()),
            None => groups.push(Drifted { what, changes: vec![change.clone()] }),
        }
    }
    groups
}

/// A schema in which only these differ, and are as they are in another one.
///
/// ```
/// use orm_migrate::executor::drift::only;
/// use orm_schema::Schema;
/// assert_eq!(only(&Schema::default(), &Schema::default(), &[]), Schema::default());
/// ```
#[must_use]
pub fn only(schema: &Schema, other: &Schema, chosen: &[Drifted]) -> Schema {
    let is_table = |table: &TableName| chosen.iter().any(|group| group.what == format!("table {table}"));
    let is_enum =
        |name: &orm_schema::EnumName| chosen.iter().any(|group| group.what == format!("enum {name}"));
    let mut mixed = Schema::default();
    mixed.tables.extend(schema.tables.iter().filter(|table| !is_table(&table.name)).cloned());
    mixed.tables.extend(other.tables.iter().filter(|table| is_table(&table.name)).cloned());
    mixed.enums.extend(schema.enums.iter().filter(|found| !is_enum(&found.name)).cloned());
    mixed.enums.extend(other.enums.iter().filter(|found| is_enum(&found.name)).cloned());
    mixed.sorted()
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
