//! A constraint that was NOT VALID and is to hold for all rows: it is validated, not made anew, since that stops nobody who
//! writes (sql-altertable.html, VALIDATE CONSTRAINT).

use super::{ddl, plan::Postgres, steps};
use crate::{
    change::{Change, Constraint},
    dialect::Dialect,
    plan::{alter, context::Context, needs::place, order::Node},
    step::{LockLevel, Reverse, Step, TransactionNeed, Undo},
};

/// The constraint dropped, and the same one made without NOT VALID.
pub(super) type Pair<'a> = (&'a Change, &'a Change);

/// Such pairs, and the other changes.
pub(super) fn parted<'a>(changes: &'a [Change]) -> (Vec<Pair<'a>>, Vec<&'a Change>) {
    let pairs: Vec<Pair<'a>> = changes
        .iter()
        .filter_map(|drop| Some((drop, changes.iter().find(|add| is_validation(drop, add))?)))
        .collect();
    let is_other = |change: &&Change| {
        pairs.iter().all(|(drop, add)| !std::ptr::eq(*drop, *change) && !std::ptr::eq(*add, *change))
    };
    let others = changes.iter().filter(is_other).collect();
    (pairs, others)
}

fn is_validation(drop: &Change, add: &Change) -> bool {
    let Change::DropConstraint { table, name, constraint: before } = drop else { return false };
    let Change::AddConstraint { table: of, name: new, constraint: after } = add else { return false };
    (table, name) == (of, new) && validated(before).as_ref() == Some(after)
}

fn validated(constraint: &Constraint) -> Option<Constraint> {
    let mut constraint = constraint.clone();
    let not_valid = match &mut constraint {
        Constraint::ForeignKey(key) => &mut key.not_valid,
        Constraint::Check(check) => &mut check.not_valid,
        Constraint::PrimaryKey(_) | Constraint::Unique(_) => return None,
    };
    std::mem::replace(not_valid, false).then_some(constraint)
}

/// The step of a pair.
pub(super) fn node(context: &Context<'_>, (drop, add): Pair<'_>) -> Option<Node> {
    let Change::AddConstraint { table, name, .. } = add else { return None };
    let validate = format!("VALIDATE CONSTRAINT {}", Dialect::Postgres.quote(name.as_str()));
    let back = [steps::sql(context, &add.inverse()), steps::sql(context, &drop.inverse())].concat();
    let step = Step {
        summary: format!("validate constraint `{name}` of `{table}`"),
        sql: vec![ddl::alter_table(table, &validate)],
        reverse: Reverse::By(Undo::new(back, TransactionNeed::Inside)),
        lock: Some(LockLevel::ShareUpdateExclusive),
        ..alter::step::<Postgres>(context, add)
    };
    Some(place(context, step, &[drop, add]))
}
