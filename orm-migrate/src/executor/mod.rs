//! Runs migrations on a live database.
//!
//! Preflight, then the lock, then each pending migration unit by unit: a unit is begun, run, recorded and committed as one
//! wherever a transaction can hold it, so that a process that dies leaves a unit done or not begun. A statement that
//! refuses a transaction is recorded before and after; if the end is missing, `doubt` looks at the database.

mod amount;
mod doubt;
mod down;
pub mod drift;
pub(crate) mod lost;
mod preflight;
mod push;
pub(crate) mod run;
pub(crate) mod script;

use std::time::Duration;

use orm_core::Connection;
use orm_schema::Schema;

pub(crate) use down::one_way;
pub use down::{DownTo, WayBack, down, way_back};
use preflight::preflight;
pub(crate) use preflight::{half_back, misfits};
pub use push::{apply_plan, apply_repair, execute, execute_from, refuse_journal};
use run::{LOCK_TIMEOUT, Record, Runner};
use script::Script;

use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    evidence::{self, Evidence},
    folder::{Migration, Migrations},
    functions::Functions,
    journal::{self, Direction, Journal},
    lock::{self, Holder},
    plan::Plan,
};

/// How to deploy.
#[derive(Debug, Clone)]
pub struct DeployOptions {
    /// Only say what would run.
    pub dry_run: bool,
    /// Stop at any drift, not only where a pending migration touches it.
    pub strict: bool,
    /// How long to try for a lock: that of the deploy, and those of the tables.
    pub lock_timeout: Duration,
    /// What may differ from the history, as [`drift::object`] names it.
    pub ignore: Vec<String>,
    /// Whatever lies in a namespace that no migration speaks of is somebody else's: another tenant's, say.
    pub own_namespaces: bool,
    /// The functions that migrations may call.
    pub functions: Functions,
}

impl Default for DeployOptions {
    fn default() -> Self {
        Self {
            dry_run: false,
            strict: false,
            lock_timeout: Duration::from_secs(60),
            ignore: Vec::new(),
            own_namespaces: false,
            functions: Functions::default(),
        }
    }
}

