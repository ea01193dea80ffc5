//! A connection of rusqlite: how it is opened, and on which thread a statement runs.

use std::{
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{OpenFlags, config::DbConfig};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    bind, error,
    interrupt::{GiveUpOnDrop, INLINE_BUDGET, Watch},
    pool::Shared,
};
use crate::{
    error::{Error, ErrorKind, Result},
    executor::Answer,
    options::{ConnectOptions, Place},
    reader::{Reader, Row},
    statement::{Access, Sink, Statement},
};

/// How long to wait before trying again for a lock; SQLite's own busy handler begins like this, too.
const PAUSES: [Duration; 6] = [
    Duration::from_millis(1),
    Duration::from_millis(2),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(20),
    Duration::from_millis(50),
];

/// An open connection and the watch over its statements.
pub(crate) struct Raw {
    sqlite: rusqlite::Connection,
    watch: Arc<Watch>,
    limits: Limits,
}

/// How long things may take.
#[derive(Clone, Copy, Default)]
struct Limits {
    statement: Option<Duration>,
    lock: Duration,
}

impl Limits {
    fn new(options: &ConnectOptions) -> Self {
        // rusqlite refuses a busy time-out of more than 24 days.
        let lock = options.lock_timeout.unwrap_or_default().min(Duration::from_secs(86_400));
        Self { statement: options.statement_timeout, lock }
    }
}

/// What became of a statement.
enum Attempt {
    /// It ran: rows affected, rows read.
    Done(u64, u64),
    /// It exceeded its limit.
    Exceeded,
    /// Another connection holds the lock.
    Busy(Error),
    /// It failed.
    Failed(Error),
}

