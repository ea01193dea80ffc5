//! What can run a statement: the database, or a transaction.
//!
//! Typed code takes `&impl Executor` and goes at once to [`Handle`], so that nothing below is generic.

use std::{
    any::Any,
    time::{Duration, Instant},
};

use crate::{
    context::Context,
    database::Db,
    dialect::Dialect,
    error::Result,
    reader::Reader,
    statement::{Sink, Statement},
    transaction::{Isolation, Tx, TxOptions},
};

/// Something that runs statements: [`Db`] or [`Tx`], or a reference to one.
///
/// ```
/// use orm_core::{Db, Dialect, Executor};
///
/// fn dialect(on: &impl Executor) -> Dialect {
///     on.handle().dialect()
/// }
///
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// # #[cfg(feature = "sqlite")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm_core::Result<()> {
/// let db = Db::connect("sqlite::memory:").await?;
/// assert_eq!(dialect(&db), Dialect::Sqlite);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run statements",
    label = "expected `&db` or `&tx`",
    note = "pass a reference to a `Db`, or to the `Tx` of a transaction"
)]
pub trait Executor: sealed::Sealed + Send + Sync {
    /// The non-generic way in.
    fn handle(&self) -> Handle<'_>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::database::Db {}
    impl Sealed for crate::transaction::Tx {}
    impl<E: Sealed> Sealed for &E {}
}

impl Executor for Db {
    fn handle(&self) -> Handle<'_> {
        Handle(Target::Db(self))
    }
}

impl Executor for Tx {
    fn handle(&self) -> Handle<'_> {
        Handle(Target::Tx(self))
    }
}

#[diagnostic::do_not_recommend]
impl<E: Executor> Executor for &E {
    fn handle(&self) -> Handle<'_> {
        (**self).handle()
    }
}

/// A borrowed [`Db`] or [`Tx`].
#[derive(Clone, Copy)]
pub struct Handle<'a>(Target<'a>);

#[derive(Clone, Copy)]
enum Target<'a> {
    Db(&'a Db),
    Tx(&'a Tx),
}

/// A [`Db`] or [`Tx`] of its own.
pub(crate) enum Own {
    Db(Db),
    Tx(Tx),
}

impl Own {
    pub(crate) fn handle(&self) -> Handle<'_> {
        match self {
            Self::Db(db) => db.handle(),
            Self::Tx(tx) => tx.handle(),
        }
    }
}

/// What a statement gave.
pub(crate) struct Answer {
    /// Rows inserted, updated or deleted.
    pub(crate) affected: u64,
    /// Rows read.
    pub(crate) rows: u64,
    /// What took the rows.
    pub(crate) sink: Box<dyn Sink>,
}

/// A sink for statements whose rows nobody wants.
struct Ignore;

impl Sink for Ignore {
    fn row(&mut self, _: &mut Reader<'_>) -> Result<()> {
        Ok(())
    }

    fn clear(&mut self) {}

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

impl Handle<'_> {
    /// Runs a statement and gives its rows to the sink, which comes back with them.
    ///
    /// # Errors
    /// What the database says, and what [`Sink::row`] says.
    pub async fn fetch(&self, statement: Statement, sink: Box<dyn Sink>) -> Result<Box<dyn Sink>> {
        Ok(self.run(statement, sink).await?.sink)
    }

    /// Runs a statement and counts the rows that it inserted, updated or deleted.
    ///
    /// # Errors
    /// What the database says.
    pub async fn execute(&self, statement: Statement) -> Result<u64> {
        Ok(self.run(statement, Box::new(Ignore)).await?.affected)
    }

    /// The same, for what lives longer than the borrow.
    pub(crate) fn own(&self) -> Own {
        match self.0 {
            Target::Db(db) => Own::Db(db.clone()),
            Target::Tx(tx) => Own::Tx(tx.clone()),
        }
    }

    /// Which database it is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.0 {
            Target::Db(db) => db.dialect(),
            Target::Tx(tx) => tx.dialect(),
        }
    }

    /// What it acts for.
    #[must_use]
    pub fn context(&self) -> &Context {
        match self.0 {
            Target::Db(db) => db.context(),
            Target::Tx(tx) => tx.context(),
        }
    }

    /// Begins a transaction; inside of one, a savepoint.
    ///
    /// # Errors
    /// As [`Db::begin`] and [`Tx::begin`].
    pub async fn begin(&self) -> Result<Tx> {
        match self.0 {
            Target::Db(db) => db.begin().await,
            Target::Tx(tx) => tx.begin().await,
        }
    }

    /// Runs several statements so that all of them happen, or none.
    ///
    /// Inside a transaction that any error spoils as a whole (PostgreSQL) it adds nothing; else it is
    /// [`begin`](Self::begin) and a commit.
    ///
    /// # Errors
    /// What the function says, or beginning and committing.
    pub async fn atomically<T>(&self, f: impl AsyncFnOnce(Tx) -> Result<T>) -> Result<T> {
        if let Target::Tx(tx) = self.0
            && self.dialect().capabilities().error_aborts_transaction
        {
            return f(tx.clone()).await;
        }
        self.begin().await?.within(f).await
    }

    /// A transaction for reads that are to see one state of the database, and may lock what they read; `None` inside of one already.
    pub(crate) async fn snapshot(&self, locks: bool) -> Result<Option<Tx>> {
        let options = TxOptions { read_only: !locks, isolation: Some(Isolation::RepeatableRead) };
        match self.0 {
            Target::Db(db) => db.begin_with(options).await.map(Some),
            Target::Tx(_) => Ok(None),
        }
    }

    async fn run(&self, statement: Statement, sink: Box<dyn Sink>) -> Result<Answer> {
        let Some(log) = Log::start(&statement) else {
            return self.send(statement, sink).await;
        };
        let result = self.send(statement, sink).await;
        log.finish(&result);
        result
    }

    async fn send(&self, statement: Statement, sink: Box<dyn Sink>) -> Result<Answer> {
        statement.sql.refuse_nul()?;
        match self.0 {
            Target::Db(db) => db.run(statement, sink).await,
            Target::Tx(tx) => tx.run(statement, sink).await,
        }
    }
}

/// One event for each statement, with its text and never its values.
struct Log {
    sql: std::sync::Arc<str>,
    started: Instant,
}

impl Log {
    fn start(statement: &Statement) -> Option<Self> {
        let enabled = tracing::enabled!(target: "orm::statement", tracing::Level::DEBUG);
        enabled.then(|| Self { sql: statement.sql.text().clone(), started: Instant::now() })
    }

    fn finish(self, result: &Result<Answer>) {
        let elapsed: Duration = self.started.elapsed();
        match result {
            Ok(answer) => tracing::debug!(
                target: "orm::statement",
                sql = &*self.sql,
                ?elapsed,
                rows = answer.rows,
                affected = answer.affected,
            ),
            Err(error) => tracing::debug!(
                target: "orm::statement",
                sql = &*self.sql,
                ?elapsed,
                error = ?error.kind(),
            ),
        }
    }
}
