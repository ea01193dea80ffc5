//! Pages by number: some rows, and how many there are in all.

use serde::Serialize;

use super::{Output, Query, Readable, Scope, downcast, row_count, run};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    executor::Executor,
    query::Plan,
    sql::Purpose,
};

/// A page of the rows of a query; see [`Query::page`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let page: Page<String> = Post::query().order_by(|p| p.title.asc()).select(|p| p.title).page(2, 2).fetch(&db).await?;
/// assert_eq!((page.items.as_slice(), page.total, page.pages), (["Tables".to_owned()].as_slice(), 3, 2));
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows of this page; none behind the last page.
    pub items: Vec<T>,
    /// How many rows there are on all pages.
    pub total: u64,
    /// Which page it is, from 1 on.
    pub number: u64,
    /// How many rows a page has at most.
    pub size: u64,
    /// How many pages there are.
    pub pages: u64,
}

/// A query for one page; see [`Query::page`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let first: Paged<User> = User::query().page(1, 10);
/// assert_eq!(first.fetch(&db).await?.total, 2);
/// # Ok(()) }) }
/// ```
#[must_use = "a page does nothing until it is read: `.fetch(&db).await`"]
pub struct Paged<S, O = super::Whole<S>> {
    query: Query<S, O>,
    number: u64,
    size: u64,
}

impl<S, O> Clone for Paged<S, O> {
    fn clone(&self) -> Self {
        Self { query: self.query.clone(), ..*self }
    }
}

impl<S: Scope, O> Query<S, O>
where
    Self: Readable,
{
    /// The page of that number, from 1 on, with so many rows at most.
    ///
    /// The primary key is added to the order, of groups their keys, of distinct rows all that is selected: so rows that are equal in
    /// the order stand in the same sequence on every page. Where there is neither an order nor a key, it is an error.
    ///
    /// The database counts all rows and walks over those of the pages before: behind many, and where rows come and go while somebody
    /// turns the pages, [`page_after`](Self::page_after) does better.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let posts = Post::query().order_by(|p| p.views.desc());
    /// let page = posts.page(1, 2).fetch(&db).await?;
    /// assert_eq!(page.items[0].title, "On joins");
    /// assert_eq!((page.total, page.pages), (3, 2));
    /// # Ok(()) }) }
    /// ```
    pub fn page(self, number: u64, size: u64) -> Paged<S, O> {
        Paged { query: self, number, size }
    }
}

impl<S: Scope, O: Output> Paged<S, O> {
    /// Reads the page: one statement counts, one reads the rows (and one for each relation). Both see the same state of the database: on
    /// a [`Db`](crate::Db) they run in a transaction of their own, which only reads.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let page = User::query().with(|u| u.posts).page(1, 1).fetch(&db).await?;
    /// let (ann, posts) = &page.items[0];
    /// assert_eq!((ann.name.as_str(), posts.len(), page.total), ("Ann", 2, 2));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query makes no sense (a page 0, rows without an order, a `limit` of the query's own), the database refuses it, or a row
    /// cannot be decoded.
    pub async fn fetch(self, executor: &impl Executor) -> Result<Page<O::Item>> {
        let (number, size) = (self.number, self.size);
        let plan = self.into_plan()?;
        let handle = executor.handle();
        let transaction = handle.snapshot(plan.lock.is_some()).await?;
        let on = transaction.as_ref().map_or(handle, Executor::handle);
        let total = run::count_all(on, &plan).await?.unsigned_abs();
        let is_behind = total <= (number - 1).saturating_mul(size);
        let items = if is_behind { Vec::new() } else { downcast(run::rows(on, &plan).await?)? };
        if let Some(transaction) = transaction {
            transaction.commit().await?;
        }
        Ok(Page { items, total, number, size, pages: total.div_ceil(size) })
    }

    /// The SQL that reads the rows of the page, without sending it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let names = Tag::query().order_by(|t| t.name.asc()).select(|t| t.name);
    /// let sql = names.page(2, 10).to_sql(Dialect::Sqlite)?;
    /// assert!(sql.ends_with(r#"ORDER BY "tags"."name" ASC, "tags"."id" ASC LIMIT ? OFFSET ?"#));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query makes no sense, or the database cannot do it.
    pub fn to_sql(&self, dialect: Dialect) -> Result<String> {
        run::sql(dialect, &self.clone().into_plan()?, Purpose::Rows)
    }

    /// The rows of the page, as a plan.
    pub(super) fn into_plan(self) -> Result<Plan> {
        let (number, size) = (self.number, self.size);
        let mut plan = self.query.into_plan();
        plan.check()?;
        check_size(&plan, size)?;
        if number == 0 {
            return Err(Error::invalid_query("pages are counted from 1"));
        }
        if !plan.order_totally() && plan.orders.is_empty() {
            return Err(Error::invalid_query(format!(
                "`{}` has no primary key, so its rows are in no order: say one with `order_by`",
                plan.root().table.model
            )));
        }
        plan.limit = Some(row_count(size));
        plan.offset = Some(row_count((number - 1).saturating_mul(size)));
        Ok(plan)
    }
}

/// Refuses pages without rows, and pages of what was cut by itself.
pub(super) fn check_size(plan: &Plan, size: u64) -> Result<()> {
    if size == 0 {
        return Err(Error::invalid_query("a page has at least one row"));
    }
    if plan.limit.is_some() || plan.offset.is_some() {
        return Err(Error::invalid_query(
            "a page says itself how many rows it has: leave out `limit` and `offset`",
        ));
    }
    Ok(())
}
