//! The objects of a database, by what they need.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    baseline::{Definition, Definitions, Key, order::order},
    error::Result,
    plan::online::SYNC,
};

/// What is set aside and put back.
const CARRIED: &[&str] = &[
    "view",
    "materialized view",
    "index of a view",
    "rule",
    "trigger",
    "policy",
    "function",
    "procedure",
    "aggregate",
    "statistics",
];

/// What models say, so that a plan makes it.
const OWNED: &[&str] = &[
    "table",
    "sequence of a column",
    "partition",
    "constraint",
    "index",
    "partition of an index",
    "default",
    "check",
    "foreign key",
];

/// Everything that a database holds.
pub(super) struct Objects {
    by_key: BTreeMap<Key, Definition>,
}

impl Objects {
    pub(super) fn of(definitions: Definitions) -> Self {
        Self { by_key: definitions.list.into_iter().map(|found| (found.key.clone(), found)).collect() }
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Definition> {
        self.by_key.get(key)
    }

    /// Whether there is one of that kind and name.
    pub(super) fn has(&self, other: &Definition) -> bool {
        self.by_key.values().any(|found| found.kind == other.kind && found.name == other.name)
    }

    /// These, and all that needs one of them.
    pub(super) fn built_on(&self, mut keys: BTreeSet<Key>) -> BTreeSet<Key> {
        loop {
            let needing =
                self.by_key.values().filter(|found| found.all_needs().any(|need| keys.contains(need)));
            let more: Vec<Key> =
                needing.map(|found| found.key.clone()).filter(|key| !keys.contains(key)).collect();
            if more.is_empty() {
                return keys;
            }
            keys.extend(more);
        }
    }

    /// The functions of triggers that kept a column the same as one that stays.
    pub(super) fn functions_of_twins(&self, keys: &BTreeSet<Key>) -> Vec<Key> {
        let triggers = keys.iter().filter_map(|key| self.by_key.get(key)).filter(|found| is_of_twin(found));
        let needs = triggers.flat_map(Definition::all_needs).filter_map(|key| self.by_key.get(key));
        needs.filter(|found| is_of_twin(found)).map(|found| found.key.clone()).collect()
    }

    /// In an order in which they can be made.
    pub(super) fn ordered(&self, keys: &BTreeSet<Key>) -> Result<Vec<Definition>> {
        order(keys.iter().filter_map(|key| self.by_key.get(key)).cloned().collect())
    }
}

pub(super) fn is_carried(definition: &Definition) -> bool {
    CARRIED.contains(&definition.kind) && !definition.unwritten
}

pub(super) fn is_owned(definition: &Definition) -> bool {
    OWNED.contains(&definition.kind)
}

/// A name without its quotes.
pub(super) fn plain(name: &str) -> String {
    name.replace('"', "")
}

/// What kept the column that goes the same as the one that stays.
pub(super) fn is_of_twin(definition: &Definition) -> bool {
    let name = plain(&definition.name);
    match definition.kind {
        "trigger" => name.starts_with(SYNC),
        "function" => name.split_once('.').is_some_and(|(_, name)| name.starts_with(SYNC)),
        _ => false,
    }
}

/// Whether it is what a model calls so.
pub(super) fn is_called(definition: &Definition, kind: &str, namespace: Option<&str>, name: &str) -> bool {
    let called = format!("{}.{}", plain(namespace.unwrap_or("public")), plain(name));
    definition.kind == kind && plain(&definition.name) == called
}

/// The statements that make it.
pub(super) fn make(definition: &Definition) -> Vec<String> {
    std::iter::once(definition.statement()).chain(definition.all_further().cloned()).collect()
}

/// The statements that drop them, the last one first.
pub(super) fn drop(definitions: &[Definition]) -> Vec<String> {
    definitions
        .iter()
        .rev()
        .filter(|found| stands_alone(found))
        .map(|found| format!("DROP {} {}", found.kind.to_uppercase(), found.name))
        .collect()
}

/// An index goes and comes with its view.
fn stands_alone(definition: &Definition) -> bool {
    definition.kind != "index of a view"
}

/// For people: "view public.ids".
pub(super) fn said(definition: &Definition) -> String {
    format!("{} {}", definition.kind, definition.name)
}

pub(super) fn all_said(definitions: &[Definition]) -> String {
    definitions.iter().filter(|found| stands_alone(found)).map(said).collect::<Vec<_>>().join(", ")
}
