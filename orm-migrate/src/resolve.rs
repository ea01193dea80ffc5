//! What a person says of a migration that no look at the database can decide: the journal is told.
//!
//! Nothing of the migration runs. What is said is held against the database first, so that a slip is an error.

use orm_core::Connection;
use orm_schema::Schema;

use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    executor::{DeployOptions, Event, Observer, drift, schema_before},
    folder::{Migration, Migrations},
    journal::{self, Direction, Entry, Journal, StatementEntry, Writer},
    lock,
};

/// What is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// The database has all of the migration.
    Applied,
    /// The database has nothing of the migration.
    RolledBack,
    /// Its statement that is in doubt ran.
    Ran,
    /// Its statement that is in doubt did not run.
    NotRun,
}

/// Tells the journal.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_core::{ConnectOptions, Connection};
/// use orm_migrate::{DeployOptions, Dialect, Migrations, folder::Draft, resolve::{Resolution, resolve}};
///
/// let home = tempfile::tempdir()?;
/// let folder = home.path().join("migrations");
/// let mut migrations = Migrations::create(&folder, Dialect::Sqlite)?;
/// let draft = Draft { what_for: "a".into(), now: chrono::Utc::now(), up: "SELECT 1;".into(), down: None, schema: Default::default() };
/// let name = migrations.add(&folder, &draft)?.name.to_string();
///
/// let mut connection = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
/// let options = DeployOptions::default();
/// resolve(&mut connection, &migrations, &name, Resolution::Applied, false, &options, &mut |_| {}).await?;
/// assert!(orm_migrate::status(&mut connection, &migrations).await?.is_clean());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Of the class [`Precondition`](crate::error::Class::Precondition) when the database does not look so, unless it is
/// `forced`, and when there is nothing to say of that migration; when the lock is not to be had; and what the database says.
pub async fn resolve(
    connection: &mut Connection,
    migrations: &Migrations,
    name: &str,
    resolution: Resolution,
    forced: bool,
    options: &DeployOptions,
    observer: &mut Observer<'_>,
) -> Result<()> {
    // A deploy that runs may still end what is in doubt.
    lock::acquire(connection, options.lock_timeout, &mut |holder| observer(Event::Waiting(holder))).await?;
    let resolved = locked(connection, migrations, name, resolution, forced).await;
    lock::release(connection, resolved).await
}

async fn locked(
    connection: &mut Connection,
    migrations: &Migrations,
    name: &str,
    resolution: Resolution,
    forced: bool,
) -> Result<()> {
    journal::create(connection).await?;
    let journal = Journal::read(connection).await?;
    match resolution {
        Resolution::Applied => {
            let migration = known(migrations, name)?;
            refuse_applied(migrations, &journal, migration)?;
            if !forced {
                refuse_difference(connection, &migration.schema, "has not all of it").await?;
            }
            // One that was half taken back is there again, whole.
            journal::mark_applied(connection, name, &migration.fingerprint()).await
        }
        Resolution::RolledBack => {
            refuse_finished(&journal, name)?;
            if let (false, Some(migration)) = (forced, migrations.get(name)) {
                let before = schema_before(migrations, migration);
                refuse_difference(connection, before, "still has something of it").await?;
            }
            Writer::new(connection).forget(name).await
        }
        Resolution::Ran | Resolution::NotRun => {
            let (key, statement) = in_doubt(&journal, name)?;
            let mut writer = Writer::new(connection);
            match resolution {
                Resolution::Ran => writer.done(&key, statement.position, &statement.fingerprint).await,
                _ => writer.refused(&key, statement.position).await,
            }
        }
    }
}

fn known<'a>(migrations: &'a Migrations, name: &str) -> Result<&'a Migration> {
    migrations.get(name).ok_or_else(|| {
        MigrateError::new(Code::BadName, format!("there is no migration `{name}`"))
            .fix("`orm migrate status` shows their names")
    })
}

fn refuse_applied(migrations: &Migrations, journal: &Journal, migration: &Migration) -> Result<()> {
    let is_done = |name: &str| journal.entry(name).is_some_and(|entry| entry.finished_at.is_some());
    let is_half_back = journal.going_down.as_ref().is_some_and(|entry| entry.name == migration.name.as_str());
    if is_done(migration.name.as_str()) && !is_half_back {
        let why = format!("migration `{}` is recorded as applied already", migration.name);
        return Err(MigrateError::new(Code::NothingToResolve, why)
            .fix("`orm migrate status` shows where the database stands"));
    }
    let earlier = migrations.list().iter().take_while(|other| other.name < migration.name);
    let Some(first) = earlier.into_iter().find(|other| !is_done(other.name.as_str())) else { return Ok(()) };
    let why = format!("migration `{}` comes before it and has not run", first.name);
    Err(MigrateError::new(Code::OutOfOrder, why)
        .fix(format!("begin with `orm migrate resolve --applied {}`, or deploy it", first.name)))
}

fn refuse_finished(journal: &Journal, name: &str) -> Result<()> {
    let is_half_back = journal.going_down.as_ref().is_some_and(|entry| entry.name == name);
    match journal.entry(name) {
        Some(entry) if entry.finished_at.is_none() || is_half_back => Ok(()),
        Some(_) => {
            Err(MigrateError::new(Code::NothingToResolve, format!("migration `{name}` has run to its end"))
                .fix("`orm migrate down` takes it back"))
        }
        None => Err(MigrateError::new(
            Code::NothingToResolve,
            format!("migration `{name}` has not run on this database"),
        )
        .fix("`orm migrate status` shows where the database stands")),
    }
}

fn in_doubt<'a>(journal: &'a Journal, name: &str) -> Result<(String, &'a StatementEntry)> {
    let of = |entry: Option<&'a Entry>, direction: Direction| {
        let statement = entry.filter(|entry| entry.name == name)?.in_doubt()?;
        Some((direction.key(name), statement))
    };
    of(journal.going_down.as_ref(), Direction::Down)
        .or_else(|| of(journal.entry(name), Direction::Up))
        .ok_or_else(|| {
            MigrateError::new(
                Code::NothingToResolve,
                format!("no statement of migration `{name}` is in doubt"),
            )
            .fix("`orm migrate status` shows where the database stands")
        })
}

/// What is said must be what is seen.
async fn refuse_difference(connection: &mut Connection, said: &Schema, otherwise: &str) -> Result<()> {
    let live = crate::inspect(connection).await?.schema;
    let found = drift::between(Dialect::of(connection), said.clone(), live);
    let Some(first) = found.first() else { return Ok(()) };
    let why = format!("the database {otherwise}: {}", drift::describe(first));
    let error = MigrateError::new(Code::Drift, why)
        .fix("bring the database there by hand, or give `--force` if it is right as it is");
    Err(found.iter().skip(1).fold(error, |error, change| error.note(drift::describe(change))))
}
