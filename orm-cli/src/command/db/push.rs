//! `orm db push`: the database made equal to the models, without a history.

use orm_migrate::{
    DeployOptions, apply_plan, evidence,
    executor::{Event, refuse_journal},
    inspect, normalise,
};
use serde_json::json;

use crate::{
    args::{Push, Side},
    command::{besides::carried, changes::Comparison, consent, side::Sides},
    failure::Failure,
    output::Outcome,
    session::Session,
};

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Push) -> Result<Outcome, Failure> {
    let target = session.target()?;
    let dialect = session.dialect(&target).await;
    let sides = Sides { session, dialect, features: &words.features, scratch: &words.scratch, whole: true };
    let wanted = sides.read(&words.to).await?;
    let mut connection = session.open(&target).await?;
    // A history is refused before anybody is asked anything.
    refuse_journal(&mut connection).await?;
    let live = normalise(dialect, inspect(&mut connection).await?.schema);
    let printed = session.ask(&mut connection, &live, &wanted.schema).await;
    let comparison = Comparison { dialect, from: &live, to: &wanted.schema, printed, models: &wanted.models };
    let accepted = words.consent.accept_data_loss;
    let changes = comparison.changes(session, &words.consent.renames.rename).await?;
    if words.to == Side::Models {
        wanted.models.refuse_vanished(&changes, accepted)?;
    }
    let changes = comparison.spelled(changes, wanted.definitions.as_ref());
    let plan = comparison.plan(&changes)?;
    let origin = comparison.origin(&changes, wanted.definitions.as_ref());
    let plan = carried(session, &mut connection, plan, &origin).await?;
    let counts = evidence::count(&mut connection, &plan).await?;
    session.output.plan(&plan, &counts);
    consent::refuse_obstacles(&counts, &plan, &wanted.models)?;
    consent::to_losses(session, &counts, accepted).await?;
    let mut observe = |event: Event<'_>| session.output.event(&event);
    let options = DeployOptions::default();
    apply_plan(&mut connection, &plan, &live, true, &options, &mut observe).await?;
    let json = json!({
        "database": target.options.to_string(),
        "steps": plan.steps.iter().map(|step| &step.summary).collect::<Vec<_>>(),
        "losses": counts.losses,
    });
    let change = if plan.steps.is_empty() { "was equal already" } else { "is equal now" };
    Ok(Outcome::done(json).over(format!("the database {change}")))
}
