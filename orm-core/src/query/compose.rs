//! Queries made of queries: subqueries, common table expressions, and set operations.

use std::sync::Arc;

use super::{
    Derivable, Derived, Picked, Plan, Query, Scope,
    derived::types,
    source::{Combination, Common, Origin, next_source},
};
use crate::{
    expr::Plain,
    model::{Columns, Model},
    relation::{Cardinality, Relation},
};

impl<S: Scope, X: Derivable> Query<S, Picked<X>> {
    /// The rows as a source of their own: what was computed can be filtered, ordered, joined and grouped.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let places = Post::query().select(|p| (p.title, row_number().over(window().partition_by(p.author_id).order_by(p.views.desc()))));
    /// let best = places.subquery().filter(|(_, place)| place.eq(1)).select(|(title, _)| title);
    /// assert_eq!(best.order_by(|(title, _)| title.asc()).all(&db).await?, ["On joins", "Tables"]);
    /// # Ok(()) }) }
    /// ```
    pub fn subquery(self) -> Query<Derived<X>, Picked<X>> {
        let batch = self.plan.reading.batch;
        Self::derived(Origin::Query(Arc::new(self.plan)), batch)
    }

    /// The same as a common table expression: however often it is used in a query, the database sees it once.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let views = Post::query().group_by(|p| p.author_id).select(|author, p| (author, p.views.sum())).common();
    /// let most = views.clone().aggregate(|(_, views)| views.max());
    /// let top = views.filter(|(_, views)| views.eq(most.as_value())).select(|(author, _)| author);
    /// assert_eq!(top.all(&db).await?, [1]);
    /// # Ok(()) }) }
    /// ```
    pub fn common(self) -> Query<Derived<X>, Picked<X>> {
        let batch = self.plan.reading.batch;
        let common = Common { id: next_source(), first: self.plan, next: None, repeats: false };
        Self::derived(Origin::Common(Arc::new(common)), batch)
    }

    /// These rows, and those that a step finds from them, and from those, until it finds no new one (`WITH RECURSIVE`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let numbers = User::find(1).select(|_| value(1_i64));
    /// let numbers = numbers.recursive(|found| found.filter(|n| n.lt(5)).select(|n| n + 1));
    /// assert_eq!(numbers.order_by(|n| n.asc()).all(&db).await?, [1, 2, 3, 4, 5]);
    /// # Ok(()) }) }
    /// ```
    pub fn recursive<T: Scope>(
        self,
        step: impl FnOnce(Query<Derived<X>, Picked<X>>) -> Query<T, Picked<X>>,
    ) -> Query<Derived<X>, Picked<X>> {
        self.rounds(false, step)
    }

    /// As [`recursive`](Self::recursive), but equal rows are all kept, and the next round begins from each of them: to follow every way
    /// to a row. Where the ways go round in a circle, the step has to say when to stop.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let halved = Post::query().filter(|p| p.views.le(10)).select(|p| p.views);
    /// let ways = halved.recursive_all(|found| found.filter(|n| n.gt(1)).select(|n| n / 2)).order_by(|n| n.desc());
    /// assert_eq!(ways.all(&db).await?, [10, 5, 5, 2, 2, 1, 1]);
    /// # Ok(()) }) }
    /// ```
    pub fn recursive_all<T: Scope>(
        self,
        step: impl FnOnce(Query<Derived<X>, Picked<X>>) -> Query<T, Picked<X>>,
    ) -> Query<Derived<X>, Picked<X>> {
        self.rounds(true, step)
    }

    fn rounds<T: Scope>(
        self,
        repeats: bool,
        step: impl FnOnce(Query<Derived<X>, Picked<X>>) -> Query<T, Picked<X>>,
    ) -> Query<Derived<X>, Picked<X>> {
        let (batch, id) = (self.plan.reading.batch, next_source());
        let next = step(Self::derived(Origin::Found(id), batch)).plan;
        let common = Common { id, first: self.plan.uncut(), next: Some(next.uncut()), repeats };
        Self::derived(Origin::Common(Arc::new(common)), batch)
    }

    /// The rows of both, each once.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let ages = User::query().select(|u| u.age.cast::<i64>());
    /// let numbers = Post::query().select(|p| p.views).union(ages).order_by(|n| n.asc());
    /// assert_eq!(numbers.all(&db).await?, [5, 10, 20, 31]);
    /// # Ok(()) }) }
    /// ```
    pub fn union<T: Scope>(self, other: Query<T, Picked<X>>) -> Query<Derived<X>, Picked<X>> {
        self.combine(Combination::Union, other.plan)
    }

    /// The rows of both, as often as they are in each.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let ages = User::query().select(|u| u.age.cast::<i64>());
    /// let numbers = Post::query().select(|p| p.views).union_all(ages).order_by(|n| n.asc());
    /// assert_eq!(numbers.all(&db).await?, [5, 10, 20, 20, 31]);
    /// # Ok(()) }) }
    /// ```
    pub fn union_all<T: Scope>(self, other: Query<T, Picked<X>>) -> Query<Derived<X>, Picked<X>> {
        self.combine(Combination::UnionAll, other.plan)
    }

