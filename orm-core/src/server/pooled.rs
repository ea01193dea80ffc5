//! A connection in somebody's hands: what state it is in, and what may be done with it then.

use std::time::Duration;

use deadpool::managed::Object;

use super::{Aftermath, Failure, Raw, pool::Manager};
use crate::{
    dialect::Dialect,
    error::{Error, ErrorKind, Result},
    executor::Answer,
    statement::{Sink, Statement},
    transaction::TxOptions,
    value::Value,
};

/// A connection that someone holds: out of the pool, or opened for a session of its own.
pub(crate) struct Pooled<R: Raw> {
    slot: Option<Slot<R>>,
    dialect: Dialect,
    transaction: Transaction,
    /// Whether something was sent and not all of the answer has come: then nobody can use the connection again.
    busy: bool,
}

enum Slot<R: Raw> {
    Pool(Object<Manager<R>>),
    Own(Box<R>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transaction {
    None,
    Open,
    /// It is good for nothing but a rollback.
    Failed,
}

impl<R: Raw> Slot<R> {
    fn raw(&mut self) -> &mut R {
        match self {
            Self::Pool(object) => object,
            Self::Own(raw) => raw,
        }
    }
}

/// How long the rollback of a dropped transaction may take.
const ROLLBACK_TIMEOUT: Duration = Duration::from_secs(5);

impl<R: Raw> Pooled<R> {
    pub(super) fn from_pool(object: Object<Manager<R>>) -> Self {
        let dialect = object.dialect();
        Self { slot: Some(Slot::Pool(object)), dialect, transaction: Transaction::None, busy: false }
    }

    pub(super) fn own(raw: R) -> Self {
        let dialect = raw.dialect();
        let slot = Some(Slot::Own(Box::new(raw)));
        Self { slot, dialect, transaction: Transaction::None, busy: false }
    }

    /// What the server said it is.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether a transaction is open that can still be committed or rolled back.
    pub(crate) fn in_transaction(&self) -> bool {
        self.slot.is_some() && self.transaction != Transaction::None
    }

    /// Begins a transaction.
    pub(super) async fn begin(&mut self, options: TxOptions) -> Result<(), (Error, Aftermath)> {
        self.batch_once(&R::begin(options)).await?;
        self.transaction = Transaction::Open;
        Ok(())
    }

    /// Commits. A server may answer to the commit of a failed transaction that it has rolled it back, and call that a
    /// success (PostgreSQL).
    pub(crate) async fn commit(&mut self) -> Result<()> {
        if self.transaction == Transaction::Failed {
            self.rollback().await?;
            return Err(Error::new(
                ErrorKind::Transaction,
                "the transaction cannot be committed, since one of its statements failed: it was rolled back",
            ));
        }
        // Whatever the answer, the transaction is over: a deferred constraint rolls it back.
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
            Err(Failure::Sqlx(error)) if R::is_stale_statement(&error) => {
                self.send_anew(statement, sink, error).await
            }
            result => self.finish(result),
        }
    }

    async fn send(&mut self, statement: &Statement, sink: &mut dyn Sink) -> Result<(u64, u64), Failure> {
        self.refuse_failed()?;
        let arguments = self.encode(&statement.params)?;
        self.start()?.run(statement, arguments, sink).await
    }

    /// Encodes all values before anything is sent.
    fn encode(&mut self, params: &[Value]) -> Result<R::Arguments> {
        let limit = self.dialect.capabilities().parameter_limit;
        if params.len() > limit {
            return Err(Error::invalid_query(format!(
                "the statement has {} parameters, but {} takes at most {limit}",
                params.len(),
                self.dialect
            )));
        }
        let raw = self.slot.as_mut().ok_or_else(closed)?.raw();
        let mut arguments = R::Arguments::default();
        for (at, value) in params.iter().enumerate() {
            raw.encode(&mut arguments, value)
                .map_err(|error| error.context(format_args!("parameter {}", at + 1)))?;
        }
        Ok(arguments)
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
    fn start(&mut self) -> Result<&mut R> {
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
        let Some(slot) = &mut self.slot else { return Err((closed(), Aftermath::Broken)) };
        let (error, aftermath) = slot.raw().explain(error);
        match aftermath {
            Aftermath::Usable => self.busy = false,
            Aftermath::Spoiled => {
                self.busy = false;
                if self.transaction == Transaction::Open {
                    self.transaction = Transaction::Failed;
                }
            }
            Aftermath::EndedBefore | Aftermath::Broken => self.close(),
        }
        Err((error, aftermath))
    }

    fn refuse_failed(&self) -> Result<()> {
        if self.transaction == Transaction::Failed {
            return Err(Error::new(ErrorKind::Transaction, R::SPOILED));
        }
        Ok(())
    }

    fn close(&mut self) {
        drop(self.take());
    }

    /// The connection, taken out of the pool, which makes another one.
    fn take(&mut self) -> Option<Box<R>> {
        match self.slot.take()? {
            Slot::Pool(object) => Some(Object::take(object)),
            Slot::Own(raw) => Some(raw),
        }
    }
}

impl<R: Raw> Drop for Pooled<R> {
    fn drop(&mut self) {
        if self.busy {
            if let Some(raw) = self.take() {
                raw.abandon();
            }
        } else if self.in_transaction() && matches!(self.slot, Some(Slot::Pool(_))) {
            roll_back_soon(Self {
                slot: self.slot.take(),
                dialect: self.dialect,
                transaction: self.transaction,
                // It is closed instead of given back, unless the rollback clears the mark.
                busy: true,
            });
        }
    }
}

/// Rolls back on a task of its own, after which the connection goes back to the pool.
///
/// Without a runtime, or if the task never comes to its end, the connection is closed, which rolls back too.
fn roll_back_soon<R: Raw>(mut pooled: Pooled<R>) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
    runtime.spawn(async move {
        match tokio::time::timeout(ROLLBACK_TIMEOUT, pooled.rollback()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "rolling back a dropped transaction"),
            Err(_) => {
                tracing::warn!("rolling back a dropped transaction took too long: its connection is closed")
            }
        }
    });
}

fn closed() -> Error {
    Error::new(ErrorKind::Connection, "the connection is closed: it broke in an earlier statement")
}
