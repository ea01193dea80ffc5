//! Changes → steps of PostgreSQL, each with its place.

use std::collections::BTreeSet;

use orm_schema::{ForeignKey, Table, TableName};

use super::{ddl, fit, normalise::enum_of, replace_enum, steps};
use crate::{
    change::{Change, Constraint},
    names::TableNames,
    plan::{
        context::Context,
        cycles::circular_keys,
        evidence,
        needs::place,
        order::{Fact, Node, Thing},
    },
    step::{Reverse, Step, TransactionNeed, Undo},
};

/// One step for each change; foreign keys in a circle get steps of their own.
pub(crate) fn nodes(context: &Context<'_>) -> Vec<Node> {
    let created = tables(context, |change| matches!(change, Change::CreateTable { .. }));
    let dropped = tables(context, |change| matches!(change, Change::DropTable { .. }));
    let (made_later, dropped_first) = (circular_keys(&created), circular_keys(&dropped));
    let mut nodes = Vec::new();
    for change in context.changes {
        match change {
            Change::CreateTable { table } => nodes.extend(create(context, table, &made_later)),
            Change::DropTable { table } => nodes.extend(drop(context, table, &dropped_first)),
            other => {
                let met = as_met(context, other);
                nodes.push(place(context, step(context, &met), &[other]));
            }
        }
    }
    nodes
}

/// The change as its step meets the column: a default that the new labels of its type do not have is gone by then.
fn as_met(context: &Context<'_>, change: &Change) -> Change {
    let mut change = change.clone();
    if let Change::AlterColumn { from, .. } = &mut change {
        let labels = context.changes.iter().find_map(|other| match other {
            Change::ReplaceEnum { enum_name, to, .. } if enum_of(&from.column_type) == Some(enum_name) => {
                Some(to)
            }
            _ => None,
        });
        if let Some(labels) = labels {
            from.default = from.default.take().filter(|default| replace_enum::has_label(default, labels));
        }
    }
    change
}

fn tables<'a>(context: &Context<'a>, wanted: impl Fn(&Change) -> bool) -> Vec<&'a Table> {
    let tables = context.changes.iter().filter(|change| wanted(change)).filter_map(|change| match change {
        Change::CreateTable { table } | Change::DropTable { table } => Some(table),
        _ => None,
    });
    tables.collect()
}

fn create(context: &Context<'_>, table: &Table, put_off: &BTreeSet<(TableName, usize)>) -> Vec<Node> {
    let (places, keys) = split_off(table, put_off);
    let change = Change::CreateTable { table: without(table, &places) };
    let mut first = step(context, &Change::CreateTable { table: table.clone() });
    first.sql = ddl::create_table(table, &places);
    let mut nodes = vec![place(context, first, &[&change])];
    for (name, key) in keys {
        let add = Change::AddConstraint {
            table: table.name.clone(),
            name,
            constraint: Constraint::ForeignKey(key),
        };
        nodes.push(place(context, step(context, &add), &[&add]));
    }
    nodes
}

fn drop(context: &Context<'_>, table: &Table, put_off: &BTreeSet<(TableName, usize)>) -> Vec<Node> {
    let (places, keys) = split_off(table, put_off);
    let rest = Change::DropTable { table: without(table, &places) };
    let mut last = step(context, &Change::DropTable { table: table.clone() });
    if let Reverse::By(undo) = &mut last.reverse {
        undo.sql = ddl::create_table(table, &places);
    }
    let mut nodes = Vec::new();
    for (name, key) in keys {
        let drop = Change::DropConstraint {
            table: table.name.clone(),
            name,
            constraint: Constraint::ForeignKey(key),
        };
        let mut node = place(context, step(context, &drop), &[&drop]);
        node.needs.push(Fact::Old(Thing::Table(table.name.clone())));
        nodes.push(node);
    }
    nodes.push(place(context, last, &[&rest]));
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
fn step(context: &Context<'_>, change: &Change) -> Step {
    let undo = Undo {
        sql: steps::sql(context, &change.inverse()),
        transaction: TransactionNeed::Inside,
        rebuild: None,
        loses: evidence::undo_loses(change),
    };
    let table = change.table().cloned();
    Step {
        transaction: steps::transaction(change),
        lock: steps::lock(context, change),
        data_loss: [evidence::data_loss(context, change), fit::data_loss(context, change)].concat(),
        prechecks: [evidence::prechecks(context, change), fit::prechecks(context, change)].concat(),
        fresh_table: table.as_ref().is_some_and(|table| context.is_fresh(table)),
        touches: touched(context, change),
        ..Step::new(change.to_string(), steps::sql(context, change), Reverse::By(undo))
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
