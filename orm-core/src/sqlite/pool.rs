//! The connections to one SQLite database, and the one right to write.

use std::{sync::Arc, time::Duration};

use deadpool::{
    Runtime,
    managed::{self, Metrics, Object, PoolError, RecycleResult, Timeouts},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection::{Pooled, Raw};
use crate::{
    error::{Error, ErrorKind, Result},
    executor::Answer,
    options::{ConnectOptions, Place},
    pool,
    statement::{Access, Sink, Statement},
    transaction::TxOptions,
};

/// Takes a connection only if one is there at once: the usual case, without a timer.
const AT_ONCE: Timeouts = Timeouts { wait: Some(Duration::ZERO), create: None, recycle: None };

/// The connections to one database.
pub(crate) struct Pool {
    connections: managed::Pool<Manager>,
    /// SQLite takes one writer at a time. Waiting here is fair and costs no thread; waiting inside SQLite is neither.
    writer: Arc<Semaphore>,
    options: Arc<ConnectOptions>,
}

/// Opens connections for the pool.
pub(crate) struct Manager {
    options: Arc<ConnectOptions>,
}

impl managed::Manager for Manager {
    type Type = Box<Raw>;
    type Error = Error;

    async fn create(&self) -> Result<Box<Raw>> {
        open(&self.options).await
    }

    /// Whoever gave it back has cleaned it; and a database in memory must never be closed.
    async fn recycle(&self, _: &mut Box<Raw>, _: &Metrics) -> RecycleResult<Error> {
        Ok(())
    }
}

async fn open(options: &Arc<ConnectOptions>) -> Result<Box<Raw>> {
    let options = Arc::clone(options);
    let opened = tokio::task::spawn_blocking(move || Raw::open(&options)).await;
    opened.unwrap_or_else(|error| Err(Error::new(ErrorKind::Connection, error.to_string())))
}

impl Pool {
    /// Makes a pool and its first connection, so that what is wrong shows now.
    pub(crate) async fn connect(options: ConnectOptions) -> Result<Self> {
        let size = if options.place == Place::Memory { 1 } else { options.max_connections };
        let options = Arc::new(options);
        let connections = managed::Pool::builder(Manager { options: Arc::clone(&options) })
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| Error::new(ErrorKind::Configuration, error.to_string()))?;
        let pool = Self { connections, writer: Arc::new(Semaphore::new(1)), options };
        drop(pool.connection().await?);
        Ok(pool)
    }

    /// Runs a statement by itself.
    pub(crate) async fn run(&self, statement: Statement, sink: Box<dyn Sink>) -> Result<Answer> {
        let writer = match statement.sql.access() {
            Access::Read => None,
            Access::WriteByKey | Access::Write => Some(self.writer().await?),
        };
        self.acquire(writer).await?.run(statement, sink).await
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&self, options: TxOptions) -> Result<Pooled> {
        let read_only = options.read_only || self.options.read_only;
        let writer = if read_only { None } else { Some(self.writer().await?) };
        let mut pooled = self.acquire(writer).await?;
        pooled.begin(read_only).await?;
        Ok(pooled)
    }

    /// A connection for a session: one of its own, but for a database in memory, which has no other.
    pub(crate) async fn session(&self) -> Result<Pooled> {
        if self.options.place == Place::Memory {
            return Ok(self.acquire(None).await?.restoring_settings());
        }
        Ok(Pooled::own(open(&self.options).await?, &self.options))
    }

    /// A connection outside of any pool.
    pub(crate) async fn open(options: ConnectOptions) -> Result<Pooled> {
        let options = Arc::new(options);
        Ok(Pooled::own(open(&options).await?, &options))
    }

    /// Closes all connections, those in use when they come back.
    pub(crate) async fn close(&self) {
        let connections = self.connections.clone();
        // The last connection to close writes the log back to the file.
        let closed = tokio::task::spawn_blocking(move || connections.close()).await;
        if let Err(error) = closed {
            tracing::warn!(%error, "the pool was not closed");
        }
    }

    async fn acquire(&self, writer: Option<OwnedSemaphorePermit>) -> Result<Pooled> {
        Ok(Pooled::from_pool(self.connection().await?, writer, &self.options))
    }

    async fn connection(&self) -> Result<Object<Manager>> {
        match self.connections.timeout_get(&AT_ONCE).await {
            Err(PoolError::Timeout(_)) => Box::pin(self.wait_for_connection()).await,
            result => result.map_err(|error| self.explain(error)),
        }
    }

    async fn wait_for_connection(&self) -> Result<Object<Manager>> {
        let patient = Timeouts { wait: Some(self.options.acquire_timeout), ..AT_ONCE };
        self.connections.timeout_get(&patient).await.map_err(|error| self.explain(error))
    }

    fn explain(&self, error: PoolError<Error>) -> Error {
        match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(_) => pool::exhausted(&self.options, self.connections.status().max_size),
            PoolError::Closed => pool::closed(&self.options),
            PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                Error::new(ErrorKind::Connection, error.to_string())
            }
        }
    }

    /// The right to write.
    async fn writer(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.writer).try_acquire_owned() {
            return Ok(permit);
        }
        Box::pin(self.wait_for_writer()).await
    }

    async fn wait_for_writer(&self) -> Result<OwnedSemaphorePermit> {
        let patience = self.options.lock_timeout.unwrap_or_default();
        let permit = tokio::time::timeout(patience, Arc::clone(&self.writer).acquire_owned()).await;
        match permit {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(pool::closed(&self.options)),
            Err(_) => Err(Error::new(
                ErrorKind::LockTimeout,
                format!(
                    "another transaction has been writing for {patience:?}, and SQLite takes one writer at a time; \
                     the usual mistake is to use `db` inside a transaction: use `tx` there"
                ),
            )),
        }
    }
}
