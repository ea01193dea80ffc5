//! A live session, for what is no typed query: migrations, introspection, a shell.

use std::{any::Any, fmt};

use crate::{
    dialect::Dialect,
    error::{Error, ErrorKind, Result},
    executor::Answer,
    options::ConnectOptions,
    pool::Pooled,
    reader::Reader,
    statement::{Access, Sink, Sql, Statement},
    transaction::Tx,
    value::Value,
};

/// A live session. Transactions are begun and ended by hand, through [`batch`](Self::batch).
///
/// If the future of a statement is dropped before its end, the session is over.
///
/// ```
/// use orm_core::{Connection, ConnectOptions, Value};
///
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// # #[cfg(feature = "sqlite")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm_core::Result<()> {
/// let mut connection = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
/// connection.batch("CREATE TABLE users (id INTEGER PRIMARY KEY); INSERT INTO users VALUES (1), (2);").await?;
/// let deleted = connection.execute("DELETE FROM users WHERE id = ?", vec![Value::I64(2)]).await?;
/// let ids = connection.rows("SELECT id FROM users", vec![], |reader| reader.i64()).await?;
/// assert_eq!((deleted, ids), (1, vec![Some(1)]));
/// # Ok(())
/// # }
/// ```
pub struct Connection {
    /// `None` while a statement runs, and for ever if it was given up.
    pooled: Option<Pooled>,
    dialect: Dialect,
}

/// Collects what a function reads from each row.
struct Collect<T> {
    rows: Vec<T>,
    read: fn(&mut Reader<'_>) -> Result<T>,
}

impl<T: Send + 'static> Sink for Collect<T> {
    fn row(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        self.rows.push((self.read)(reader)?);
        Ok(())
    }

    fn clear(&mut self) {
        self.rows.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

impl Connection {
    pub(crate) fn new(pooled: Pooled) -> Self {
        let dialect = pooled.dialect();
        Self { pooled: Some(pooled), dialect }
    }

    /// Opens a session outside of any pool.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let mut connection = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
    /// connection.batch("CREATE TABLE t (x INTEGER)").await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] when it cannot be made.
    pub async fn open(options: &ConnectOptions) -> Result<Self> {
        Ok(Self::new(Pooled::open(options.clone()).await?))
    }

    /// Which database it is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(db.connection().await?.dialect(), Dialect::Sqlite);
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Runs several statements without parameters, `BEGIN` and `COMMIT` among them. The first error ends it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let mut connection = db.connection().await?;
    /// connection.batch("BEGIN; UPDATE posts SET views = 0; UPDATE users SET bio = NULL; COMMIT").await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// What the database says.
    pub async fn batch(&mut self, sql: &str) -> Result<()> {
        Sql::once(sql, Access::Write).refuse_nul()?;
        let mut pooled = self.take()?;
        let result = pooled.batch(sql).await;
        self.pooled = Some(pooled);
        result
    }

    /// Runs a statement and counts the rows that it inserted, updated or deleted.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let mut connection = db.connection().await?;
    /// let changed = connection.execute("UPDATE posts SET views = 0 WHERE author_id = ?", vec![Value::I64(1)]).await?;
    /// assert_eq!(changed, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// What the database says.
    pub async fn execute(&mut self, sql: &str, params: Vec<Value>) -> Result<u64> {
        let sink = Collect::<()> { rows: Vec::new(), read: |_| Ok(()) };
        Ok(self.run(sql, params, Box::new(sink)).await?.affected)
    }

    /// Runs a statement and reads each of its rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let mut connection = db.connection().await?;
    /// let totals = connection.rows("SELECT author_id, sum(views) FROM posts GROUP BY 1 ORDER BY 1", vec![], |row| Ok((row.i64()?, row.i64()?)));
    /// assert_eq!(totals.await?, [(Some(1), Some(30)), (Some(2), Some(5))]);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// What the database says, and what `read` says.
    pub async fn rows<T: Send + 'static>(
        &mut self,
        sql: &str,
        params: Vec<Value>,
        read: fn(&mut Reader<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let sink = Box::new(Collect { rows: Vec::new(), read });
        let sink = self.run(sql, params, sink).await?.sink.into_any();
        sink.downcast::<Collect<T>>().map(|collected| collected.rows).map_err(|_| lost())
    }

    /// Lends the session to a function of typed queries, as the transaction that is open in it: begun and ended by
    /// [`batch`](Self::batch), and not by the function.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let mut connection = db.connection().await?;
    /// connection.batch("BEGIN").await?;
    /// let users = connection.lend(async |tx| User::query().count(&tx).await).await?;
    /// connection.batch("COMMIT").await?;
    /// assert_eq!(users, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// What the function says; [`ErrorKind::Connection`] when one of its statements was given up before its end.
    pub async fn lend<T>(&mut self, f: impl AsyncFnOnce(Tx) -> Result<T>) -> Result<T> {
        let tx = Tx::lent(self.take()?, self.dialect);
        let result = f(tx.clone()).await;
        self.pooled = tx.take_back();
        if self.pooled.is_none() && result.is_ok() {
            return Err(lost());
        }
        result
    }

    async fn run(&mut self, sql: &str, params: Vec<Value>, sink: Box<dyn Sink>) -> Result<Answer> {
        let sql = Sql::once(sql, Access::Write);
        sql.refuse_nul()?;
        let statement = Statement::new(sql.into(), params);
        let mut pooled = self.take()?;
        let result = pooled.run(statement, sink).await;
        self.pooled = Some(pooled);
        result
    }

    fn take(&mut self) -> Result<Pooled> {
        self.pooled.take().ok_or_else(lost)
    }
}

fn lost() -> Error {
    Error::new(
        ErrorKind::Connection,
        "the session is over: one of its statements was given up before its end",
    )
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}
