//! A real database, Chinook: from live to models, to typed queries, to the next migration, and no row is lost.
//!
//! The vendor's client is the oracle of what the queries answer.

mod client;
mod package;

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
};

use orm::Connection;
use orm_migrate::{
    Dialect, DiffOptions, Migrations, Proposal, deploy, executor::DeployOptions, inspect, introspect,
};
use orm_schema::{
    Schema,
    parse::scan::{Options, Root, scan},
};
use orm_tests::{Database, TestDatabase};

use crate::{
    law::{self, Failure},
    rows, runtime,
};
use package::Package;

/// The rows of all tables.
const ROWS: usize = 15_607;

/// Chinook on one database.
struct Chinook {
    database: Database,
    package: &'static str,
    script: &'static str,
    queries: &'static str,
}

#[test]
fn chinook_becomes_models_queries_and_the_next_migration_on_sqlite() {
    keeps_its_rows(&Chinook {
        database: Database::Sqlite,
        package: "chinook-sqlite",
        script: "chinook_sqlite.sql",
        queries: include_str!("sqlite.sql"),
    });
}

#[test]
fn chinook_becomes_models_queries_and_the_next_migration_on_postgres() {
    keeps_its_rows(&Chinook {
        database: Database::Postgres,
        package: "chinook-postgres",
        script: "chinook_postgres.sql",
        queries: include_str!("postgres.sql"),
    });
}

#[test]
fn chinook_becomes_models_queries_and_the_next_migration_on_mariadb() {
    keeps_its_rows(&Chinook {
        database: Database::MariaDb,
        package: "chinook-mariadb",
        script: "chinook_mysql.sql",
        queries: include_str!("mariadb.sql"),
    });
}

fn keeps_its_rows(chinook: &Chinook) {
    let Some(folder) = datasets() else { return };
    let told = runtime().block_on(tell(chinook, &folder));
    told.unwrap_or_else(|failure| panic!("{failure}"));
}

/// The datasets, or word that they were left out.
fn datasets() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/datasets");
    let folder = std::env::var_os("ORM_DATASETS").map_or(beside, PathBuf::from);
    if folder.join("chinook").is_dir() {
        return Some(folder);
    }
    say(&format!("left out: Chinook, because there is no {}; set ORM_DATASETS", folder.display()));
    None
}

async fn tell(chinook: &Chinook, datasets: &Path) -> Result<(), Failure> {
    let path = datasets.join("chinook").join(chinook.script);
    let script = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let Some(own) = chinook.database.create(&Schema::default()).await else { return Ok(()) };
    let mut session = own.db.connection().await.map_err(|error| error.to_string())?;
    load(&mut session, &script, &|_| true).await?;

    let package = Package::new(chinook.package).map_err(|error| error.to_string())?;
    let models = introspected(&mut session, &package).await?;
    law::is_as(&mut session, &models).await?;
    let loaded = contents(&mut session, &models).await?;
    let count: usize = loaded.values().map(Vec::len).sum();
    same(&count, &ROWS, "rows that were loaded")?;

    answers_are_those_of_the_client(chinook, &own, &package)?;
    the_next_migration_keeps_all(chinook, &script, &package, &models, &loaded).await?;
    drop(session);
    own.discard().await;
    Ok(())
}

/// Runs the vendor's script, or the part of it that is wanted.
async fn load(session: &mut Connection, script: &str, wanted: &dyn Fn(&str) -> bool) -> Result<(), Failure> {
    let dialect = Dialect::of(session);
    // The test has a database of its own; `\c` is a word of the client's.
    const ELSEWHERE: [&str; 4] = ["DROP DATABASE", "CREATE DATABASE", "USE ", "\\c "];
    let is_sql = |line: &&str| !ELSEWHERE.iter().any(|word| line.starts_with(word));
    let script: Vec<&str> = script.trim_start_matches('\u{feff}').lines().filter(is_sql).collect();
    let statements = dialect.split(&script.join("\n")).map_err(|error| format!("{error:?}"))?;
    let wanted = statements.iter().map(|statement| statement.text.as_str()).filter(|text| wanted(text));
    let whole = format!("BEGIN;\n{};\nCOMMIT", wanted.collect::<Vec<_>>().join(";\n"));
    session.batch(&whole).await.map_err(|error| format!("the vendor's script: {error}"))
}

