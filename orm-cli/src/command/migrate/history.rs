//! The migrations folder before `orm migrate dev` adds to it: edits that ran nowhere are taken over, what is pending is
//! applied.

use orm_core::Connection;
use orm_migrate::{
    Change, DeployOptions, Deployed, Migrations, deploy,
    error::{Code, MigrateError},
    executor::{Event, drift},
    folder::Irregularity,
    lint::Finding,
    status,
};

use super::lint;
use crate::{failure::Failure, session::Session};

/// Where the history stands, once it is in order.
pub(super) struct History {
    /// What this run applied.
    pub(super) deployed: Deployed,
    /// What the live database has that the history does not explain.
    pub(super) drift: Vec<Change>,
    /// What the linter says of migrations that this run took over or made.
    pub(super) lint: Vec<Finding>,
}

/// Brings folder and database to the last migration.
pub(super) async fn up_to_date(
    session: &Session,
    connection: &mut Connection,
    migrations: &mut Migrations,
) -> Result<History, Failure> {
    let taken_over = take_edits_over(session, connection, migrations).await?;
    let lint = lint::of_migrations(session, migrations, |name| taken_over.iter().any(|taken| taken == name))?;
    session.output.lint(&lint);
    let deployed = apply(session, connection, migrations).await?;
    let mut drift = status(connection, migrations).await?.drift;
    let ignored = session.settings.ignored_drift();
    drift.retain(|change| !ignored.contains(&drift::object(change)));
    for change in &drift {
        session
            .output
            .warn_line(&format!("the database differs from its history: {}", drift::describe(change)));
    }
    Ok(History { deployed, drift, lint })
}

/// Applies what is pending.
pub(super) async fn apply(
    session: &Session,
    connection: &mut Connection,
    migrations: &Migrations,
) -> Result<Deployed, Failure> {
    let mut observe = |event: Event<'_>| session.output.event(&event);
    let ignore = session.settings.ignored_drift().to_vec();
    let options = DeployOptions { ignore, ..DeployOptions::default() };
    Ok(deploy(connection, migrations, &options, &mut observe).await?)
}

/// An edited, added or reordered migration is listed anew, unless it has run here as it was before. Gives those that somebody
/// wrote or edited.
async fn take_edits_over(
    session: &Session,
    connection: &mut Connection,
    migrations: &mut Migrations,
) -> Result<Vec<String>, Failure> {
    let irregularities = migrations.irregularities().to_vec();
    if irregularities.is_empty() {
        return Ok(Vec::new());
    }
    let problems = status(connection, migrations).await?.problems;
    MigrateError::all(
        problems.into_iter().filter(|problem| is_in_the_way(problem, &irregularities)).collect(),
    )?;
    migrations.relock(&session.settings.migrations())?;
    for found in &irregularities {
        session.output.say(&taken_over(found));
    }
    Ok(irregularities.iter().filter_map(written).collect())
}

/// The migration that somebody wrote or edited.
fn written(found: &Irregularity) -> Option<String> {
    match found {
        Irregularity::Edited(name) | Irregularity::Unlisted(name) => Some(name.to_string()),
        Irregularity::Missing(_) | Irregularity::Unsealed => None,
    }
}

/// A migration that is gone is in the way, unless another has come in its place: then its folder was renamed.
fn is_in_the_way(problem: &MigrateError, irregularities: &[Irregularity]) -> bool {
    let count = |is: fn(&Irregularity) -> bool| irregularities.iter().filter(|found| is(found)).count();
    match problem.code() {
        Code::Edited
        | Code::Unlisted
        | Code::Unsealed
        | Code::LockFile
        | Code::Unfinished
        | Code::InDoubt
        // The deploy says so, once the folder is in order: who goes back needs it to be.
        | Code::OutOfOrder => false,
        Code::Missing => {
            count(|found| matches!(found, Irregularity::Missing(_)))
                > count(|found| matches!(found, Irregularity::Unlisted(_)))
        }
        _ => true,
    }
}

fn taken_over(found: &Irregularity) -> String {
    match found {
        Irregularity::Edited(name) => format!("took the edit of {name} over"),
        Irregularity::Unlisted(name) => format!("took {name} over"),
        Irregularity::Missing(name) => format!("forgot {name}, which another has replaced"),
        Irregularity::Unsealed => "sealed orm.lock anew".to_owned(),
    }
}
