//! Snapshots after a merge: each again holds all of what comes before it.
//!
//! Two branches each add a migration, and each snapshot knows its own branch only. In the order in which they run, the
//! later one stands on the earlier: what it changed, against the snapshot that it was made after, is put upon that.
//! Otherwise the next diff would find the other branch's changes missing, and make them once more.
//!
//! Pure. What is not known (a snapshot of an early release, a migration whose predecessor is gone) is left as it is.

use std::collections::BTreeMap;

use orm_schema::{ColumnName, EnumType, Schema, Table, TableName};

use super::{LOCK_FILE, Migration, MigrationName};
use crate::{
    change::Change,
    dialect::Dialect,
    diff::{DiffOptions, diff},
    error::{Code, MigrateError, Place, Result},
    executor::drift,
    normalise::normalise,
};

/// A snapshot to be written anew.
pub(super) struct Rebased {
    pub(super) name: MigrationName,
    pub(super) schema: Schema,
    pub(super) after: String,
}

/// The names that migrations had before their folders were renamed, and those that they have now.
pub(super) type Renamed = BTreeMap<String, MigrationName>;

/// The snapshots that differ once every migration stands on the one before it.
///
/// # Errors
/// When two branches change the same thing, so that neither order is right; when a migration rebuilds a table as it was
/// without what has come before: running it would undo that.
pub(super) fn rebase(dialect: Dialect, list: &[Migration], renamed: &Renamed) -> Result<Vec<Rebased>> {
    let made: BTreeMap<&str, &Schema> =
        list.iter().map(|migration| (migration.name.as_str(), &migration.schema)).collect();
    let nothing = Schema::default();
    let (mut rebased, mut errors) = (Vec::new(), Vec::new());
    let (mut before, mut before_name) = (Schema::default(), "");
    for migration in list {
        let said = migration.after.as_deref();
        let after = said.map(|after| renamed.get(after).map_or(after, MigrationName::as_str));
        let base = match after {
            None => None,
            Some("") => Some(&nothing),
            Some(after) => made.get(after).copied(),
        };
        let mut schema = migration.schema.clone();
        if let Some(base) = base.filter(|base| **base != before || after != said) {
            errors.extend(collision(dialect, list, migration, base, &before));
            errors.extend(undone(migration, base, &before));
            schema = merge(base, &migration.schema, &before);
            rebased.push(Rebased {
                name: migration.name.clone(),
                schema: schema.clone(),
                after: before_name.to_owned(),
            });
        }
        (before, before_name) = (schema, migration.name.as_str());
    }
    MigrateError::all(errors)?;
    Ok(rebased)
}

/// Changes of two branches that do not commute, side by side.
fn collision(
    dialect: Dialect,
    list: &[Migration],
    mine: &Migration,
    base: &Schema,
    theirs: &Schema,
) -> Option<MigrateError> {
    let own = changes(dialect, base, &mine.schema);
    let others = changes(dialect, base, theirs);
    let pairs: Vec<(&Change, &Change)> = own
        .iter()
        .flat_map(|own| others.iter().map(move |other| (own, other)))
        .filter(|(own, other)| collide(own, other))
        .collect();
    let (own, _) = pairs.first()?;
    let between: Vec<String> = list
        .iter()
        .filter(|other| other.name < mine.name && Some(other.name.as_str()) > mine.after.as_deref())
        .map(|other| format!("`{}`", other.name))
        .collect();
    let others = between.join(", ");
    let error = MigrateError::new(
        Code::Collision,
        format!("`{}` and {others} were made on two branches, and both change {}", mine.name, drift::object(own)),
    )
    .fix(format!(
        "decide what the models are to say, then delete the folder of `{}` and its line in `{LOCK_FILE}`, and run \
         `orm migrate dev`: it is made anew",
        mine.name
    ))
    .at(Place::file(&mine.file));
    Some(pairs.iter().fold(error, |error, (own, other)| {
        error.note(format!("{others}: {other}")).note(format!("`{}`: {own}", mine.name))
    }))
}

