//! Finds the changes that turn one [`Schema`] into another.
//!
//! Pure: no connection, no SQL. Dialects take part only by normalising both
//! sides first, so a difference in spelling never looks like a change.

mod apply;
mod constraint;
mod enums;
mod rename;
mod resolve;
mod table;

use std::collections::BTreeMap;

use orm_schema::{Schema, Table};
use serde::Serialize;

pub use rename::{Rename, RenameError, RenameKind, RenameQuestion};

pub(crate) use apply::Renames;
use resolve::Resolved;
use table::Pair;

use crate::{change::Change, dialect::Dialect};

/// What a person has decided, and what a server has said.
#[derive(Debug, Clone, Default)]
pub struct DiffOptions {
    /// The decisions on renames.
    pub renames: Vec<Rename>,
    /// What the server prints for an expression, where it was asked: the printed forms are compared instead.
    pub printed: BTreeMap<String, String>,
}

/// The differences, and what must be decided before they mean anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The differences. While a question is open, they hold the drop and the addition that it asks about.
    pub changes: Vec<Change>,
    /// Pairs that may be renames: nothing may be applied before each is decided.
    pub questions: Vec<RenameQuestion>,
    /// Decisions that fit nothing in the two schemas.
    pub unused: Vec<Rename>,
    /// The target as the database will have it: a name that the database keeps, although the target does not write it out,
    /// is written out here. This is what a snapshot has to hold, or a later drop would go for the derived name.
    #[serde(skip)]
    pub settled: Schema,
}

/// The changes that turn `from` into `to`, both normalised.
#[must_use]
pub fn diff(dialect: Dialect, from: &Schema, to: &Schema, options: &DiffOptions) -> Diff {
    let Resolved { renames, questions, unused } = resolve::resolve(dialect, from, to, &options.renames);
    let before = renames.apply(dialect, from);
    let mut changes = renames.changes();
    let mut settled = to.clone();
    changes.extend(compare_enums(&before, to));
    for (original, before) in from.tables.iter().zip(&before.tables) {
        let Some(after) = to.table(&before.name) else {
            changes.push(Change::DropTable { table: before.clone() });
            continue;
        };
        let pair = Pair { original, before, after, dialect, options };
        changes.extend(pair.compare());
        settle(&mut settled, constraint::settled(&pair));
    }
    let new = to.tables.iter().filter(|table| before.table(&table.name).is_none());
    changes.extend(new.map(|table| Change::CreateTable { table: table.clone() }));
    Diff { changes, questions, unused, settled }
}

fn settle(schema: &mut Schema, table: Table) {
    if let Some(place) = schema.tables.iter_mut().find(|other| other.name == table.name) {
        *place = table;
    }
}

fn compare_enums(before: &Schema, after: &Schema) -> Vec<Change> {
    let mut changes = Vec::new();
    for to in &after.enums {
        match before.enum_type(&to.name) {
            Some(from) => changes.extend(enums::compare(from, to)),
            None => changes.push(Change::CreateEnum { enum_type: to.clone() }),
        }
    }
    let gone = before.enums.iter().filter(|from| after.enum_type(&from.name).is_none());
    changes.extend(gone.map(|from| Change::DropEnum { enum_type: from.clone() }));
    changes
}
