//! What the tables of the target need and no model says: functions of defaults and indexes, types, extensions, schemas.

use std::collections::{BTreeMap, BTreeSet};

use super::objects::{self, Objects, is_called, is_owned};
use crate::{
    baseline::{Definition, Definitions, Key, order::order},
    error::Result,
    plan::{Plan, context::Context},
    step::{Reverse, Step, TransactionNeed, Undo},
};

/// What is not here.
pub(super) struct Supplies {
    /// What needs nothing that the plan makes.
    first: Vec<Definition>,
    /// What needs new tables.
    later: Vec<Definition>,
}

impl Supplies {
    /// What the target's tables, and what is put back, need.
    pub(super) fn of(
        context: &Context<'_>,
        here: &Objects,
        target: &Definitions,
        put_back: &[Definition],
    ) -> Self {
        let target = Target::of(target, put_back);
        let lacking =
            |found: &&Definition| !found.unwritten && !here.has(found) && !is_of_models(context, found);
        let needed: Vec<_> = target.needed().into_iter().filter(lacking).cloned().collect();
        let (later, first) = needed.into_iter().partition(|found| target.needs_new_table(found, here));
        Self { first, later }
    }

    /// Puts them into the plan.
    pub(super) fn make(self, plan: &mut Plan) -> Result<()> {
        if !self.later.is_empty() {
            let tables = plan.steps.iter().rposition(|step| step.fresh_table).map_or(0, |at| at + 1);
            plan.steps.insert(tables, step(order(self.later)?));
        }
        if !self.first.is_empty() {
            plan.steps.insert(0, step(order(self.first)?));
        }
        Ok(())
    }
}

/// The target's objects.
struct Target<'a> {
    by_key: BTreeMap<&'a Key, &'a Definition>,
    put_back: &'a [Definition],
}

impl<'a> Target<'a> {
    fn of(target: &'a Definitions, put_back: &'a [Definition]) -> Self {
        Self { by_key: target.list.iter().map(|found| (&found.key, found)).collect(), put_back }
    }

    /// Whether the plan makes it in any case.
    fn is_made(&self, found: &Definition) -> bool {
        let is_it = |back: &Definition| back.kind == found.kind && back.name == found.name;
        is_owned(found) || self.put_back.iter().any(is_it)
    }

    fn needs(&self, found: &Definition) -> impl Iterator<Item = &'a Definition> {
        found.all_needs().filter_map(|key| self.by_key.get(key).copied()).collect::<Vec<_>>().into_iter()
    }

    /// All that is needed by what the plan makes, and is not made by it.
    fn needed(&self) -> Vec<&'a Definition> {
        let mut open: Vec<_> = self.by_key.values().copied().filter(|found| self.is_made(found)).collect();
        let mut needed = BTreeMap::new();
        while let Some(definition) = open.pop() {
            for found in self.needs(definition).filter(|found| !self.is_made(found)) {
                if needed.insert(&found.key, found).is_none() {
                    open.push(found);
                }
            }
        }
        needed.into_values().collect()
    }

    /// Whether a table that is not here must be there before it.
    fn needs_new_table(&self, definition: &Definition, here: &Objects) -> bool {
        let (mut open, mut seen) = (vec![definition.clone()], BTreeSet::new());
        while let Some(definition) = open.pop() {
            for found in self.needs(&definition) {
                if found.kind == "table" && !here.has(found) {
                    return true;
                }
                if seen.insert(&found.key) && !is_owned(found) {
                    open.push(found.clone());
                }
            }
        }
        false
    }
}

/// Whether it is an enum type that the plan makes.
fn is_of_models(context: &Context<'_>, definition: &Definition) -> bool {
    let mut enums = context.to.enums.iter().map(|found| &found.name);
    enums.any(|name| is_called(definition, "type", name.namespace.as_deref(), &name.name))
}

/// The bodies of functions are not looked into before they run.
fn step(definitions: Vec<Definition>) -> Step {
    let preamble = "SET LOCAL check_function_bodies = off".to_owned();
    let sql = std::iter::once(preamble).chain(definitions.iter().flat_map(objects::make)).collect();
    let summary = format!("make {}", objects::all_said(&definitions));
    let undo = Undo::new(objects::drop(&definitions), TransactionNeed::Inside);
    Step::new(summary, sql, Reverse::By(undo))
}