fn changes(dialect: Dialect, from: &Schema, to: &Schema) -> Vec<Change> {
    let (from, to) = (normalise(dialect, from.clone()), normalise(dialect, to.clone()));
    diff(dialect, &from, &to, &DiffOptions::default()).changes
}

/// Whether two changes are of the same object, or one of them takes the other's away.
fn collide(one: &Change, other: &Change) -> bool {
    let takes = |drop: &Change, other: &Change| match drop {
        Change::DropTable { table } => other.table() == Some(&table.name),
        Change::DropColumn { table, column } => {
            other.table() == Some(table) && columns(other).contains(&&column.name)
        }
        _ => false,
    };
    drift::object(one) == drift::object(other) || takes(one, other) || takes(other, one)
}

/// The columns that a new key or index is made of.
fn columns(change: &Change) -> Vec<&ColumnName> {
    match change {
        Change::AddConstraint { constraint, .. } => constraint.columns().iter().collect(),
        Change::AddIndex { index, .. } => index.parts.iter().filter_map(|part| part.key.column()).collect(),
        _ => Vec::new(),
    }
}

/// A rebuild names all columns of a table, so those that it did not know yet would be gone.
fn undone(migration: &Migration, base: &Schema, before: &Schema) -> Option<MigrateError> {
    let changed = before.tables.iter().find(|table| {
        let known = base.table(&table.name);
        known.is_some_and(|known| known != *table) && rebuilds(&migration.up, &table.name)
    })?;
    Some(
        MigrateError::new(
            Code::Unsealed,
            format!(
                "migration `{}` rebuilds table `{}` as it was before the migrations that a merge has put in front of it",
                migration.name, changed.name
            ),
        )
        .fix(format!(
            "delete its folder and its line in `{LOCK_FILE}`, and run `orm migrate dev`: it is made anew from the models"
        ))
        .at(Place::file(&migration.file)),
    )
}

/// Whether SQL makes the table anew.
pub(crate) fn rebuilds(up: &str, table: &TableName) -> bool {
    let quoted = format!("\"{}\"", table.name.replace('"', "\"\""));
    up.lines()
        .filter_map(|line| line.trim().strip_prefix("-- orm: rebuild "))
        .any(|name| name.trim() == quoted)
}

/// What was changed from `base` to `mine`, put upon `theirs`.
pub(crate) fn merge(base: &Schema, mine: &Schema, theirs: &Schema) -> Schema {
    let named = |table: &Table| table.name.clone();
    let enum_name = |enum_type: &EnumType| enum_type.name.clone();
    Schema {
        tables: merge_list(&base.tables, &mine.tables, &theirs.tables, named, merge_table),
        enums: merge_list(&base.enums, &mine.enums, &theirs.enums, enum_name, merge_enum),
    }
    .sorted()
}

fn merge_table(base: &Table, mine: &Table, theirs: &Table) -> Table {
    Table {
        name: mine.name.clone(),
        columns: merge_list(
            &base.columns,
            &mine.columns,
            &theirs.columns,
            |column| column.name.clone(),
            merge_value,
        ),
        primary_key: merge_value(&base.primary_key, &mine.primary_key, &theirs.primary_key),
        uniques: merge_set(&base.uniques, &mine.uniques, &theirs.uniques),
        foreign_keys: merge_set(&base.foreign_keys, &mine.foreign_keys, &theirs.foreign_keys),
        checks: merge_set(&base.checks, &mine.checks, &theirs.checks),
        indexes: merge_set(&base.indexes, &mine.indexes, &theirs.indexes),
        strict: merge_value(&base.strict, &mine.strict, &theirs.strict),
        without_rowid: merge_value(&base.without_rowid, &mine.without_rowid, &theirs.without_rowid),
        engine: merge_value(&base.engine, &mine.engine, &theirs.engine),
        collation: merge_value(&base.collation, &mine.collation, &theirs.collation),
        comment: merge_value(&base.comment, &mine.comment, &theirs.comment),
        renamed_from: mine.renamed_from.clone(),
    }
}

