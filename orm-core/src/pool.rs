//! The connections to one database, and one of them in somebody's hands: the place where the driver is chosen.
//!
//! Both are an enum with one variant for each driver that is compiled in. A driver MUST
//! - send nothing before it has all it needs, and know from then on that the connection is not clean;
//! - hand back only clean connections, whenever and wherever a [`Pooled`] or one of its futures is dropped;
//! - report through [`ErrorKind`] what the caller can act on.

#![cfg_attr(
    not(any(feature = "sqlite", feature = "postgres", feature = "mysql")),
    allow(unused_variables, dead_code, reason = "no driver is compiled in")
)]

#[cfg(any(feature = "postgres", feature = "mysql"))]
use crate::server;
use crate::{
    dialect::Dialect,
    error::{Error, ErrorKind, Result},
    executor::Answer,
    options::{ConnectOptions, Place},
    statement::{Sink, Statement},
    transaction::TxOptions,
};

/// The connections to one database.
pub(crate) enum Pool {
    #[cfg(feature = "sqlite")]
    Sqlite(crate::sqlite::pool::Pool),
    #[cfg(feature = "postgres")]
    Postgres(server::pool::Pool<crate::postgres::connection::Raw>),
    #[cfg(feature = "mysql")]
    MySql(server::pool::Pool<crate::mysql::connection::Raw>),
}

/// A connection in somebody's hands. Dropped, it is rolled back and returned, or closed.
pub(crate) enum Pooled {
    #[cfg(feature = "sqlite")]
    Sqlite(crate::sqlite::pooled::Pooled),
    #[cfg(feature = "postgres")]
    Postgres(server::pooled::Pooled<crate::postgres::connection::Raw>),
    #[cfg(feature = "mysql")]
    MySql(server::pooled::Pooled<crate::mysql::connection::Raw>),
}

impl Pool {
    /// Makes a pool and its first connection.
    pub(crate) async fn connect(options: ConnectOptions) -> Result<Self> {
        match options.dialect() {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => Ok(Self::Sqlite(crate::sqlite::pool::Pool::connect(options).await?)),
            #[cfg(feature = "postgres")]
            Dialect::Postgres => Ok(Self::Postgres(server::pool::Pool::connect(options).await?)),
            #[cfg(feature = "mysql")]
            Dialect::MariaDb | Dialect::MySql => Ok(Self::MySql(server::pool::Pool::connect(options).await?)),
            #[allow(unreachable_patterns, reason = "unless every driver is compiled in")]
            dialect => Err(not_compiled(dialect)),
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match *self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Dialect::Sqlite,
            #[cfg(feature = "postgres")]
            Self::Postgres(ref pool) => pool.dialect(),
            #[cfg(feature = "mysql")]
            Self::MySql(ref pool) => pool.dialect(),
        }
    }

    /// Runs a statement by itself.
    pub(crate) async fn run(&self, statement: Statement, sink: Box<dyn Sink>) -> Result<Answer> {
        match *self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(ref pool) => pool.run(statement, sink).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(ref pool) => Box::pin(pool.run(statement, sink)).await,
            #[cfg(feature = "mysql")]
            Self::MySql(ref pool) => Box::pin(pool.run(statement, sink)).await,
        }
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&self, options: TxOptions) -> Result<Pooled> {
        match *self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(ref pool) => Ok(Pooled::Sqlite(pool.begin(options).await?)),
            #[cfg(feature = "postgres")]
            Self::Postgres(ref pool) => Ok(Pooled::Postgres(Box::pin(pool.begin(options)).await?)),
            #[cfg(feature = "mysql")]
            Self::MySql(ref pool) => Ok(Pooled::MySql(Box::pin(pool.begin(options)).await?)),
        }
    }

    /// A connection for a session of its own.
    pub(crate) async fn session(&self) -> Result<Pooled> {
        match *self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(ref pool) => Ok(Pooled::Sqlite(pool.session().await?)),
            #[cfg(feature = "postgres")]
            Self::Postgres(ref pool) => Ok(Pooled::Postgres(pool.session().await?)),
            #[cfg(feature = "mysql")]
            Self::MySql(ref pool) => Ok(Pooled::MySql(pool.session().await?)),
        }
    }

    pub(crate) async fn close(&self) {
        match *self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(ref pool) => pool.close().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(ref pool) => pool.close().await,
            #[cfg(feature = "mysql")]
            Self::MySql(ref pool) => pool.close().await,
        }
    }
}

