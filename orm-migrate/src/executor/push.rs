//! Applies a plan without a history: `db push`.

use orm_core::Connection;
use orm_schema::Schema;

use super::{DeployOptions, Event, Observer, run::Runner, script::Script};
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    evidence::{self, Evidence},
    journal::Journal,
    lock,
    plan::Plan,
};

/// Applies a plan that was made from the live schema `from`.
///
/// # Errors
/// Of the class [`Decision`](crate::error::Class::Decision) when data would be lost without `accept_data_loss`;
/// when rows are in the way, when the database has a journal, and what the database says.
pub async fn apply_plan(
    connection: &mut Connection,
    plan: &Plan,
    from: &Schema,
    accept_data_loss: bool,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<Evidence> {
    refuse_journal(connection).await?;
    let evidence = evidence::count(connection, plan).await?;
    refuse_obstacles(&evidence)?;
    if !accept_data_loss {
        refuse_losses(&evidence)?;
    }
    if options.dry_run || plan.steps.is_empty() {
        return Ok(evidence);
    }
    apply_repair(connection, plan, from, options, observer).await.map(|()| evidence)
}

/// Applies a plan that takes drift back, made from the live schema `from`, under the lock of a deploy.
///
/// # Errors
/// When the lock is not to be had, and what the database says.
pub async fn apply_repair(
    connection: &mut Connection,
    plan: &Plan,
    from: &Schema,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<()> {
    lock::acquire(connection, options.lock_timeout, &mut |holder| observer(Event::Waiting(holder))).await?;
    let ran = run(connection, plan, from, options, observer).await;
    lock::release(connection, ran).await
}

async fn run(
    connection: &mut Connection,
    plan: &Plan,
    from: &Schema,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<()> {
    execute_from(connection, &plan.up_sql(), "the plan", from, options, observer).await
}

/// Runs SQL as a migration would be run, without a journal: `db execute`.
///
/// # Errors
/// When the SQL cannot be taken apart, and what the database says.
pub async fn execute(
    connection: &mut Connection,
    sql: &str,
    file: &str,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<()> {
    execute_from(connection, sql, file, &Schema::default(), options, observer).await
}

/// The same where the schema before it is known, so that a rebuild knows which indexes are the models' own.
///
/// # Errors
/// As [`execute`].
pub async fn execute_from(
    connection: &mut Connection,
    sql: &str,
    file: &str,
    before: &Schema,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<()> {
    let script = Script::parse(Dialect::of(connection), sql, file, before)?;
    Runner::new(connection, observer, options).await?.plain(&script, sql, file).await
}

/// Refuses a database that has a history of migrations.
///
/// # Errors
/// When it has one, and when it cannot be read.
pub async fn refuse_journal(connection: &mut Connection) -> Result<()> {
    if Journal::read(connection).await?.entries.is_empty() {
        return Ok(());
    }
    Err(MigrateError::new(
        Code::HasJournal,
        "this database has a history of migrations, which a push would bypass",
    )
    .fix("run `orm migrate dev` to make a migration, or push to another database"))
}

pub(super) fn refuse_obstacles(evidence: &Evidence) -> Result<()> {
    let errors = evidence
        .obstacles
        .iter()
        .map(|obstacle| {
            MigrateError::new(Code::RowsInTheWay, obstacle.why.clone())
                .fix(obstacle.fix.clone())
                .note(obstacle.code)
        })
        .collect();
    MigrateError::all(errors)
}

pub(super) fn refuse_losses(evidence: &Evidence) -> Result<()> {
    if evidence.losses.is_empty() {
        return Ok(());
    }
    let error = MigrateError::new(Code::DataLoss, "this would lose data")
        .fix("pass `--accept-data-loss` if it may go, or keep it in the models");
    Err(evidence.losses.iter().fold(error, |error, loss| match loss.count {
        Some(count) => error.note(format!("{}: {count}", loss.what)),
        None => error.note(format!("{}: not counted", loss.what)),
    }))
}
