//! A relation narrowed down: filtered, ordered, limited per row, with relations of its own.

use super::{Cardinality, Load, LoadPlan, Relation, columns_of, count_of, load};
use crate::{
    expr::{Cond, Expr, Node, Orders},
    model::{Columns, Item, Model},
    query::{Output, Query, Whole},
};

/// A relation narrowed down.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let (_, posts) = User::find(1).with(|u| u.posts.order_by(|p| p.id.desc()).limit(1)).one(&db).await?;
/// assert_eq!(posts[0].title, "On joins");
/// # Ok(()) }) }
/// ```
#[must_use]
pub struct RelationQuery<O, T: Model, C, Out = Whole<T>> {
    relation: Relation<O, T, C>,
    query: Query<T, Out>,
}

impl<O, T: Model, C, Out> Clone for RelationQuery<O, T, C, Out> {
    fn clone(&self) -> Self {
        Self { relation: self.relation, query: self.query.clone() }
    }
}

impl<O: Model, T: Model, C: Cardinality> RelationQuery<O, T, C> {
    pub(super) fn new<From>(relation: Relation<O, T, From>) -> Self {
        let relation = Relation::new(relation.source(), relation.name(), relation.link());
        Self { relation, query: Query::new() }
    }

    /// Rows read as a projection or as the model itself.
    pub(super) fn read_as<P: Item<Model = T>>(self) -> RelationQuery<O, T, C, crate::query::Projected<P>> {
        RelationQuery { relation: self.relation, query: self.query.load() }
    }
}

impl<O: Model, T: Model, C: Cardinality, Out: Output> RelationQuery<O, T, C, Out> {
    /// Only the rows that meet the condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let seen = |u: Columns<User>| u.posts.filter(|p| p.views.gt(5)).filter(|p| p.rating.is_null());
    /// assert_eq!(User::find(1).select(|u| seen(u).count()).one(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn filter(self, condition: impl FnOnce(Columns<T>) -> Cond) -> RelationQuery<O, T, C::Filtered, Out> {
        let relation = Relation::new(self.relation.source(), self.relation.name(), self.relation.link());
        RelationQuery { relation, query: self.query.filter(condition) }
    }

    /// In that order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (_, posts) = User::find(1).with(|u| u.posts.limit(1).order_by(|p| p.views.desc())).one(&db).await?;
    /// assert_eq!(posts[0].views, 20);
    /// # Ok(()) }) }
    /// ```
    pub fn order_by<R: Orders>(mut self, order: impl FnOnce(Columns<T>) -> R) -> Self {
        self.query = self.query.order_by(order);
        self
    }

    /// At most so many rows for each row of `O`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let latest = User::query().with(|u| u.posts.order_by(|p| p.id.desc()).limit(1)).all(&db).await?;
    /// assert!(latest.iter().all(|(_, posts)| posts.len() == 1));
    /// # Ok(()) }) }
    /// ```
    pub fn limit(mut self, rows: u64) -> Self {
        self.query = self.query.limit(rows);
        self
    }

    /// Without the first rows for each row of `O`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (_, older) = User::find(1).with(|u| u.posts.order_by(|p| p.id.desc()).limit(5).offset(1)).one(&db).await?;
    /// assert_eq!(older[0].title, "Hello");
    /// # Ok(()) }) }
    /// ```
    pub fn offset(mut self, rows: u64) -> Self {
        self.query = self.query.offset(rows);
        self
    }

    /// With a relation of the target loaded too.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (_, posts) = User::find(1).with(|u| u.posts.filter(|p| p.id.eq(2)).with(|p| p.tags).with(|p| p.editor)).one(&db).await?;
    /// let (_, tags, editor) = &posts[0];
    /// assert_eq!((tags.len(), editor), (2, &None));
    /// # Ok(()) }) }
    /// ```
    pub fn with<R: Load<Owner = T, Out = X>, X: Send + Clone + 'static>(
        self,
        relation: impl FnOnce(Columns<T>) -> R,
    ) -> RelationQuery<O, T, C, Out::With<X>> {
        RelationQuery { relation: self.relation, query: self.query.with(relation) }
    }

    /// At least one row meets the condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let unrated = User::query().filter(|u| u.posts.filter(|p| p.rating.is_null()).any(|p| p.views.gt(10)));
    /// assert_eq!(unrated.one(&db).await?.name, "Ann");
    /// # Ok(()) }) }
    /// ```
    pub fn any(self, condition: impl FnOnce(Columns<T>) -> Cond) -> Cond {
        let condition = condition(columns_of::<T>(self.query.root())).node();
        self.exists_where(Some(condition))
    }

    /// No row meets the condition; true when there is no row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let quiet = User::query().filter(|u| u.posts.filter(|p| p.rating.is_null()).none(|p| p.views.gt(10)));
    /// assert_eq!(quiet.one(&db).await?.name, "Bob");
    /// # Ok(()) }) }
    /// ```
    pub fn none(self, condition: impl FnOnce(Columns<T>) -> Cond) -> Cond {
        self.any(condition).not()
    }

    /// Every row meets the condition; true when there is no row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let seen = User::query().filter(|u| u.posts.filter(|p| p.rating.is_null()).every(|p| p.views.gt(10)));
    /// assert_eq!(seen.one(&db).await?.name, "Ann");
    /// # Ok(()) }) }
    /// ```
    pub fn every(self, condition: impl FnOnce(Columns<T>) -> Cond) -> Cond {
        let condition = condition(columns_of::<T>(self.query.root())).node();
        let fails = Node::Not(Box::new(Node::OrFalse(Box::new(condition))));
        self.exists_where(Some(fails)).not()
    }

    /// There is at least one row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rated = User::query().filter(|u| u.posts.filter(|p| p.rating.gt(4.0)).exists());
    /// assert_eq!(rated.one(&db).await?.name, "Ann");
    /// # Ok(()) }) }
    /// ```
    pub fn exists(self) -> Cond {
        self.exists_where(None)
    }

    /// How many rows there are.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let seen = User::query().order_by(|u| u.id.asc()).select(|u| u.posts.filter(|p| p.views.ge(10)).count());
    /// assert_eq!(seen.all(&db).await?, [2, 0]);
    /// # Ok(()) }) }
    /// ```
    pub fn count(self) -> Expr<i64> {
        let (target, filters) = self.query.into_conditions();
        count_of(self.relation.subquery(target, filters, Node::Bool(true)))
    }

    fn exists_where(self, condition: Option<Node>) -> Cond {
        let (target, mut filters) = self.query.into_conditions();
        filters.extend(condition);
        let subquery = self.relation.subquery(target, filters, Node::Bool(true));
        Cond::from_node(Node::Exists(Box::new(subquery)))
    }
}

impl<O: Model, T: Model, C: Cardinality, Out: Output> Load for RelationQuery<O, T, C, Out>
where
    Out::Item: Clone,
{
    type Owner = O;
    type Out = C::Of<Out::Item>;

    fn load(self) -> LoadPlan {
        load::plan::<O, T, C, Out>(self.relation, self.query)
    }
}
