//! A relation narrowed down: filtered, ordered, limited per row, with relations of its own.

use super::{Cardinality, Load, LoadPlan, Relation, columns_of, count_of, load};
use crate::{
    expr::{Cond, Expr, Node, Orders},
    model::{Columns, Item, Model},
    query::{Output, Query, Whole},
};

/// A relation narrowed down.
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
    pub fn filter(self, condition: impl FnOnce(Columns<T>) -> Cond) -> RelationQuery<O, T, C::Filtered, Out> {
        let relation = Relation::new(self.relation.source(), self.relation.name(), self.relation.link());
        RelationQuery { relation, query: self.query.filter(condition) }
    }

    /// In that order.
    pub fn order_by<R: Orders>(mut self, order: impl FnOnce(Columns<T>) -> R) -> Self {
        self.query = self.query.order_by(order);
        self
    }

    /// At most so many rows for each row of `O`.
    pub fn limit(mut self, rows: u64) -> Self {
        self.query = self.query.limit(rows);
        self
    }

    /// Without the first rows for each row of `O`.
    pub fn offset(mut self, rows: u64) -> Self {
        self.query = self.query.offset(rows);
        self
    }

    /// With a relation of the target loaded too.
    pub fn with<R: Load<Owner = T, Out = X>, X: Send + Clone + 'static>(
        self,
        relation: impl FnOnce(Columns<T>) -> R,
    ) -> RelationQuery<O, T, C, Out::With<X>> {
        RelationQuery { relation: self.relation, query: self.query.with(relation) }
    }

    /// At least one row meets the condition.
    pub fn any(self, condition: impl FnOnce(Columns<T>) -> Cond) -> Cond {
        let condition = condition(columns_of::<T>(self.query.root())).node();
        self.exists_where(Some(condition))
    }

    /// Every row meets the condition; true when there is no row.
    pub fn every(self, condition: impl FnOnce(Columns<T>) -> Cond) -> Cond {
        let condition = condition(columns_of::<T>(self.query.root())).node();
        let fails = Node::Not(Box::new(Node::OrFalse(Box::new(condition))));
        self.exists_where(Some(fails)).not()
    }

    /// There is at least one row.
    pub fn exists(self) -> Cond {
        self.exists_where(None)
    }

    /// How many rows there are.
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
