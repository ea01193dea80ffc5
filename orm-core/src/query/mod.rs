//! Typed queries: what is asked, as data, and the few functions that run it.

mod compose;
mod conflict;
mod cursor;
mod delete;
mod derived;
mod explain;
mod grouped;
mod insert;
mod insert_from;
mod insert_many;
mod join;
mod key;
mod keyset;
mod lock;
mod nested;
mod or_get;
mod output;
mod page;
mod plan;
mod row;
mod run;
mod source;
mod stream;
mod total;
mod update;
mod update_many;

use std::marker::PhantomData;

pub use conflict::{Conflict, ConflictMany, ConflictTarget, InsertIgnoring};
pub(crate) use conflict::{Conflicting, OnConflict};
pub use cursor::Cursor;
pub use delete::Delete;
pub use derived::{AsSource, Derivable, Derived};
pub use grouped::GroupedQuery;
pub use insert::Insert;
pub use insert_from::{InsertFrom, Targets};
pub use insert_many::InsertMany;
pub use or_get::InsertOrGet;
use orm_schema::SortOrder;
pub use row::{Insertable, RowBuilder};

pub use keyset::{CursorPage, Keyset};
pub(crate) use output::Row;
pub(crate) use output::downcast;
pub use output::{Loaded, Output, Parts, Picked, Projected, Projection, Readable, Unselected, Whole};
pub use page::{Page, Paged};
pub use plan::Reading;
pub(crate) use plan::{LockStrength, Plan, RowLock};
pub(crate) use source::{Combination, Common, DERIVED, JoinKind, Origin, Source, next_source};
pub use source::{Inner, Joined, Left, Scope, Sourced, Written};
pub use stream::RowStream;
pub use update::{Patch, PatchBuilder, Update};
pub use update_many::UpdateMany;

use crate::{
    dialect::Dialect,
    error::{Error, Result},
    executor::Executor,
    expr::{Assigns, Cond, GroupKeys, Groups, OfRows, Orders, PickList, Picks, Rows},
    model::{Item, Model},
    relation::Load,
    sql::Purpose,
    value::Value,
};
use output::Items;

/// A description of rows: which, in what order, and what to read of them.
///
/// It is data: clone it to count and to read by the same description. What runs it takes it, so that the future owns all
/// it needs: it can be joined with others, or spawned.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let adults = User::query().filter(|u| u.age.ge(18));
/// let how_many = adults.clone().count(&db).await?;
/// assert_eq!(adults.all(&db).await?.len(), 2);
/// # assert_eq!(how_many, 2);
/// # Ok(()) }) }
/// ```
#[must_use = "a query does nothing until it is run: `.all(&db).await`"]
pub struct Query<S, O = Whole<S>> {
    plan: Plan,
    marker: PhantomData<fn() -> (S, O)>,
}

impl<S, O> Clone for Query<S, O> {
    fn clone(&self) -> Self {
        Self::from_plan(self.plan.clone())
    }
}

impl<S, O> Query<S, O> {
    pub(crate) const fn from_plan(plan: Plan) -> Self {
        Self { plan, marker: PhantomData }
    }

    pub(crate) fn into_plan(self) -> Plan {
        self.plan
    }

    pub(crate) fn root(&self) -> &Source {
        self.plan.root()
    }

    /// The identity of the root and the filters, for a subquery.
    pub(crate) fn into_conditions(self) -> (u32, Vec<crate::expr::Node>) {
        let (root, cut, mut filters) = (self.plan.root().id, self.plan.is_cut(), self.plan.filters);
        if cut {
            filters.push(crate::expr::Node::Invalid(
                "a question about a relation takes all its rows: `limit` and `offset` would be ignored",
            ));
        }
        (root, filters.into_vec())
    }
}

impl<M: Model> Query<M> {
    pub(crate) fn new() -> Self {
        Self::from_plan(Plan::new(M::TABLE, |_| Reading::whole::<M>()))
    }

    pub(crate) fn by_key(key: Vec<Value>) -> Self {
        let mut query = Self::new();
        let condition = crate::expr::Node::key_is(M::TABLE, query.root().id, key);
        query.plan.filters.push(condition);
        query.plan.by_key = true;
        query
    }

    /// Only rows with that value.
    pub(crate) fn keep_equal(&mut self, facts: &'static crate::facts::ColumnFacts, value: Value) {
        let column = crate::expr::Column { source: self.root().id, facts };
        let condition = crate::expr::Node::is(column, value);
        self.plan.filters.push(condition);
    }

