//! A connection in somebody's hands: what state it is in, and what may be done with it then.

use deadpool::managed::Object;

use super::{
    bind,
    connection::{Failure, Raw},
    error::{self, Aftermath},
    interrupt,
    pool::Manager,
};
use crate::{
    error::{Error, ErrorKind, Result},
    executor::Answer,
    statement::{Sink, Statement},
    transaction::{Isolation, TxOptions},
};

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
        let result = match self.start() {
            Ok(raw) => raw.batch(sql).await,
            Err(error) => Err(error.into()),
        };
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
        match self.send(statement, sink).await {
            Err(Failure::Sqlx(error)) if error::is_stale_statement(&error) => {
                self.send_anew(statement, sink, error).await
            }
            result => self.finish(result),
        }
    }

    async fn send(&mut self, statement: &Statement, sink: &mut dyn Sink) -> Result<(u64, u64), Failure> {
        self.refuse_failed()?;
        let arguments = bind::arguments(&statement.params)?;
        self.start()?.run(statement, arguments, sink).await
    }

    /// Forgets all prepared statements and runs again; inside a transaction, that is for the caller to do.
    async fn send_anew(
        &mut self,
        statement: &Statement,
        sink: &mut dyn Sink,
        error: sqlx::Error,
    ) -> Result<(u64, u64), (Error, Aftermath)> {
        let forgotten = match self.start() {
            Ok(raw) => raw.forget_statements().await,
            Err(error) => Err(error.into()),
        };
        self.finish(forgotten)?;
        if self.transaction != Transaction::None {
            self.transaction = Transaction::Failed;
            let message =
                format!("a table changed under a prepared statement: {error}; run the transaction again");
            return Err((Error::new(ErrorKind::Serialization, message), Aftermath::Usable));
        }
        sink.clear();
        let result = self.send(statement, sink).await;
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
            return Err(Error::new(ErrorKind::Transaction, error::FAILED_TRANSACTION));
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
