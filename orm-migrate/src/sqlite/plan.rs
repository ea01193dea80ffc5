//! Changes → steps of SQLite, each with its place.
//!
//! What ALTER TABLE can do is a step of its own; all other changes of a table are one rebuild. Renames come first, by ALTER
//! TABLE, which renames in views, triggers and foreign keys as well.

use std::collections::{BTreeMap, BTreeSet};

use orm_schema::{ForeignKey, Table, TableName};

use super::{
    alter::{self, Unit},
    ddl, rebuild,
};
use crate::{
    change::Change,
    dialect::Dialect,
    plan::{
        context::Context,
        cycles::circular_keys,
        evidence, fit,
        needs::place,
        order::{Fact, Node, Thing},
    },
    step::{Reverse, Step, TransactionNeed, Undo},
};

const DIALECT: Dialect = Dialect::Sqlite;

/// The steps.
pub(crate) fn nodes(context: &Context<'_>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut by_table: BTreeMap<&TableName, Vec<&Change>> = BTreeMap::new();
    for change in context.changes {
        match change {
            Change::RenameTable { .. } | Change::RenameColumn { .. } => {
                nodes.push(place(context, single(context, change), &[change]));
            }
            Change::CreateTable { .. } | Change::DropTable { .. } => {}
            // Enum types are no objects of SQLite: a change of one never gets here.
            other => {
                if let Some(table) = other.table() {
                    by_table.entry(table).or_default().push(other);
                }
            }
        }
    }
    nodes.extend(creates(context));
    for (table, changes) in by_table {
        nodes.extend(alter_table(context, table, &changes));
    }
    nodes.extend(drops(context));
    nodes
}

/// New tables, each after those that it leads to: the way back drops it before them.
fn creates(context: &Context<'_>) -> Vec<Node> {
    let created = changed_tables(context, |change| matches!(change, Change::CreateTable { .. }));
    let tables: Vec<&Table> = created.iter().map(|(_, table)| *table).collect();
    let circular = circular_keys(&tables);
    let nodes = created.into_iter().map(|(change, table)| {
        let mut step = single(context, change);
        let closing =
            tables.iter().find(|other| open_keys(other, &circular).iter().any(|key| key.table == table.name));
        if let Some(closing) = closing {
            step.reverse = open_and_drop(closing, &without(closing, &circular), change);
        }
        let mut node = place(context, step, &[change]);
        let kept = without(table, &circular).foreign_keys.into_iter().filter(|key| key.table != table.name);
        node.needs.extend(kept.map(|key| Fact::New(Thing::Table(key.table))));
        node
    });
    nodes.collect()
}

/// The way back from a table to which a foreign key leads that goes in a circle.
fn open_and_drop(closing: &Table, open: &Table, change: &Change) -> Reverse {
    let mut reverse = back_by_rebuild(closing, open, &[change]);
    if let Reverse::By(undo) = &mut reverse {
        undo.sql.extend(sql(&change.inverse()));
    }
    reverse
}

/// The foreign keys of the table that go in a circle.
fn open_keys<'a>(table: &'a Table, circular: &BTreeSet<(TableName, usize)>) -> Vec<&'a ForeignKey> {
    let keys = table.foreign_keys.iter().enumerate();
    keys.filter(|(at, _)| circular.contains(&(table.name.clone(), *at))).map(|(_, key)| key).collect()
}

/// The table without its foreign keys that go in a circle.
fn without(table: &Table, circular: &BTreeSet<(TableName, usize)>) -> Table {
    let mut open = table.clone();
    let mut places = 0..;
    open.foreign_keys
        .retain(|_| places.next().is_some_and(|at| !circular.contains(&(table.name.clone(), at))));
    open
}

fn changed_tables<'a>(
    context: &Context<'a>,
    wanted: impl Fn(&Change) -> bool,
) -> Vec<(&'a Change, &'a Table)> {
    let changes = context.changes.iter().filter(|change| wanted(change));
    let tables = changes.filter_map(|change| match change {
        Change::CreateTable { table } | Change::DropTable { table } => Some((change, table)),
        _ => None,
    });
    tables.collect()
}

/// A change that is one statement in both directions, or a table with its indexes.
fn single(context: &Context<'_>, change: &Change) -> Step {
    step(context, &[change], sql(change), back_by(sql(&change.inverse()), &[change]))
}

fn sql(change: &Change) -> Vec<String> {
    match change {
        Change::CreateTable { table } => {
            let mut sql = vec![ddl::create_table(table, &table.name)];
            sql.extend(ddl::create_indexes(table));
            sql
        }
        Change::DropTable { table } => vec![format!("DROP TABLE {}", DIALECT.quote_table(&table.name))],
        Change::RenameTable { from, to } => {
            vec![format!("ALTER TABLE {} RENAME TO {}", DIALECT.quote_table(from), DIALECT.quote(&to.name))]
        }
        Change::RenameColumn { table, from, to } => vec![format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            DIALECT.quote_table(table),
            DIALECT.quote(from.as_str()),
            DIALECT.quote(to.as_str())
        )],
        // Enum types are no objects of SQLite; the others are statements of `alter` or part of a rebuild.
        Change::CreateEnum { .. }
        | Change::DropEnum { .. }
        | Change::RenameEnum { .. }
        | Change::AddEnumValue { .. }
        | Change::RenameEnumValue { .. }
        | Change::ReplaceEnum { .. }
        | Change::AlterTable { .. }
        | Change::AddColumn { .. }
        | Change::DropColumn { .. }
        | Change::AlterColumn { .. }
        | Change::AddConstraint { .. }
        | Change::DropConstraint { .. }
        | Change::RenameConstraint { .. }
        | Change::AddIndex { .. }
        | Change::DropIndex { .. }
        | Change::RenameIndex { .. } => Vec::new(),
    }
}

