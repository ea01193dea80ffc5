//! Inserting many rows.

use std::marker::PhantomData;

use super::{
    Insert,
    conflict::{ConflictMany, ConflictTarget, Conflicting, OnConflict},
    downcast,
    key::Groups,
    nested,
    output::Items,
    row::{Insertable, RowBuilder},
    run,
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    executor::{Executor, Handle},
    model::{Columns, Model},
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
    pub(super) source: u32,
    rows: Vec<RowBuilder>,
    pub(super) conflict: Option<OnConflict>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> InsertMany<M> {
    pub(crate) fn new<R: Insertable<M>>(rows: impl IntoIterator<Item = R>) -> Self {
        Self {
            source: super::next_source(),
            rows: rows.into_iter().map(RowBuilder::of).collect(),
            conflict: None,
            marker: PhantomData,
        }
    }

    /// Names the columns by which rows may already be there: those of a unique constraint of the model, of its key
    /// or of a unique index. Others are an error before anything is sent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let links = [(1, 1), (3, 2)].map(|(post_id, tag_id)| NewPostTag { post_id, tag_id });
    /// let new = PostTag::insert_many(links).on_conflict(|l| (l.post_id, l.tag_id)).do_nothing();
    /// assert_eq!(new.exec(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn on_conflict<K: ConflictTarget>(self, target: impl FnOnce(Columns<M>) -> K) -> ConflictMany<M> {
        let key = Conflicting::by(target(M::columns(self.source)));
        ConflictMany { insert: self, key }
    }

    pub(super) fn statements(&self, dialect: Dialect) -> Result<Vec<Statement>> {
        self.bulk(dialect, self.rows.clone(), false)
    }

    /// Inserts the rows and counts them, with those that were there and are changed; without rows nothing is sent.
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
    pub async fn exec(mut self, executor: &impl Executor) -> Result<u64> {
        let handle = executor.handle();
        if self.has_below() {
            return Box::pin(self.exec_nested(handle)).await;
        }
        if self.goes_row_by_row(handle.dialect()) {
            return Ok(Box::pin(self.insert_each(handle)).await?.len() as u64);
        }
        let rows = std::mem::take(&mut self.rows);
        let count = rows.len() as u64;
        let statements = self.bulk(handle.dialect(), rows, false)?;
        let changed = run::execute_all(handle, statements, M::TABLE).await?;
        // Every row is inserted or changed; MariaDB counts a changed one twice ("INSERT ON DUPLICATE KEY UPDATE").
        let is_upsert = matches!(self.conflict, Some(OnConflict::Update { .. }));
        Ok(if is_upsert { count } else { changed })
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
    pub async fn returning(mut self, executor: &impl Executor) -> Result<Vec<M>> {
        let handle = executor.handle();
        if self.has_below() {
            return Err(Error::invalid_query(
                "many rows with rows below them are not given back: insert them with `exec`, or one by one",
            ));
        }
        if self.goes_row_by_row(handle.dialect()) {
            return Box::pin(self.insert_each(handle)).await;
        }
        let rows = std::mem::take(&mut self.rows);
        let statements = self.bulk(handle.dialect(), rows, true)?;
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

    /// Where the database cannot be told to leave rows alone.
    fn goes_row_by_row(&self, dialect: Dialect) -> bool {
        matches!(self.conflict, Some(OnConflict::Nothing(_))) && !dialect.capabilities().on_conflict
    }

    async fn insert_each(self, handle: Handle<'_>) -> Result<Vec<M>> {
        let Self { source, rows, conflict, .. } = self;
        handle
            .atomically(async |tx| {
                let mut inserted = Vec::new();
                for row in rows {
                    let insert = Insert::<M>::of(source, row, conflict.clone());
                    inserted.extend(insert.run(&tx).await?);
                }
                Ok(inserted)
            })
            .await
    }

    async fn exec_nested(self, handle: Handle<'_>) -> Result<u64> {
        if self.conflict.is_some() {
            return Err(Error::invalid_query(nested::UPSERT));
        }
        let count = self.rows.len() as u64;
        handle.atomically(async |tx| nested::insert_all(tx.handle(), M::TABLE, self.rows).await).await?;
        Ok(count)
    }

    /// The statements for many rows.
    fn bulk(&self, dialect: Dialect, rows: Vec<RowBuilder>, returning: bool) -> Result<Vec<Statement>> {
        self.check_different(&rows)?;
        let of_alike =
            |rows| RowBuilder::statements(dialect, self.source, self.conflict.as_ref(), rows, returning);
        let statements = RowBuilder::alike(rows).into_iter().map(of_alike).collect::<Result<Vec<_>>>()?;
        Ok(statements.into_iter().flatten().collect())
    }

    /// One statement cannot change a row twice, and which of two values would be left is for nobody to say.
    fn check_different(&self, rows: &[RowBuilder]) -> Result<()> {
        let Some(OnConflict::Update { key: Conflicting::Columns(columns), .. }) = &self.conflict else {
            return Ok(());
        };
        let keys: Vec<_> = rows.iter().filter_map(|row| row.key(columns)).map(Some).collect();
        let given = keys.len();
        if Groups::new(keys).keys.len() == given {
            return Ok(());
        }
        let fields: Vec<String> = columns.iter().map(|facts| format!("`{}`", facts.field)).collect();
        Err(Error::invalid_query(format!(
            "two of the rows for `{}` have the same {}, and a row that is there is changed once",
            M::TABLE.model,
            fields.join(", ")
        )))
    }
}
