//! Changes → steps of MariaDB and MySQL, each with its place.
//!
//! Three things are different from a database whose ALTER TABLE does one thing at a time: a foreign key has to be gone
//! while the type of one of its columns changes, it needs an index on either side at all times, and a column that is
//! counted up has to be a key at all times, so that those changes of a table are one statement.

use std::collections::{BTreeMap, BTreeSet};

use orm_schema::{Check, ColumnName, ConstraintName, ForeignKey, Table, TableName};

use super::{
    ddl,
    normalise::{keys, leading_columns},
    online, steps,
};
use crate::{
    change::{Change, Constraint},
    dialect::Dialect,
    names::TableNames,
    plan::{
        Twin,
        alter::{self, Alter},
        context::Context,
        mentions,
        needs::{constraint_place, place},
        order::{Fact, Node, Thing},
    },
    step::{LockLevel, PreCheck, Reverse, Step, TransactionNeed},
};

/// The steps.
pub(crate) fn nodes(context: &Context<'_>) -> Vec<Node> {
    let changes = expanded(context);
    let context = context.with(&changes);
    let mut groups: BTreeMap<(&TableName, Option<&ConstraintName>), Vec<&Change>> = BTreeMap::new();
    let mut single = Vec::new();
    for change in &changes {
        match group(&context, change) {
            Some(group) => groups.entry(group).or_default().push(change),
            None => single.push(change),
        }
    }
    let mut nodes = alter::nodes::<MySql>(&context, &single);
    nodes.extend(groups.into_iter().map(|((table, _), changes)| key_node(&context, table, &changes)));
    nodes
}

/// The changes as ALTER TABLE can make them.
fn expanded(context: &Context<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    for change in context.changes {
        match change {
            // A primary key has no name of its own.
            Change::RenameConstraint { constraint: Constraint::PrimaryKey(_), .. } => {}
            // These have a name that nothing changes.
            Change::RenameConstraint {
                table,
                from,
                to,
                constraint: constraint @ (Constraint::ForeignKey(_) | Constraint::Check(_)),
            } => changes.extend(made_anew(table, from, to, constraint)),
            other => changes.push(other.clone()),
        }
    }
    changes.extend(keys_made_anew(context));
    changes
}

fn made_anew(
    table: &TableName,
    from: &ConstraintName,
    to: &ConstraintName,
    constraint: &Constraint,
) -> [Change; 2] {
    let (table, constraint) = (table.clone(), constraint.clone());
    [
        Change::DropConstraint { table: table.clone(), name: from.clone(), constraint: constraint.clone() },
        Change::AddConstraint { table, name: to.clone(), constraint },
    ]
}

/// Foreign keys that stay, but are in the way of a change of one of their columns' types, or of the key they lead to.
fn keys_made_anew(context: &Context<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    for table in &context.before.tables {
        let Some(after) = context.to.table(&table.name) else { continue };
        let (old, new) = (TableNames::of(table).foreign_keys, TableNames::of(after).foreign_keys);
        for (name, key) in old.iter().zip(&table.foreign_keys) {
            let Some(at) = after.foreign_keys.iter().position(|other| says_the_same(key, other)) else {
                continue;
            };
            if is_in_the_way(context, &table.name, key) && !is_changed(context, &table.name, name) {
                let constraint = Constraint::ForeignKey(key.clone());
                changes.extend(made_anew(&table.name, name, new.get(at).unwrap_or(name), &constraint));
            }
        }
    }
    changes
}

fn says_the_same(one: &ForeignKey, other: &ForeignKey) -> bool {
    ForeignKey { name: None, ..one.clone() } == ForeignKey { name: None, ..other.clone() }
}

fn is_in_the_way(context: &Context<'_>, table: &TableName, key: &ForeignKey) -> bool {
    context.changes.iter().any(|change| match change {
        // The other side may not even begin to take NULL.
        Change::AlterColumn { table: of, from, to } => {
            let retyped = from.column_type != to.column_type;
            let is_own = of == table && key.columns.contains(&to.name);
            let is_target = *of == key.table && key.references.contains(&to.name);
            (retyped && is_own) || ((retyped || from.nullable != to.nullable) && is_target)
        }
        Change::DropConstraint { table: of, constraint, .. } => {
            *of == key.table && constraint.columns().starts_with(&key.references) && is_target(constraint)
        }
        _ => false,
    })
}

const fn is_target(constraint: &Constraint) -> bool {
    matches!(constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_))
}

/// Whether a change of its own makes it anew already.
fn is_changed(context: &Context<'_>, table: &TableName, name: &ConstraintName) -> bool {
    context.changes.iter().any(|change| match change {
        Change::DropConstraint { table: of, name: other, .. }
        | Change::RenameConstraint { table: of, from: other, .. } => of == table && other == name,
        _ => false,
    })
}

