//! A table that is made anew and swapped in, read as what it does to the one that was there.

use orm_schema::TableName;

use super::{
    facts::{Fact, Kind, NewColumn, NewConstraint},
    file::Reading,
    known::{Known, KnownColumn},
};
use crate::dialect::Dialect;

/// Finds tables that are made, filled, and take the place and name of one that is dropped.
pub(super) fn name_rebuilds(readings: &mut [Reading]) {
    for at in 0..readings.len() {
        let Some((new, table)) = renamed(&readings[at]) else { continue };
        let Some(drop) = readings[..at].iter().rposition(|reading| drops(reading, &table)) else { continue };
        let Some((columns, keys)) = readings[..at].iter().find_map(|reading| made(reading, &new)) else {
            continue;
        };
        readings[drop].facts = vec![Fact::Rebuild { table, columns, keys }];
        readings[at].facts = vec![Fact::Other];
    }
}

fn renamed(reading: &Reading) -> Option<(TableName, TableName)> {
    match reading.facts.as_slice() {
        [Fact::RenameTable { table, to }] => Some((table.clone(), to.clone())),
        _ => None,
    }
}

fn drops(reading: &Reading, name: &TableName) -> bool {
    matches!(reading.facts.as_slice(), [Fact::DropTable { table, .. }] if table == name)
}

fn made(reading: &Reading, name: &TableName) -> Option<(Vec<NewColumn>, Vec<NewConstraint>)> {
    reading.facts.iter().find_map(|fact| match fact {
        Fact::CreateTable { table, columns, constraints, .. } if table == name => {
            Some((with_key(columns, constraints), keys(columns, constraints)))
        }
        _ => None,
    })
}

/// What is unique in it, whether that is said behind a column or behind all.
fn keys(columns: &[NewColumn], constraints: &[NewConstraint]) -> Vec<NewConstraint> {
    let of_column = |column: &NewColumn| {
        let kind = if column.primary_key { Kind::PrimaryKey } else { Kind::Unique };
        NewConstraint { columns: vec![column.name.clone()], ..NewConstraint::new(kind) }
    };
    let of_columns = columns.iter().filter(|column| column.unique || column.primary_key).map(of_column);
    let is_key = |key: &&NewConstraint| matches!(key.kind, Kind::PrimaryKey | Kind::Unique);
    of_columns.chain(constraints.iter().filter(is_key).cloned()).collect()
}

/// The columns of a primary key that stands behind them are not NULL.
fn with_key(columns: &[NewColumn], constraints: &[NewConstraint]) -> Vec<NewColumn> {
    let key = constraints.iter().find(|constraint| constraint.kind == Kind::PrimaryKey);
    let is_key = |name: &String| key.is_some_and(|key| key.columns.contains(name));
    let column = |column: &NewColumn| NewColumn {
        not_null: column.not_null || is_key(&column.name),
        ..column.clone()
    };
    columns.iter().map(column).collect()
}

/// What the rebuild does to each column, where it is known what the table was, and then itself; any other fact as it is.
pub(super) fn dissected(dialect: Dialect, fact: &Fact, known: &Known) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Fact::Rebuild { table, columns, keys } = fact {
        let before = known.table(table).map(|table| table.columns.as_slice()).unwrap_or_default();
        let gone = before.iter().filter(|old| !columns.iter().any(|new| is_same(old, new)));
        facts.extend(gone.map(|old| Fact::DropColumn {
            table: table.clone(),
            column: old.name.clone(),
            cascade: false,
        }));
        for new in columns {
            match before.iter().find(|old| is_same(old, new)) {
                Some(old) => facts.extend(altered(dialect, table, old, new)),
                None if before.is_empty() => {}
                None => facts.push(Fact::AddColumn { table: table.clone(), column: new.clone() }),
            }
        }
        let is_known = !before.is_empty();
        let add = |key: &NewConstraint| Fact::AddConstraint { table: table.clone(), constraint: key.clone() };
        facts.extend(keys.iter().filter(|_| is_known).map(add));
    }
    facts.push(fact.clone());
    facts
}

fn is_same(old: &KnownColumn, new: &NewColumn) -> bool {
    old.name.eq_ignore_ascii_case(&new.name)
}

fn altered(dialect: Dialect, table: &TableName, old: &KnownColumn, new: &NewColumn) -> Vec<Fact> {
    let (table, column) = (table.clone(), new.name.clone());
    let mut facts = Vec::new();
    if dialect.canonical(&new.native) != old.native {
        facts.push(Fact::AlterType {
            table: table.clone(),
            column: column.clone(),
            to: new.native.clone(),
            using: false,
        });
    }
    if !old.nullable && !new.not_null && !new.primary_key {
        facts.push(Fact::DropNotNull { table: table.clone(), column: column.clone() });
    }
    if old.optional && !old.nullable && !is_optional(new) && !new.primary_key {
        facts.push(Fact::DropDefault { table: table.clone(), column: column.clone() });
    }
    // SQLite's INTEGER PRIMARY KEY is never NULL, whether it says so or not (lang_createtable.html §5).
    if old.nullable && new.not_null && !new.primary_key {
        facts.push(Fact::SetNotNull { table, column });
    }
    facts
}

/// Whether an INSERT may leave it out.
fn is_optional(column: &NewColumn) -> bool {
    column.default.is_some() || column.counted || column.stored || column.computed || !column.not_null
}
