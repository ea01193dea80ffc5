//! Inserting a row, or reading the one that is there.

use super::{
    Conflict,
    plan::{LockStrength, LockWait, RowLock},
};
use crate::{
    error::{Error, Result},
    executor::Executor,
    model::Model,
};

/// How often a row may be gone again when it is looked for.
const ATTEMPTS: usize = 5;

impl<M: Model> Conflict<M> {
    /// Reads the row that is there. The result says whether it was inserted.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (ann, is_new) = User::insert(NewUser { email: "ann@x".into(), name: "Another".into() }).on_conflict(|u| u.email).or_get().exec(&db).await?;
    /// assert_eq!((ann.name.as_str(), is_new), ("Ann", false));
    /// # Ok(()) }) }
    /// ```
    pub fn or_get(self) -> InsertOrGet<M> {
        InsertOrGet(self)
    }
}

/// An insert that reads the row that is there already.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let rust = || Tag::insert(NewTag { name: "rust".into() }).on_conflict(|t| t.name).or_get();
/// assert_eq!(rust().exec(&db).await?.0, rust().exec(&db).await?.0);
/// # Ok(()) }) }
/// ```
#[must_use = "an insert does nothing until it is run: `.exec(&db).await`"]
pub struct InsertOrGet<M>(Conflict<M>);

impl<M: Model> InsertOrGet<M> {
    /// Inserts, or reads. However many do it at once, the row is inserted once, and all get it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (tag, is_new) = Tag::insert(NewTag { name: "new".into() }).on_conflict(|t| t.name).or_get().exec(&db).await?;
    /// assert_eq!((tag.name.as_str(), is_new), ("new", true));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the row is refused for another reason than that it is there, and when `on_any_conflict` does not say by which columns to
    /// read it.
    pub async fn exec(self, executor: &impl Executor) -> Result<(M, bool)> {
        let Conflict { insert, key } = self.0;
        let there = insert.found_by(&key)?;
        for _ in 0..ATTEMPTS {
            let attempt = Conflict { insert: insert.clone(), key: key.clone() };
            if let Some(row) = attempt.do_nothing().exec(executor).await? {
                return Ok((row, true));
            }
            // A read of a transaction may be of a moment before somebody else's commit: a lock reads what is there now.
            let mut query = there.clone();
            if !executor.handle().dialect().capabilities().on_conflict {
                query.plan.lock = Some(RowLock { strength: LockStrength::Share, wait: LockWait::Wait });
            }
            if let Some(row) = query.optional(executor).await? {
                return Ok((row, false));
            }
        }
        Err(Error::not_found(M::TABLE.model))
    }
}
