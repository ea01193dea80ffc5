//! The databases of the tests, and one of its own for each test.

use std::{env, io::Write as _, sync::Once};

use orm::{Connection, Db};
use orm_schema::Schema;
use tempfile::TempDir;

use crate::{postgres, sqlite};

/// A kind of database that the tests run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// SQLite, in a file.
    Sqlite,
    /// PostgreSQL, on the server that `ORM_TEST_POSTGRES_URL` names.
    Postgres,
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
        };
        if let Ok(url) = env::var(variable) {
            return Some(url);
        }
        let required = env::var("ORM_REQUIRE_DATABASES").unwrap_or_default();
        assert!(
            !required.split(',').any(|word| word.trim() == name),
            "ORM_REQUIRE_DATABASES asks for `{name}`, but {variable} names no server: `./test` starts one"
        );
        static SAID: Once = Once::new();
        SAID.call_once(|| {
            // Not by `eprintln!`, which libtest hides when the test passes.
            let _ = writeln!(
                std::io::stderr(),
                "left out: the tests on `{name}`, because {variable} names no server; `./test` starts one"
            );
        });
        None
    }
}

impl TestDatabase {
    /// Whether somebody still holds a lock or a transaction in it.
    pub(crate) async fn is_left_locked(&self) -> bool {
        match &self.place {
            Place::File(_) => sqlite::is_locked(&self.url).await,
            Place::Postgres { name, .. } => postgres::is_locked(&self.db, name).await,
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
        }
    }
}