    /// Reads the rows as a projection, which says itself what it needs.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// #[derive(Clone, Projection)]
    /// #[orm(model = User)]
    /// # #[orm(crate = orm_core)]
    /// struct Card { name: String, age: i32 }
    ///
    /// let cards: Vec<Card> = User::query().order_by(|u| u.id.asc()).load::<Card>().all(&db).await?;
    /// assert_eq!((cards[0].name.as_str(), cards[0].age), ("Ann", 31));
    /// # Ok(()) }) }
    /// ```
    pub fn load<P: Item<Model = M>>(self) -> Query<M, Projected<P>> {
        let mut plan = self.plan;
        plan.reading = P::reading(plan.root().id);
        Query::from_plan(plan)
    }
}

impl<S: Scope, O> Query<S, O> {
    fn columns(&self) -> S::Columns {
        S::columns(&self.plan.scope)
    }

    /// Only the rows that meet the condition; several filters must all be met.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let silent = User::query().filter(|u| u.age.lt(30)).filter(|u| u.bio.is_null());
    /// assert_eq!(silent.one(&db).await?.name, "Bob");
    /// # Ok(()) }) }
    /// ```
    pub fn filter<L: OfRows>(mut self, condition: impl FnOnce(S::Columns) -> Cond<L>) -> Self {
        let condition = condition(self.columns());
        self.plan.filters.push(condition.node());
        self
    }

    /// Filters when there is a value, and leaves the query alone when there is none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (name, min_age): (Option<String>, Option<i32>) = (None, Some(30));
    /// let found = User::query().filter_if(name, |u, name| u.name.eq(name)).filter_if(min_age, |u, age| u.age.ge(age));
    /// assert_eq!(found.one(&db).await?.name, "Ann");
    /// # Ok(()) }) }
    /// ```
    pub fn filter_if<T>(self, value: Option<T>, condition: impl FnOnce(S::Columns, T) -> Cond) -> Self {
        match value {
            Some(value) => self.filter(|columns| condition(columns, value)),
            None => self,
        }
    }

    /// In that order; called again, it refines the order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let posts = Post::query().order_by(|p| (p.author_id.asc(), p.views.desc()));
    /// assert_eq!(posts.select(|p| p.id).all(&db).await?, [2, 1, 3]);
    /// # Ok(()) }) }
    /// ```
    pub fn order_by<R: Orders>(mut self, order: impl FnOnce(S::Columns) -> R) -> Self {
        let order = order(self.columns());
        order.append_to(&mut self.plan.orders);
        self
    }

    /// At most so many rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let page = Post::query().order_by(|p| p.id.asc()).limit(2);
    /// assert_eq!(page.all(&db).await?.len(), 2);
    /// # Ok(()) }) }
    /// ```
    pub fn limit(mut self, rows: u64) -> Self {
        self.plan.limit = Some(row_count(rows));
        self
    }

    /// Without the first rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rest = Post::query().order_by(|p| p.id.asc()).offset(2);
    /// assert_eq!(rest.all(&db).await?.len(), 1);
    /// # Ok(()) }) }
    /// ```
    pub fn offset(mut self, rows: u64) -> Self {
        self.plan.offset = Some(row_count(rows));
        self
    }

