//! The connections to one database of a server.

use std::{marker::PhantomData, sync::Arc, time::Duration};

use deadpool::{
    Runtime,
    managed::{
        self, Metrics, Object, PoolError, QueueMode, RecycleError, RecycleResult, TimeoutType, Timeouts,
    },
};

use super::{Aftermath, Raw, connecting_took_too_long, pooled::Pooled};
use crate::{
    dialect::Dialect,
    error::{Error, ErrorKind, Result},
    executor::Answer,
    options::ConnectOptions,
    pool,
    statement::{Access, Sink, Statement},
    transaction::TxOptions,
};

/// A connection that was idle for longer is asked whether it is still there. Asking each time would double the time of
/// a short statement.
const IDLE: Duration = Duration::from_secs(60);

/// How long an idle connection may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// The connections to one database.
pub(crate) struct Pool<R: Raw> {
    connections: managed::Pool<Manager<R>>,
    dialect: Dialect,
    options: Arc<ConnectOptions>,
}

/// Opens connections for the pool, and looks after idle ones.
pub(crate) struct Manager<R> {
    options: Arc<ConnectOptions>,
    raw: PhantomData<fn() -> R>,
}

impl<R: Raw> managed::Manager for Manager<R> {
    type Type = Box<R>;
    type Error = Error;

    async fn create(&self) -> Result<Box<R>> {
        R::open(&self.options).await.map(Box::new)
    }

    async fn recycle(&self, raw: &mut Box<R>, metrics: &Metrics) -> RecycleResult<Error> {
        if metrics.last_used() < IDLE || raw.is_alive(PATIENCE).await {
            return Ok(());
        }
        Err(RecycleError::message("the connection was idle for long and is dead"))
    }
}

impl<R: Raw> Pool<R> {
    /// Makes a pool and its first connection, so that what is wrong shows now.
    pub(crate) async fn connect(options: ConnectOptions) -> Result<Self> {
        let options = Arc::new(options);
        let connections = managed::Pool::builder(Manager { options: Arc::clone(&options), raw: PhantomData })
            .max_size(options.max_connections)
            // Few connections that are used often know more prepared statements than many that are used seldom.
            .queue_mode(QueueMode::Lifo)
            .wait_timeout(Some(options.acquire_timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| Error::new(ErrorKind::Configuration, error.to_string()))?;
        let mut pool = Self { connections, dialect: options.dialect(), options };
        pool.dialect = pool.acquire().await?.dialect();
        Ok(pool)
    }

    /// What the server said it is.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Runs a statement by itself, once more if its connection turns out to be dead and nothing can have happened.
    pub(crate) async fn run(&self, statement: Statement, mut sink: Box<dyn Sink>) -> Result<Answer> {
        let (mut pooled, was_idle) = self.acquire_tracked().await?;
        let (affected, rows) = match pooled.attempt(&statement, &mut *sink).await {
            Err((error, aftermath)) => {
                let nothing_happened = match aftermath {
                    Aftermath::Usable | Aftermath::Spoiled => false,
                    Aftermath::EndedBefore => true,
                    Aftermath::Broken => statement.sql.access() == Access::Read,
                };
                if !was_idle || !nothing_happened {
                    return Err(error);
                }
                sink.clear();
                let mut fresh = self.acquire_anew().await?;
                fresh.attempt(&statement, &mut *sink).await.map_err(|(error, _)| error)?
            }
            Ok(counts) => counts,
        };
        Ok(Answer { affected, rows, sink })
    }

    /// Begins a transaction; on a fresh connection if the first turns out to be dead.
    pub(crate) async fn begin(&self, options: TxOptions) -> Result<Pooled<R>> {
        let (mut pooled, was_idle) = self.acquire_tracked().await?;
        match pooled.begin(options).await {
            Ok(()) => Ok(pooled),
            Err((_, Aftermath::EndedBefore | Aftermath::Broken)) if was_idle => {
                let mut fresh = self.acquire_anew().await?;
                fresh.begin(options).await.map_err(|(error, _)| error)?;
                Ok(fresh)
            }
            Err((error, _)) => Err(error),
        }
    }

    /// A connection for a session of its own.
    pub(crate) async fn session(&self) -> Result<Pooled<R>> {
        Ok(Pooled::own(R::open(&self.options).await?))
    }

    /// A connection outside of any pool.
    pub(crate) async fn open(options: ConnectOptions) -> Result<Pooled<R>> {
        Ok(Pooled::own(R::open(&options).await?))
    }

    /// Closes all connections, those in use when they come back.
    pub(crate) async fn close(&self) {
        let idle = self.connections.retain(|_, _| false).removed;
        self.connections.close();
        for raw in idle {
            raw.close().await;
        }
    }

    async fn acquire(&self) -> Result<Pooled<R>> {
        Ok(self.acquire_tracked().await?.0)
    }

    /// A connection, and whether it lay idle before, so that it may be dead.
    async fn acquire_tracked(&self) -> Result<(Pooled<R>, bool)> {
        let at_once = Timeouts { wait: Some(Duration::ZERO), create: None, recycle: None };
        let object = match self.connections.timeout_get(&at_once).await {
            Err(PoolError::Timeout(TimeoutType::Wait)) => self.connections.get().await,
            result => result,
        };
        let object = object.map_err(|error| self.explain(error))?;
        let was_idle = Object::metrics(&object).recycle_count > 0;
        Ok((Pooled::from_pool(object), was_idle))
    }

    /// A connection that is new for certain: where one was dead, the other idle ones are, too.
    async fn acquire_anew(&self) -> Result<Pooled<R>> {
        drop(self.connections.retain(|_, _| false));
        self.acquire().await
    }

    fn explain(&self, error: PoolError<Error>) -> Error {
        match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(TimeoutType::Wait) => {
                pool::exhausted(&self.options, self.connections.status().max_size)
            }
            PoolError::Timeout(TimeoutType::Create | TimeoutType::Recycle) => {
                connecting_took_too_long(&self.options)
            }
            PoolError::Closed => pool::closed(&self.options),
            PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                Error::new(ErrorKind::Connection, error.to_string())
            }
        }
    }
}
