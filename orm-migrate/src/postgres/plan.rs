//! Changes → steps of PostgreSQL.

use std::collections::BTreeSet;

use orm_schema::Table;

use super::{ddl, fit, online, replace_enum, steps, validate};
use crate::{
    change::Change,
    normalise::enum_of,
    plan::{
        Twin,
        alter::{self, Alter},
        context::Context,
        order::Node,
    },
    step::{LockLevel, PreCheck, Step, TransactionNeed},
};

/// One step for each change; but for a constraint that is only validated.
pub(crate) fn nodes(context: &Context<'_>) -> Vec<Node> {
    let (validated, others) = validate::parted(context.changes);
    let mut nodes = alter::nodes::<Postgres>(context, &others);
    nodes.extend(validated.into_iter().filter_map(|pair| validate::node(context, pair)));
    nodes
}

pub(super) struct Postgres;

impl Alter for Postgres {
    fn create_table(_context: &Context<'_>, table: &Table, put_off: &BTreeSet<usize>) -> Vec<String> {
        ddl::create_table(table, put_off)
    }

    fn sql(context: &Context<'_>, change: &Change) -> Vec<String> {
        steps::sql(context, change)
    }

    /// A default that the new labels of its type do not have is gone by then.
    fn as_met(context: &Context<'_>, change: &Change) -> Change {
        let mut change = change.clone();
        if let Change::AlterColumn { from, .. } = &mut change {
            let labels = context.changes.iter().find_map(|other| match other {
                Change::ReplaceEnum { enum_name, to, .. }
                    if enum_of(&from.column_type) == Some(enum_name) =>
                {
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

    fn prechecks(context: &Context<'_>, change: &Change) -> Vec<PreCheck> {
        fit::prechecks(context, change)
    }

    fn transaction(change: &Change) -> TransactionNeed {
        steps::transaction(change)
    }

    fn lock(context: &Context<'_>, change: &Change) -> Option<LockLevel> {
        steps::lock(context, change)
    }

    fn online(_context: &Context<'_>, change: &Change, twins: &[Twin], step: Step) -> Vec<Step> {
        online::steps(change, twins, step)
    }

    fn relate(_context: &Context<'_>, _change: &Change, _node: &mut Node) {}
}
