//! What stands on the columns that a plan drops or renames: triggers of ours end with their column, and a plan that would break
//! a view or another trigger is refused.

use orm_core::Connection;

use super::{
    broken,
    triggers::{self, Trigger},
};
use crate::{
    carry_over::{Broken, unbroken},
    error::Result,
    plan::{Plan, context::Context},
    step::{Reverse, Step, TransactionNeed, Undo},
};

/// The plan with what it takes besides.
pub(crate) async fn carry_over(
    connection: &mut Connection,
    mut plan: Plan,
    context: &Context<'_>,
) -> Result<Plan> {
    let triggers = triggers::speaking(connection, context).await?;
    let (twins, others): (Vec<Trigger>, Vec<Trigger>) = triggers.into_iter().partition(Trigger::is_of_twin);
    let mut broken = broken::broken(connection, context).await?;
    broken.extend(others.iter().map(|trigger| Broken {
        what: format!("trigger {}", trigger.name),
        why: format!("it speaks of `{}.{}`", trigger.table(), trigger.of),
    }));
    if !twins.is_empty() {
        plan.steps.insert(0, end(&twins));
    }
    unbroken(plan, broken)
}

/// From then on the columns are no longer kept the same.
fn end(twins: &[Trigger]) -> Step {
    let names = twins.iter().map(|trigger| format!("`{}`", trigger.name)).collect::<Vec<_>>().join(", ");
    let make = twins.iter().map(Trigger::create).collect();
    let undo = Undo::new(make, TransactionNeed::Either);
    let drop = twins.iter().map(Trigger::drop).collect();
    Step {
        transaction: TransactionNeed::Either,
        touches: twins.iter().map(Trigger::table).collect(),
        ..Step::new(format!("drop the triggers {names}"), drop, Reverse::By(undo))
    }
}
