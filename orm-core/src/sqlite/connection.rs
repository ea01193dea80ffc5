//! A connection of rusqlite: how it is opened, and how a statement runs on it, on the thread that asks.

use std::{
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{OpenFlags, config::DbConfig};

use super::{bind, error, interrupt::Watch};
use crate::{
    error::{Error, ErrorKind, Result},
    options::{ConnectOptions, Place},
    reader::{Reader, Row},
    statement::{Access, Sink, Statement},
};

/// How long to wait before trying again for a lock; SQLite's own busy handler begins like this, too.
pub(super) const PAUSES: [Duration; 6] = [
    Duration::from_millis(1),
    Duration::from_millis(2),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(20),
    Duration::from_millis(50),
];

/// What our statements expect, and what a migration may have left otherwise.
const SETTINGS: &str = "
    PRAGMA foreign_keys = ON;
    PRAGMA synchronous = NORMAL;
    PRAGMA legacy_alter_table = OFF;
    PRAGMA ignore_check_constraints = OFF;
    PRAGMA writable_schema = OFF;
    PRAGMA query_only = OFF;
";

/// An open connection and the watch over its statements.
pub(crate) struct Raw {
    sqlite: rusqlite::Connection,
    pub(super) watch: Arc<Watch>,
    pub(super) limits: Limits,
}

/// How long things may take.
#[derive(Clone, Copy, Default)]
pub(super) struct Limits {
    pub(super) statement: Option<Duration>,
    pub(super) lock: Duration,
}

impl Limits {
    fn new(options: &ConnectOptions) -> Self {
        // rusqlite refuses a busy time-out of more than 24 days.
        let lock = options.lock_timeout.unwrap_or_default().min(Duration::from_secs(86_400));
        Self { statement: options.statement_timeout, lock }
    }
}

/// What became of a statement.
pub(super) enum Attempt {
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
    pub(super) fn settle(&self, options: &ConnectOptions) -> rusqlite::Result<()> {
        self.sqlite.set_prepared_statement_cache_capacity(options.statement_cache_capacity);
        // With it, a misspelt quoted name would silently be a string (quirks.html §8).
        self.sqlite.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        // Without it, a statement whose plan may depend on a bound value (`LIMIT ?`, a range) is prepared anew at
        // every run (queryplanner-ng.html §4, c3ref/c_dbconfig_defensive.html).
        self.sqlite.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        self.sqlite.execute_batch(SETTINGS)?;
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
    pub(super) fn in_transaction(&self) -> bool {
        !self.sqlite.is_autocommit()
    }

    /// Runs a statement once, on this thread.
    pub(super) fn attempt(
        &self,
        statement: &Statement,
        sink: &mut dyn Sink,
        limit: Option<Duration>,
    ) -> Attempt {
        let inside = self.in_transaction();
        let running = Running::start(&self.watch, limit);
        let outcome = self.step(statement, sink);
        drop(running);
        match outcome {
            Ok((affected, rows)) => Attempt::Done(affected, rows),
            Err(Failure::Ours(error)) => Attempt::Failed(error),
            // Interrupting a write rolls its whole transaction back (c3ref/interrupt.html): it must not run again.
            Err(Failure::Sqlite(error))
                if error::is_interrupted(&error) && inside && !self.in_transaction() =>
            {
                Attempt::Failed(took_too_long(limit))
            }
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
    pub(super) fn command(&self, sql: &str) -> Attempt {
        match self.sqlite.prepare_cached(sql).and_then(|mut statement| statement.raw_execute()) {
            Ok(_) => Attempt::Done(0, 0),
            Err(error) if error::is_busy(&error) && !error::is_stale_snapshot(&error) => {
                Attempt::Busy(error::from_sqlite(error))
            }
            Err(error) => Attempt::Failed(error::from_sqlite(error)),
        }
    }

    pub(super) fn batch(&self, sql: &str) -> Attempt {
        match self.sqlite.execute_batch(sql) {
            Ok(()) => Attempt::Done(0, 0),
            Err(error) => Attempt::Failed(error::from_sqlite(error)),
        }
    }
}

impl Attempt {
    pub(super) fn into_result(self) -> Result<()> {
        match self {
            Self::Done(..) => Ok(()),
            Self::Exceeded => Err(took_too_long(None)),
            Self::Busy(error) | Self::Failed(error) => Err(error),
        }
    }
}

/// The time in which a statement may be interrupted; ends in a panic of the sink, too.
pub(super) struct Running<'a>(&'a Watch);

impl<'a> Running<'a> {
    pub(super) fn start(watch: &'a Watch, limit: Option<Duration>) -> Self {
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
        if let Some(outlet) = sink.outlet() {
            outlet.flush_blocking()?;
        }
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
        Place::File(_) if is_busy(&error) => "another program holds its lock: try again when that is done",
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

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
    )
}

pub(super) fn took_too_long(limit: Option<Duration>) -> Error {
    let message = match limit {
        Some(limit) => format!("the statement ran for longer than `statement_timeout`, which is {limit:?}"),
        None => "the statement was interrupted".to_owned(),
    };
    Error::new(ErrorKind::StatementTimeout, message)
}
