//! Foreign keys that lead in a circle among new (or dropped) tables.

use std::collections::BTreeSet;

use orm_schema::{Table, TableName};

/// The foreign keys, by table and place, that must be made after their tables (or dropped before them), so that the
/// tables can be made one after the other.
pub(crate) fn circular_keys(tables: &[&Table]) -> BTreeSet<(TableName, usize)> {
    let mut open: Vec<&Table> = tables.to_vec();
    open.sort_by(|a, b| a.name.cmp(&b.name));
    let mut put_off = BTreeSet::new();
    while !open.is_empty() {
        let names: BTreeSet<&TableName> = open.iter().map(|table| &table.name).collect();
        let waits = |table: &Table| waiting_keys(table, &names).next().is_some();
        let ready: Vec<bool> = open.iter().map(|table| !waits(table)).collect();
        let next = match ready.iter().position(|ready| *ready) {
            Some(at) => open.remove(at),
            None => {
                let first = open.remove(0);
                put_off.extend(waiting_keys(first, &names).map(|at| (first.name.clone(), at)));
                first
            }
        };
        debug_assert!(!open.iter().any(|table| table.name == next.name));
    }
    put_off
}

/// The places of the foreign keys that lead to another table of the set.
fn waiting_keys<'a>(table: &'a Table, open: &'a BTreeSet<&TableName>) -> impl Iterator<Item = usize> + 'a {
    let keys = table.foreign_keys.iter().enumerate();
    keys.filter(move |(_, key)| key.table != table.name && open.contains(&key.table)).map(|(at, _)| at)
}