/// What the change is one statement with: the others about its table's key, or the one that makes an index anew under the
/// name of one that goes, where a foreign key that stays needs either.
fn group<'a>(
    context: &Context<'_>,
    change: &'a Change,
) -> Option<(&'a TableName, Option<&'a ConstraintName>)> {
    let table = change.table()?;
    if is_about_key(change) {
        return Some((table, None));
    }
    let (name, _) = index_of(change)?;
    let same = || context.changes.iter().filter(|other| other.table() == Some(table));
    let comes = same().any(|other| index_of(other) == Some((name, true)));
    let goes = same().any(|other| index_of(other) == Some((name, false)) && is_needed(context, table, other));
    (comes && goes).then_some((table, Some(name)))
}

/// Whether a foreign key that stays may use the index that goes.
fn is_needed(context: &Context<'_>, table: &TableName, change: &Change) -> bool {
    let columns = match change {
        Change::DropIndex { index, .. } => leading_columns(index),
        Change::DropConstraint { constraint, .. } => constraint.columns().to_vec(),
        _ => return false,
    };
    let Some(before) = context.before.table(table) else { return false };
    let names = TableNames::of(before).foreign_keys;
    let mut keys = names.iter().zip(&before.foreign_keys);
    keys.any(|(name, key)| columns.starts_with(&key.columns) && !is_changed(context, table, name))
}

/// The name of an index, and whether it comes or goes.
fn index_of(change: &Change) -> Option<(&ConstraintName, bool)> {
    match change {
        Change::AddIndex { name, .. }
        | Change::AddConstraint { name, constraint: Constraint::Unique(_), .. } => Some((name, true)),
        Change::DropIndex { name, .. }
        | Change::DropConstraint { name, constraint: Constraint::Unique(_), .. } => Some((name, false)),
        _ => None,
    }
}

/// Whether the change is one of the primary key, or of the column that is counted up, which must be a key.
fn is_about_key(change: &Change) -> bool {
    match change {
        Change::AddConstraint { constraint, .. } | Change::DropConstraint { constraint, .. } => {
            matches!(constraint, Constraint::PrimaryKey(_))
        }
        Change::AlterColumn { from, to, .. } => from.identity != to.identity,
        Change::AddColumn { column, .. } | Change::DropColumn { column, .. } => column.identity.is_some(),
        _ => false,
    }
}

/// One statement for changes that go together.
fn key_node(context: &Context<'_>, table: &TableName, changes: &[&Change]) -> Node {
    let steps: Vec<Step> = changes.iter().map(|change| alter::step::<MySql>(context, change)).collect();
    let summaries: Vec<_> = steps.iter().map(|step| step.summary.clone()).collect();
    let inverse: Vec<Change> = changes.iter().map(|change| change.inverse()).collect();
    let mut reverses = steps.iter().map(|step| step.reverse.clone());
    let mut reverse = reverses.next().unwrap_or(Reverse::Never { why: String::new() });
    let loses: Vec<_> = steps.iter().filter_map(|step| step.reverse.loses().map(str::to_owned)).collect();
    if let Reverse::By(undo) = &mut reverse {
        undo.sql = vec![together(context.dialect, table, &inverse.iter().collect::<Vec<_>>())];
        undo.loses = (!loses.is_empty()).then(|| loses.join("; "));
    }
    let step = Step {
        transaction: TransactionNeed::Either,
        lock: steps.iter().filter_map(|step| step.lock).max(),
        data_loss: steps.iter().flat_map(|step| step.data_loss.clone()).collect(),
        prechecks: steps.iter().flat_map(|step| step.prechecks.clone()).collect(),
        fresh_table: context.is_fresh(table),
        touches: vec![table.clone()],
        ..Step::new(summaries.join("; "), vec![together(context.dialect, table, changes)], reverse)
    };
    let mut node = place(context, step, changes);
    changes.iter().for_each(|change| MySql::relate(context, change, &mut node));
    node
}

/// One ALTER TABLE: what goes before what comes.
fn together(dialect: Dialect, table: &TableName, changes: &[&Change]) -> String {
    let rank = |change: &Change| match change {
        Change::DropConstraint { .. } | Change::DropIndex { .. } => 0,
        Change::DropColumn { .. } => 1,
        Change::AddColumn { .. } => 2,
        Change::AddConstraint { .. } | Change::AddIndex { .. } => 4,
        _ => 3,
    };
    let mut changes = changes.to_vec();
    changes.sort_by_key(|change| rank(change));
    let clauses: Vec<_> = changes.into_iter().filter_map(|change| steps::clause(dialect, change)).collect();
    ddl::alter_table(table, &clauses)
}

struct MySql;

impl Alter for MySql {
    fn create_table(context: &Context<'_>, table: &Table, put_off: &BTreeSet<usize>) -> Vec<String> {
        ddl::create_table(context.dialect, table, put_off)
    }

    fn sql(context: &Context<'_>, change: &Change) -> Vec<String> {
        steps::sql(context.dialect, change)
    }

    fn as_met(_context: &Context<'_>, change: &Change) -> Change {
        change.clone()
    }

    /// What does not fit a new type is told by its labels or its range.
    fn prechecks(_context: &Context<'_>, _change: &Change) -> Vec<PreCheck> {
        Vec::new()
    }

