//! A connection of sqlx: what state it is in, and what may be done with it then.

use std::{sync::Arc, time::Duration};

use deadpool::managed::Object;
use futures_util::TryStreamExt;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection, Either, PgConnection,
    postgres::{PgArguments, PgConnectOptions},
};

use super::{
    bind,
    error::{self, Aftermath},
    interrupt,
    pool::Manager,
};
use crate::{
    error::{Error, ErrorKind, Result},
    executor::Answer,
    options::{ConnectOptions, Place},
    reader::{Reader, Row},
    statement::{Access, Sink, Statement},
    transaction::{Isolation, TxOptions},
};

/// An open connection.
pub(crate) struct Raw {
    sqlx: PgConnection,
    keeps_statements: bool,
}

/// An error of sqlx, which says what is left of the connection, or one of ours, after the last row was read.
enum Failure {
    Sqlx(sqlx::Error),
    Ours(Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Sqlx(error)
    }
}

impl Raw {
    /// Connects.
    pub(super) async fn open(options: &ConnectOptions) -> Result<Self> {
        let address = address(options)?;
        let connecting = async {
            let mut sqlx = address.connect().await?;
            interrupt::prepare_session(&mut sqlx, options).await?;
            Ok(sqlx)
        };
        match tokio::time::timeout(options.connect_timeout, connecting).await {
            Ok(Ok(sqlx)) => Ok(Self { sqlx, keeps_statements: options.statement_cache_capacity > 0 }),
            Ok(Err(error)) => Err(error::cannot_connect(options, error)),
            Err(_) => Err(error::connecting_took_too_long(options)),
        }
    }

    /// Whether the server still answers.
    pub(super) async fn is_alive(&mut self, patience: Duration) -> bool {
        matches!(tokio::time::timeout(patience, self.sqlx.ping()).await, Ok(Ok(())))
    }

    /// Says goodbye and closes.
    pub(super) async fn close(self) {
        const GOODBYE: Duration = Duration::from_secs(1);
        if let Ok(Err(error)) = tokio::time::timeout(GOODBYE, self.sqlx.close()).await {
            tracing::debug!(%error, "closing a connection");
        }
    }

    async fn run(
        &mut self,
        statement: &Statement,
        arguments: PgArguments,
        sink: &mut dyn Sink,
    ) -> Result<(u64, u64), Failure> {
        let sql = AssertSqlSafe(Arc::clone(statement.sql.text()));
        let keep = self.keeps_statements && statement.sql.is_cacheable();
        let mut results =
            sqlx::Executor::fetch_many(&mut self.sqlx, sqlx::query_with(sql, arguments).persistent(keep));
        let (mut affected, mut rows, mut refused) = (0, 0, None);
        while let Some(result) = results.try_next().await? {
            match result {
                Either::Left(done) => affected += done.rows_affected(),
                // The rest of the rows is read all the same, so that the connection is ready for the next statement.
                Either::Right(_) if refused.is_some() => {}
                Either::Right(row) => {
                    rows += 1;
                    refused = sink.row(&mut Reader::new(Row::Postgres(&row))).err();
                }
            }
        }
        match refused {
            Some(error) => Err(Failure::Ours(error)),
            None if statement.sql.access() == Access::Read => Ok((0, rows)),
            None => Ok((affected, rows)),
        }
    }

    /// Runs statements without parameters, in the simple protocol.
    async fn batch(&mut self, sql: &str) -> Result<(), Failure> {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.sqlx).await?;
        Ok(())
    }
}

fn address(options: &ConnectOptions) -> Result<PgConnectOptions> {
    let Place::Server(url) = &options.place else {
        return Err(Error::new(ErrorKind::Configuration, format!("`{options}` is no URL of PostgreSQL")));
    };
    let address: PgConnectOptions = url.parse().map_err(|error: sqlx::Error| {
        Error::new(ErrorKind::Configuration, format!("`{options}` is no valid URL: {error}"))
    })?;
    Ok(address.statement_cache_capacity(options.statement_cache_capacity).disable_statement_logging())
}

