//! Who is measured, and where.

use contract::{
    Case,
    Database::{self, Mariadb, Postgres, Sqlite},
};

/// A library.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    /// As the command line and the JSON spell it; its package is `peer-NAME`.
    pub(crate) name: &'static str,
    pub(crate) databases: &'static [Database],
    /// Whether it is measured on a bare connection, too.
    pub(crate) bare: bool,
}

/// Ours. Its `lookup_bare` goes through the pool: the ratio is the price of the pool.
pub(crate) static OURS: Peer = Peer { name: "orm", databases: &Database::ALL, bare: true };

/// The others.
pub(crate) static THEIRS: [Peer; 6] = [
    Peer { name: "rusqlite", databases: &[Sqlite], bare: true },
    Peer { name: "tokio-postgres", databases: &[Postgres], bare: true },
    Peer { name: "mysql-async", databases: &[Mariadb], bare: true },
    Peer { name: "diesel", databases: &[Sqlite, Postgres], bare: true },
    Peer { name: "sqlx", databases: &Database::ALL, bare: false },
    Peer { name: "sea-orm", databases: &Database::ALL, bare: false },
];

/// The one that makes and drops databases on servers: it reaches all of them.
pub(crate) static ADMINISTRATOR: &Peer = &THEIRS[4];

impl Peer {
    /// Whether it takes part.
    pub(crate) fn does(&self, case: Case) -> bool {
        self.bare || case != Case::LookupBare
    }

    pub(crate) fn package(&self) -> String {
        format!("peer-{}", self.name)
    }
}

/// The peer of that name.
pub(crate) fn find(name: &str) -> Result<&'static Peer, String> {
    THEIRS.iter().find(|peer| peer.name == name).ok_or_else(|| {
        let names: Vec<&str> = THEIRS.iter().map(|peer| peer.name).collect();
        format!("expected one of {}", names.join(", "))
    })
}