    /// Without rows that are equal in all that is selected.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let authors = Post::query().select(|p| p.author_id).distinct();
    /// assert_eq!(authors.count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn distinct(mut self) -> Self {
        self.plan.distinct = true;
        self
    }

    /// Of the rows that are equal in these columns, only the first one in the order; PostgreSQL only.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let latest = Post::query().distinct_on(|p| p.author_id).order_by(|p| p.id.desc());
    /// # #[cfg(feature = "postgres")]
    /// assert!(latest.to_sql(Dialect::Postgres)?.starts_with("SELECT DISTINCT ON"));
    /// # let _ = db;
    /// # Ok(()) }) }
    /// ```
    pub fn distinct_on<G: GroupKeys>(mut self, columns: impl FnOnce(S::Columns) -> G) -> Self {
        let mut nodes = Vec::new();
        columns(self.columns()).group(&mut nodes);
        self.plan.distinct_on = nodes;
        self
    }

    /// Reads expressions instead of whole models.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows: Vec<(String, i32)> = User::query().order_by(|u| u.id.asc()).select(|u| (u.name, u.age + 1)).all(&db).await?;
    /// assert_eq!(rows, [("Ann".to_owned(), 32), ("Bob".to_owned(), 21)]);
    /// # Ok(()) }) }
    /// ```
    pub fn select<P: Picks<Rows, Out = X>, X: Send + 'static>(
        self,
        picks: impl FnOnce(S::Columns) -> P,
    ) -> Query<S, Picked<X>> {
        let picks = picks(self.columns());
        self.pick(picks)
    }

    /// Reads aggregates over all rows: one row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let totals: (i64, Option<i64>) = Post::query().aggregate(|p| (count(), p.views.sum())).one(&db).await?;
    /// assert_eq!(totals, (3, Some(35)));
    /// # Ok(()) }) }
    /// ```
    pub fn aggregate<P: Picks<Groups, Out = X>, X: Send + 'static>(
        self,
        picks: impl FnOnce(S::Columns) -> P,
    ) -> Query<S, Picked<X>> {
        let picks = picks(self.columns());
        let mut plan = self.plan;
        plan.check_uncut("an aggregate");
        // One row has no order, and PostgreSQL refuses to hear of one.
        plan.orders.clear();
        plan.aggregate = true;
        Self::from_plan(plan).pick(picks)
    }

    fn pick<L, P: Picks<L, Out = X>, X: Send + 'static>(self, picks: P) -> Query<S, Picked<X>> {
        let mut plan = self.plan;
        if !plan.reading.loads.is_empty() {
            plan.fail("relations are loaded beside whole models: leave out `with`, or use a projection");
        }
        let mut list = PickList::default();
        picks.append_to(&mut list);
        plan.mark_presence(&list.nodes);
        plan.reading = Reading::new(Some(list.nodes), || Items::batch(P::decode));
        Query::from_plan(plan)
    }

    /// Puts rows that share the keys into one group.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let per_author = Post::query().group_by(|p| p.author_id).order_by(|author, _| author.asc());
    /// let rows: Vec<(i64, i64)> = per_author.select(|author, _| (author, count())).all(&db).await?;
    /// assert_eq!(rows, [(1, 2), (2, 1)]);
    /// # Ok(()) }) }
    /// ```
    pub fn group_by<G: GroupKeys>(self, keys: impl FnOnce(S::Columns) -> G) -> GroupedQuery<S, G::Keys> {
        let mut nodes = Vec::new();
        let keys = keys(self.columns()).group(&mut nodes);
        let mut plan = self.plan;
        plan.check_uncut("a group");
        if !plan.orders.is_empty() {
            plan.fail("groups are ordered by what they have in common: put `order_by` behind `group_by`");
        }
        plan.groups = nodes;
        GroupedQuery::new(plan, keys)
    }
}

impl<M: Model, O: Output> Query<M, O> {
    /// Loads a relation beside every row, by one statement; the row becomes a tuple.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows: Vec<(Post, User)> = Post::query().order_by(|p| p.id.asc()).with(|p| p.author).all(&db).await?;
    /// assert_eq!(rows[0].1.name, "Ann");
    /// # Ok(()) }) }
    /// ```
    pub fn with<R: Load<Owner = M, Out = X>, X: Clone + Send + 'static>(
        self,
        relation: impl FnOnce(M::Columns<crate::expr::Plain>) -> R,
    ) -> Query<M, O::With<X>> {
        let load = relation(self.columns()).load();
        let mut plan = self.plan;
        if load.source != plan.root().id {
            plan.fail("the relation of `with` belongs to another query");
        }
        plan.reading.loads.push(load);
        O::With::<X>::attach(&mut plan);
        Query::from_plan(plan)
    }

    /// In the order of a field of the model whose name is known only when the program runs: from a request, say. Called again, it
    /// refines the order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (field, direction) = ("age", SortOrder::Desc);
    /// let users = User::query().order_by_field(field, direction)?;
    /// assert_eq!(users.select(|u| u.name).all(&db).await?, ["Ann", "Bob"]);
    ///
    /// let Err(error) = User::query().order_by_field("password", direction) else { panic!("no such field") };
    /// assert!(error.to_string().contains("`User` has no field `password`: it has `id`, `email`"));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the model has no such field; the message says which ones it has.
    pub fn order_by_field(mut self, field: &str, direction: SortOrder) -> Result<Self> {
        let columns = M::TABLE.columns;
        let Some(facts) = columns.iter().find(|facts| facts.field == field) else {
            let known: Vec<_> = columns.iter().map(|facts| format!("`{}`", facts.field)).collect();
            let (model, known) = (M::TABLE.model, known.join(", "));
            return Err(Error::invalid_query(format!("`{model}` has no field `{field}`: it has {known}")));
        };
        let node = crate::expr::Node::Column(crate::expr::Column { source: self.root().id, facts });
        self.plan.orders.push(crate::expr::OrderBy { node, direction, nulls: None });
        Ok(self)
    }
}

