//! A transaction, and the savepoints inside it.
//!
//! Handles are owned, so they go anywhere; what they share knows which of them may speak. A statement takes the
//! connection out of the shared state and puts it back when it is done. If its future is dropped in between, the
//! connection goes with it, and the driver rolls back or closes it: nothing half-done is ever used again.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Semaphore;

use crate::{
    context::Context,
    dialect::Dialect,
    error::{Error, ErrorKind, Result},
    executor::Answer,
    pool::Pooled,
    statement::{Sink, Statement},
};

/// How a transaction behaves.
///
/// ```
/// use orm_core::{Isolation, TxOptions};
/// let report = TxOptions { read_only: true, isolation: Some(Isolation::RepeatableRead) };
/// assert!(report.read_only);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TxOptions {
    /// Refuses to write. On SQLite, such a transaction doesn't wait for the writer.
    pub read_only: bool,
    /// What it sees of others; the database's default if `None`. SQLite is always serializable.
    pub isolation: Option<Isolation>,
}

/// What a transaction sees of others (PostgreSQL §13.2).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let options = TxOptions { isolation: Some(Isolation::Serializable), ..TxOptions::default() };
/// let tx = db.begin_with(options).await?;
/// assert_eq!(User::query().count(&tx).await?, 2);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// All statements see what was committed before the first.
    RepeatableRead,
    /// As if one transaction ran after another; some fail with [`ErrorKind::Serialization`].
    Serializable,
}

/// A transaction, or a savepoint inside one. Rolled back if the last clone is dropped without a commit.
///
/// Statements on clones run one after another. While a savepoint is open, only it may be used.
///
/// ```
/// # use orm_core::Db;
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// # #[cfg(feature = "sqlite")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm_core::Result<()> {
/// let db = Db::connect("sqlite::memory:").await?;
/// let tx = db.begin().await?;
/// let savepoint = tx.begin().await?;
/// savepoint.rollback().await?;
/// tx.commit().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Tx(Arc<Scope>);

/// What the clones of one handle share; the end of the last one ends the scope.
struct Scope {
    id: u32,
    shared: Arc<Shared>,
}

/// What all handles of one transaction share.
struct Shared {
    /// One statement at a time.
    turn: Semaphore,
    state: Mutex<State>,
    dialect: Dialect,
    context: Context,
    /// Somebody else has begun it, and will end it.
    lent: bool,
}

struct State {
    /// `None` while a statement runs, and after the end.
    pooled: Option<Pooled>,
    /// The transaction and its open savepoints, the innermost last.
    open: Vec<Open>,
    next: u32,
    end: Option<End>,
    /// Whether a statement runs whose rows somebody reads at leisure: nobody is to wait for its end.
    streams: bool,
}

struct Open {
    id: u32,
    /// Its handles are gone: it is rolled back before the next statement.
    abandoned: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Committed,
    RolledBack,
    ByDatabase,
    /// What was lent went back.
    Returned,
}

/// The transaction itself; savepoints count from 1.
const OUTERMOST: u32 = 0;

impl Tx {
    pub(crate) fn new(pooled: Pooled, dialect: Dialect, context: Context) -> Self {
        Self::of(pooled, dialect, context, false)
    }

    /// A transaction that is open already.
    pub(crate) fn lent(pooled: Pooled, dialect: Dialect) -> Self {
        Self::of(pooled, dialect, Context::default(), true)
    }

    fn of(pooled: Pooled, dialect: Dialect, context: Context, lent: bool) -> Self {
        let open = vec![Open { id: OUTERMOST, abandoned: false }];
        let state = Mutex::new(State { pooled: Some(pooled), open, next: 1, end: None, streams: false });
        let shared = Arc::new(Shared { turn: Semaphore::new(1), state, dialect, context, lent });
        Self(Arc::new(Scope { id: OUTERMOST, shared }))
    }

    /// The connection of one that was lent; clones that somebody kept are over.
    pub(crate) fn take_back(self) -> Option<Pooled> {
        let mut state = self.0.shared.state();
        state.end.get_or_insert(End::Returned);
        state.pooled.take()
    }

