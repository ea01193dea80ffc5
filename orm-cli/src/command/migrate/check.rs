//! `orm migrate check`: whether folder and models fit, and, with a replay, whether the SQL does what it says.

use orm_migrate::{
    Migrations,
    error::{Code as MigrateCode, MigrateError},
    normalise,
    replay::{Replayed, replay},
    scratch::Scratch,
};
use serde_json::{Value, json};

use crate::{
    args::Check,
    command::{changes::Comparison, models::Models},
    failure::{Failure, Report},
    output::{Outcome, count, report_json},
    session::Session,
};

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Check) -> Result<Outcome, Failure> {
    let migrations = session.migrations()?.verified()?;
    refuse_changed_models(session, words, &migrations).await?;
    let all = count(migrations.list().len(), "migration");
    session.output.say(&format!("{all} as orm.lock says, and the models as the last snapshot"));
    let replayed = if words.replay { Some(run_all(session, words, &migrations).await?) } else { None };
    let json = json!({
        "dialect": migrations.dialect(),
        "migrations": migrations.list().iter().map(|migration| migration.name.as_str()).collect::<Vec<_>>(),
        "replayed": replayed.is_some(),
        "one_way": replayed.map(|replayed| reports(&replayed.one_way)).unwrap_or_default(),
    });
    let outcome = Outcome::done(json);
    Ok(if words.replay {
        outcome.over(format!("{all} did what they say, there and back"))
    } else {
        outcome.next("`orm migrate check --replay` runs them in a scratch database, there and back")
    })
}

/// Models that no migration has made are a decision: somebody has forgotten `orm migrate dev`.
async fn refuse_changed_models(
    session: &Session,
    words: &Check,
    migrations: &Migrations,
) -> Result<(), Failure> {
    let models = Models::read(session, &words.features)?;
    let dialect = migrations.dialect();
    let (from, to) = (normalise(dialect, migrations.schema()), normalise(dialect, models.schema()));
    let comparison =
        Comparison { dialect, from: &from, to: &to, printed: Default::default(), models: &models };
    let changes = comparison.changes(session, &[]).await?;
    if changes.is_empty() {
        return Ok(());
    }
    let why = format!("the models have {} that no migration makes", count(changes.len(), "change"));
    let error = MigrateError::new(MigrateCode::ModelsDiffer, why)
        .fix("run `orm migrate dev`, and commit the migration with the models");
    Err(changes.iter().fold(error, |error, change| error.note(change.to_string())).into())
}

async fn run_all(session: &Session, words: &Check, migrations: &Migrations) -> Result<Replayed, Failure> {
    let server = session.scratch_server(&words.scratch)?;
    let replayed = replay(Scratch::of(migrations.dialect(), server.as_deref())?, migrations).await?;
    for error in &replayed.one_way {
        session.output.warn(&Report::from(error));
    }
    match MigrateError::all(replayed.faults) {
        Ok(()) => Ok(Replayed { faults: Vec::new(), ..replayed }),
        Err(error) => Err(error.into()),
    }
}

fn reports(errors: &[MigrateError]) -> Vec<Value> {
    errors.iter().map(|error| report_json(&Report::from(error))).collect()
}
