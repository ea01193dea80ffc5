//! The way back: the last migrations taken back by their `down.sql`.
//!
//! What a way back loses is counted before anything runs: it is what turns the schema of now into the one of then. It runs
//! under the deploy's lock and journal, so that one that was killed goes on where it stopped.

use std::collections::BTreeSet;

use orm_core::Connection;
use orm_schema::{Schema, TableName};

use super::{
    DeployOptions, Event, Observer, Pending,
    amount::amounts_to,
    drift, lost,
    preflight::{refuse_edited_statements, refuse_unknown_functions, strangers},
    push::{refuse_losses, refuse_obstacles},
    refuse_other_dialect,
    run::{Record, Runner},
    script::Script,
    see, unlock,
};
use crate::{
    change::Change,
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
    evidence::{self, Evidence},
    folder::{Migration, Migrations},
    journal::{Direction, Journal},
    lock,
    plan::{CANNOT_UNDO, Plan},
};

/// How far back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DownTo {
    /// So many migrations are taken back.
    Steps(usize),
    /// All after this one, which stays.
    Migration(String),
}

/// What a way back does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WayBack {
    /// The migrations that are taken back, the last one first, with the statements that have not run.
    pub migrations: Vec<Pending>,
    /// The steps that it amounts to.
    pub plan: Plan,
    /// What it loses, and what is in the way.
    pub evidence: Evidence,
}

/// Looks where the way back leads, and writes nothing.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_core::{ConnectOptions, Connection};
/// use orm_migrate::{Migrations, executor::{DownTo, way_back}};
///
/// let mut connection = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
/// let migrations = Migrations::embedded(&[("orm.lock", "format 1\ndialect sqlite\nhead -\n")])?;
/// let way = way_back(&mut connection, &migrations, &DownTo::Steps(1)).await?;
/// assert!(way.migrations.is_empty());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Of the class [`Precondition`](crate::error::Class::Precondition) when history and folder do not fit or drift is in the
/// way; when a migration has no way back; and what the database says.
pub async fn way_back(connection: &mut Connection, migrations: &Migrations, to: &DownTo) -> Result<WayBack> {
    let migrations = migrations.clone().verified()?;
    refuse_other_dialect(connection, &migrations)?;
    Ok(look(connection, &migrations, to).await?.1)
}

/// Takes migrations back; their names, the last one first.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_core::{ConnectOptions, Connection};
/// use orm_migrate::{DeployOptions, Migrations, executor::{DownTo, down}};
///
/// let mut connection = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
/// let migrations = Migrations::embedded(&[("orm.lock", "format 1\ndialect sqlite\nhead -\n")])?;
/// let options = DeployOptions::default();
/// let taken = down(&mut connection, &migrations, &DownTo::Steps(1), false, &options, &mut |_| {}).await?;
/// assert!(taken.is_empty());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`way_back`]; of the class [`Decision`](crate::error::Class::Decision) when data would be lost without
/// `accept_data_loss`; [`LockTimeout`](crate::error::Class::LockTimeout) when a lock was not to be had.
pub async fn down(
    connection: &mut Connection,
    migrations: &Migrations,
    to: &DownTo,
    accept_data_loss: bool,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<Vec<String>> {
    let migrations = migrations.clone().verified()?;
    refuse_other_dialect(connection, &migrations)?;
    lock::acquire(connection, options.lock_timeout, &mut |holder| observer(Event::Waiting(holder))).await?;
    let taken = locked(connection, &migrations, to, accept_data_loss, options, observer).await;
    unlock(connection, options, taken).await
}

async fn locked(
    connection: &mut Connection,
    migrations: &Migrations,
    to: &DownTo,
    accept_data_loss: bool,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<Vec<String>> {
    let (steps, way) = look(connection, migrations, to).await?;
    refuse_obstacles(&way.evidence)?;
    if !accept_data_loss {
        refuse_losses(&way.evidence)?;
    }
    for (record, script) in &steps {
        refuse_unknown_functions(record, script, &options.functions)?;
    }
    let mut taken = Vec::new();
    for (record, mut script) in steps {
        let name = record.migration.name.as_str();
        observer(Event::Migration(name));
        migrations.dialect().set_apart(connection, &mut script).await?;
        let mut runner = Runner::new(connection, observer, options).await?;
        if runner.recorded(record, &script).await? {
            taken.push(name.to_owned());
            observer(Event::TakenBack(name));
        }
    }
    Ok(taken)
}

type Steps<'a> = Vec<(Record<'a>, Script)>;

/// Folder, journal and database seen at one moment.
async fn look<'a>(
    connection: &mut Connection,
    migrations: &'a Migrations,
    to: &DownTo,
) -> Result<(Steps<'a>, WayBack)> {
    let dialect = migrations.dialect();
    let (journal, live) = dialect.at_one_moment(connection, see).await?;
    let journal = journal.of_folder(migrations);
    // One that comes too late is why somebody goes back.
    MigrateError::all(strangers(migrations, &journal))?;
    refuse_half_done(&journal)?;
    let back = chosen(migrations, &journal, to)?;
    let steps = steps(migrations, &journal, &back)?;
    if back.is_empty() {
        return Ok((steps, WayBack::default()));
    }
    let stays = journal.finished().filter_map(|entry| migrations.get(&entry.name));
    let then = drift::after(migrations, stays.filter(|migration| !back.contains(migration)));
    let plan = steps_back(&drift::expected(migrations, &journal), &then, dialect, &back)?;
    if journal.going_down.is_none() {
        refuse_drift(migrations, &journal, live, &plan)?;
    }
    let evidence = evidence::count(connection, &plan).await?;
    let pending = steps.iter().map(|(record, script)| left_of(record, script, &journal)).collect();
    Ok((steps, WayBack { migrations: pending, plan, evidence }))
}