    /// One that was lent ends where it began.
    fn refuse_end(&self) -> Result<()> {
        if self.0.id != OUTERMOST || !self.0.shared.lent {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Transaction,
            "this transaction was lent: whoever began it ends it, once the function returns",
        ))
    }

    /// Which database it is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(db.begin().await?.dialect(), Dialect::Sqlite);
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.0.shared.dialect
    }

    /// What it acts for.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(db.begin().await?.context(), db.context());
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.0.shared.context
    }

    /// Begins a savepoint: a part that can be rolled back by itself.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tx = db.begin().await?;
    /// let savepoint = tx.begin().await?;
    /// Tag::insert(NewTag { name: "web".into() }).exec(&savepoint).await?;
    /// drop(savepoint); // undone
    /// assert_eq!(Tag::query().count(&tx).await?, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Transaction`] when the transaction is over, or another savepoint is open.
    pub async fn begin(&self) -> Result<Self> {
        let shared = &self.0.shared;
        let mut turn = shared.enter(self.0.id).await?;
        let id = turn.next_id();
        let result = turn.pooled.command(&format!("SAVEPOINT orm_{id}")).await;
        turn.leave(|state| {
            if result.is_ok() {
                state.open.push(Open { id, abandoned: false });
            }
        });
        result.map(|()| Self(Arc::new(Scope { id, shared: Arc::clone(shared) })))
    }

    /// Keeps what was done. For a savepoint, until its transaction ends.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tx = db.begin().await?;
    /// Tag::insert(NewTag { name: "web".into() }).exec(&tx).await?;
    /// tx.commit().await?;
    /// assert_eq!(Tag::query().count(&db).await?, 3);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Transaction`] when it is over already, or a savepoint is open inside it; or what the database says,
    /// such as a deferred constraint. Everything is rolled back then.
    pub async fn commit(self) -> Result<()> {
        self.refuse_end()?;
        let id = self.0.id;
        let mut turn = self.0.shared.enter(id).await?;
        if id == OUTERMOST {
            turn.commit().await
        } else {
            let result = turn.pooled.command(&format!("RELEASE SAVEPOINT orm_{id}")).await;
            turn.leave(|state| {
                if result.is_ok() {
                    state.open.retain(|open| open.id < id);
                }
            });
            result
        }
    }

    /// Undoes what was done since it began.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tx = db.begin().await?;
    /// Tag::insert(NewTag { name: "web".into() }).exec(&tx).await?;
    /// tx.rollback().await?;
    /// assert_eq!(Tag::query().count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Transaction`] when it is over already, or a savepoint is open inside it.
    pub async fn rollback(self) -> Result<()> {
        self.refuse_end()?;
        let id = self.0.id;
        let mut turn = self.0.shared.enter(id).await?;
        if id == OUTERMOST {
            turn.rollback().await
        } else {
            let result = turn.undo(id).await;
            turn.leave(|_| {});
            result
        }
    }

    /// Runs a function in a savepoint; see [`Db::transaction`](crate::Db::transaction).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let added = db.transaction(async |tx| {
    ///     let twin = tx.transaction(async |tx| Tag::insert(NewTag { name: "sql".into() }).exec(&tx).await).await;
    ///     assert!(twin.unwrap_err().is_unique_violation()); // only the savepoint is gone
    ///     Tag::insert(NewTag { name: "web".into() }).exec(&tx).await
    /// }).await?;
    /// assert_eq!(added.name, "web");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// What the function says, or beginning and committing.
    pub async fn transaction<T>(&self, f: impl AsyncFnOnce(Self) -> Result<T>) -> Result<T> {
        self.try_transaction(f).await
    }

    /// Runs a function with another error type in a savepoint; see [`Db::try_transaction`](crate::Db::try_transaction).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tx = db.begin().await?;
    /// let refused = tx.try_transaction(async |tx| -> std::result::Result<(), Box<dyn std::error::Error>> {
    ///     Tag::insert(NewTag { name: "web".into() }).exec(&tx).await?;
    ///     Err("not today".into())
    /// }).await;
    /// assert!(refused.is_err());
    /// assert_eq!(Tag::query().count(&tx).await?, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// What the function says, or beginning and committing.
    pub async fn try_transaction<T, E: From<Error>>(
        &self,
        f: impl AsyncFnOnce(Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let tx = self.begin().await?;
        let result = f(tx.clone()).await;
        tx.finish(result.is_ok()).await?;
        result
    }

    /// Runs a function in it, and ends it by how that went.
    pub(crate) async fn within<T, E: From<Error>>(
        self,
        f: impl AsyncFnOnce(Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let result = f(self.clone()).await;
        self.finish(result.is_ok()).await?;
        result
    }

    /// Ends what a function ran in. The function may have ended it by itself.
    pub(crate) async fn finish(self, ok: bool) -> Result<()> {
        if self.0.shared.was_ended(self.0.id) {
            return Ok(());
        }
        if ok {
            return self.commit().await;
        }
        // The function's error is the one to report; if this fails, dropping the handle rolls back.
        if let Err(error) = self.rollback().await {
            tracing::debug!(%error, "rolling back after an error");
        }
        Ok(())
    }

    pub(crate) async fn run(&self, statement: Statement, mut sink: Box<dyn Sink>) -> Result<Answer> {
        let shared = &self.0.shared;
        shared.refuse_beside_stream()?;
        let _streaming = sink.outlet().map(|_| Streaming::new(shared));
        let mut turn = shared.take_turn(self.0.id).await?;
        let result = turn.pooled.run(statement, sink).await;
        turn.leave(|_| {});
        result
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A turn, unless somebody reads a stream: that may take any time.
    async fn enter(&self, id: u32) -> Result<Turn<'_>> {
        self.refuse_beside_stream()?;
        self.take_turn(id).await
    }

    fn refuse_beside_stream(&self) -> Result<()> {
        if self.state().streams {
            return Err(Error::new(
                ErrorKind::Transaction,
                "a stream is open on this transaction: read it to its end first, or collect its rows with `all`",
            ));
        }
        Ok(())
    }

    /// Waits for its turn, takes the connection, and rolls abandoned savepoints back.
    async fn take_turn(&self, id: u32) -> Result<Turn<'_>> {
        let permit = self.turn.acquire().await.map_err(|_| over(None))?;
        let (pooled, abandoned) = self.state().enter(id)?;
        let mut turn = Turn { shared: self, pooled, _permit: permit };
        let undone = match abandoned {
            Some(abandoned) => turn.undo(abandoned).await,
            None => Ok(()),
        };
        match undone {
            Ok(()) => Ok(turn),
            Err(error) => {
                turn.leave(|_| {});
                Err(error)
            }
        }
    }

    /// Whether somebody has committed or rolled back this scope.
    fn was_ended(&self, id: u32) -> bool {
        let state = self.state();
        match state.end {
            Some(End::Committed | End::RolledBack | End::Returned) => true,
            Some(End::ByDatabase) => false,
            None => !state.open.iter().any(|open| open.id == id),
        }
    }
}

