//! Steps that set aside what is in the way of others, and put it back after them.
//!
//! ```text
//! changes ─ touched ─→ in_the_way (pg_depend) ─→ all that needs it (definitions) ─→ set aside … put back
//! target ─ supplies ─→ what its tables need and is not here ─→ made first
//! target ─ words ─→ new defaults as it prints them
//! ```

mod in_the_way;
mod objects;
mod rights;
mod supplies;
mod touched;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use orm_core::Connection;

use crate::{
    baseline::{Definition, Definitions, Key},
    carry_over::Origin,
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    plan::{Plan, context::Context},
    step::{DataLoss, LockLevel, Reverse, Step, TransactionNeed, Undo},
};

pub(crate) use words::in_words_of;

use in_the_way::InTheWay;
use objects::{Objects, is_carried};
use supplies::Supplies;

/// The plan with what it takes besides.
pub(crate) async fn carry_over(
    connection: &mut Connection,
    mut plan: Plan,
    origin: &Origin<'_>,
) -> Result<Plan> {
    let context = Context::new(Dialect::Postgres, origin.from, origin.to, origin.changes);
    let in_the_way = look(connection, &context).await?;
    if in_the_way.is_empty() && origin.target.is_none() {
        return Ok(plan);
    }
    let here = Objects::of(super::definitions::definitions(connection).await?);
    let rights = look_at_rights(connection).await?;
    let moved = Moved::new(&context, &here, rights, in_the_way, origin.target)?;
    moved.around(&context, &mut plan);
    if let Some(target) = origin.target {
        Supplies::of(&context, &here, target, &moved.back).make(&mut plan)?;
    }
    Ok(plan)
}

async fn look(connection: &mut Connection, context: &Context<'_>) -> Result<Vec<InTheWay>> {
    in_the_way::in_the_way(connection, &touched::touched(context)).await
}

/// With names that lead somewhere under any search path.
async fn look_at_rights(connection: &mut Connection) -> Result<BTreeMap<Key, Vec<String>>> {
    let read = async |connection: &mut Connection| {
        connection.batch("SET LOCAL search_path = ''").await?;
        rights::rights(connection).await
    };
    Dialect::Postgres.at_one_moment(connection, read).await
}

/// What is set aside, and what comes back.
struct Moved {
    /// As they are, in the order in which they were made.
    aside: Vec<Definition>,
    /// As they shall be, in the order in which they are made.
    back: Vec<Definition>,
    /// What does not come back, with the column that it speaks of.
    gone: Vec<(String, String)>,
    rights: BTreeMap<Key, Vec<String>>,
}

impl Moved {
    fn new(
        context: &Context<'_>,
        here: &Objects,
        rights: BTreeMap<Key, Vec<String>>,
        in_the_way: Vec<InTheWay>,
        target: Option<&Definitions>,
    ) -> Result<Self> {
        let mut all = here.built_on(in_the_way.iter().map(|object| object.key.clone()).collect());
        refuse_others(here, &all, &in_the_way)?;
        all.extend(here.functions_of_twins(&all));
        let speaks_of_gone = in_the_way.iter().filter(|object| object.goes);
        let losing: BTreeMap<&Key, &InTheWay> = speaks_of_gone.map(|object| (&object.key, object)).collect();
        let aside = here.ordered(&all)?;
        let (mut back, mut gone) = (Vec::new(), Vec::new());
        let mut lost = BTreeSet::new();
        for definition in &aside {
            let loses = losing.get(&definition.key).map(|object| object.of.clone());
            let stands_on_lost = definition.all_needs().any(|need| lost.contains(need));
            if objects::is_of_twin(definition) {
                lost.insert(definition.key.clone());
                continue;
            }
            match target.map(|target| version(target, definition)) {
                Some(Some(version)) => {
                    back.push(Definition { key: definition.key.clone(), ..version.clone() })
                }
                Some(None) if loses.is_some() || stands_on_lost => {
                    lost.insert(definition.key.clone());
                    gone.push((objects::said(definition), loses.unwrap_or_default()));
                }
                None if let Some(column) = loses => return Err(speaks_of(definition, &column)),
                Some(None) | None => back.push(definition.clone()),
            }
        }
        refuse_renamed(context, here, &aside)?;
        Ok(Self { aside, back, gone, rights })
    }