impl<S: Scope, O> Query<S, O> {
    /// Changes the rows; needs a filter, or [`all_rows`](Update::all_rows). With joins, those of the first model.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let unrated = Post::query().filter(|p| p.rating.is_null());
    /// assert_eq!(unrated.update(|p| (p.views.set(p.views + 1), p.rating.set(3.0))).exec(&db).await?, 2);
    ///
    /// // What is written may be read from what is joined.
    /// let with_authors = Post::query().join(|p| p.author).filter(|(_, u)| u.age.gt(30));
    /// let signed = with_authors.update(|(p, u)| p.title.set(p.title.concat(", by ").concat(u.name)));
    /// assert_eq!(signed.exec(&db).await?, 2);
    /// assert_eq!(Post::find(1).one(&db).await?.title, "Hello, by Ann");
    /// # Ok(()) }) }
    /// ```
    pub fn update<A: Assigns>(self, assign: impl FnOnce(S::Columns) -> A) -> Update<S::Model>
    where
        S: Written,
    {
        let assigns = assign(self.columns());
        Update::of_query(self.plan, assigns)
    }

    /// Deletes the rows; needs a filter, or [`all_rows`](Delete::all_rows). With joins, those of the first model.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let dull = Post::query().filter(|p| p.views.lt(10));
    /// assert_eq!(dull.delete().exec(&db).await?, 1);
    /// let links = PostTag::query().join(|l| l.post).filter(|(_, p)| p.views.gt(15));
    /// assert_eq!(links.delete().exec(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn delete(self) -> Delete<S::Model>
    where
        S: Written,
    {
        Delete::of_query(self.plan)
    }
}

impl<S: Scope, O> Query<S, O>
where
    Self: Readable,
{
    /// All rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let users: Vec<User> = User::query().order_by(|u| u.id.asc()).all(&db).await?;
    /// assert_eq!(users[1].name, "Bob");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query makes no sense, the database refuses it, or a row cannot be decoded.
    pub async fn all(self, executor: &impl Executor) -> Result<Vec<Row<Self>>> {
        downcast(run::rows(executor.handle(), &self.plan).await?)
    }

    /// The one row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).one(&db).await?.name, "Ann");
    /// assert!(User::find(7).one(&db).await.unwrap_err().is_not_found());
    /// assert_eq!(User::query().one(&db).await.unwrap_err().kind(), ErrorKind::TooMany);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Query::all); `NotFound` without a row, `TooMany` with more than one.
    pub async fn one(self, executor: &impl Executor) -> Result<Row<Self>> {
        let model = self.plan.root().table.model;
        self.optional(executor).await?.ok_or_else(|| Error::not_found(model))
    }

    /// The one row, if there is one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let nobody: Option<User> = User::query().filter(|u| u.email.eq("cy@x")).optional(&db).await?;
    /// assert!(nobody.is_none());
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Query::all); `TooMany` with more than one.
    pub async fn optional(self, executor: &impl Executor) -> Result<Option<Row<Self>>> {
        let mut rows = downcast::<Row<Self>>(run::at_most(executor.handle(), &self.plan, 2).await?)?;
        if rows.len() > 1 {
            return Err(Error::too_many(self.plan.root().table.model));
        }
        Ok(rows.pop())
    }

    /// The first row, if there is one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let youngest: Option<User> = User::query().order_by(|u| u.age.asc()).first(&db).await?;
    /// assert_eq!(youngest.unwrap().name, "Bob");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Query::all).
    pub async fn first(self, executor: &impl Executor) -> Result<Option<Row<Self>>> {
        Ok(downcast::<Row<Self>>(run::at_most(executor.handle(), &self.plan, 1).await?)?.pop())
    }
}

impl<S: Scope, O> Query<S, O> {
    /// How many rows there are.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::query().filter(|u| u.age.gt(30)).count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query makes no sense or the database refuses it.
    pub async fn count(self, executor: &impl Executor) -> Result<i64> {
        run::count(executor.handle(), &self.plan).await
    }

    /// The SQL that reads the rows on a database, without sending it; values are parameters, and each relation is one
    /// statement more.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let sql = User::query().filter(|u| u.id.eq(7)).select(|u| u.name).to_sql(Dialect::Postgres)?;
    /// assert_eq!(sql, r#"SELECT "users"."name" FROM "users" WHERE "users"."id" = $1"#);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query makes no sense, or the database cannot do it.
    pub fn to_sql(&self, dialect: Dialect) -> Result<String> {
        run::sql(dialect, &self.plan, Purpose::Rows)
    }

    /// Whether there is a row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert!(User::query().filter(|u| u.email.eq("ann@x")).exists(&db).await?);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query makes no sense or the database refuses it.
    pub async fn exists(self, executor: &impl Executor) -> Result<bool> {
        run::exists(executor.handle(), &self.plan).await
    }
}

/// A number of rows as a parameter; a database counts them in `i64`.
fn row_count(rows: u64) -> Value {
    Value::I64(i64::try_from(rows).unwrap_or(i64::MAX))
}
