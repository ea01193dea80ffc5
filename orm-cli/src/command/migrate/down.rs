//! `orm migrate down`: the last migrations taken back.

use orm_migrate::{
    DeployOptions,
    executor::{DownTo, Event, WayBack, down, way_back},
};
use serde_json::json;

use crate::{
    args::Down,
    command::{consent, models::Models},
    failure::Failure,
    output::{Outcome, count},
    session::Session,
};

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Down) -> Result<Outcome, Failure> {
    let target = session.target()?;
    let migrations = session.migrations()?;
    let to = match &words.to {
        Some(name) => DownTo::Migration(name.clone()),
        None => DownTo::Steps(words.steps),
    };
    let mut connection =
        if words.dry_run { session.look(&target).await? } else { session.open(&target).await? };
    let way = way_back(&mut connection, &migrations, &to).await?;
    show(session, &way);
    if words.dry_run || way.migrations.is_empty() {
        return Ok(outcome(&target.options.to_string(), &way, &[], words.dry_run));
    }
    consent::refuse_obstacles(&way.evidence, &way.plan, &Models::default())?;
    consent::to_losses_or(session, &way.evidence, words.accept_data_loss, "").await?;
    let mut observe = |event: Event<'_>| session.output.event(&event);
    let taken =
        down(&mut connection, &migrations, &to, true, &DeployOptions::default(), &mut observe).await?;
    Ok(outcome(&target.options.to_string(), &way, &taken, false))
}

fn show(session: &Session, way: &WayBack) {
    session.output.plan(&way.plan, &way.evidence);
    for migration in &way.migrations {
        session.output.detail(&format!("takes back {}", migration.name));
    }
}

fn outcome(database: &str, way: &WayBack, taken: &[String], dry_run: bool) -> Outcome {
    let back = way.migrations.iter();
    let back = back.map(|migration| json!({ "name": migration.name, "statements": migration.statements }));
    let outcome = Outcome::done(json!({
        "database": database,
        "dry_run": dry_run,
        "migrations": back.collect::<Vec<_>>(),
        "taken_back": taken,
        "losses": way.evidence.losses,
        "obstacles": way.evidence.obstacles,
    }));
    match (way.migrations.len(), taken.is_empty()) {
        (0, _) => outcome.nothing_to_do("no migration is to be taken back"),
        (all, true) => outcome.next(format!("`orm migrate down` takes {} back", count(all, "migration"))),
        (_, false) => outcome.next(
            "the files stay, so `orm migrate deploy` applies them again; delete or edit what was wrong first",
        ),
    }
}