/// A connection that someone holds: out of the pool, or opened for a session of its own.
pub(crate) struct Pooled {
    slot: Option<Slot>,
    transaction: Transaction,
    /// Whether something was sent and not all of the answer has come: then nobody can use the connection again.
    busy: bool,
}

enum Slot {
    Pool(Object<Manager>),
    Own(Box<Raw>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transaction {
    None,
    Open,
    /// A statement failed: the server takes nothing but a rollback.
    Failed,
}

impl Slot {
    fn raw(&mut self) -> &mut Raw {
        match self {
            Self::Pool(object) => object,
            Self::Own(raw) => raw,
        }
    }
}

impl Pooled {
    pub(super) fn from_pool(object: Object<Manager>) -> Self {
        Self { slot: Some(Slot::Pool(object)), transaction: Transaction::None, busy: false }
    }

    pub(super) fn own(raw: Raw) -> Self {
        Self { slot: Some(Slot::Own(Box::new(raw))), transaction: Transaction::None, busy: false }
    }

    /// Whether a transaction is open that can still be committed or rolled back.
    pub(crate) fn in_transaction(&self) -> bool {
        self.slot.is_some() && self.transaction != Transaction::None
    }

    /// Begins a transaction.
    pub(super) async fn begin(&mut self, options: TxOptions) -> Result<(), (Error, Aftermath)> {
        self.batch_once(begin_sql(options)).await?;
        self.transaction = Transaction::Open;
        Ok(())
    }

    /// Commits. PostgreSQL answers to the commit of a failed transaction that it has rolled it back, and calls that
    /// a success.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        if self.transaction == Transaction::Failed {
            self.rollback().await?;
            return Err(Error::new(
                ErrorKind::Transaction,
                "the transaction cannot be committed, since one of its statements failed: it was rolled back",
            ));
        }
        // Whatever the answer, the transaction is over (§3.4): a deferred constraint rolls it back.
        let result = self.batch_once("COMMIT").await;
        self.transaction = Transaction::None;
        result.map_err(|(error, _)| error)
    }

    /// Rolls the whole transaction back.
    pub(crate) async fn rollback(&mut self) -> Result<()> {
        self.batch_once("ROLLBACK").await.map_err(|(error, _)| error)?;
        self.transaction = Transaction::None;
        Ok(())
    }

    /// Runs a short statement about savepoints.
    pub(crate) async fn command(&mut self, sql: &str) -> Result<()> {
        let rolls_back = sql.starts_with("ROLLBACK TO ");
        if !rolls_back {
            self.refuse_failed()?;
        }
        self.batch(sql).await?;
        if rolls_back {
            self.transaction = Transaction::Open;
        }
        Ok(())
    }