impl Pooled {
    /// Opens a connection outside of any pool.
    pub(crate) async fn open(options: ConnectOptions) -> Result<Self> {
        match options.dialect() {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => Ok(Self::Sqlite(crate::sqlite::pool::Pool::open(options).await?)),
            #[cfg(feature = "postgres")]
            Dialect::Postgres => Ok(Self::Postgres(server::pool::Pool::open(options).await?)),
            #[cfg(feature = "mysql")]
            Dialect::MariaDb | Dialect::MySql => Ok(Self::MySql(server::pool::Pool::open(options).await?)),
            #[allow(unreachable_patterns, reason = "unless every driver is compiled in")]
            dialect => Err(not_compiled(dialect)),
        }
    }

    /// Which database it is, as far as the database can say itself.
    pub(crate) fn dialect(&self) -> Dialect {
        match *self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Dialect::Sqlite,
            #[cfg(feature = "postgres")]
            Self::Postgres(ref pooled) => pooled.dialect(),
            #[cfg(feature = "mysql")]
            Self::MySql(ref pooled) => pooled.dialect(),
        }
    }

    /// Whether a transaction is open that can still be committed or rolled back.
    pub(crate) fn in_transaction(&self) -> bool {
        match *self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(ref pooled) => pooled.in_transaction(),
            #[cfg(feature = "postgres")]
            Self::Postgres(ref pooled) => pooled.in_transaction(),
            #[cfg(feature = "mysql")]
            Self::MySql(ref pooled) => pooled.in_transaction(),
        }
    }

    /// Runs a statement.
    pub(crate) async fn run(&mut self, statement: Statement, sink: Box<dyn Sink>) -> Result<Answer> {
        match *self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(ref mut pooled) => pooled.run(statement, sink).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(ref mut pooled) => Box::pin(pooled.run(statement, sink)).await,
            #[cfg(feature = "mysql")]
            Self::MySql(ref mut pooled) => Box::pin(pooled.run(statement, sink)).await,
        }
    }

    /// Runs a short statement without parameters and rows, such as `SAVEPOINT`.
    pub(crate) async fn command(&mut self, sql: &str) -> Result<()> {
        match *self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(ref mut pooled) => pooled.command(sql).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(ref mut pooled) => Box::pin(pooled.command(sql)).await,
            #[cfg(feature = "mysql")]
            Self::MySql(ref mut pooled) => Box::pin(pooled.command(sql)).await,
        }
    }

    /// Commits the transaction.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        match *self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(ref mut pooled) => pooled.commit().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(ref mut pooled) => Box::pin(pooled.commit()).await,
            #[cfg(feature = "mysql")]
            Self::MySql(ref mut pooled) => Box::pin(pooled.commit()).await,
        }
    }

    /// Rolls the transaction back.
    pub(crate) async fn rollback(&mut self) -> Result<()> {
        match *self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(ref mut pooled) => pooled.command("ROLLBACK").await,
            #[cfg(feature = "postgres")]
            Self::Postgres(ref mut pooled) => Box::pin(pooled.rollback()).await,
            #[cfg(feature = "mysql")]
            Self::MySql(ref mut pooled) => Box::pin(pooled.rollback()).await,
        }
    }

    /// Runs several statements without parameters.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        match *self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(ref mut pooled) => pooled.batch(sql).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(ref mut pooled) => pooled.batch(sql).await,
            #[cfg(feature = "mysql")]
            Self::MySql(ref mut pooled) => pooled.batch(sql).await,
        }
    }
}

fn not_compiled(dialect: Dialect) -> Error {
    let feature = match dialect {
        Dialect::Sqlite => "sqlite",
        Dialect::Postgres => "postgres",
        Dialect::MariaDb | Dialect::MySql => "mysql",
    };
    Error::new(
        ErrorKind::Configuration,
        format!("{dialect} is not compiled in: add the feature `{feature}` to `orm` in Cargo.toml"),
    )
}

/// All connections are in use.
pub(crate) fn exhausted(options: &ConnectOptions, size: usize) -> Error {
    let who = match &options.place {
        Place::Memory => "a database in memory has one connection, which is".to_owned(),
        Place::File(_) | Place::Server(_) => format!("all {size} connections to `{options}` are"),
    };
    let more = if options.place == Place::Memory { "" } else { ", or raise `max_connections`" };
    Error::new(
        ErrorKind::PoolTimeout,
        format!(
            "{who} in use, and none was free within {:?}; the usual mistake is to use `db` inside a transaction: \
             use `tx` there{more}",
            options.acquire_timeout
        ),
    )
}

/// The pool was closed.
pub(crate) fn closed(options: &ConnectOptions) -> Error {
    Error::new(ErrorKind::Connection, format!("the connections to `{options}` were closed by `Db::close`"))
}
