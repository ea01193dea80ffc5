//! Rows that are locked while they are read.

use super::{
    Query,
    plan::{LockStrength, LockWait, RowLock},
};

impl<S, O> Query<S, O> {
    /// Locks the rows until the transaction ends, to change them; waits for those that somebody else has locked.
    ///
    /// Of several tables, those of the first. On SQLite, which has one writer at a time, a transaction that writes has locked
    /// all already.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// db.transaction(async |tx| {
    ///     let ann = User::find(1).for_update().one(&tx).await?;
    ///     ann.update(|u| u.age.set(u.age + 1)).exec(&tx).await?;
    ///     Ok(())
    /// })
    /// .await?;
    /// # Ok(()) }) }
    /// ```
    pub fn for_update(self) -> Self {
        self.lock(LockStrength::Update, LockWait::Wait)
    }

    /// Locks the rows until the transaction ends, so that nobody changes them; as [`for_update`](Self::for_update).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// db.transaction(async |tx| {
    ///     let ann = User::find(1).for_share().one(&tx).await?;
    ///     ann.update(|u| u.age.set(u.age + 1)).exec(&tx).await?;
    ///     Ok(())
    /// })
    /// .await?;
    /// # Ok(()) }) }
    /// ```
    pub fn for_share(self) -> Self {
        self.lock(LockStrength::Share, LockWait::Wait)
    }

    /// As [`for_update`](Self::for_update), but leaves out rows that somebody else has locked: for queues.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// db.transaction(async |tx| {
    ///     let ann = User::find(1).for_update_skip_locked().one(&tx).await?;
    ///     ann.update(|u| u.age.set(u.age + 1)).exec(&tx).await?;
    ///     Ok(())
    /// })
    /// .await?;
    /// # Ok(()) }) }
    /// ```
    pub fn for_update_skip_locked(self) -> Self {
        self.lock(LockStrength::Update, LockWait::Skip)
    }

    /// As [`for_update`](Self::for_update), but is an error where somebody else has locked one of the rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// db.transaction(async |tx| {
    ///     let ann = User::find(1).for_update_nowait().one(&tx).await?;
    ///     ann.update(|u| u.age.set(u.age + 1)).exec(&tx).await?;
    ///     Ok(())
    /// })
    /// .await?;
    /// # Ok(()) }) }
    /// ```
    pub fn for_update_nowait(self) -> Self {
        self.lock(LockStrength::Update, LockWait::Refuse)
    }

    fn lock(mut self, strength: LockStrength, wait: LockWait) -> Self {
        self.plan.lock = Some(RowLock { strength, wait });
        self
    }
}