/// All changes of a table that stays.
fn alter_table(context: &Context<'_>, table: &TableName, changes: &[&Change]) -> Vec<Node> {
    let (Some(before), Some(after)) = (context.before.table(table), context.to.table(table)) else {
        return Vec::new();
    };
    match alter::units(before, after, changes) {
        Some(units) => {
            units.into_iter().enumerate().map(|(at, unit)| alter_node(context, table, at, &unit)).collect()
        }
        None => vec![place(context, rebuild_step(context, before, after, changes), changes)],
    }
}

fn alter_node(context: &Context<'_>, table: &TableName, at: usize, unit: &Unit<'_>) -> Node {
    let step = step(context, &unit.changes, unit.sql.clone(), alter_back(unit));
    let mut node = place(context, step, &unit.changes);
    node.makes.push(Fact::New(Thing::Progress(table.clone(), at + 1)));
    if at > 0 {
        node.needs.push(Fact::New(Thing::Progress(table.clone(), at)));
    }
    node
}

/// Back from a statement by another where ALTER TABLE can, else by a rebuild.
fn alter_back(unit: &Unit<'_>) -> Reverse {
    let inverse: Vec<Change> = unit.changes.iter().map(|change| change.inverse()).collect();
    let inverse: Vec<&Change> = inverse.iter().collect();
    match alter::units(&unit.after, &unit.before, &inverse) {
        Some(units) => back_by(units.into_iter().flat_map(|unit| unit.sql).collect(), &unit.changes),
        None => back_by_rebuild(&unit.after, &unit.before, &unit.changes),
    }
}

fn rebuild_step(context: &Context<'_>, before: &Table, after: &Table, changes: &[&Change]) -> Step {
    let back = back_by_rebuild(after, before, changes);
    let mut step = step(context, changes, rebuild::sql(before, after), back);
    let what: Vec<_> = changes.iter().map(|change| change.to_string()).collect();
    step.summary = format!("rebuild table `{}`: {}", after.name, what.join("; "));
    step.transaction = TransactionNeed::SqliteRebuild;
    step.rebuild = Some(rebuild::rebuild(before, after));
    step
}

/// Drops. Where foreign keys lead in a circle, one table is first made anew without them: DROP TABLE deletes all rows, and
/// fails where others still lead to them (foreignkeys.html §5).
fn drops(context: &Context<'_>) -> Vec<Node> {
    let dropped = changed_tables(context, |change| matches!(change, Change::DropTable { .. }));
    let tables: Vec<&Table> = dropped.iter().map(|(_, table)| *table).collect();
    let circular = circular_keys(&tables);
    let mut nodes = Vec::new();
    for (change, table) in dropped {
        let open = without(table, &circular);
        if open.foreign_keys.len() < table.foreign_keys.len() {
            nodes.push(open_circle(context, table, &open));
        }
        let rest = Change::DropTable { table: open.clone() };
        let mut step = single(context, change);
        step.reverse = back_by(sql(&rest.inverse()), &[change]);
        nodes.push(place(context, step, &[&rest]));
    }
    nodes
}

fn open_circle(context: &Context<'_>, table: &Table, open: &Table) -> Node {
    let mut step = rebuild_step(context, table, open, &[]);
    step.summary = format!("rebuild table `{}` without the foreign keys that lead in a circle", table.name);
    step.touches = vec![table.name.clone()];
    let mut node = Node::new(step);
    let others = table.foreign_keys.iter().map(|key| Fact::Old(Thing::Table(key.table.clone())));
    node.needs = others.chain([Fact::Old(Thing::Table(table.name.clone()))]).collect();
    node
}

fn back_by(sql: Vec<String>, changes: &[&Change]) -> Reverse {
    Reverse::By(Undo { loses: losses(changes), ..Undo::new(sql, TransactionNeed::Inside) })
}

fn back_by_rebuild(from: &Table, to: &Table, changes: &[&Change]) -> Reverse {
    Reverse::By(Undo {
        rebuild: Some(rebuild::rebuild(from, to)),
        loses: losses(changes),
        ..Undo::new(rebuild::sql(from, to), TransactionNeed::SqliteRebuild)
    })
}

fn losses(changes: &[&Change]) -> Option<String> {
    let losses: Vec<_> = changes.iter().filter_map(|change| evidence::undo_loses(change)).collect();
    (!losses.is_empty()).then(|| losses.join("; "))
}

fn step(context: &Context<'_>, changes: &[&Change], sql: Vec<String>, reverse: Reverse) -> Step {
    let summary: Vec<_> = changes.iter().map(|change| change.to_string()).collect();
    let table = changes.first().and_then(|change| change.table());
    let renamed = changes.iter().find_map(|change| match change {
        Change::RenameTable { from, .. } => Some(from.clone()),
        _ => None,
    });
    Step {
        data_loss: changes.iter().flat_map(|change| evidence::data_loss(context, change)).collect(),
        prechecks: changes
            .iter()
            .flat_map(|change| {
                [evidence::prechecks(context, change), fit::prechecks(context, change)].concat()
            })
            .collect(),
        fresh_table: table.is_some_and(|table| context.is_fresh(table)),
        touches: renamed.into_iter().chain(table.cloned()).collect(),
        ..Step::new(summary.join("; "), sql, reverse)
    }
}
