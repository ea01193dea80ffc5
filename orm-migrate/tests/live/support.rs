//! Databases and folders for tests.

use std::path::{Path, PathBuf};

use chrono::DateTime;
use orm_core::{ConnectOptions, Connection};
use orm_migrate::{
    Dialect, MigrateError, Migrations,
    executor::{DeployOptions, Deployed, deploy},
    folder::Draft,
    resolve::{Resolution, resolve},
    scratch::{self, Scratch},
};

/// The server to test on, or word that it was left out.
pub(crate) fn postgres_url() -> Option<String> {
    server_url("PostgreSQL", "ORM_TEST_POSTGRES_URL")
}

/// The server to test on, or word that it was left out.
pub(crate) fn mariadb_url() -> Option<String> {
    server_url("MariaDB", "ORM_TEST_MARIADB_URL")
}

fn server_url(name: &str, variable: &str) -> Option<String> {
    let url = std::env::var(variable).ok().filter(|url| !url.is_empty());
    if url.is_none() {
        eprintln!("{name} left out: {variable} is not set");
    }
    url
}

/// The datasets, or word that they were left out.
pub(crate) fn datasets() -> Option<PathBuf> {
    let named = std::env::var_os("ORM_DATASETS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/datasets"));
    let folder = if folder.is_dir() {
        folder
    } else {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/datasets")
    };
    let found = folder.is_dir().then_some(folder);
    if found.is_none() {
        eprintln!("datasets left out: set ORM_DATASETS to their folder");
    }
    found
}

pub(crate) async fn connect(url: &str) -> Connection {
    Connection::open(&ConnectOptions::parse(url).unwrap()).await.unwrap()
}

pub(crate) async fn memory() -> Connection {
    connect("sqlite::memory:").await
}

/// A migrations folder, and the SQL of all its migrations so far.
pub(crate) struct Folder {
    _root: tempfile::TempDir,
    pub(crate) path: PathBuf,
    scratch: Option<String>,
    sql: String,
}

impl Folder {
    pub(crate) fn sqlite() -> Self {
        Self::new(Dialect::Sqlite, None)
    }

    pub(crate) fn postgres(url: &str) -> Self {
        Self::new(Dialect::Postgres, Some(url.to_owned()))
    }

    pub(crate) fn mariadb(url: &str) -> Self {
        Self::new(Dialect::MariaDb, Some(url.to_owned()))
    }

    fn new(dialect: Dialect, scratch: Option<String>) -> Self {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("migrations");
        Migrations::create(&path, dialect).unwrap();
        Self { _root: root, path, scratch, sql: String::new() }
    }

    /// Adds a migration whose snapshot is what a scratch database says of all SQL so far.
    pub(crate) async fn add(&mut self, what_for: &str, up: &str) -> String {
        self.sql.push_str(up);
        let place = self.scratch.as_deref().map_or(Scratch::Memory, Scratch::Server);
        let schema = scratch::schema_of_sql(place, &self.sql, "all.sql").await.unwrap().schema;
        self.add_with(what_for, up, schema)
    }

    pub(crate) fn add_with(&mut self, what_for: &str, up: &str, schema: orm_schema::Schema) -> String {
        let draft = Draft {
            what_for: what_for.to_owned(),
            now: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
            up: up.to_owned(),
            down: None,
            schema,
        };
        let mut migrations = self.read();
        migrations.add(&self.path, &draft).unwrap().name.to_string()
    }

    pub(crate) fn read(&self) -> Migrations {
        Migrations::read(&self.path).unwrap()
    }

    /// Replaces a file and takes the edit over.
    pub(crate) fn edit(&self, name: &str, up: &str) {
        std::fs::write(self.path.join(name).join("up.sql"), up).unwrap();
        self.read().relock(&self.path).unwrap();
    }

    pub(crate) async fn deploy(&self, connection: &mut Connection) -> Result<Deployed, MigrateError> {
        deploy(connection, &self.read(), &DeployOptions::default(), &mut |_| {}).await
    }

    /// Tells the journal what is so.
    pub(crate) async fn resolve(
        &self,
        connection: &mut Connection,
        name: &str,
        so: Resolution,
    ) -> Result<(), MigrateError> {
        resolve(connection, &self.read(), name, so, false, &DeployOptions::default(), &mut |_| {}).await
    }
}

/// What the first migration is that [`on_postgres`] makes.
pub(crate) const POSTGRES_USERS: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);\n";

/// Runs a test on a database of its own, with a folder whose first migration makes `users`.
pub(crate) async fn on_postgres(test: impl AsyncFnOnce(&str, Folder)) {
    let Some(server) = postgres_url() else { return };
    with_users(&server, Folder::postgres(&server), POSTGRES_USERS, test).await;
}

/// Runs a test on a database of its own, with a folder whose first migration makes `users`.
pub(crate) async fn on_mariadb(test: impl AsyncFnOnce(&str, Folder)) {
    let Some(server) = mariadb_url() else { return };
    let users = "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, name varchar(255) NOT NULL);\n";
    with_users(&server, Folder::mariadb(&server), users, test).await;
}

async fn with_users(server: &str, mut folder: Folder, users: &str, test: impl AsyncFnOnce(&str, Folder)) {
    folder.add("users", users).await;
    let result = scratch::with(Scratch::Server(server), async |url: &str| {
        test(url, folder).await;
        Ok::<_, MigrateError>(())
    });
    result.await.unwrap();
}

/// As a process leaves the journal that dies while the statement at that place runs.
pub(crate) async fn leave_in_doubt(connection: &mut Connection, name: &str, position: usize) {
    let undone = format!(
        "UPDATE _orm_migration SET finished_at = NULL WHERE name = '{name}'; \
         UPDATE _orm_statement SET finished_at = NULL WHERE migration = '{name}' AND position = {position}; \
         DELETE FROM _orm_statement WHERE migration = '{name}' AND position > {position}"
    );
    connection.batch(&undone).await.unwrap();
}

/// One number.
pub(crate) async fn number(connection: &mut Connection, sql: &str) -> i64 {
    connection.rows(sql, Vec::new(), |row| row.i64()).await.unwrap()[0].unwrap_or(0)
}

/// All texts of the first column.
pub(crate) async fn texts(connection: &mut Connection, sql: &str) -> Vec<String> {
    let rows =
        connection.rows(sql, Vec::new(), |row| Ok(row.text()?.map(|text| text.into_owned()))).await.unwrap();
    rows.into_iter().flatten().collect()
}
