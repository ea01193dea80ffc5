//! What can be set about the connections to a database. Reading it from a URL is in `url.rs`.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::dialect::Dialect;

/// How to reach a database, and how its connections behave. Everything can be said in the URL, too.
///
/// | parameter of the URL | default | |
/// |---|---|---|
/// | `max_connections` | 10 | how many connections the pool holds |
/// | `acquire_timeout` | `10s` | how long to wait for one of them |
/// | `connect_timeout` | `10s` | how long opening one may take |
/// | `statement_timeout` | none | how long a statement may run |
/// | `lock_timeout` | `5s` on SQLite | how long to wait for a lock; on MariaDB and MySQL in whole seconds |
/// | `read_only` | `false` | refuse to write |
/// | `create_if_missing` | `true` | SQLite: make the file (`mode=ro`, `rw` and `rwc` are understood, too) |
/// | `statement_cache_capacity` | 1024 | statements kept prepared for each connection; 0 behind PgBouncer in transaction mode |
///
/// Times are seconds, or carry a unit: `500ms`, `5s`, `2m`. On PostgreSQL the parameters of libpq work as well:
/// `host` (a directory: a Unix socket), `application_name`, `sslmode`, `sslrootcert`, `options` and so on. Behind a
/// pooler in transaction mode, time-outs belong to the role (`ALTER ROLE … SET`): a session there is not one's own.
///
/// On MariaDB and MySQL (`mysql://…` or `mariadb://…`; which of the two it is, the server says) these work as well:
/// `socket` (the path of a Unix socket), `ssl-mode`, `ssl-ca`, `ssl-cert` and `ssl-key`. Text is always `utf8mb4` and times
/// are UTC. On MySQL, `statement_timeout` is for SELECT alone.
///
/// ```
/// use orm_core::{ConnectOptions, Dialect};
/// # fn main() -> orm_core::Result<()> {
/// let options = ConnectOptions::parse("postgres://ann:secret@localhost/shop?max_connections=4")?;
/// assert_eq!(options.dialect(), Dialect::Postgres);
/// assert_eq!(options.to_string(), "postgres://ann:***@localhost/shop");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ConnectOptions {
    pub(crate) dialect: Dialect,
    pub(crate) place: Place,
    pub(crate) max_connections: usize,
    pub(crate) acquire_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) statement_timeout: Option<Duration>,
    pub(crate) lock_timeout: Option<Duration>,
    pub(crate) read_only: bool,
    pub(crate) create_if_missing: bool,
    pub(crate) statement_cache_capacity: usize,
}

/// More connections than any server takes; a pool makes room for as many as it may hold.
pub(crate) const MAX_CONNECTIONS: usize = 10_000;

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// In memory, gone with its connection.
    Memory,
    /// A file.
    File(PathBuf),
    /// A server, by a URL without our own parameters.
    Server(String),
}

impl ConnectOptions {
    pub(crate) fn new(dialect: Dialect, place: Place) -> Self {
        let lock_timeout = match dialect {
            Dialect::Sqlite => Some(Duration::from_secs(5)),
            Dialect::Postgres | Dialect::MariaDb | Dialect::MySql => None,
        };
        Self {
            dialect,
            place,
            max_connections: 10,
            acquire_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(10),
            statement_timeout: None,
            lock_timeout,
            read_only: false,
            create_if_missing: true,
            statement_cache_capacity: 1024,
        }
    }

    /// Which database it is.
    ///
    /// ```
    /// # use orm_core::ConnectOptions;
    /// assert_eq!(ConnectOptions::parse("sqlite:app.db")?.dialect(), orm_core::Dialect::Sqlite);
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How many connections the pool holds, from 1 to 10 000. A database in memory is always one connection.
    ///
    /// ```
    /// # use orm_core::ConnectOptions;
    /// let options = ConnectOptions::parse("postgres://localhost/shop")?.max_connections(4);
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.clamp(1, MAX_CONNECTIONS);
        self
    }

    /// How long to wait for a connection of the pool.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use orm_core::ConnectOptions;
    /// let options = ConnectOptions::parse("sqlite:app.db")?.acquire_timeout(Duration::from_secs(3));
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// How long opening a connection may take.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use orm_core::ConnectOptions;
    /// let options = ConnectOptions::parse("postgres://localhost/shop")?.connect_timeout(Duration::from_secs(3));
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a statement may run.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use orm_core::ConnectOptions;
    /// let options = ConnectOptions::parse("sqlite:app.db")?.statement_timeout(Duration::from_millis(500));
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// How long to wait for a lock.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use orm_core::ConnectOptions;
    /// let options = ConnectOptions::parse("sqlite:app.db")?.lock_timeout(Duration::from_secs(1));
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = Some(timeout);
        self
    }

    /// Whether to refuse to write.
    ///
    /// ```
    /// # use orm_core::ConnectOptions;
    /// let report = ConnectOptions::parse("sqlite:app.db")?.read_only(true);
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = read_only;
        self
    }

    /// Whether to make the file of a SQLite database that is not there.
    ///
    /// ```
    /// # use orm_core::ConnectOptions;
    /// let options = ConnectOptions::parse("sqlite:app.db")?.create_if_missing(false);
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn create_if_missing(mut self, create: bool) -> Self {
        self.create_if_missing = create;
        self
    }

    /// The file of the database, if it is one.
    ///
    /// ```
    /// # use orm_core::ConnectOptions;
    /// let options = ConnectOptions::parse("sqlite:app.db")?.relative_to("shop".as_ref());
    /// assert_eq!(options.file(), Some("shop/app.db".as_ref()));
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Memory | Place::Server(_) => None,
        }
    }

    /// Whether it is a database of a server, not one inside the process.
    ///
    /// ```
    /// # use orm_core::ConnectOptions;
    /// assert!(ConnectOptions::parse("postgres://localhost/shop")?.is_server());
    /// assert!(!ConnectOptions::parse("sqlite:app.db")?.is_server());
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn is_server(&self) -> bool {
        matches!(self.place, Place::Server(_))
    }

    /// Reads the path of a database file, if it is relative, from another folder than the working one.
    ///
    /// ```
    /// # use orm_core::ConnectOptions;
    /// let options = ConnectOptions::parse("sqlite:app.db")?.relative_to("shop".as_ref());
    /// assert_eq!(options.file(), Some("shop/app.db".as_ref()));
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn relative_to(mut self, folder: &Path) -> Self {
        if let Place::File(path) = &mut self.place {
            *path = folder.join(&*path);
        }
        self
    }

    /// A database in memory in the place of a file, so that what is not there yet can be read as empty.
    ///
    /// ```
    /// # use orm_core::ConnectOptions;
    /// assert_eq!(ConnectOptions::parse("sqlite:app.db")?.in_memory().file(), None);
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn in_memory(mut self) -> Self {
        if let Place::File(_) = self.place {
            self.place = Place::Memory;
        }
        self
    }

    /// How many statements each connection keeps prepared. 0 behind PgBouncer in transaction mode.
    ///
    /// ```
    /// # use orm_core::ConnectOptions;
    /// let options = ConnectOptions::parse("postgres://localhost/shop")?.statement_cache_capacity(0);
    /// # Ok::<_, orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn statement_cache_capacity(mut self, statements: usize) -> Self {
        self.statement_cache_capacity = statements;
        self
    }
}

impl fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("url", &self.to_string())
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("lock_timeout", &self.lock_timeout)
            .field("read_only", &self.read_only)
            .field("create_if_missing", &self.create_if_missing)
            .field("statement_cache_capacity", &self.statement_cache_capacity)
            .finish()
    }
}