/// An error of SQLite, whose code decides what happens next, or one of ours.
enum Failure {
    Sqlite(rusqlite::Error),
    Ours(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl Raw {
    /// Opens a database. Blocks.
    pub(super) fn open(options: &ConnectOptions) -> Result<Box<Self>> {
        let sqlite = open_file(options).map_err(|error| cannot_open(options, error))?;
        let watch = Watch::install(&sqlite).map_err(error::from_sqlite)?;
        let raw = Box::new(Self { sqlite, watch, limits: Limits::new(options) });
        raw.sqlite.busy_timeout(raw.limits.lock).map_err(error::from_sqlite)?;
        raw.settle(options).map_err(|error| cannot_open(options, error))?;
        Ok(raw)
    }

    /// Never lets SQLite itself sleep on a lock: it may be the thread of the async runtime that sleeps.
    pub(super) fn impatient(self: Box<Self>) -> Result<Box<Self>> {
        self.sqlite.busy_timeout(Duration::ZERO).map_err(error::from_sqlite)?;
        Ok(self)
    }

    /// Makes the connection what our statements expect.
    fn settle(&self, options: &ConnectOptions) -> rusqlite::Result<()> {
        self.sqlite.set_prepared_statement_cache_capacity(options.statement_cache_capacity);
        // With it, a misspelt quoted name would silently be a string (quirks.html §8).
        self.sqlite.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        self.sqlite.execute_batch("PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL;")?;
        if matches!(options.place, Place::File(_)) && !options.read_only {
            self.set_wal()?;
        }
        Ok(())
    }

    /// Turns on the write-ahead log, so that readers and the writer don't wait for each other (wal.html).
    ///
    /// Two processes that do it at the same moment get `SQLITE_BUSY` without the busy handler being asked.
    fn set_wal(&self) -> rusqlite::Result<()> {
        let deadline = Instant::now() + self.limits.lock;
        loop {
            let mode = self.sqlite.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
            match mode {
                Err(error) if error::is_busy(&error) && Instant::now() < deadline => thread::sleep(PAUSES[3]),
                Err(error) => return Err(error),
                Ok(mode) => {
                    if mode != "wal" {
                        tracing::debug!(
                            mode,
                            "the file system has no write-ahead log: writers block readers"
                        );
                    }
                    return Ok(());
                }
            }
        }
    }

    /// Whether a transaction is open.
    fn in_transaction(&self) -> bool {
        !self.sqlite.is_autocommit()
    }

    /// Runs a statement once, on this thread.
    fn attempt(&self, statement: &Statement, sink: &mut dyn Sink, limit: Option<Duration>) -> Attempt {
        let running = Running::start(&self.watch, limit);
        let outcome = self.step(statement, sink);
        drop(running);
        match outcome {
            Ok((affected, rows)) => Attempt::Done(affected, rows),
            Err(Failure::Ours(error)) => Attempt::Failed(error),
            Err(Failure::Sqlite(error)) if error::is_interrupted(&error) => Attempt::Exceeded,
            // Inside a transaction, old data stays old however long one waits.
            Err(Failure::Sqlite(error))
                if error::is_busy(&error) && !(self.in_transaction() && error::is_stale_snapshot(&error)) =>
            {
                Attempt::Busy(error::from_sqlite(error))
            }
            Err(Failure::Sqlite(error)) => Attempt::Failed(error::from_sqlite(error)),
        }
    }

    fn step(&self, statement: &Statement, sink: &mut dyn Sink) -> Result<(u64, u64), Failure> {
        let sql = &statement.sql;
        let writes = sql.access() != Access::Read;
        let before = if writes { self.sqlite.total_changes() } else { 0 };
        let rows = if sql.is_cacheable() {
            read_all(&mut *self.sqlite.prepare_cached(sql.text())?, statement, sink)?
        } else {
            read_all(&mut self.sqlite.prepare(sql.text())?, statement, sink)?
        };
        // `changes` alone is what the last INSERT, UPDATE or DELETE did, which this statement need not have been.
        let changed = writes && self.sqlite.total_changes() != before;
        Ok((if changed { self.sqlite.changes() } else { 0 }, rows))
    }

    /// Runs a statement without parameters and rows, such as `COMMIT`.
    fn command(&self, sql: &str) -> Attempt {
        match self.sqlite.prepare_cached(sql).and_then(|mut statement| statement.raw_execute()) {
            Ok(_) => Attempt::Done(0, 0),
            Err(error) if error::is_busy(&error) && !error::is_stale_snapshot(&error) => {
                Attempt::Busy(error::from_sqlite(error))
            }
            Err(error) => Attempt::Failed(error::from_sqlite(error)),
        }
    }

    fn batch(&self, sql: &str) -> Attempt {
        match self.sqlite.execute_batch(sql) {
            Ok(()) => Attempt::Done(0, 0),
            Err(error) => Attempt::Failed(error::from_sqlite(error)),
        }
    }
}

/// The time in which a statement may be interrupted; ends in a panic of the sink, too.
struct Running<'a>(&'a Watch);

impl<'a> Running<'a> {
    fn start(watch: &'a Watch, limit: Option<Duration>) -> Self {
        watch.start(limit);
        Self(watch)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.finish();
    }
}

fn read_all(
    prepared: &mut rusqlite::Statement<'_>,
    statement: &Statement,
    sink: &mut dyn Sink,
) -> Result<u64, Failure> {
    bind::bind(prepared, &statement.params)?;
    let mut rows = prepared.raw_query();
    let mut count = 0;
    while let Some(row) = rows.next()? {
        sink.row(&mut Reader::new(Row::Sqlite(row)))?;
        count += 1;
    }
    Ok(count)
}

fn open_file(options: &ConnectOptions) -> rusqlite::Result<rusqlite::Connection> {
    let Place::File(path) = &options.place else {
        return rusqlite::Connection::open_in_memory();
    };
    let access = match (options.read_only, options.create_if_missing) {
        (true, _) => OpenFlags::SQLITE_OPEN_READ_ONLY,
        (false, false) => OpenFlags::SQLITE_OPEN_READ_WRITE,
        (false, true) => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    // One thread at a time uses a connection, so it needs no mutex of its own (threadsafe.html).
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if path.to_string_lossy().starts_with("file:") {
        // SQLite would take it for a URI.
        return rusqlite::Connection::open_with_flags(Path::new(".").join(path), flags);
    }
    rusqlite::Connection::open_with_flags(path, flags)
}

fn cannot_open(options: &ConnectOptions, error: rusqlite::Error) -> Error {
    let fix = match &options.place {
        Place::File(path) if path.is_dir() => "it is a directory",
        Place::File(path) if path.exists() => "is it a SQLite database, and may it be read and written?",
        Place::File(path)
            if path.parent().is_some_and(|parent| !parent.as_os_str().is_empty() && !parent.exists()) =>
        {
            "its directory does not exist: create it first"
        }
        Place::File(_) if options.read_only || !options.create_if_missing => "the file does not exist",
        Place::File(_) | Place::Memory | Place::Server(_) => "check the path and its permissions",
    };
    let message = format!("cannot open `{options}`: {error}; {fix}");
    Error::new(ErrorKind::Connection, message).with_source(error)
}

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
        if access != Access::Write && !statement.sql.is_slow() {
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
            let result = held.raw.as_ref().filter(|raw| !raw.watch.is_given_up()).map(|raw| {
                let _running = Running::start(&raw.watch, None);
                work(raw)
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

impl Attempt {
    fn into_result(self) -> Result<()> {
        match self {
            Self::Done(..) => Ok(()),
            Self::Exceeded => Err(took_too_long(None)),
            Self::Busy(error) | Self::Failed(error) => Err(error),
        }
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

fn took_too_long(limit: Option<Duration>) -> Error {
    let message = match limit {
        Some(limit) => format!("the statement ran for longer than `statement_timeout`, which is {limit:?}"),
        None => "the statement was interrupted".to_owned(),
    };
    Error::new(ErrorKind::StatementTimeout, message)
}

fn given_up() -> Error {
    Error::new(
        ErrorKind::Transaction,
        "an earlier statement was given up before its end: the connection is closed",
    )
}
