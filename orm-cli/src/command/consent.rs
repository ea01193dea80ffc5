//! What would be lost, what is in the way, and whether a person wants it all the same.

use orm_migrate::{
    MigrateError, Plan,
    error::Code as MigrateCode,
    evidence::{Evidence, Obstacle},
};

use super::models::Models;
use crate::{
    failure::{Failure, Report},
    output::counted,
    prompt,
    session::Session,
};

/// Refuses a plan that rows of the live database would make fail.
pub(crate) fn refuse_obstacles(evidence: &Evidence, plan: &Plan, models: &Models) -> Result<(), Failure> {
    Failure::all(obstacles(evidence, plan, models)).map_or(Ok(()), Err)
}

/// What is in the way, each with its place in the models.
pub(crate) fn obstacles(evidence: &Evidence, plan: &Plan, models: &Models) -> Vec<Report> {
    evidence.obstacles.iter().map(|obstacle| in_the_way(obstacle, plan, models)).collect()
}

fn in_the_way(obstacle: &Obstacle, plan: &Plan, models: &Models) -> Report {
    let error = MigrateError::new(MigrateCode::RowsInTheWay, obstacle.why.clone()).fix(obstacle.fix.clone());
    let mut report = Report::from(&error);
    report.code = obstacle.code;
    let step = plan.steps.get(obstacle.step);
    match step.and_then(|step| models.place_in(&step.touches, &obstacle.why)) {
        Some(place) => report.place(place),
        None => report,
    }
}

/// Asks whether what a plan loses may go; without anybody to ask it is no.
pub(crate) async fn to_losses(session: &Session, evidence: &Evidence, accepted: bool) -> Result<(), Failure> {
    to_losses_or(session, evidence, accepted, ", or keep it in the models").await
}

/// The same where there is another way than to lose it, or none.
pub(crate) async fn to_losses_or(
    session: &Session,
    evidence: &Evidence,
    accepted: bool,
    otherwise: &str,
) -> Result<(), Failure> {
    if evidence.losses.is_empty() || accepted {
        return Ok(());
    }
    if session.settings.can_ask()
        && prompt::yes_or_no(&session.output, "this loses data; go on?").await == Some(true)
    {
        return Ok(());
    }
    let error = MigrateError::new(MigrateCode::DataLoss, "this would lose data")
        .fix(format!("give `--accept-data-loss` if it may go{otherwise}"));
    let report = evidence.losses.iter().fold(Report::from(&error), |report, loss| report.note(counted(loss)));
    Err(Failure::of(report.why("the database holds what would go")))
}
