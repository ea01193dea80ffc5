//! The databases that peers are measured on: made for one run, and removed after it.

use std::{env, process};

use contract::{Database, Request};
use tempfile::TempDir;

use super::{
    child::Child,
    registry::{ADMINISTRATOR, Peer},
};
use crate::Result;

/// Where the peers meet.
pub(crate) enum Place {
    /// A file for each peer: SQLite is no server that would keep the same pages for all of them.
    Files(TempDir),
    /// A database on a server, which all share: every peer reads the same pages.
    Server(Scratch),
}

/// A database that is dropped with this value, after everybody has left it.
pub(crate) struct Scratch {
    administrator: Child,
    database: Database,
    name: String,
    url: String,
}

/// The server of a database, `None` where it needs none; what to do about it where it is missing.
pub(crate) fn server(database: Database) -> std::result::Result<Option<String>, String> {
    let variable = match database {
        Database::Sqlite => return Ok(None),
        Database::Postgres => "ORM_TEST_POSTGRES_URL",
        Database::Mariadb => "ORM_TEST_MARIADB_URL",
    };
    match env::var(variable) {
        Ok(url) if !url.is_empty() => Ok(Some(url)),
        _ => Err(format!("{variable} names no server; `./test --server` starts one and prints its URL")),
    }
}

impl Place {
    /// A folder, or a database on the server.
    pub(crate) fn make(database: Database, server: Option<&str>) -> Result<Self> {
        match server {
            None => Ok(Self::Files(TempDir::with_prefix("orm-bench-")?)),
            Some(url) => Ok(Self::Server(Scratch::create(database, url)?)),
        }
    }

    /// Starts a peer there; the tables are made and filled by the first one, where all share them.
    pub(crate) fn enter(&self, peer: &Peer) -> Result<Child> {
        match self {
            Self::Files(folder) => {
                let file = folder.path().join(format!("{}.db", peer.name));
                let mut child = Child::start(peer, Database::Sqlite, &file.to_string_lossy())?;
                child.ask(&Request::Fill)?;
                Ok(child)
            }
            Self::Server(scratch) => Child::start(peer, scratch.database, &scratch.url),
        }
    }
}

impl Scratch {
    fn create(database: Database, server: &str) -> Result<Self> {
        let mut administrator = Child::start(ADMINISTRATOR, database, server)?;
        let name = format!("orm_bench_{}", process::id());
        administrator.ask(&Request::Batch(format!("CREATE DATABASE {name}")))?;
        let url = with_database(server, &name);
        let scratch = Self { administrator, database, name, url };
        Child::start(ADMINISTRATOR, database, &scratch.url)?.ask(&Request::Fill)?;
        Ok(scratch)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let drop = Request::Batch(format!("DROP DATABASE {}", self.name));
        if let Err(error) = self.administrator.ask(&drop) {
            eprintln!("the database `{}` stays: {error}", self.name);
        }
    }
}

/// The same URL, with another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let server = address[authority..].find('/').map_or(address, |at| &address[..authority + at]);
    match query {
        Some(query) => format!("{server}/{name}?{query}"),
        None => format!("{server}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_keeps_everything_but_its_database() {
        let cases = [
            ("postgres://orm:orm@127.0.0.1:5432/postgres", "postgres://orm:orm@127.0.0.1:5432/b"),
            ("postgres://localhost", "postgres://localhost/b"),
            ("mysql://root@localhost/mysql?socket=/tmp/s", "mysql://root@localhost/b?socket=/tmp/s"),
        ];
        for (url, expected) in cases {
            assert_eq!(with_database(url, "b"), expected);
        }
    }
}