/// What happens while a deploy runs.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Somebody else deploys.
    Waiting(Option<&'a Holder>),
    /// Something that does not stop the deploy.
    Warning(&'a str),
    /// A migration begins, or goes on.
    Migration(&'a str),
    /// A statement begins: its place and how many there are.
    Statement {
        /// Its place, from 1.
        position: i64,
        /// How many there are.
        total: usize,
        /// Its line in the file.
        line: usize,
    },
    /// A deploy that died had begun a statement and not recorded its end: what the database says of it.
    Settled {
        /// Its place, from 1.
        position: i64,
        /// Whether it has run; else it runs now.
        has_run: bool,
    },
    /// A table was locked; the unit is tried again.
    Retry(&'a str),
    /// A migration is done.
    Done(&'a str),
    /// A migration was taken back.
    TakenBack(&'a str),
    /// Somebody else has done a migration that was pending when this deploy began.
    Already(&'a str),
}

/// Is told what happens.
pub type Observer<'a> = dyn FnMut(Event<'_>) + Send + 'a;

/// What a deploy did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deployed {
    /// The migrations that this deploy ran, in order.
    pub applied: Vec<String>,
    /// The migrations that a dry run found to be pending.
    pub pending: Vec<Pending>,
    /// What did not stop it.
    pub warnings: Vec<String>,
    /// The steps that a dry run amounts to.
    pub plan: Plan,
    /// What they would lose and what is in their way, counted by a dry run.
    pub evidence: Evidence,
}

/// A migration that has not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its name.
    pub name: String,
    /// The statements that have not run.
    pub statements: Vec<String>,
}

/// Runs the pending migrations.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_core::{ConnectOptions, Connection};
/// use orm_migrate::{Migrations, executor::{DeployOptions, deploy}};
///
/// let mut connection = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
/// let migrations = Migrations::embedded(&[("orm.lock", "format 1\ndialect sqlite\nhead -\n")])?;
/// let deployed = deploy(&mut connection, &migrations, &DeployOptions::default(), &mut |_| {}).await?;
/// assert!(deployed.applied.is_empty());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Of the class [`Precondition`](crate::error::Class::Precondition) when history and folder do not fit, when a statement
/// is in doubt or when drift is in the way; [`LockTimeout`](crate::error::Class::LockTimeout) when a lock was not to be had;
/// else what the database says. What ran before the error stays, and deploying again goes on there.
pub async fn deploy(
    connection: &mut Connection,
    migrations: &Migrations,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<Deployed> {
    let migrations = migrations.clone().verified()?;
    refuse_other_dialect(connection, &migrations)?;
    if options.dry_run {
        return preview(connection, &migrations, options).await;
    }
    lock::acquire(connection, options.lock_timeout, &mut |holder| observer(Event::Waiting(holder))).await?;
    let deployed = locked(connection, &migrations, options, observer).await;
    unlock(connection, options, deployed).await
}

/// Gives the lock back, under the name by which it was taken: a migration may have led elsewhere.
async fn unlock<T>(connection: &mut Connection, options: &DeployOptions, done: Result<T>) -> Result<T> {
    let dialect = Dialect::of(connection);
    match dialect.begin_script(connection, LOCK_TIMEOUT.min(options.lock_timeout)).await {
        Ok(()) => lock::release(connection, done).await,
        Err(error) => done.and(Err(error)),
    }
}

async fn locked(
    connection: &mut Connection,
    migrations: &Migrations,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<Deployed> {
    journal::create(connection).await?;
    journal::take_squashed_over(connection, migrations).await?;
    let checked = check(connection, migrations, options).await?;
    for warning in &checked.warnings {
        observer(Event::Warning(warning));
    }
    let mut deployed = Deployed { warnings: checked.warnings, ..Deployed::default() };
    for (migration, mut script) in checked.pending {
        observer(Event::Migration(migration.name.as_str()));
        migrations.dialect().set_apart(connection, &mut script).await?;
        let mut runner = Runner::new(connection, observer, options).await?;
        let record = Record { migration, direction: Direction::Up };
        if runner.recorded(record, &script).await.map_err(|error| after(&deployed, error))? {
            deployed.applied.push(migration.name.to_string());
            observer(Event::Done(migration.name.as_str()));
        } else {
            observer(Event::Already(migration.name.as_str()));
        }
    }
    Ok(deployed)
}

fn after(deployed: &Deployed, error: MigrateError) -> MigrateError {
    match deployed.applied.len() {
        0 => error,
        1 => error.note(format!("migration `{}` before it was applied and stays", deployed.applied[0])),
        count => error.note(format!("the {count} migrations before it were applied and stay")),
    }
}

async fn preview(
    connection: &mut Connection,
    migrations: &Migrations,
    options: &DeployOptions,
) -> Result<Deployed> {
    let checked = check(connection, migrations, options).await?;
    let plan = checked.amounts_to(migrations);
    let evidence = evidence::count(connection, &plan).await?;
    let pending = checked.pending.into_iter().map(|(migration, script)| Pending {
        name: migration.name.to_string(),
        statements: script.statements().map(|statement| statement.text.clone()).collect(),
    });
    let warnings = checked.warnings;
    Ok(Deployed { applied: Vec::new(), pending: pending.collect(), warnings, plan, evidence })
}

impl Checked<'_> {
    /// The steps that the pending migrations amount to; none where that cannot be told.
    fn amounts_to(&self, migrations: &Migrations) -> Plan {
        let Some((first, _)) = self.pending.first() else { return Plan::default() };
        let files: Vec<&str> = self.pending.iter().map(|(migration, _)| migration.up.as_str()).collect();
        let (before, after) = (schema_before(migrations, first), migrations.schema());
        amount::amounts_to(migrations.dialect(), before, &after, &files).unwrap_or_default()
    }
}

/// What may run.
struct Checked<'a> {
    pending: Vec<(&'a Migration, Script)>,
    warnings: Vec<String>,
}

/// Holds folder, journal and database against each other, all three seen at one moment.
async fn check<'a>(
    connection: &mut Connection,
    migrations: &'a Migrations,
    options: &DeployOptions,
) -> Result<Checked<'a>> {
    let (journal, live) = migrations.dialect().at_one_moment(connection, see).await?;
    let journal = journal.of_folder(migrations);
    let pending = preflight(migrations, &journal)?;
    let mut scripts = Vec::new();
    for migration in pending {
        let script = Script::of(migrations.dialect(), migration, schema_before(migrations, migration))?;
        let record = Record { migration, direction: Direction::Up };
        preflight::refuse_edited_statements(&record, &script, journal.entry(migration.name.as_str()))?;
        if !options.dry_run {
            preflight::refuse_unknown_functions(&record, &script, &options.functions)?;
        }
        scripts.push((migration, script));
    }
    let warnings = if scripts.is_empty() && !options.strict {
        Vec::new()
    } else {
        drift::in_the_way(migrations, &journal, live, options)?
    };
    Ok(Checked { pending: scripts, warnings })
}

async fn see(connection: &mut Connection) -> Result<(Journal, Schema)> {
    let journal = Journal::read(connection).await?;
    Ok((journal, crate::inspect::inspect_at_once(connection).await?.schema))
}

/// The schema that a migration starts from.
pub(crate) fn schema_before<'a>(migrations: &'a Migrations, migration: &Migration) -> &'a Schema {
    static EMPTY: Schema = Schema { tables: Vec::new(), enums: Vec::new() };
    let earlier = migrations.list().iter().rev().find(|other| other.name < migration.name);
    earlier.map_or(&EMPTY, |earlier| &earlier.schema)
}

fn refuse_other_dialect(connection: &Connection, migrations: &Migrations) -> Result<()> {
    let (found, asked) = (migrations.dialect(), Dialect::of(connection));
    if found == asked {
        return Ok(());
    }
    Err(MigrateError::new(
        Code::OtherDialect,
        format!("the migrations are for {found}, the database is {asked}"),
    )
    .fix("name the folder of this database with `--migrations DIR`, or another database"))
}