    /// Data definition commits by itself ("Statements That Cause an Implicit Commit").
    fn transaction(_change: &Change) -> TransactionNeed {
        TransactionNeed::Either
    }

    fn lock(context: &Context<'_>, change: &Change) -> Option<LockLevel> {
        steps::lock(context, change)
    }

    fn online(context: &Context<'_>, change: &Change, twins: &[Twin], step: Step) -> Vec<Step> {
        online::steps(context.dialect, change, twins, step)
    }

    fn relate(context: &Context<'_>, change: &Change, node: &mut Node) {
        match change {
            Change::CreateTable { table } => {
                node.makes
                    .extend(table.indexes.iter().map(|index| has_key(&table.name, leading_columns(index))));
                node.needs.extend(table.foreign_keys.iter().flat_map(|key| target_keys(context, key)));
            }
            Change::AddIndex { table, index, .. } => node.makes.push(has_key(table, leading_columns(index))),
            Change::DropIndex { table, index, .. } => end_key(context, table, &leading_columns(index), node),
            Change::AddConstraint { table, constraint: Constraint::ForeignKey(key), .. } => {
                let own = context.to.table(table).into_iter().flat_map(|table| covering(table, &key.columns));
                node.needs.extend(own.map(|columns| has_key(table, columns)));
                let speaks = |check: &Check| key.columns.iter().any(|column| speaks_of(check, column));
                let is_in_the_way =
                    |other: &Constraint| matches!(other, Constraint::Check(check) if speaks(check));
                node.needs.extend(goes_first(context, table, &is_in_the_way));
                node.needs.extend(target_keys(context, key));
            }
            Change::AddConstraint { table, constraint: Constraint::Check(check), .. } => {
                let speaks = |key: &ForeignKey| key.columns.iter().any(|column| speaks_of(check, column));
                let is_in_the_way =
                    |other: &Constraint| matches!(other, Constraint::ForeignKey(key) if speaks(key));
                node.needs.extend(goes_first(context, table, &is_in_the_way));
            }
            Change::DropConstraint { constraint: Constraint::ForeignKey(key), .. } => {
                let target = context.before.table(&key.table).into_iter();
                let keys = target.flat_map(|target| covering(target, &key.references));
                node.needs.extend(keys.map(|columns| Fact::Old(Thing::Key(key.table.clone(), columns))));
            }
            Change::DropConstraint { table, constraint, .. } if is_target(constraint) => {
                end_key(context, table, constraint.columns(), node);
            }
            _ => {}
        }
    }
}

fn has_key(table: &TableName, columns: Vec<ColumnName>) -> Fact {
    Fact::New(Thing::Key(table.clone(), columns))
}

/// The keys of a table that begin with the columns.
fn covering(table: &Table, columns: &[ColumnName]) -> Vec<Vec<ColumnName>> {
    keys(table).into_iter().filter(|key| key.starts_with(columns)).collect()
}

/// The keys to which a foreign key may lead.
fn target_keys(context: &Context<'_>, key: &ForeignKey) -> Vec<Fact> {
    let target = context.to.table(&key.table).into_iter();
    target
        .flat_map(|target| covering(target, &key.references))
        .map(|columns| has_key(&key.table, columns))
        .collect()
}

/// A check and a foreign key that writes to its columns exclude each other ("CHECK Constraints"): what goes, goes first.
fn goes_first(
    context: &Context<'_>,
    table: &TableName,
    is_in_the_way: &dyn Fn(&Constraint) -> bool,
) -> Vec<Fact> {
    let facts = context.changes.iter().filter_map(|change| match change {
        Change::DropConstraint { table: of, name, constraint }
            if of == table && is_in_the_way(constraint) =>
        {
            Some(Fact::Free(constraint_place(table, name.as_str(), constraint)))
        }
        _ => None,
    });
    facts.collect()
}

fn speaks_of(check: &Check, column: &ColumnName) -> bool {
    mentions::mentions(ddl::DIALECT, &check.expression, column)
}

/// A key that foreign keys of its table need goes after them, or after another one that they can use.
fn end_key(context: &Context<'_>, table: &TableName, columns: &[ColumnName], node: &mut Node) {
    node.ends.push(Fact::Old(Thing::Key(table.clone(), columns.to_vec())));
    let (Some(before), after) = (context.before.table(table), context.to.table(table)) else { return };
    let names = TableNames::of(before).foreign_keys;
    for (name, key) in names.iter().zip(&before.foreign_keys) {
        if !columns.starts_with(&key.columns) {
            continue;
        }
        if is_changed(context, table, name) {
            let constraint = Constraint::ForeignKey(key.clone());
            node.needs.push(Fact::Free(constraint_place(table, name.as_str(), &constraint)));
        } else if let Some(after) = after {
            // The other key may need one of the columns to be NOT NULL by then; their types stay.
            node.needs.retain(|fact| !matches!(fact, Fact::Old(Thing::Type(..))));
            node.needs
                .extend(covering(after, &key.columns).into_iter().map(|columns| has_key(table, columns)));
        }
    }
}