fn refuse_half_done(journal: &Journal) -> Result<()> {
    let Some(entry) = journal.unfinished() else { return Ok(()) };
    Err(MigrateError::new(Code::Unfinished, format!("migration `{}` is half done", entry.name)).fix(
        "finish it with `orm migrate deploy`, or undo by hand what it did and run `orm migrate resolve --rolled-back NAME`",
    ))
}

/// The migrations to take back, the last one first.
fn chosen<'a>(migrations: &'a Migrations, journal: &Journal, to: &DownTo) -> Result<Vec<&'a Migration>> {
    let applied = journal.finished().rev().filter_map(|entry| migrations.get(&entry.name));
    let name = match to {
        DownTo::Steps(steps) => return Ok(applied.take(*steps).collect()),
        DownTo::Migration(name) => name,
    };
    if journal.entry(name).is_none() {
        return Err(MigrateError::new(
            Code::BadName,
            format!("migration `{name}` has not run on this database"),
        )
        .fix("`orm migrate status` shows those that have"));
    }
    Ok(applied.take_while(|migration| migration.name.as_str() != name).collect())
}

/// Their scripts; all that have no way back are told together.
fn steps<'a>(migrations: &'a Migrations, journal: &Journal, back: &[&'a Migration]) -> Result<Steps<'a>> {
    MigrateError::all(back.iter().filter_map(|migration| one_way(migration)).collect())?;
    let mut steps = Vec::new();
    for migration in back {
        let record = Record { migration, direction: Direction::Down };
        let script = Script::parse(migrations.dialect(), record.sql(), &record.file(), &migration.schema)?;
        let begun = journal.going_down.as_ref().filter(|entry| entry.name == migration.name.as_str());
        lost::refuse(migrations.dialect(), &script, record.sql(), &record.file())?;
        refuse_edited_statements(&record, &script, begun)?;
        steps.push((record, script));
    }
    Ok(steps)
}

/// Why a migration cannot be taken back.
pub(crate) fn one_way(migration: &Migration) -> Option<MigrateError> {
    let name = &migration.name;
    let error = match migration.down.as_deref() {
        None => MigrateError::new(Code::NoWayBack, format!("migration `{name}` has no down.sql"))
            .fix("write one, then run `orm migrate dev` to take it over, or restore a backup"),
        Some(down) => {
            let line = down.lines().find_map(|line| line.strip_prefix(CANNOT_UNDO))?;
            MigrateError::new(Code::NoWayBack, format!("migration `{name}` cannot be taken back: {line}")).fix(
                "write that part of down.sql by hand and delete this line, then run `orm migrate dev` to take it over",
            )
        }
    };
    Some(error.at(Place::file(migration.down_file())))
}

/// The steps that the way back amounts to, for its counts.
fn steps_back(now: &Schema, then: &Schema, dialect: Dialect, back: &[&Migration]) -> Result<Plan> {
    let files: Vec<&str> = back.iter().filter_map(|migration| migration.down.as_deref()).collect();
    amounts_to(dialect, now, then, &files).map_err(|error| {
        MigrateError::new(Code::NoWayBack, format!("what the way back loses cannot be counted: {error}"))
            .fix("take the migrations back one by one, with `--steps 1`")
    })
}

/// What somebody changed by hand where the way back leads through.
fn refuse_drift(migrations: &Migrations, journal: &Journal, live: Schema, plan: &Plan) -> Result<()> {
    let touched: BTreeSet<&TableName> = plan.steps.iter().flat_map(|step| &step.touches).collect();
    let found = drift::between(migrations.dialect(), drift::expected(migrations, journal), live);
    let in_the_way =
        found.iter().filter(|change| change.table().is_some_and(|table| touched.contains(table)));
    MigrateError::all(in_the_way.map(blocked).collect())
}

fn blocked(change: &Change) -> MigrateError {
    drift::met_by("the way back", change)
        .fix("see all of it with `orm migrate status`, undo the change by hand, then go down again")
}

fn left_of(record: &Record<'_>, script: &Script, journal: &Journal) -> Pending {
    let name = record.migration.name.to_string();
    let begun = journal.going_down.as_ref().filter(|entry| entry.name == name);
    let has_run = |position| begun.and_then(|entry| entry.statement(position)).is_some_and(|ran| ran.done);
    let left = script.statements().filter(|statement| !has_run(statement.position));
    Pending { statements: left.map(|statement| statement.text.clone()).collect(), name }
}