    /// Puts the steps around those that touch the same tables.
    fn around(&self, context: &Context<'_>, plan: &mut Plan) {
        if self.aside.is_empty() {
            return;
        }
        let tables = touched::tables(context);
        let touches = |step: &Step| step.touches.iter().any(|table| tables.contains(table));
        let first = plan.steps.iter().position(touches).unwrap_or_default();
        plan.steps.insert(first, self.set_aside());
        if !self.back.is_empty() {
            // At the end, since another version may need whatever else is new.
            plan.steps.push(self.put_back());
        }
    }

    fn set_aside(&self) -> Step {
        let summary = format!("set aside {}", objects::all_said(&self.aside));
        let reverse = Reverse::By(Undo::new(self.make(&self.aside), TransactionNeed::Inside));
        let mut step = Step::new(summary, objects::drop(&self.aside), reverse);
        step.lock = Some(LockLevel::AccessExclusive);
        step.data_loss = self.gone.iter().map(loss).collect();
        step
    }

    fn put_back(&self) -> Step {
        let summary = format!("put back {}", objects::all_said(&self.back));
        let undo = Undo::new(objects::drop(&self.back), TransactionNeed::Inside);
        Step::new(summary, self.make(&self.back), Reverse::By(undo))
    }

    /// The statements that make them, with what belongs to each.
    fn make(&self, definitions: &[Definition]) -> Vec<String> {
        let of = |definition: &Definition| {
            let mut statements = objects::make(definition);
            statements.extend(self.rights.get(&definition.key).into_iter().flatten().cloned());
            statements
        };
        definitions.iter().flat_map(of).collect()
    }
}

fn loss((object, column): &(String, String)) -> DataLoss {
    let of = if column.is_empty() { String::new() } else { format!(", which speaks of `{column}`") };
    DataLoss { what: format!("{object}{of}: the target has none"), count: "SELECT 1".to_owned() }
}

/// The target's object of that kind and name.
fn version<'a>(target: &'a Definitions, definition: &Definition) -> Option<&'a Definition> {
    let is_same = |other: &&Definition| other.kind == definition.kind && other.name == definition.name;
    target.list.iter().find(is_same).filter(|found| !found.unwritten)
}

/// What cannot be set aside: tables and what belongs to them, and what nothing makes anew.
fn refuse_others(here: &Objects, all: &BTreeSet<Key>, in_the_way: &[InTheWay]) -> Result<()> {
    let cannot = |what: &str, of: &str| {
        MigrateError::new(
            Code::InTheWay,
            format!("{what} is in the way of changing `{of}`, and cannot be set aside"),
        )
        .fix("drop it and make it anew by hand, in migrations of your own before and after this one")
    };
    let unknown =
        in_the_way.iter().filter(|object| here.get(&object.key).is_none_or(|found| !is_carried(found)));
    let mut errors: Vec<_> = unknown.map(|object| cannot(&object.what, &object.of)).collect();
    let of = in_the_way.first().map(|object| object.of.as_str()).unwrap_or_default();
    let seeds: BTreeSet<&Key> = in_the_way.iter().map(|object| &object.key).collect();
    let others = all.iter().filter(|key| !seeds.contains(key)).filter_map(|key| here.get(key));
    errors.extend(others.filter(|found| !is_carried(found)).map(|found| cannot(&objects::said(found), of)));
    MigrateError::all(errors)
}

/// What is put back is spelled with the names of now.
fn refuse_renamed(context: &Context<'_>, here: &Objects, aside: &[Definition]) -> Result<()> {
    let (tables, enums) = (context.renamed_tables(), context.renamed_enums());
    let is_renamed = |found: &Definition| {
        tables.iter().any(|table| objects::is_called(found, "table", table.namespace.as_deref(), &table.name))
            || enums
                .iter()
                .any(|name| objects::is_called(found, "type", name.namespace.as_deref(), &name.name))
    };
    let speaks = |found: &&Definition| found.all_needs().filter_map(|key| here.get(key)).any(is_renamed);
    let Some(found) = aside.iter().find(speaks) else { return Ok(()) };
    Err(MigrateError::new(
        Code::InTheWay,
        format!("{} must be made anew, and something that it speaks of is renamed", objects::said(found)),
    )
    .fix("rename in one migration, and make the other changes in the next"))
}

fn speaks_of(definition: &Definition, column: &str) -> MigrateError {
    let said = objects::said(definition);
    MigrateError::new(Code::InTheWay, format!("{said} speaks of `{column}`, which goes")).fix(format!(
        "drop {said} in a migration of your own before this one (`orm migrate dev --create-only` and edit), or keep `{column}`"
    ))
}
