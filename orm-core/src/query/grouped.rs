//! A query whose rows are groups.

use std::marker::PhantomData;

use super::{Picked, Plan, Query, Reading, Scope, output::Items};
use crate::expr::{Cond, Groups, Orders, PickList, Picks};

/// A query whose rows are groups: what it reads are the keys and aggregates.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let per_author = Post::query().group_by(|p| p.author_id);
/// let views = per_author.select(|author, p| (author, p.views.sum()));
/// assert_eq!(views.all(&db).await?.len(), 2);
/// # Ok(()) }) }
/// ```
#[must_use = "a query does nothing until it is run: `.select(..)`, then `.all(&db).await`"]
pub struct GroupedQuery<S, K> {
    plan: Plan,
    keys: K,
    marker: PhantomData<fn() -> S>,
}

impl<S, K: Clone> Clone for GroupedQuery<S, K> {
    fn clone(&self) -> Self {
        Self::new(self.plan.clone(), self.keys.clone())
    }
}

impl<S, K> GroupedQuery<S, K> {
    pub(super) const fn new(plan: Plan, keys: K) -> Self {
        Self { plan, keys, marker: PhantomData }
    }
}

impl<S: Scope, K: Clone> GroupedQuery<S, K> {
    fn columns(&self) -> S::GroupedColumns {
        S::grouped_columns(&self.plan.scope)
    }

    /// Only the groups that meet the condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let busy = Post::query().group_by(|p| p.author_id).having(|_, p| p.views.sum().gt(20));
    /// assert_eq!(busy.select(|author, _| author).all(&db).await?, [1]);
    /// # Ok(()) }) }
    /// ```
    pub fn having(mut self, condition: impl FnOnce(K, S::GroupedColumns) -> Cond<Groups>) -> Self {
        let condition = condition(self.keys.clone(), self.columns());
        self.plan.having.push(condition.node());
        self
    }

    /// In that order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let by_views = Post::query().group_by(|p| p.author_id).order_by(|author, p| (p.views.sum().asc(), author.asc()));
    /// assert_eq!(by_views.select(|author, _| author).all(&db).await?, [2, 1]);
    /// # Ok(()) }) }
    /// ```
    pub fn order_by<R: Orders<Groups>>(mut self, order: impl FnOnce(K, S::GroupedColumns) -> R) -> Self {
        let order = order(self.keys.clone(), self.columns());
        order.append_to(&mut self.plan.orders);
        self
    }

    /// Reads keys and aggregates.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = Post::query().group_by(|p| p.author_id).select(|author, p| (author, count(), p.views.max()));
    /// let rows: Vec<(i64, i64, Option<i64>)> = rows.all(&db).await?;
    /// # assert_eq!(rows.len(), 2);
    /// # Ok(()) }) }
    /// ```
    pub fn select<P: Picks<Groups, Out = X>, X: Send + 'static>(
        self,
        picks: impl FnOnce(K, S::GroupedColumns) -> P,
    ) -> Query<S, Picked<X>> {
        let mut list = PickList::default();
        picks(self.keys.clone(), self.columns()).append_to(&mut list);
        let mut plan = self.plan;
        plan.reading = Reading::new(Some(list.nodes), || Items::batch(P::decode));
        Query::from_plan(plan)
    }
}
