//! `orm migrate resolve`: what a person knows of a migration, told to the journal.

use orm_migrate::{
    DeployOptions,
    executor::Event,
    resolve::{Resolution, resolve},
};
use serde_json::json;

use crate::{args::Resolve, failure::Failure, output::Outcome, session::Session};

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Resolve) -> Result<Outcome, Failure> {
    let target = session.target()?;
    let migrations = session.migrations()?;
    let (resolution, name, said) = said(words);
    let mut connection = session.open(&target).await?;
    let mut observe = |event: Event<'_>| session.output.event(&event);
    let options = DeployOptions::default();
    resolve(&mut connection, &migrations, name, resolution, words.force, &options, &mut observe).await?;
    session.output.say(&said);
    let json = json!({ "database": target.options.to_string(), "migration": name, "resolved": said });
    Ok(Outcome::done(json).next("`orm migrate status` shows where the database stands"))
}

/// One of the words is there: the command line sees to that.
fn said(words: &Resolve) -> (Resolution, &str, String) {
    let ways = [
        (&words.applied, Resolution::Applied, "is recorded as applied"),
        (&words.rolled_back, Resolution::RolledBack, "is forgotten: it will run again"),
        (&words.ran, Resolution::Ran, "goes on after the statement that was in doubt"),
        (&words.not_run, Resolution::NotRun, "goes on at the statement that was in doubt"),
    ];
    let given = ways.into_iter().find_map(|(name, way, said)| Some((way, name.as_deref()?, said)));
    let (way, name, said) = given.unwrap_or((Resolution::NotRun, "", ""));
    (way, name, format!("migration {name} {said}"))
}