/// Writes the models of the live database and reads them as source.
async fn introspected(session: &mut Connection, package: &Package) -> Result<Schema, Failure> {
    let inspected = inspect(session).await.map_err(|error| error.to_string())?;
    let files = introspect::models(Dialect::of(session), &inspected, &introspect::Options::default());
    let files = files.map_err(|error| error.to_string())?;
    introspect::write(&package.models(), &files, false).map_err(|error| error.to_string())?;
    scanned(package)
}

fn scanned(package: &Package) -> Result<Schema, Failure> {
    let scan = scan(&Options { roots: vec![Root::of_crate("chinook", package.root())] });
    match scan.errors.iter().chain(&scan.warnings).next() {
        Some(fault) => Err(format!("the generated models do not scan: {fault:?}")),
        None => Ok(scan.schema),
    }
}

type Contents = BTreeMap<String, Vec<String>>;

/// All rows, in the columns of the schema.
async fn contents(session: &mut Connection, schema: &Schema) -> Result<Contents, Failure> {
    let mut contents = Contents::new();
    for table in &schema.tables {
        let columns: Vec<_> = table.columns.iter().map(|column| column.name.clone()).collect();
        contents.insert(table.name.to_string(), rows::contents(session, &table.name, &columns).await?);
    }
    Ok(contents)
}

/// The generated crate compiles without a warning, and its queries say what as many statements say.
fn answers_are_those_of_the_client(
    chinook: &Chinook,
    own: &TestDatabase,
    package: &Package,
) -> Result<(), Failure> {
    let answers = package.run(&own.url)?;
    match client::answers(chinook.database, &own.url, chinook.queries)? {
        Some(expected) => same(&answers, &expected, "answers of the queries"),
        None => {
            say("left out: comparing Chinook's queries with the vendor's client, which is not installed");
            Ok(())
        }
    }
}

/// A column, a table and an index: developed on one copy, deployed on another.
async fn the_next_migration_keeps_all(
    chinook: &Chinook,
    script: &str,
    package: &Package,
    models: &Schema,
    loaded: &Contents,
) -> Result<(), Failure> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (Some(one), Some(other)) = (copy(chinook).await, copy(chinook).await) else { return Ok(()) };
    for own in [&one, &other] {
        let mut session = own.db.connection().await.map_err(|error| error.to_string())?;
        develop(&mut session, folder.path(), models, "chinook").await?;
        law::is_as(&mut session, models).await?;
        load(&mut session, script, &|sql| sql.to_ascii_uppercase().contains("INSERT INTO")).await?;
        same(&contents(&mut session, models).await?, loaded, "rows of a copy")?;
    }
    package.edit().map_err(|error| error.to_string())?;
    let edited = scanned(package)?;
    for own in [&one, &other] {
        let mut session = own.db.connection().await.map_err(|error| error.to_string())?;
        same(&develop(&mut session, folder.path(), &edited, "reviews").await?, &1, "migrations that ran")?;
        same(
            &develop(&mut session, folder.path(), &edited, "nothing").await?,
            &0,
            "migrations that ran again",
        )?;
        law::is_as(&mut session, &edited).await?;
        same(&contents(&mut session, models).await?, loaded, "rows after the migration")?;
    }
    one.discard().await;
    other.discard().await;
    Ok(())
}

async fn copy(chinook: &Chinook) -> Option<TestDatabase> {
    chinook.database.create(&Schema::default()).await
}

/// Writes the migration to these models, if there is one to write, and deploys what is pending. How many ran?
async fn develop(
    session: &mut Connection,
    folder: &Path,
    target: &Schema,
    what_for: &str,
) -> Result<usize, Failure> {
    let dialect = Dialect::of(session);
    let mut migrations = Migrations::create(folder, dialect).map_err(|error| error.to_string())?;
    let proposal = Proposal::new(&migrations, target.clone(), &DiffOptions::default());
    let proposal = proposal.map_err(|error| error.to_string())?;
    if !proposal.is_empty() {
        migrations.add(folder, &proposal.draft(what_for)).map_err(|error| error.to_string())?;
    }
    let deployed = deploy(session, &migrations, &DeployOptions::default(), &mut |_| {}).await;
    deployed.map(|deployed| deployed.applied.len()).map_err(|error| format!("{error:?}"))
}

fn same<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T, what: &str) -> Result<(), Failure> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}\nfound: {found:#?}\nexpected: {expected:#?}"))
    }
}

/// Not by `eprintln!`, which libtest hides when the test passes.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
