//! Changes → steps of a database that alters its tables in place, each with its place.

use std::collections::BTreeSet;

use orm_schema::{ForeignKey, Table, TableName};

use super::{
    Twin,
    context::Context,
    cycles::circular_keys,
    evidence, fit,
    needs::place,
    order::{Fact, Node, Thing},
};
use crate::{
    change::{Change, Constraint},
    names::TableNames,
    normalise::enum_of,
    step::{LockLevel, PreCheck, Reverse, Step, TransactionNeed, Undo},
};

/// How a dialect says changes.
pub(crate) trait Alter {
    /// A new table with its indexes, without the foreign keys at the places in `put_off`.
    fn create_table(context: &Context<'_>, table: &Table, put_off: &BTreeSet<usize>) -> Vec<String>;
    /// The statements that make a change.
    fn sql(context: &Context<'_>, change: &Change) -> Vec<String>;
    /// The change as its step meets it, after others that come before it.
    fn as_met(context: &Context<'_>, change: &Change) -> Change;
    /// What would make the change fail on this database only.
    fn prechecks(context: &Context<'_>, change: &Change) -> Vec<PreCheck>;
    /// The transaction that the change needs.
    fn transaction(change: &Change) -> TransactionNeed;
    /// The strongest lock that the change takes.
    fn lock(context: &Context<'_>, change: &Change) -> Option<LockLevel>;
    /// The steps that stop nobody for long, in the place of the usual one.
    fn online(context: &Context<'_>, change: &Change, twins: &[Twin], step: Step) -> Vec<Step>;
    /// What the step needs and makes on this database only.
    fn relate(context: &Context<'_>, change: &Change, node: &mut Node);
}

/// One step for each change; foreign keys in a circle get steps of their own.
pub(crate) fn nodes<A: Alter>(context: &Context<'_>, changes: &[&Change]) -> Vec<Node> {
    let created = tables(context, |change| matches!(change, Change::CreateTable { .. }));
    let dropped = tables(context, |change| matches!(change, Change::DropTable { .. }));
    let (made_later, dropped_first) = (circular_keys(&created), circular_keys(&dropped));
    let mut nodes = Vec::new();
    for change in changes {
        match change {
            Change::CreateTable { table } => nodes.extend(create::<A>(context, table, &made_later)),
            Change::DropTable { table } => nodes.extend(drop::<A>(context, table, &dropped_first)),
            other => {
                let met = A::as_met(context, other);
                nodes.push(online::<A>(context, other, step::<A>(context, &met)));
            }
        }
    }
    nodes
}

/// The step of a change, in the form that stops nobody where that is asked for and the table is in use.
fn online<A: Alter>(context: &Context<'_>, change: &Change, step: Step) -> Node {
    let mut steps = match context.online {
        Some(twins) if !step.fresh_table => A::online(context, change, twins, step),
        Some(_) | None => vec![step],
    };
    let further = steps.split_off(1);
    Node { further, ..placed::<A>(context, steps.remove(0), change) }
}

/// The step of a change at its place.
fn placed<A: Alter>(context: &Context<'_>, step: Step, change: &Change) -> Node {
    let mut node = place(context, step, &[change]);
    A::relate(context, change, &mut node);
    node
}

fn tables<'a>(context: &Context<'a>, wanted: impl Fn(&Change) -> bool) -> Vec<&'a Table> {
    let tables = context.changes.iter().filter(|change| wanted(change)).filter_map(|change| match change {
        Change::CreateTable { table } | Change::DropTable { table } => Some(table),
        _ => None,
    });
    tables.collect()
}

fn create<A: Alter>(
    context: &Context<'_>,
    table: &Table,
    put_off: &BTreeSet<(TableName, usize)>,
) -> Vec<Node> {
    let (places, keys) = split_off(table, put_off);
    let change = Change::CreateTable { table: without(table, &places) };
    let mut first = step::<A>(context, &Change::CreateTable { table: table.clone() });
    first.sql = A::create_table(context, table, &places);
    let mut nodes = vec![placed::<A>(context, first, &change)];
    for (name, key) in keys {
        let add = Change::AddConstraint {
            table: table.name.clone(),
            name,
            constraint: Constraint::ForeignKey(key),
        };
        nodes.push(placed::<A>(context, step::<A>(context, &add), &add));
    }
    nodes
}

fn drop<A: Alter>(context: &Context<'_>, table: &Table, put_off: &BTreeSet<(TableName, usize)>) -> Vec<Node> {
    let (places, keys) = split_off(table, put_off);
    let rest = Change::DropTable { table: without(table, &places) };
    let mut last = step::<A>(context, &Change::DropTable { table: table.clone() });
    if let Reverse::By(undo) = &mut last.reverse {
        undo.sql = A::create_table(context, table, &places);
    }
    let mut nodes = Vec::new();
    for (name, key) in keys {
        let drop = Change::DropConstraint {
            table: table.name.clone(),
            name,
            constraint: Constraint::ForeignKey(key),
        };
        let mut node = placed::<A>(context, step::<A>(context, &drop), &drop);
        node.needs.push(Fact::Old(Thing::Table(table.name.clone())));
        nodes.push(node);
    }
    nodes.push(placed::<A>(context, last, &rest));
    nodes
}

type NamedKeys = Vec<(orm_schema::ConstraintName, ForeignKey)>;

/// The places and names of the table's foreign keys that get steps of their own.
fn split_off(table: &Table, put_off: &BTreeSet<(TableName, usize)>) -> (BTreeSet<usize>, NamedKeys) {
    let places: BTreeSet<usize> =
        put_off.iter().filter(|(name, _)| *name == table.name).map(|(_, at)| *at).collect();
    let names = TableNames::of(table).foreign_keys;
    let keys = names.into_iter().zip(table.foreign_keys.iter().cloned()).enumerate();
    let keys = keys.filter(|(at, _)| places.contains(at)).map(|(_, named)| named).collect();
    (places, keys)
}

fn without(table: &Table, places: &BTreeSet<usize>) -> Table {
    let mut table = table.clone();
    let mut at = 0..;
    table.foreign_keys.retain(|_| at.next().is_some_and(|at: usize| !places.contains(&at)));
    table
}

/// The step of one change.
pub(crate) fn step<A: Alter>(context: &Context<'_>, change: &Change) -> Step {
    let back = change.inverse();
    let undo = Undo {
        loses: evidence::undo_loses(change),
        ..Undo::new(A::sql(context, &back), A::transaction(&back))
    };
    let table = change.table().cloned();
    Step {
        transaction: A::transaction(change),
        lock: A::lock(context, change),
        data_loss: [evidence::data_loss(context, change), fit::data_loss(context, change)].concat(),
        prechecks: [
            evidence::prechecks(context, change),
            fit::prechecks(context, change),
            A::prechecks(context, change),
        ]
        .concat(),
        fresh_table: table.as_ref().is_some_and(|table| context.is_fresh(table)),
        touches: touched(context, change),
        ..Step::new(change.to_string(), A::sql(context, change), Reverse::By(undo))
    }
}

/// The tables that a change changes; a new type goes through all tables that use it.
fn touched(context: &Context<'_>, change: &Change) -> Vec<TableName> {
    match change {
        Change::RenameTable { from, to } => vec![from.clone(), to.clone()],
        Change::ReplaceEnum { enum_name, .. } => {
            let uses = |table: &&Table| {
                table.columns.iter().any(|column| enum_of(&column.column_type) == Some(enum_name))
            };
            context.before.tables.iter().filter(uses).map(|table| table.name.clone()).collect()
        }
        other => other.table().cloned().into_iter().collect(),
    }
}
