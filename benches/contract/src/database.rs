//! The databases on which peers meet.

use std::{fmt, str::FromStr};

/// A database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file of the peer's own; its "URL" is the path.
    Sqlite,
    /// A server.
    Postgres,
    /// A server.
    Mariadb,
}

impl Database {
    /// All of them, in the order of the tables in the documentation.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Mariadb];

    /// As the command line and the JSON spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Database {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|database| database.name() == name);
        found.ok_or_else(|| format!("`{name}` is no database: expected `sqlite`, `postgres` or `mariadb`"))
    }
}