fn merge_enum(base: &EnumType, mine: &EnumType, theirs: &EnumType) -> EnumType {
    EnumType { labels: merge_set(&base.labels, &mine.labels, &theirs.labels), ..mine.clone() }
}

fn merge_value<T: PartialEq + Clone>(base: &T, mine: &T, theirs: &T) -> T {
    if mine == base { theirs.clone() } else { mine.clone() }
}

fn merge_set<T: PartialEq + Clone>(base: &[T], mine: &[T], theirs: &[T]) -> Vec<T> {
    let kept = theirs.iter().filter(|item| mine.contains(item) || !base.contains(item));
    let added = mine.iter().filter(|item| !base.contains(item) && !theirs.contains(item));
    kept.chain(added).cloned().collect()
}

/// The order is that of `mine`, with what only `theirs` has at the end.
fn merge_list<T: PartialEq + Clone, K: PartialEq>(
    base: &[T],
    mine: &[T],
    theirs: &[T],
    key: impl Fn(&T) -> K,
    both: impl Fn(&T, &T, &T) -> T,
) -> Vec<T> {
    let find = |list: &[T], item: &T| list.iter().find(|other| key(other) == key(item)).cloned();
    let mut merged = Vec::new();
    for item in mine {
        match (find(base, item), find(theirs, item)) {
            (Some(base), Some(theirs)) => merged.push(both(&base, item, &theirs)),
            // They dropped it, and here it is as it was.
            (Some(base), None) if base == *item => {}
            (_, None) | (None, Some(_)) => merged.push(item.clone()),
        }
    }
    let new = theirs.iter().filter(|item| find(base, item).is_none() && find(mine, item).is_none());
    merged.extend(new.cloned());
    merged
}

#[cfg(test)]
mod tests {
    use orm_schema::{Column, ColumnType};

    use super::*;

    fn rebase(dialect: Dialect, list: &[Migration]) -> Result<Vec<Rebased>> {
        super::rebase(dialect, list, &Renamed::new())
    }

    fn users(columns: &[&str]) -> Schema {
        let columns = columns.iter().map(|name| Column::new(*name, ColumnType::Text)).collect();
        Schema { tables: vec![Table { columns, ..Table::new("users") }], enums: Vec::new() }
    }

    fn migration(name: &str, after: &str, schema: Schema) -> Migration {
        Migration {
            name: MigrationName::parse(name).unwrap(),
            up: String::new(),
            down: None,
            schema,
            after: Some(after.to_owned()),
            checksum: String::new(),
            file: "up.sql".to_owned(),
        }
    }

    const ONE: &str = "20260101000000_one";
    const AGE: &str = "20260102000000_age";
    const ZIP: &str = "20260103000000_zip";

    fn merged(up: &str) -> Vec<Migration> {
        let mut zip = migration(ZIP, ONE, users(&["id", "zip"]));
        up.clone_into(&mut zip.up);
        vec![
            migration(ONE, "", users(&["id", "name"])),
            migration(AGE, ONE, users(&["id", "name", "age"])),
            zip,
        ]
    }

    #[test]
    fn what_two_branches_changed_is_in_the_later_snapshot() {
        let rebased = rebase(Dialect::Sqlite, &merged("")).unwrap();
        assert_eq!(rebased.len(), 1);
        assert_eq!((rebased[0].name.as_str(), rebased[0].after.as_str()), (ZIP, AGE));
        assert_eq!(
            rebased[0].schema,
            users(&["id", "zip", "age"]),
            "the one dropped, the others added a column"
        );
    }

