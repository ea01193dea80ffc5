//! A connection in somebody's hands: on which thread a statement runs, how long it waits, and in what state the
//! connection goes back.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::OwnedSemaphorePermit;

use super::{
    connection::{Attempt, Limits, PAUSES, Raw, Running, took_too_long},
    interrupt::{GiveUpOnDrop, INLINE_BUDGET},
    pool::Shared,
};
use crate::{
    error::{Error, ErrorKind, Result},
    executor::Answer,
    statement::{Access, Sink, Statement},
};

/// A connection that someone holds: out of the pool, or opened for a session of its own.
pub(crate) struct Pooled {
    /// `None` while a blocking thread has it, and for ever if nobody waited for that thread.
    held: Option<Held>,
    read_only: bool,
    wrote_much: bool,
}

/// What moves to a blocking thread: the connection, and with it the right to write.
struct Held {
    raw: Option<Box<Raw>>,
    shared: Arc<Shared>,
    /// Given back after the connection.
    _writer: Option<OwnedSemaphorePermit>,
    /// Whether a session changed settings, which are restored when the connection goes back.
    restore: bool,
}

impl Pooled {
    /// A connection, with the right to write or without.
    pub(super) fn new(raw: Box<Raw>, shared: Arc<Shared>, writer: Option<OwnedSemaphorePermit>) -> Self {
        let held = Held { raw: Some(raw), shared, _writer: writer, restore: false };
        Self { held: Some(held), read_only: false, wrote_much: false }
    }

    /// Restores the settings of the connection when it goes back to the pool.
    pub(super) fn restoring_settings(mut self) -> Self {
        if let Some(held) = &mut self.held {
            held.restore = true;
        }
        self
    }

    /// Whether a transaction is open. A statement that fails may have ended it (lang_transaction.html §3).
    pub(crate) fn in_transaction(&self) -> bool {
        self.raw().is_ok_and(Raw::in_transaction)
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&mut self, read_only: bool) -> Result<()> {
        self.read_only = read_only;
        // A deferred transaction that reads first may find that it cannot write any more (lang_transaction.html §2.2).
        self.command(if read_only { "BEGIN DEFERRED" } else { "BEGIN IMMEDIATE" }).await
    }

