//! Which names of constraints and indexes have to be written out.

use orm_schema::{ConstraintName, Table};

use crate::names::TableNames;

/// Which names of a table the rules would not derive.
#[derive(Clone)]
pub(super) struct WrittenNames {
    pub(super) primary_key: Option<ConstraintName>,
    pub(super) uniques: Vec<Option<ConstraintName>>,
    pub(super) foreign_keys: Vec<Option<ConstraintName>>,
    pub(super) checks: Vec<Option<ConstraintName>>,
    pub(super) indexes: Vec<Option<ConstraintName>>,
    /// The names of all checks, derived or not.
    pub(super) all_checks: Vec<ConstraintName>,
}

impl WrittenNames {
    pub(super) fn of(table: &Table) -> Self {
        let full = TableNames::of(table);
        let derived = TableNames::of(&unnamed(table));
        let differing = |full: &[ConstraintName], derived: &[ConstraintName]| {
            full.iter().zip(derived).map(|(full, derived)| (full != derived).then(|| full.clone())).collect()
        };
        Self {
            primary_key: full.primary_key.clone().filter(|name| derived.primary_key.as_ref() != Some(name)),
            uniques: differing(&full.uniques, &derived.uniques),
            foreign_keys: differing(&full.foreign_keys, &derived.foreign_keys),
            checks: differing(&full.checks, &derived.checks),
            indexes: differing(&full.indexes, &derived.indexes),
            all_checks: full.checks,
        }
    }
}

/// The table as if nobody had named anything.
fn unnamed(table: &Table) -> Table {
    let mut table = table.clone();
    table.primary_key.iter_mut().for_each(|key| key.name = None);
    table.uniques.iter_mut().for_each(|unique| unique.name = None);
    table.foreign_keys.iter_mut().for_each(|key| key.name = None);
    table.checks.iter_mut().for_each(|check| check.name = None);
    table.indexes.iter_mut().for_each(|index| index.name = None);
    table
}
