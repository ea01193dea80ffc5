//! All migrations run one after the other in a scratch database, each held against its snapshot; and back again.

use orm_core::Connection;
use orm_schema::Schema;

use crate::{
    clear::{Contents, contents},
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
    executor::{DeployOptions, drift, execute_from, one_way, schema_before},
    folder::{Migration, Migrations},
    functions::Functions,
    scratch::{Scratch, Session, with},
};

/// What a replay found.
#[derive(Debug, Default)]
pub struct Replayed {
    /// Migrations that do not do what their snapshots say, on the way there or back.
    pub faults: Vec<MigrateError>,
    /// Those that have no way back, with the reason.
    pub one_way: Vec<MigrateError>,
    /// The rows that migrations wrote.
    pub rows: Vec<Contents>,
}

/// Runs all migrations in a scratch database, and takes them back as far as there is a way.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_migrate::{Migrations, replay::replay, scratch::Scratch};
///
/// let migrations = Migrations::embedded(&[("orm.lock", "format 1\ndialect sqlite\nhead -\n")])?;
/// let replayed = replay(Scratch::Memory, &migrations).await?;
/// assert!(replayed.faults.is_empty());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When no scratch database can be made, and when a statement fails.
pub async fn replay(scratch: Scratch<'_>, migrations: &Migrations) -> Result<Replayed> {
    with(scratch, async |url: &str| {
        let mut session = Session::open(url).await?;
        let mut replayed = Replayed { faults: up(&mut session, migrations).await?, ..Replayed::default() };
        let rows = contents(&mut session.connection).await?;
        replayed.rows = rows.into_iter().filter(|table| table.rows > 0).collect();
        if replayed.faults.is_empty() {
            down(&mut session, migrations, &mut replayed).await?;
        }
        Ok(replayed)
    })
    .await
}

/// Runs all of them; what does not fit its snapshot.
pub(crate) async fn up(session: &mut Session<'_>, migrations: &Migrations) -> Result<Vec<MigrateError>> {
    let mut faults = Vec::new();
    for migration in migrations.list() {
        let before = schema_before(migrations, migration);
        run(session, &migration.up, &migration.file, before).await?;
        let said = format!("after migration `{}`", migration.name);
        faults.extend(fault(session, &migration.schema, &said, &migration.file).await?);
    }
    Ok(faults)
}

/// Takes them back, the last one first, until one has no way back.
async fn down(session: &mut Session<'_>, migrations: &Migrations, replayed: &mut Replayed) -> Result<()> {
    let mut open = true;
    for migration in migrations.list().iter().rev() {
        if let Some(error) = one_way(migration) {
            replayed.one_way.push(error);
            open = false;
        }
        if open {
            replayed.faults.extend(back(session, migrations, migration).await?);
        }
    }
    Ok(())
}

async fn back(
    session: &mut Session<'_>,
    migrations: &Migrations,
    migration: &Migration,
) -> Result<Option<MigrateError>> {
    let file = migration.down_file();
    run(session, migration.down.as_deref().unwrap_or_default(), &file, &migration.schema).await?;
    let said = format!("after the way back of migration `{}`", migration.name);
    fault(session, schema_before(migrations, migration), &said, &file).await
}

async fn run(session: &mut Session<'_>, sql: &str, file: &str, before: &Schema) -> Result<()> {
    let options = DeployOptions { functions: Functions::left_out(), ..DeployOptions::default() };
    execute_from(&mut session.connection, sql, file, before, &options, &mut |_| {}).await?;
    session.renew().await
}

async fn fault(
    session: &mut Session<'_>,
    expected: &Schema,
    when: &str,
    file: &str,
) -> Result<Option<MigrateError>> {
    let found = differences(&mut session.connection, expected).await?;
    let Some(first) = found.first() else { return Ok(None) };
    let error = MigrateError::new(Code::Snapshot, format!("{when} the database is not as the snapshot says: {first}"))
        .fix("make the SQL do what the snapshot says; the models lead to the snapshot, so change them where they are wrong")
        .at(Place::file(file));
    Ok(Some(found.iter().skip(1).fold(error, |error, difference| error.note(difference.clone()))))
}

async fn differences(connection: &mut Connection, expected: &Schema) -> Result<Vec<String>> {
    let live = crate::inspect(connection).await?.schema;
    let found = drift::between(Dialect::of(connection), expected.clone(), live);
    Ok(found.iter().map(drift::describe).collect())
}
