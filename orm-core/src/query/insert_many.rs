//! Inserting many rows.

use std::marker::PhantomData;

use super::{
    downcast, nested,
    output::Items,
    row::{Insertable, RowBuilder},
    run,
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    executor::{Executor, Handle},
    facts::TableFacts,
    model::Model,
    sql,
    statement::Statement,
};

/// Inserts many rows in one transaction.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let tags: InsertMany<Tag> = Tag::insert_many(["web", "cli"].map(|name| NewTag { name: name.into() }));
/// assert_eq!(tags.exec(&db).await?, 2);
/// # Ok(()) }) }
/// ```
#[must_use = "an insert does nothing until it is run: `.exec(&db).await`"]
pub struct InsertMany<M> {
    rows: Vec<RowBuilder>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> InsertMany<M> {
    pub(crate) fn new<R: Insertable<M>>(rows: impl IntoIterator<Item = R>) -> Self {
        Self { rows: rows.into_iter().map(RowBuilder::of).collect(), marker: PhantomData }
    }

    pub(super) fn statements(&self, dialect: Dialect) -> Result<Vec<Statement>> {
        bulk(dialect, M::TABLE, self.rows.clone(), false)
    }

    /// Inserts the rows and counts them; without rows nothing is sent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let added = Tag::insert_many(["web", "cli"].map(|name| NewTag { name: name.into() })).exec(&db).await?;
    /// assert_eq!(added, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As for one row; then none is inserted.
    pub async fn exec(self, executor: &impl Executor) -> Result<u64> {
        let handle = executor.handle();
        if self.has_below() {
            return Box::pin(self.exec_nested(handle)).await;
        }
        let statements = bulk(handle.dialect(), M::TABLE, self.rows, false)?;
        run::execute_all(handle, statements, M::TABLE).await
    }

    /// Inserts the rows and gives them back, in no particular order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tags = Tag::insert_many(["web", "cli"].map(|name| NewTag { name: name.into() })).returning(&db).await?;
    /// assert!(tags.iter().any(|tag| tag.name == "cli"));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As for one row; then none is inserted.
    pub async fn returning(self, executor: &impl Executor) -> Result<Vec<M>> {
        let handle = executor.handle();
        if self.has_below() {
            return Err(Error::invalid_query(
                "many rows with rows below them are not given back: insert them with `exec`, or one by one",
            ));
        }
        let statements = bulk(handle.dialect(), M::TABLE, self.rows, true)?;
        let batches = run::returning_all(handle, statements, M::TABLE, || Items::batch(M::decode)).await?;
        let mut rows = Vec::new();
        for batch in batches {
            rows.extend(downcast::<M>(batch)?);
        }
        Ok(rows)
    }

    fn has_below(&self) -> bool {
        self.rows.iter().any(RowBuilder::has_below)
    }

    async fn exec_nested(self, handle: Handle<'_>) -> Result<u64> {
        let count = self.rows.len() as u64;
        handle.atomically(async |tx| nested::insert_all(tx.handle(), M::TABLE, self.rows).await).await?;
        Ok(count)
    }
}

/// The statements for many rows. All rows come from one type, so they write the same columns.
fn bulk(
    dialect: Dialect,
    table: &'static TableFacts,
    rows: Vec<RowBuilder>,
    returning: bool,
) -> Result<Vec<Statement>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let columns = first.columns(table);
    let values = rows.into_iter().map(|row| row.into_values().collect()).collect();
    sql::insert_many(dialect, table, &columns, values, returning)
}
