//! What no model says and a plan meets: it is carried over, or warned of.

use orm_core::Connection;
use orm_migrate::{
    Plan, bodies,
    carry_over::{Origin, carry_over},
    error::Result,
};

use crate::{failure::Report, session::Session};

/// The plan with what it must carry over; whoever runs it is told which functions it may break.
pub(crate) async fn carried(
    session: &Session,
    connection: &mut Connection,
    plan: Plan,
    origin: &Origin<'_>,
) -> Result<Plan> {
    let plan = carry_over(connection, plan, origin).await?;
    for warning in bodies::warnings(connection, origin).await? {
        session.output.warn(&Report::from(&warning));
    }
    Ok(plan)
}
