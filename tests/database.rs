//! The databases of the tests, and one of its own for each test.

use std::{
    collections::BTreeSet,
    env,
    io::Write as _,
    process,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use orm::{ConnectOptions, Connection, Db};
use orm_schema::Schema;
use tempfile::TempDir;

use crate::{mariadb, postgres, sqlite};

/// A kind of database that the tests run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// SQLite, in a file.
    Sqlite,
    /// PostgreSQL, on the server that `ORM_TEST_POSTGRES_URL` names.
    Postgres,
    /// MariaDB, on the server that `ORM_TEST_MARIADB_URL` names.
    MariaDb,
}

/// A database that belongs to one test.
#[derive(Debug)]
pub struct TestDatabase {
    /// The database.
    pub db: Db,
    /// How to open it once more.
    pub url: String,
    pub(crate) place: Place,
}

/// Where it is, and so how it goes away.
#[derive(Debug)]
pub(crate) enum Place {
    /// A file of SQLite, in a folder of its own.
    File(TempDir),
    /// A database of PostgreSQL, and the session that made it.
    Postgres { name: String, admin: Box<Connection> },
    /// A database of MariaDB, and the session that made it.
    MariaDb { name: String, admin: Box<Connection> },
}

impl Database {
    /// Makes a database with the tables of a schema; `None` when there is no server and nobody asked for one.
    ///
    /// # Panics
    /// When the database was asked for and is missing, or the schema cannot be made on it.
    pub async fn create(self, schema: &Schema) -> Option<TestDatabase> {
        match self {
            Self::Sqlite => Some(sqlite::create(schema).await),
            Self::Postgres => match self.server() {
                Some(url) => Some(postgres::create(&url, schema).await),
                None => None,
            },
            Self::MariaDb => match self.server() {
                Some(url) => Some(mariadb::create(&url, schema).await),
                None => None,
            },
        }
    }

    /// The URL of the server for the tests, if there is one.
    ///
    /// # Panics
    /// When it was asked for and there is none.
    fn server(self) -> Option<String> {
        let (name, variable) = match self {
            Self::Sqlite => return None,
            Self::Postgres => ("postgres", "ORM_TEST_POSTGRES_URL"),
            Self::MariaDb => ("mariadb", "ORM_TEST_MARIADB_URL"),
        };
        if let Ok(url) = env::var(variable) {
            return Some(url);
        }
        let required = env::var("ORM_REQUIRE_DATABASES").unwrap_or_default();
        assert!(
            !required.split(',').any(|word| word.trim() == name),
            "ORM_REQUIRE_DATABASES asks for `{name}`, but {variable} names no server: `./test` starts one"
        );
        static SAID: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
        if SAID.lock().unwrap_or_else(PoisonError::into_inner).insert(name) {
            // Not by `eprintln!`, which libtest hides when the test passes.
            let _ = writeln!(
                std::io::stderr(),
                "left out: the tests on `{name}`, because {variable} names no server; `./test` starts one"
            );
        }
        None
    }
}

impl TestDatabase {
    /// Whether somebody still holds a lock or a transaction in it.
    pub(crate) async fn is_left_locked(&self) -> bool {
        match &self.place {
            Place::File(_) => sqlite::is_locked(&self.url).await,
            Place::Postgres { name, .. } => postgres::is_locked(&self.db, name).await,
            Place::MariaDb { .. } => mariadb::is_locked(&self.db).await,
        }
    }

    /// Ends it.
    ///
    /// # Panics
    /// When the server refuses to drop it.
    pub async fn discard(self) {
        self.db.close().await;
        match self.place {
            Place::File(folder) => drop(folder),
            Place::Postgres { name, admin } => postgres::discard(&name, *admin).await,
            Place::MariaDb { name, admin } => mariadb::discard(&name, *admin).await,
        }
    }
}

/// A session on a server.
pub(crate) async fn open(url: &str) -> Connection {
    let options = ConnectOptions::parse(url).expect("the variable of the server is a URL");
    Connection::open(&options).await.expect("the variable of the server names one that answers")
}

/// A name for a database that no other test has.
pub(crate) fn next_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("orm_test_{}_{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The URL of another database on the same server.
pub(crate) fn with_database(server: &str, name: &str) -> String {
    let (address, query) = server.split_once('?').map_or((server, None), |(a, q)| (a, Some(q)));
    let start = address.find("//").map_or(0, |at| at + 2);
    let end = address[start..].find('/').map_or(address.len(), |at| start + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", &address[..end])
}