    /// Runs several statements without parameters.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        self.batch_once(sql).await.map_err(|(error, _)| error)
    }

    async fn batch_once(&mut self, sql: &str) -> Result<(), (Error, Aftermath)> {
        let raw = self.start().map_err(|error| (error, Aftermath::Broken))?;
        let result = raw.batch(sql).await;
        self.finish(result)
    }

    /// Runs a statement.
    pub(crate) async fn run(&mut self, statement: Statement, mut sink: Box<dyn Sink>) -> Result<Answer> {
        let (affected, rows) = self.attempt(&statement, &mut *sink).await.map_err(|(error, _)| error)?;
        Ok(Answer { affected, rows, sink })
    }

    /// Runs a statement, once more if it was prepared for a table as it is no longer.
    pub(super) async fn attempt(
        &mut self,
        statement: &Statement,
        sink: &mut dyn Sink,
    ) -> Result<(u64, u64), (Error, Aftermath)> {
        let before = |error| (error, Aftermath::Usable);
        self.refuse_failed().map_err(before)?;
        let arguments = bind::arguments(&statement.params).map_err(before)?;
        let result = self.start().map_err(before)?.run(statement, arguments, sink).await;
        match result {
            Err(Failure::Sqlx(error)) if error::is_stale_statement(&error) => {
                self.run_anew(statement, sink, error).await
            }
            result => self.finish(result),
        }
    }

    /// Forgets all prepared statements and runs again; inside a transaction, that is for the caller to do.
    async fn run_anew(
        &mut self,
        statement: &Statement,
        sink: &mut dyn Sink,
        error: sqlx::Error,
    ) -> Result<(u64, u64), (Error, Aftermath)> {
        let cleared =
            self.start().map_err(|error| (error, Aftermath::Usable))?.sqlx.clear_cached_statements().await;
        self.finish(cleared.map_err(Failure::Sqlx))?;
        if self.transaction != Transaction::None {
            self.transaction = Transaction::Failed;
            let message =
                format!("a table changed under a prepared statement: {error}; run the transaction again");
            return Err((Error::new(ErrorKind::Serialization, message), Aftermath::Usable));
        }
        sink.clear();
        let before = |error| (error, Aftermath::Usable);
        let arguments = bind::arguments(&statement.params).map_err(before)?;
        let result = self.start().map_err(before)?.run(statement, arguments, sink).await;
        self.finish(result)
    }

    /// Marks the connection before the first byte is sent.
    fn start(&mut self) -> Result<&mut Raw> {
        let slot = self.slot.as_mut().ok_or_else(closed)?;
        self.busy = true;
        Ok(slot.raw())
    }

    /// Clears the mark after the answer, or closes what is broken.
    fn finish<T>(&mut self, result: Result<T, Failure>) -> Result<T, (Error, Aftermath)> {
        let error = match result {
            Ok(value) => {
                self.busy = false;
                return Ok(value);
            }
            Err(Failure::Ours(error)) => {
                self.busy = false;
                return Err((error, Aftermath::Usable));
            }
            Err(Failure::Sqlx(error)) => error,
        };
        let (error, aftermath) = error::from_sqlx(error);
        if aftermath == Aftermath::Usable {
            self.busy = false;
            if self.transaction == Transaction::Open {
                self.transaction = Transaction::Failed;
            }
        } else {
            self.close();
        }
        Err((error, aftermath))
    }

    fn refuse_failed(&self) -> Result<()> {
        if self.transaction == Transaction::Failed {
            return Err(Error::new(
                ErrorKind::Transaction,
                "the transaction has failed: after the error of an earlier statement, PostgreSQL takes nothing but a \
                 rollback; begin a savepoint (`tx.begin()`) around a statement that may fail",
            ));
        }
        Ok(())
    }

    /// Closes the connection instead of giving it back, unless something clears the mark.
    pub(super) fn close_when_dropped(&mut self) {
        self.busy = true;
    }

    fn close(&mut self) {
        match self.slot.take() {
            // Taken out of the pool, which makes another one.
            Some(Slot::Pool(object)) => drop(Object::take(object)),
            Some(Slot::Own(raw)) => drop(raw),
            None => {}
        }
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        if self.busy {
            self.close();
        } else if self.in_transaction() && matches!(self.slot, Some(Slot::Pool(_))) {
            let pooled = Self { slot: self.slot.take(), transaction: self.transaction, busy: false };
            interrupt::roll_back_soon(pooled);
        }
    }
}

fn begin_sql(options: TxOptions) -> &'static str {
    match (options.isolation, options.read_only) {
        (None, false) => "BEGIN",
        (None, true) => "BEGIN READ ONLY",
        (Some(Isolation::ReadCommitted), false) => "BEGIN ISOLATION LEVEL READ COMMITTED",
        (Some(Isolation::ReadCommitted), true) => "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY",
        (Some(Isolation::RepeatableRead), false) => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        (Some(Isolation::RepeatableRead), true) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        (Some(Isolation::Serializable), false) => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        (Some(Isolation::Serializable), true) => "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY",
    }
}

fn closed() -> Error {
    Error::new(ErrorKind::Connection, "the connection is closed: it broke in an earlier statement")
}