    /// Commits: on a blocking thread if there may be much to sync.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        if self.wrote_much {
            let attempt = self.elsewhere(|raw| raw.command("COMMIT")).await?;
            if !matches!(attempt, Attempt::Busy(_)) {
                return attempt.into_result();
            }
        }
        self.command("COMMIT").await
    }

    /// Runs a statement that is short and has no rows, such as `SAVEPOINT`.
    pub(crate) async fn command(&mut self, sql: &str) -> Result<()> {
        match self.command_now(sql) {
            Attempt::Busy(_) => Box::pin(self.command_patiently(sql)).await,
            attempt => attempt.into_result(),
        }
    }

    fn command_now(&self, sql: &str) -> Attempt {
        self.raw().map_or_else(Attempt::Failed, |raw| raw.command(sql))
    }

    async fn command_patiently(&mut self, sql: &str) -> Result<()> {
        let mut patience = Patience::new(self.limits().lock);
        loop {
            match self.command_now(sql) {
                Attempt::Busy(error) => patience.pause(error).await?,
                attempt => return attempt.into_result(),
            }
        }
    }

    /// Runs several statements without parameters.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        let sql = sql.to_owned();
        self.elsewhere(move |raw| raw.batch(&sql)).await?.into_result()
    }

    /// Runs a statement: inline if it promises to be short, else on a blocking thread.
    pub(crate) async fn run(&mut self, statement: Statement, mut sink: Box<dyn Sink>) -> Result<Answer> {
        let access = statement.sql.access();
        if self.read_only && access != Access::Read {
            return Err(Error::new(ErrorKind::Transaction, "the transaction is read-only: nothing was sent"));
        }
        let mut exceeded = false;
        let may_block = sink.outlet().is_some();
        if access != Access::Write && !statement.sql.is_slow() && !may_block {
            match self.run_now(&statement, &mut *sink) {
                Attempt::Done(affected, rows) => return Ok(Answer { affected, rows, sink }),
                Attempt::Failed(error) => return Err(error),
                Attempt::Busy(_) => {}
                Attempt::Exceeded => exceeded = true,
            }
            sink.clear();
        }
        self.wrote_much |= access != Access::Read;
        Box::pin(self.run_elsewhere(statement, sink, exceeded)).await
    }

    /// Runs a statement inline. What may run again from the start has a budget. A write inside a transaction may not:
    /// interrupting it rolls the whole transaction back (c3ref/interrupt.html).
    fn run_now(&self, statement: &Statement, sink: &mut dyn Sink) -> Attempt {
        let raw = match self.raw() {
            Ok(raw) => raw,
            Err(error) => return Attempt::Failed(error),
        };
        if statement.sql.access() == Access::Read || !raw.in_transaction() {
            return raw.attempt(statement, sink, Some(INLINE_BUDGET));
        }
        let limit = self.limits().statement;
        match raw.attempt(statement, sink, limit) {
            Attempt::Exceeded => Attempt::Failed(took_too_long(limit)),
            attempt => attempt,
        }
    }

    async fn run_elsewhere(
        &mut self,
        mut statement: Statement,
        mut sink: Box<dyn Sink>,
        exceeded: bool,
    ) -> Result<Answer> {
        let limit = self.limits().statement;
        let mut patience = Patience::new(self.limits().lock);
        loop {
            let work = move |raw: &Raw| {
                let started = Instant::now();
                let attempt = raw.attempt(&statement, &mut *sink, limit);
                // A second run that was short shows that the first was unlucky: a cold cache, or a busy machine.
                if exceeded && started.elapsed() > INLINE_BUDGET {
                    statement.sql.mark_slow();
                }
                (attempt, statement, sink)
            };
            let attempt;
            (attempt, statement, sink) = self.elsewhere(work).await?;
            match attempt {
                Attempt::Done(affected, rows) => return Ok(Answer { affected, rows, sink }),
                Attempt::Busy(error) => patience.pause(error).await?,
                Attempt::Exceeded => return Err(took_too_long(limit)),
                Attempt::Failed(error) => return Err(error),
            }
            sink.clear();
        }
    }

    /// Works on a blocking thread. If the future is dropped meanwhile, the work is interrupted and the connection
    /// goes back from there.
    async fn elsewhere<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&Raw) -> T + Send + 'static,
    ) -> Result<T> {
        let held = self.held.take().ok_or_else(given_up)?;
        let Some(raw) = &held.raw else { return Err(given_up()) };
        let _give_up = GiveUpOnDrop::new(&raw.watch);
        let task = tokio::task::spawn_blocking(move || {
            let result = held.raw.as_ref().and_then(|raw| {
                // Even a run that does not begin has its number, so that giving it up never hits the next.
                let _running = Running::start(&raw.watch, None);
                (!raw.watch.is_given_up()).then(|| work(raw))
            });
            (held, result)
        });
        match task.await {
            Ok((held, result)) => {
                self.held = Some(held);
                result.ok_or_else(given_up)
            }
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::new(ErrorKind::Connection, "the async runtime is shutting down")),
            },
        }
    }

    fn limits(&self) -> Limits {
        self.raw().map(|raw| raw.limits).unwrap_or_default()
    }

    fn raw(&self) -> Result<&Raw> {
        self.held.as_ref().and_then(|held| held.raw.as_deref()).ok_or_else(given_up)
    }
}

impl Drop for Held {
    /// A connection goes back to the pool only without a transaction.
    fn drop(&mut self) {
        let Some(raw) = self.raw.take() else { return };
        if raw.in_transaction()
            && let Attempt::Failed(error) | Attempt::Busy(error) = raw.command("ROLLBACK")
        {
            tracing::warn!(%error, "a transaction could not be rolled back; its connection is closed");
        }
        if self.restore
            && let Err(error) = raw.settle(&self.shared.options)
        {
            tracing::warn!(%error, "the settings of a connection could not be restored");
        }
        let clean = !raw.in_transaction();
        self.shared.give_back(clean.then_some(raw));
    }
}

/// Waits for a lock that another process holds, without keeping a thread.
struct Patience {
    deadline: Instant,
    pauses: usize,
}

impl Patience {
    fn new(timeout: Duration) -> Self {
        Self { deadline: Instant::now() + timeout, pauses: 0 }
    }

    /// Waits a little, or gives the error back when the time is over.
    async fn pause(&mut self, error: Error) -> Result<()> {
        if Instant::now() >= self.deadline {
            return Err(error);
        }
        let pause = PAUSES.get(self.pauses).or(PAUSES.last()).copied().unwrap_or_default();
        self.pauses += 1;
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

fn given_up() -> Error {
    Error::new(
        ErrorKind::Transaction,
        "an earlier statement was given up before its end: the connection is closed",
    )
}
