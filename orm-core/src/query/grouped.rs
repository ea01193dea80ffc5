//! A query whose rows are groups.

use std::marker::PhantomData;

use super::{Picked, Plan, Query, Reading, Scope, output::Items};
use crate::expr::{Cond, Groups, Orders, Picks};

/// A query whose rows are groups: what it reads are the keys and aggregates.
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
    pub fn having(mut self, condition: impl FnOnce(K, S::GroupedColumns) -> Cond<Groups>) -> Self {
        let condition = condition(self.keys.clone(), self.columns());
        self.plan.having.push(condition.node());
        self
    }

    /// In that order.
    pub fn order_by<R: Orders<Groups>>(mut self, order: impl FnOnce(K, S::GroupedColumns) -> R) -> Self {
        let order = order(self.keys.clone(), self.columns());
        order.append_to(&mut self.plan.orders);
        self
    }

    /// Reads keys and aggregates.
    pub fn select<P: Picks<Groups, Out = X>, X: Send + 'static>(
        self,
        picks: impl FnOnce(K, S::GroupedColumns) -> P,
    ) -> Query<S, Picked<X>> {
        let mut nodes = Vec::new();
        picks(self.keys.clone(), self.columns()).append_to(&mut nodes);
        let mut plan = self.plan;
        plan.reading = Reading::new(Some(nodes), || Items::batch(P::decode));
        Query::from_plan(plan)
    }
}
