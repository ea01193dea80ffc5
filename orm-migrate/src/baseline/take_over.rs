//! Writes a baseline and marks it as applied, under the lock of the deploys.

use std::path::Path;

use chrono::{DateTime, Utc};
use orm_core::Connection;
use orm_schema::Schema;

use super::{file, file::is_baseline, order};
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
    executor::{DeployOptions, Event, Observer},
    folder::{Draft, Irregularity, Migration, Migrations},
    inspect::NotOwned,
    journal::{self, Journal},
    lock,
};

/// What a baseline is to be.
#[derive(Debug, Clone)]
pub struct Baseline<'a> {
    /// The migrations folder.
    pub folder: &'a Path,
    /// What the migration is called.
    pub name: &'a str,
    /// When it is made.
    pub now: DateTime<Utc>,
    /// The schema that the models say, with the names that the database has.
    pub schema: Schema,
}

/// A database that was taken over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// The migration.
    pub name: String,
    /// How many objects it makes.
    pub objects: usize,
    /// What it does not make.
    pub left_out: Vec<NotOwned>,
    /// It was there already, written by a run that was killed before it could record it.
    pub resumed: bool,
}

/// Writes the first migration, which makes everything that the database holds, and marks it as applied here.
///
/// A process that is killed between the two leaves a migration that is not recorded: doing it again records it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_core::{ConnectOptions, Connection};
/// use orm_migrate::{baseline::{Baseline, take_over}, inspect};
///
/// let mut connection = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
/// connection.batch("CREATE TABLE users (id INTEGER PRIMARY KEY); CREATE VIEW ids AS SELECT id FROM users").await?;
/// let schema = inspect(&mut connection).await?.schema;
/// let home = tempfile::tempdir()?;
/// let folder = home.path().join("migrations");
/// let baseline = Baseline { folder: &folder, name: "first", now: chrono::Utc::now(), schema };
/// let taken = take_over(&mut connection, &baseline, &mut |_| {}).await?;
/// assert_eq!(taken.objects, 2);
/// let up = std::fs::read_to_string(folder.join(&taken.name).join("up.sql"))?;
/// assert!(up.contains("CREATE VIEW ids"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Of the class [`Precondition`](crate::error::Class::Precondition) when there is a history already; when objects need each
/// other, or are written in a way that no file can hold; and what the database or the disk says.
pub async fn take_over(
    connection: &mut Connection,
    baseline: &Baseline<'_>,
    observer: &mut Observer<'_>,
) -> Result<Taken> {
    let patience = DeployOptions::default().lock_timeout;
    lock::acquire(connection, patience, &mut |holder| observer(Event::Waiting(holder))).await?;
    let taken = locked(connection, baseline).await;
    lock::release(connection, taken).await
}

async fn locked(connection: &mut Connection, baseline: &Baseline<'_>) -> Result<Taken> {
    let dialect = Dialect::of(connection);
    refuse_history(connection, &read_or_none(baseline.folder, dialect)?).await?;
    let Rendered { up, objects, left_out } = render(connection).await?;
    // Before anything is written: who may not record it is told so.
    journal::create(connection).await?;
    let mut migrations = Migrations::create(baseline.folder, dialect)?;
    let resumed = !migrations.list().is_empty();
    let migration =
        if resumed { again(&mut migrations, baseline, &up)? } else { add(&mut migrations, baseline, up)? };
    journal::mark_applied(connection, migration.name.as_str(), &migration.fingerprint()).await?;
    let name = migration.name.to_string();
    Ok(Taken { name, objects, left_out, resumed })
}

/// A database as a file.
pub(crate) struct Rendered {
    pub(crate) up: String,
    /// How many objects it makes.
    pub(crate) objects: usize,
    pub(crate) left_out: Vec<NotOwned>,
}

/// Writes everything down that a database holds.
pub(crate) async fn render(connection: &mut Connection) -> Result<Rendered> {
    let dialect = Dialect::of(connection);
    let mut definitions = dialect.definitions(connection).await?;
    let (written, left_out) = order::writable(std::mem::take(&mut definitions.list));
    definitions.left_out.extend(left_out);
    definitions.left_out.sort();
    let ordered = order::order(written)?;
    let up = file::text(dialect, &ordered, &definitions)?;
    Ok(Rendered { up, objects: ordered.len(), left_out: definitions.left_out })
}

fn read_or_none(folder: &Path, dialect: Dialect) -> Result<Migrations> {
    match Migrations::read(folder) {
        Err(error) if error.code() == Code::NoMigrations => Ok(Migrations::empty(dialect)),
        read => read,
    }
}

/// Refuses a database or a folder that has a history: a baseline is the first migration.
///
/// # Errors
/// When there is one, and when the journal cannot be read.
pub async fn refuse_history(connection: &mut Connection, migrations: &Migrations) -> Result<()> {
    let journal = Journal::read(connection).await?;
    if let Some(entry) = journal.entries.first() {
        let why = format!("the database has a history of migrations, which begins with `{}`", entry.name);
        return Err(MigrateError::new(Code::NotFirst, why).fix(
            "a baseline is the first migration; `orm migrate status` shows where this database stands",
        ));
    }
    match migrations.list() {
        [] => Ok(()),
        [only] if is_baseline(&only.up) => Ok(()),
        [first, ..] => {
            let why = format!("the folder has migrations already, which begin with `{}`", first.name);
            Err(MigrateError::new(Code::NotFirst, why)
                .fix("a baseline is the first migration: name another folder with `--migrations DIR`, or deploy these")
                .at(Place::file(&first.file)))
        }
    }
}

fn add(migrations: &mut Migrations, baseline: &Baseline<'_>, up: String) -> Result<Migration> {
    let draft = Draft {
        what_for: baseline.name.to_owned(),
        now: baseline.now,
        up,
        // The way back from the first migration is an empty database: `orm migrate reset`.
        down: None,
        schema: baseline.schema.clone(),
    };
    migrations.add(baseline.folder, &draft).cloned()
}

/// The baseline that a run left behind without recording it, if the database is still what it says.
fn again(migrations: &mut Migrations, baseline: &Baseline<'_>, up: &str) -> Result<Migration> {
    let is_unlisted = |found: &Irregularity| matches!(found, Irregularity::Unlisted(_));
    if !migrations.irregularities().is_empty() && migrations.irregularities().iter().all(is_unlisted) {
        migrations.relock(baseline.folder)?;
    }
    let verified = migrations.clone().verified()?;
    let Some(only) = verified.list().first() else {
        return Err(MigrateError::new(Code::File, "the migration is not there any more"));
    };
    if only.up == crate::folder::portable(up) {
        return Ok(only.clone());
    }
    let why = format!("the folder has the baseline `{}`, but the database is not what it says", only.name);
    Err(MigrateError::new(Code::NotFirst, why)
        .fix("on an empty database `orm migrate deploy` runs it; to make it anew, remove its folder and its line in `orm.lock`")
        .at(Place::file(&only.file)))
}