    #[test]
    fn a_migration_after_the_merged_ones_stands_on_all_of_them() {
        let mut list = merged("");
        list.push(migration("20260104000000_more", ZIP, users(&["id", "zip", "more"])));
        let rebased = rebase(Dialect::Sqlite, &list).unwrap();
        assert_eq!(rebased[1].schema, users(&["id", "zip", "more", "age"]));
    }

    #[test]
    fn a_history_without_a_merge_is_left_alone() {
        let list = &merged("")[..2];
        assert!(rebase(Dialect::Sqlite, list).unwrap().is_empty());
        let mut unknown = merged("");
        unknown[2].after = None;
        assert!(rebase(Dialect::Sqlite, &unknown).unwrap().is_empty());
        unknown[2].after = Some("20250101000000_gone".to_owned());
        assert!(rebase(Dialect::Sqlite, &unknown).unwrap().is_empty());
    }

    #[test]
    fn a_migration_behind_one_that_now_comes_last_stands_without_it() {
        let mut age = migration(AGE, ONE, users(&["id", "age"]));
        age.name = MigrationName::parse("20260104000000_age").unwrap();
        let behind = migration(ZIP, AGE, users(&["id", "age", "zip"]));
        let list = [migration(ONE, "", users(&["id"])), behind, age];
        let renamed = Renamed::from([(AGE.to_owned(), list[2].name.clone())]);
        let rebased = super::rebase(Dialect::Sqlite, &list, &renamed).unwrap();
        let [zip, age] = rebased.as_slice() else { panic!("{} were written anew", rebased.len()) };
        assert_eq!((&zip.schema, zip.after.as_str()), (&users(&["id", "zip"]), ONE));
        assert_eq!((&age.schema, age.after.as_str()), (&users(&["id", "age", "zip"]), ZIP));
    }

    #[test]
    fn a_rebuild_that_does_not_know_the_other_branch_is_refused() {
        let error =
            rebase(Dialect::Sqlite, &merged("-- orm: rebuild \"users\"\nDROP TABLE users;")).err().unwrap();
        assert_eq!(error.code(), Code::Unsealed);
        assert!(error.why().contains("as it was before"), "{error}");
        assert!(rebase(Dialect::Sqlite, &merged("-- orm: rebuild \"posts\"\n")).is_ok());
    }

    #[test]
    fn two_branches_that_change_the_same_column_are_shown_side_by_side() {
        let retyped = |column_type: ColumnType| {
            let mut schema = users(&["id", "name"]);
            schema.tables[0].columns[1].column_type = column_type;
            schema
        };
        let list = [
            migration(ONE, "", users(&["id", "name"])),
            migration(AGE, ONE, retyped(ColumnType::I32)),
            migration(ZIP, ONE, retyped(ColumnType::Bytes)),
        ];
        let error = rebase(Dialect::Postgres, &list).err().unwrap();
        assert_eq!(error.code(), Code::Collision);
        assert!(error.why().ends_with("made on two branches, and both change column users.name"), "{error}");
        assert_eq!(error.notes().len(), 2);
        assert!(error.notes()[0].starts_with(&format!("`{AGE}`: alter column")), "{:?}", error.notes());
        let dropped = [list[0].clone(), list[1].clone(), migration(ZIP, ONE, Schema::default())];
        assert_eq!(rebase(Dialect::Postgres, &dropped).err().unwrap().code(), Code::Collision);
    }

    #[test]
    fn two_first_migrations_make_the_tables_of_both() {
        let posts = Schema { tables: vec![Table::new("posts")], enums: Vec::new() };
        let list = [migration(ONE, "", users(&["id"])), migration(AGE, "", posts)];
        let names: Vec<_> = rebase(Dialect::Sqlite, &list)
            .unwrap()
            .remove(0)
            .schema
            .tables
            .iter()
            .map(|table| table.name.to_string())
            .collect();
        assert_eq!(names, ["posts", "users"]);
    }
}