    /// The rows that are in both, each once.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let ages = User::query().select(|u| u.age.cast::<i64>());
    /// let numbers = Post::query().select(|p| p.views).intersect(ages).order_by(|n| n.asc());
    /// assert_eq!(numbers.all(&db).await?, [20]);
    /// # Ok(()) }) }
    /// ```
    pub fn intersect<T: Scope>(self, other: Query<T, Picked<X>>) -> Query<Derived<X>, Picked<X>> {
        self.combine(Combination::Intersect, other.plan)
    }

    /// The rows that are not in the other, each once.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let ages = User::query().select(|u| u.age.cast::<i64>());
    /// let numbers = Post::query().select(|p| p.views).except(ages).order_by(|n| n.asc());
    /// assert_eq!(numbers.all(&db).await?, [5, 10]);
    /// # Ok(()) }) }
    /// ```
    pub fn except<T: Scope>(self, other: Query<T, Picked<X>>) -> Query<Derived<X>, Picked<X>> {
        self.combine(Combination::Except, other.plan)
    }

    fn combine(self, combination: Combination, other: Plan) -> Query<Derived<X>, Picked<X>> {
        let batch = self.plan.reading.batch;
        Self::derived(combined(combination, self.plan, other), batch)
    }

    fn derived(origin: Origin, batch: fn() -> Box<dyn super::output::Batch>) -> Query<Derived<X>, Picked<X>> {
        Query::from_plan(Plan::derived(origin, &types::<X>(), batch))
    }
}

impl<M: Model> Query<M> {
    /// The rows, and all to which a relation of the model with itself leads from them, however far.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// # #[derive(Debug, Clone, Model)]
    /// # #[orm(crate = orm_core, has_many(parts: Part.whole))]
    /// # struct Part { id: i64, #[orm(belongs_to(whole: Part))] whole_id: Option<i64> }
    /// let all_parts = Part::find(1).recursive(|part| part.parts);
    /// assert!(all_parts.to_sql(Dialect::Sqlite)?.starts_with("WITH RECURSIVE"));
    /// # let _ = db;
    /// # Ok(()) }) }
    /// ```
    pub fn recursive<C: Cardinality>(self, relation: impl FnOnce(Columns<M>) -> Relation<M, M, C>) -> Self {
        let id = next_source();
        let mut next = Plan::new(M::TABLE, |_| self.plan.reading.clone());
        next.set_origin(Origin::Found(id));
        let relation = relation(M::columns::<Plain>(next.root().id));
        let target = next.join(relation.source(), &relation.path(), M::TABLE, super::JoinKind::Inner);
        next.read_whole(target);
        let common = Common { id, first: self.plan.clone().uncut(), next: Some(next), repeats: false };
        self.of_origin(Origin::Common(Arc::new(common)))
    }

    /// The rows of both, each once.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let other = Post::query().filter(|p| p.title.ne("Hello"));
    /// let posts = Post::query().filter(|p| p.views.gt(5)).union(other).order_by(|p| p.title.asc());
    /// assert_eq!(posts.select(|p| p.title).all(&db).await?, ["Hello", "On joins", "Tables"]);
    /// # Ok(()) }) }
    /// ```
    pub fn union(self, other: Self) -> Self {
        self.combine(Combination::Union, other.plan)
    }

    /// The rows of both, as often as they are in each.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let other = Post::query().filter(|p| p.title.ne("Hello"));
    /// let posts = Post::query().filter(|p| p.views.gt(5)).union_all(other).order_by(|p| p.title.asc());
    /// assert_eq!(posts.select(|p| p.title).all(&db).await?, ["Hello", "On joins", "On joins", "Tables"]);
    /// # Ok(()) }) }
    /// ```
    pub fn union_all(self, other: Self) -> Self {
        self.combine(Combination::UnionAll, other.plan)
    }

    /// The rows that are in both.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let other = Post::query().filter(|p| p.title.ne("Hello"));
    /// let posts = Post::query().filter(|p| p.views.gt(5)).intersect(other).order_by(|p| p.title.asc());
    /// assert_eq!(posts.select(|p| p.title).all(&db).await?, ["On joins"]);
    /// # Ok(()) }) }
    /// ```
    pub fn intersect(self, other: Self) -> Self {
        self.combine(Combination::Intersect, other.plan)
    }

    /// The rows that are not in the other.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let other = Post::query().filter(|p| p.views.gt(5));
    /// let posts = Post::query().filter(|p| p.title.ne("Hello")).except(other).order_by(|p| p.title.asc());
    /// assert_eq!(posts.select(|p| p.title).all(&db).await?, ["Tables"]);
    /// # Ok(()) }) }
    /// ```
    pub fn except(self, other: Self) -> Self {
        self.combine(Combination::Except, other.plan)
    }

    fn combine(self, combination: Combination, other: Plan) -> Self {
        let origin = combined(combination, self.plan.clone(), other);
        self.of_origin(origin)
    }

    /// Whole models, from somewhere else than their table.
    fn of_origin(self, origin: Origin) -> Self {
        let mut query = Self::new();
        query.plan.set_origin(origin);
        query.plan.error = self.plan.error;
        if !self.plan.reading.loads.is_empty() {
            query.plan.fail("relations are loaded beside the rows of the whole: put `with` behind it");
        }
        query
    }
}

fn combined(combination: Combination, first: Plan, second: Plan) -> Origin {
    Origin::Combined(combination, Arc::new([first.uncut(), second.uncut()]))
}
