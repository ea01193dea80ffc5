//! The database as the application holds it.

use std::{fmt, sync::Arc, time::Duration};

use crate::{
    connection::Connection,
    context::Context,
    dialect::Dialect,
    error::{Error, Result},
    executor::Answer,
    options::ConnectOptions,
    pool::Pool,
    statement::{Sink, Statement},
    transaction::{Tx, TxOptions},
};

/// How often [`Db::retry`] runs a transaction at most.
const ATTEMPTS: u32 = 6;

/// A database: its pool of connections, and what they act for. Cloning it is cheap and shares the pool.
///
/// ```
/// use orm_core::Db;
///
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// # #[cfg(feature = "sqlite")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm_core::Result<()> {
/// let db = Db::connect("sqlite::memory:").await?;
/// db.connection().await?.batch("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL)").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Db {
    pool: Arc<Pool>,
    context: Context,
}

impl Db {
    /// Connects to the database at a URL; see [`ConnectOptions`] for what it may say.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let db = Db::connect("sqlite::memory:?statement_timeout=2s").await?;
    /// assert_eq!(db.dialect(), Dialect::Sqlite);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration) when the URL is wrong,
    /// [`Connection`](crate::ErrorKind::Connection) when no connection can be made.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::connect_with(ConnectOptions::parse(url)?).await
    }

    /// Connects with options.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let options = ConnectOptions::parse("sqlite::memory:")?.acquire_timeout(std::time::Duration::from_secs(3));
    /// let db = Db::connect_with(options).await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_with(options: ConnectOptions) -> Result<Self> {
        Ok(Self { pool: Arc::new(Pool::connect(options).await?), context: Context::default() })
    }

    /// Which database it is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(db.dialect(), Dialect::Sqlite);
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.pool.dialect()
    }

    /// What its connections act for.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(db.context(), &Context::default());
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Closes all connections; those in use close when they are free. Every clone is closed with it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// db.close().await;
    /// assert!(User::query().all(&db).await.is_err());
    /// # Ok(()) }) }
    /// ```
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A session of its own, for migrations and the like; it does not count for the pool and is closed when dropped.
    ///
    /// A database in memory has but one connection, so it is that one, for as long as the session lives.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let mut connection = db.connection().await?;
    /// let names = connection.rows("SELECT name FROM users WHERE age > ?", vec![Value::I32(30)], |row| row.text().map(|t| t.map(String::from)));
    /// assert_eq!(names.await?, [Some("Ann".to_owned())]);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`Connection`](crate::ErrorKind::Connection) when it cannot be made.
    pub async fn connection(&self) -> Result<Connection> {
        Ok(Connection::new(self.pool.session().await?))
    }

    /// Begins a transaction. Dropped without [`commit`](Tx::commit), it is rolled back.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tx = db.begin().await?;
    /// Post::query().update(|p| p.views.set(0)).all_rows().exec(&tx).await?;
    /// tx.rollback().await?;
    /// assert!(Post::query().filter(|p| p.views.gt(0)).exists(&db).await?);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`PoolTimeout`](crate::ErrorKind::PoolTimeout) when no connection is free,
    /// [`LockTimeout`](crate::ErrorKind::LockTimeout) on SQLite when another transaction writes for too long.
    pub async fn begin(&self) -> Result<Tx> {
        self.begin_with(TxOptions::default()).await
    }

    /// Begins a transaction with options.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let report = db.begin_with(TxOptions { read_only: true, ..TxOptions::default() }).await?;
    /// assert_eq!(User::query().count(&report).await?, 2);
    /// assert!(Tag::query().delete().all_rows().exec(&report).await.is_err());
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub async fn begin_with(&self, options: TxOptions) -> Result<Tx> {
        let pooled = self.pool.begin(options).await?;
        Ok(Tx::new(pooled, self.dialect(), self.context.clone()))
    }

    /// Runs a function in a transaction, which is committed if the function returns `Ok` and rolled back otherwise.
    ///
    /// The function borrows what it captures. Inside of it, use `tx`: `db` would be another connection.
    ///
    /// ```
    /// # use orm_core::Db;
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm_core::Result<()> {
    /// let db = Db::connect("sqlite::memory:").await?;
    /// let name = String::from("Ann");
    /// let length = db.transaction(async |_tx| Ok(name.len())).await?;
    /// assert_eq!(length, 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What the function says, or beginning and committing.
    pub async fn transaction<T>(&self, f: impl AsyncFnOnce(Tx) -> Result<T>) -> Result<T> {
        self.try_transaction(f).await
    }

    /// Like [`transaction`](Self::transaction), with an isolation, or to read only.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let options = TxOptions { read_only: true, ..TxOptions::default() };
    /// let users = db.transaction_with(options, async |tx| User::query().count(&tx).await).await?;
    /// assert_eq!(users, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// What the function says, or beginning and committing.
    pub async fn transaction_with<T>(
        &self,
        options: TxOptions,
        f: impl AsyncFnOnce(Tx) -> Result<T>,
    ) -> Result<T> {
        self.begin_with(options).await?.within(f).await
    }

    /// Like [`transaction`](Self::transaction), for functions with another error type, which is written on the closure.
    ///
    /// ```
    /// # use orm_core::{Db, Error};
    /// #[derive(Debug)]
    /// enum AppError { Database(Error), TooYoung }
    /// impl From<Error> for AppError {
    ///     fn from(error: Error) -> Self { Self::Database(error) }
    /// }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm_core::Result<()> {
    /// let db = Db::connect("sqlite::memory:").await?;
    /// let result = db.try_transaction(async |_tx| -> Result<(), AppError> { Err(AppError::TooYoung) }).await;
    /// assert!(matches!(result, Err(AppError::TooYoung)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What the function says, or beginning and committing.
    pub async fn try_transaction<T, E: From<Error>>(
        &self,
        f: impl AsyncFnOnce(Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.begin().await?.within(f).await
    }

    /// Like [`transaction`](Self::transaction), and runs the function again when
    /// [`Error::is_retryable`] says so: up to five times, with growing pauses.
    ///
    /// The function runs several times, so it borrows what it captures: `async |tx|`, not `async move |tx|`.
    ///
    /// ```
    /// # use orm_core::Db;
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm_core::Result<()> {
    /// let db = Db::connect("sqlite::memory:").await?;
    /// let name = String::from("Ann");
    /// let length = db.retry(async |_tx| Ok(name.len())).await?;
    /// assert_eq!(length, 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The last error.
    pub async fn retry<T, F: Future<Output = Result<T>>>(&self, f: impl Fn(Tx) -> F) -> Result<T> {
        self.retry_with(TxOptions::default(), f).await
    }

    /// Like [`retry`](Self::retry), with an isolation: what fails to be serializable is run again.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let options = TxOptions { isolation: Some(Isolation::Serializable), ..TxOptions::default() };
    /// let posts = db.retry_with(options, async |tx| Post::query().count(&tx).await).await?;
    /// assert_eq!(posts, 3);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`retry`](Self::retry).
    // `AsyncFn` would take `async move` too, but its future, generic over the borrow of the closure, is not known to be
    // `Send`, so that no `retry` which captures a reference could be spawned (rust-lang/rust#138207).
    pub async fn retry_with<T, F: Future<Output = Result<T>>>(
        &self,
        options: TxOptions,
        f: impl Fn(Tx) -> F,
    ) -> Result<T> {
        let mut attempt = 1;
        loop {
            #[allow(
                clippy::redundant_closure,
                reason = "only a closure is an async function, a generic `Fn` is none"
            )]
            let result = self.transaction_with(options, |tx| f(tx)).await;
            match result {
                Err(error) if error.is_retryable() && attempt < ATTEMPTS => pause(attempt).await,
                result => return result,
            }
            attempt += 1;
        }
    }

    pub(crate) async fn run(&self, statement: Statement, sink: Box<dyn Sink>) -> Result<Answer> {
        self.pool.run(statement, sink).await
    }
}

/// 5 ms, doubled each time, up to twice as long at random, so that two that met don't meet again.
async fn pause(attempt: u32) {
    use std::hash::{BuildHasher, RandomState};
    let base = 5_000_u64 << attempt.min(6);
    let jitter = RandomState::new().hash_one(attempt) % base;
    tokio::time::sleep(Duration::from_micros(base + jitter)).await;
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db").field("dialect", &self.dialect()).finish_non_exhaustive()
    }
}
