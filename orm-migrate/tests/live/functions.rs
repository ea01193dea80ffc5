//! Steps in Rust: inside the migration's transaction, under its journal, once.

use orm_core::{ErrorKind, Executor as _, Statement, Tx, Value};
use orm_migrate::{
    DeployOptions, Dialect, MigrateError,
    error::{Class, Code},
    executor::{Deployed, deploy},
    functions::Functions,
    journal::Journal,
    scratch::{self, Scratch},
};

use crate::support::{Folder, connect, mariadb_url, number, postgres_url};

const USERS: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(20) NOT NULL);\n\
                     INSERT INTO users VALUES (1, 'Ann'), (2, 'Ben');\n";
const SLUGS: &str = "ALTER TABLE users ADD COLUMN slug varchar(20);\n-- in Rust\nCALL orm.fill_slugs();\n\
                     UPDATE users SET slug = 'of Ben' WHERE slug IS NOT NULL AND id = 2;\n";

/// Runs a test on each database, with a folder of two migrations, the second of which calls `fill_slugs`.
async fn on_each(test: impl AsyncFn(&str, &Folder, &str)) {
    let servers = [(postgres_url(), true), (mariadb_url(), false)];
    let mut folders = vec![(Scratch::Memory, Folder::sqlite())];
    for (url, is_postgres) in &servers {
        let Some(url) = url else { continue };
        folders.push((
            Scratch::Server(url),
            if *is_postgres { Folder::postgres(url) } else { Folder::mariadb(url) },
        ));
    }
    for (place, mut folder) in folders {
        folder.add("users", USERS).await;
        let tables = folder.read().schema();
        // The snapshot is no matter here: what runs is.
        let second = folder.add_with("slugs", SLUGS, tables);
        let file = tempfile::tempdir().unwrap();
        let result = scratch::with(place, async |url: &str| {
            let own = format!("sqlite:{}?mode=rwc", file.path().join("a.db").display());
            test(if url == "sqlite::memory:" { &own } else { url }, &folder, &second).await;
            Ok(())
        });
        result.await.unwrap();
    }
}

async fn update(tx: &Tx, sql: &str) -> orm_core::Result<u64> {
    let sql = match tx.dialect() {
        orm_core::Dialect::Postgres => sql.replace('?', "$1"),
        _ => sql.to_owned(),
    };
    tx.handle()
        .execute(Statement::new(
            orm_core::Sql::once(sql.as_str(), orm_core::Access::Write).into(),
            vec![Value::Text("x".into())],
        ))
        .await
}

async fn fill_slugs(tx: Tx) -> orm_core::Result<()> {
    let savepoint = tx.begin().await?;
    update(&savepoint, "UPDATE users SET slug = ?").await?;
    savepoint.commit().await
}

async fn fails(tx: Tx) -> orm_core::Result<()> {
    update(&tx, "UPDATE users SET slug = ?").await?;
    Err(orm_core::Error::new(ErrorKind::InvalidValue, "not today"))
}

async fn with(url: &str, folder: &Folder, functions: Functions) -> Result<Deployed, MigrateError> {
    let options = DeployOptions { functions, ..DeployOptions::default() };
    deploy(&mut connect(url).await, &folder.read(), &options, &mut |_| {}).await
}

#[tokio::test]
async fn a_function_runs_once_between_the_statements_of_its_migration() {
    on_each(async |url, folder, _| {
        let functions = || Functions::default().with("fill_slugs", fill_slugs);
        assert_eq!(with(url, folder, functions()).await.unwrap().applied.len(), 2);
        let mut connection = connect(url).await;
        assert_eq!(
            number(&mut connection, "SELECT count(*) FROM users WHERE slug = 'x' AND id = 1").await,
            1
        );
        assert_eq!(number(&mut connection, "SELECT count(*) FROM users WHERE slug = 'of Ben'").await, 1);
        assert!(with(url, folder, functions()).await.unwrap().applied.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_function_that_fails_takes_what_it_wrote_back_and_is_run_again() {
    on_each(async |url, folder, second| {
        let error = with(url, folder, Functions::default().with("fill_slugs", fails)).await.unwrap_err();
        assert_eq!(error.code(), Code::StatementFailed);
        assert!(error.why().contains(second) && error.why().contains("not today"), "{error}");
        let mut connection = connect(url).await;
        let journal = Journal::read(&mut connection).await.unwrap();
        // Where a change of the schema commits by itself, it has run.
        let ran = journal.entry(second).map_or(0, |entry| entry.statements.len());
        assert_eq!(ran, usize::from(Dialect::of(&connection) == Dialect::MariaDb));
        if ran == 1 {
            assert_eq!(number(&mut connection, "SELECT count(slug) FROM users").await, 0);
        }
        let deployed = with(url, folder, Functions::default().with("fill_slugs", fill_slugs)).await.unwrap();
        assert_eq!(deployed.applied, [second]);
    })
    .await;
}

#[tokio::test]
async fn a_program_without_the_function_runs_nothing_at_all() {
    on_each(async |url, folder, second| {
        let error = with(url, folder, Functions::default()).await.unwrap_err();
        assert_eq!((error.code(), error.class()), (Code::NoFunction, Class::Precondition));
        assert!(error.why().contains(second) && error.why().contains("`fill_slugs`"), "{error}");
        assert_eq!(error.place().unwrap().line, Some(3));
        let journal = Journal::read(&mut connect(url).await).await.unwrap();
        assert!(journal.entries.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_function_cannot_end_the_migrations_transaction() {
    on_each(async |url, folder, _| {
        let ends = async |tx: Tx| tx.commit().await;
        let error = with(url, folder, Functions::default().with("fill_slugs", ends)).await.unwrap_err();
        assert!(error.why().contains("this transaction was lent"), "{error}");
    })
    .await;
}
