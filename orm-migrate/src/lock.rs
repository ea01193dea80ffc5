//! The lock that lets one deploy run at a time, taken by polling, with word of who holds it.

use std::{
    fmt,
    time::{Duration, Instant},
};

use orm_core::{Connection, Reader};

use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Result},
};

const POLL: Duration = Duration::from_millis(200);

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The server's process.
    pub process: i64,
    /// The name that the client gave itself; may be empty.
    pub application: String,
    /// Where the client is; empty on the server's own machine, or if the server does not say it.
    pub host: String,
    /// The user.
    pub user: String,
    /// Since when it is connected.
    pub since: String,
}

impl Holder {
    /// Reads a row of these columns, in their order.
    pub(crate) fn read(row: &mut Reader<'_>) -> orm_core::Result<Self> {
        let process = row.i64()?.unwrap_or_default();
        let mut text =
            || Ok::<_, orm_core::Error>(row.text()?.map(|text| text.into_owned()).unwrap_or_default());
        Ok(Self { process, application: text()?, host: text()?, user: text()?, since: text()? })
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.process)?;
        if !self.application.is_empty() {
            write!(f, " (`{}`)", self.application)?;
        }
        write!(f, " of user `{}`", self.user)?;
        if !self.host.is_empty() {
            write!(f, " at {}", self.host)?;
        }
        write!(f, ", connected since {}", self.since)
    }
}

/// How long to go on trying.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    start: Instant,
    limit: Duration,
}

impl Patience {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { start: Instant::now(), limit }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.start.elapsed() >= self.limit
    }

    pub(crate) fn seconds(&self) -> u64 {
        self.limit.as_secs()
    }
}

/// Takes the lock; `waiting` is told once who has it.
pub(crate) async fn acquire(
    connection: &mut Connection,
    limit: Duration,
    waiting: &mut (dyn FnMut(Option<&Holder>) + Send),
) -> Result<()> {
    let dialect = Dialect::of(connection);
    let patience = Patience::new(limit);
    let mut told = false;
    while !dialect.try_lock(connection).await? {
        let holder = dialect.lock_holder(connection).await?;
        if patience.is_over() {
            return Err(locked(holder, &patience));
        }
        if !told {
            waiting(holder.as_ref());
            told = true;
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}

/// Gives the lock back; what was done under it.
pub(crate) async fn release<T>(connection: &mut Connection, done: Result<T>) -> Result<T> {
    let unlocked = Dialect::of(connection).unlock(connection).await;
    done.and_then(|done| unlocked.map(|()| done))
}

/// Refuses to go on without the lock: between here and the server there is a pooler that hands each transaction to whatever
/// session is free (pgbouncer.org, "pool_mode"), or a migration gave the lock back.
pub(crate) async fn refuse_lost(connection: &mut Connection) -> Result<()> {
    if Dialect::of(connection).holds_lock(connection).await? {
        return Ok(());
    }
    Err(MigrateError::new(
        Code::LostLock,
        "the session that runs the migrations has lost its lock, so that others could run them, too",
    )
    .fix("name the server itself in the URL, not a pooler of transactions; a migration must not give the lock back"))
}

fn locked(holder: Option<Holder>, patience: &Patience) -> MigrateError {
    let who = holder.map_or_else(|| "another session".to_owned(), |holder| holder.to_string());
    MigrateError::new(
        Code::Locked,
        format!("another deploy held the lock for {} s: {who}", patience.seconds()),
    )
    .fix("wait for it and deploy again, or give more time with `--lock-timeout SECONDS`")
}