/// The time in which a stream is open.
struct Streaming<'a>(&'a Shared);

impl<'a> Streaming<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.state().streams = true;
        Self(shared)
    }
}

impl Drop for Streaming<'_> {
    fn drop(&mut self) {
        self.0.state().streams = false;
    }
}

impl State {
    /// The connection, and the outermost of the abandoned savepoints inside this scope.
    fn enter(&mut self, id: u32) -> Result<(Pooled, Option<u32>)> {
        let at = self.open.iter().position(|open| open.id == id);
        let at = at.filter(|_| self.end.is_none()).ok_or_else(|| over(self.end))?;
        let inner = &self.open[at + 1..];
        if inner.iter().any(|open| !open.abandoned) {
            return Err(Error::new(
                ErrorKind::Transaction,
                "a savepoint is open inside this transaction: use its handle, or end it first",
            ));
        }
        let abandoned = inner.first().map(|open| open.id);
        let pooled = self.pooled.take().ok_or_else(|| over(self.end))?;
        Ok((pooled, abandoned))
    }
}

/// The turn of one statement. Dropped half-way, it takes the connection with it.
struct Turn<'a> {
    shared: &'a Shared,
    pooled: Pooled,
    _permit: tokio::sync::SemaphorePermit<'a>,
}

impl Turn<'_> {
    fn next_id(&self) -> u32 {
        let mut state = self.shared.state();
        let id = state.next;
        state.next += 1;
        id
    }

    /// Rolls back to a savepoint and forgets it, with those inside it.
    async fn undo(&mut self, id: u32) -> Result<()> {
        self.pooled.command(&format!("ROLLBACK TO SAVEPOINT orm_{id}")).await?;
        self.pooled.command(&format!("RELEASE SAVEPOINT orm_{id}")).await?;
        self.shared.state().open.retain(|open| open.id < id);
        Ok(())
    }

    async fn commit(mut self) -> Result<()> {
        let result = self.pooled.commit().await;
        self.shared.state().end = Some(if result.is_ok() { End::Committed } else { End::RolledBack });
        result
    }

    async fn rollback(mut self) -> Result<()> {
        let result = self.pooled.rollback().await;
        self.shared.state().end = Some(End::RolledBack);
        result
    }

    /// Puts the connection back, unless the transaction ended meanwhile.
    fn leave(self, change: impl FnOnce(&mut State)) {
        let mut state = self.shared.state();
        change(&mut state);
        // Of one that was lent only its owner knows where it stands.
        if state.end.is_none() && !self.shared.lent && !self.pooled.in_transaction() {
            state.end = Some(End::ByDatabase);
        }
        if state.end.is_none() {
            state.pooled = Some(self.pooled);
        } else {
            drop(state);
            drop(self.pooled);
        }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        if self.id == OUTERMOST {
            state.end.get_or_insert(End::RolledBack);
            let pooled = state.pooled.take();
            drop(state);
            drop(pooled);
        } else if let Some(open) = state.open.iter_mut().find(|open| open.id == self.id) {
            open.abandoned = true;
        }
    }
}

fn over(end: Option<End>) -> Error {
    let message = match end {
        Some(End::Committed) => "the transaction is over: it was committed",
        Some(End::RolledBack) => "the transaction is over: it was rolled back",
        Some(End::ByDatabase) => {
            "the transaction is over: the database rolled it back when a statement failed"
        }
        Some(End::Returned) => "the transaction is over: it was lent, and went back",
        None => {
            "the transaction is over: this savepoint has ended, or a statement was given up before its end"
        }
    };
    Error::new(ErrorKind::Transaction, message)
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("dialect", &self.dialect())
            .field("savepoint", &self.0.id)
            .finish_non_exhaustive()
    }
}
