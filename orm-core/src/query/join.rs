//! Joins: along a relation, on any condition, with the rows of a query.

use std::sync::Arc;

use super::{
    AsSource, Inner, Left, Plan, Query, Scope, Unselected,
    source::{JoinKind, Origin, Source, next_source},
};
use crate::{
    expr::{Cond, Node},
    model::Model,
    relation::{Cardinality, Relation},
};

impl<S: Scope, O> Query<S, O> {
    /// Joins a relation; rows without a match are left out.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = Post::query().join(|p| p.author).filter(|(_, u)| u.age.lt(30)).select(|(p, u)| (p.title, u.name));
    /// assert_eq!(rows.all(&db).await?, [("Tables".to_owned(), "Bob".to_owned())]);
    /// # Ok(()) }) }
    /// ```
    pub fn join<A: Model, T: Model, C: Cardinality>(
        self,
        relation: impl FnOnce(S::Columns) -> Relation<A, T, C>,
    ) -> Query<S::Push<Inner<T>>, Unselected> {
        let relation = relation(self.columns());
        self.along(relation, JoinKind::Inner)
    }

    /// Joins a relation; rows without a match are kept, with columns that may be NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = Post::query().left_join(|p| p.editor).order_by(|(p, _)| p.id.desc()).select(|(p, u)| (p.id, u.name));
    /// let rows: Vec<(i64, Option<String>)> = rows.all(&db).await?;
    /// assert_eq!(rows, [(3, Some("Ann".to_owned())), (2, None), (1, None)]);
    /// # Ok(()) }) }
    /// ```
    pub fn left_join<A: Model, T: Model, C: Cardinality>(
        self,
        relation: impl FnOnce(S::Columns) -> Relation<A, T, C>,
    ) -> Query<S::Push<Left<T>>, Unselected> {
        let relation = relation(self.columns());
        self.along(relation, JoinKind::Left)
    }

    /// As [`left_join`](Self::left_join), if it is wanted; else its rows are never there, and nothing is read for them.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// for with_editors in [true, false] {
    ///     let rows = Post::query().left_join_if(with_editors, |p| p.editor).select(|(p, u)| (p.title, u.name));
    ///     let edited = rows.all(&db).await?.into_iter().filter(|(_, editor)| editor.is_some());
    ///     assert_eq!(edited.count(), usize::from(with_editors));
    /// }
    /// # Ok(()) }) }
    /// ```
    pub fn left_join_if<A: Model, T: Model, C: Cardinality>(
        self,
        wanted: bool,
        relation: impl FnOnce(S::Columns) -> Relation<A, T, C>,
    ) -> Query<S::Push<Left<T>>, Unselected> {
        let before = self.plan.sources.len();
        let mut query = self.left_join(relation);
        if !wanted {
            query.plan.empty_joins(before);
        }
        query
    }

    /// Joins a relation; rows of the other model without a match are kept, and all columns before it may be NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = Post::query().right_join(|p| p.editor).order_by(|(_, u)| u.id.asc()).select(|(p, u)| (u.name, p.title));
    /// let rows: Vec<(String, Option<String>)> = rows.all(&db).await?;
    /// assert_eq!(rows, [("Ann".to_owned(), Some("Tables".to_owned())), ("Bob".to_owned(), None)]);
    /// # Ok(()) }) }
    /// ```
    pub fn right_join<A: Model, T: Model, C: Cardinality>(
        self,
        relation: impl FnOnce(S::Columns) -> Relation<A, T, C>,
    ) -> Query<<S::Loose as Scope>::Push<Inner<T>>, Unselected> {
        let relation = relation(self.columns());
        self.along(relation, JoinKind::Right)
    }

    /// Joins a relation; rows of either side without a match are kept, and every column may be NULL. MariaDB has no such join.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = Post::query().full_join(|p| p.editor).select(|(p, u)| (p.title, u.name));
    /// let rows: Vec<(Option<String>, Option<String>)> = rows.all(&db).await?;
    /// assert_eq!(rows.len(), 4);
    /// # Ok(()) }) }
    /// ```
    pub fn full_join<A: Model, T: Model, C: Cardinality>(
        self,
        relation: impl FnOnce(S::Columns) -> Relation<A, T, C>,
    ) -> Query<<S::Loose as Scope>::Push<Left<T>>, Unselected> {
        let relation = relation(self.columns());
        self.along(relation, JoinKind::Full)
    }

    /// Joins a model on a condition; rows without a match are left out.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = User::query().join_on::<User>(|(u, other)| u.age.gt(other.age)).select(|(u, other)| (u.name, other.name));
    /// assert_eq!(rows.all(&db).await?, [("Ann".to_owned(), "Bob".to_owned())]);
    /// # Ok(()) }) }
    /// ```
    pub fn join_on<T: Model>(
        self,
        condition: impl FnOnce(<S::Push<Inner<T>> as Scope>::Columns) -> Cond,
    ) -> Query<S::Push<Inner<T>>, Unselected> {
        self.on(T::TABLE, Origin::Table, JoinKind::Inner, condition)
    }

    /// Joins a model on a condition; rows without a match are kept, with columns that may be NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = User::query().left_join_on::<Post>(|(u, p)| p.author_id.eq(u.id).and(p.views.gt(15)));
    /// let rows = rows.order_by(|(u, _)| u.id.asc()).select(|(u, p)| (u.name, p.title));
    /// assert_eq!(rows.all(&db).await?[1], ("Bob".to_owned(), None));
    /// # Ok(()) }) }
    /// ```
    pub fn left_join_on<T: Model>(
        self,
        condition: impl FnOnce(<S::Push<Left<T>> as Scope>::Columns) -> Cond,
    ) -> Query<S::Push<Left<T>>, Unselected> {
        self.on(T::TABLE, Origin::Table, JoinKind::Left, condition)
    }

    /// Joins a model on a condition; rows of that model without a match are kept, and all columns before it may be NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = Post::query().right_join_on::<User>(|(p, u)| p.author_id.eq(u.id).and(p.views.gt(15)));
    /// let rows = rows.order_by(|(_, u)| u.id.asc()).select(|(p, u)| (p.title, u.name));
    /// assert_eq!(rows.all(&db).await?[1], (None, "Bob".to_owned()));
    /// # Ok(()) }) }
    /// ```
    pub fn right_join_on<T: Model>(
        self,
        condition: impl FnOnce(<<S::Loose as Scope>::Push<Inner<T>> as Scope>::Columns) -> Cond,
    ) -> Query<<S::Loose as Scope>::Push<Inner<T>>, Unselected> {
        self.on(T::TABLE, Origin::Table, JoinKind::Right, condition)
    }

    /// Joins a model on a condition; rows of either side without a match are kept, and every column may be NULL. MariaDB has no
    /// such join.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = Post::query().full_join_on::<User>(|(p, u)| p.editor_id.eq(u.id));
    /// assert_eq!(rows.select(|(p, u)| (p.title, u.name)).all(&db).await?.len(), 4);
    /// # Ok(()) }) }
    /// ```
    pub fn full_join_on<T: Model>(
        self,
        condition: impl FnOnce(<<S::Loose as Scope>::Push<Left<T>> as Scope>::Columns) -> Cond,
    ) -> Query<<S::Loose as Scope>::Push<Left<T>>, Unselected> {
        self.on(T::TABLE, Origin::Table, JoinKind::Full, condition)
    }

    /// Joins the rows of a query on a condition; rows without a match are left out.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let totals = Post::query().group_by(|p| p.author_id).select(|author, p| (author, p.views.sum()));
    /// let rows = User::query().join_query(totals, |(u, (author, _))| u.id.eq(author)).order_by(|(u, _)| u.id.asc());
    /// let rows: Vec<(String, Option<i64>)> = rows.select(|(u, (_, views))| (u.name, views)).all(&db).await?;
    /// assert_eq!(rows[0], ("Ann".to_owned(), Some(30)));
    /// # Ok(()) }) }
    /// ```
    pub fn join_query<T, Q: AsSource>(
        self,
        query: Query<T, Q>,
        condition: impl FnOnce(<S::Push<Inner<Q::Source>> as Scope>::Columns) -> Cond,
    ) -> Query<S::Push<Inner<Q::Source>>, Unselected> {
        let plan = query.into_plan();
        self.on(plan.table(), Origin::Query(Arc::new(plan)), JoinKind::Inner, condition)
    }

    /// Joins the rows of a query on a condition; rows without a match are kept, with columns that may be NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let popular = Post::query().filter(|p| p.views.gt(15));
    /// let rows = User::query().left_join_query(popular, |(u, p)| u.id.eq(p.author_id)).order_by(|(u, _)| u.id.asc());
    /// assert_eq!(rows.select(|(_, p)| p.title).all(&db).await?, [Some("On joins".to_owned()), None]);
    /// # Ok(()) }) }
    /// ```
    pub fn left_join_query<T, Q: AsSource>(
        self,
        query: Query<T, Q>,
        condition: impl FnOnce(<S::Push<Left<Q::Source>> as Scope>::Columns) -> Cond,
    ) -> Query<S::Push<Left<Q::Source>>, Unselected> {
        let plan = query.into_plan();
        self.on(plan.table(), Origin::Query(Arc::new(plan)), JoinKind::Left, condition)
    }

    /// Joins the rows of a query that speaks of the columns before it, for each row; those without a match are left out. PostgreSQL
    /// and MySQL only.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let latest = User::query().join_lateral(|u| Post::query().filter(move |p| p.author_id.eq(u.id)).order_by(|p| p.id.desc()).limit(2));
    /// # #[cfg(feature = "postgres")]
    /// assert!(latest.select(|(u, p)| (u.name, p.title)).to_sql(Dialect::Postgres)?.contains("LATERAL"));
    /// # let _ = db;
    /// # Ok(()) }) }
    /// ```
    pub fn join_lateral<T, Q: AsSource>(
        self,
        query: impl FnOnce(S::Columns) -> Query<T, Q>,
    ) -> Query<S::Push<Inner<Q::Source>>, Unselected> {
        let plan = query(self.columns()).into_plan();
        self.lateral(plan, JoinKind::Inner)
    }

    /// Joins the rows of a query that speaks of the columns before it, for each row; those without a match are kept, with columns
    /// that may be NULL. PostgreSQL and MySQL only.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let latest = User::query().left_join_lateral(|u| Post::query().filter(move |p| p.author_id.eq(u.id)).order_by(|p| p.id.desc()).limit(2));
    /// # #[cfg(feature = "postgres")]
    /// assert!(latest.select(|(u, p)| (u.name, p.title)).to_sql(Dialect::Postgres)?.contains("LATERAL"));
    /// # let _ = db;
    /// # Ok(()) }) }
    /// ```
    pub fn left_join_lateral<T, Q: AsSource>(
        self,
        query: impl FnOnce(S::Columns) -> Query<T, Q>,
    ) -> Query<S::Push<Left<Q::Source>>, Unselected> {
        let plan = query(self.columns()).into_plan();
        self.lateral(plan, JoinKind::Left)
    }

    fn along<A: Model, T: Model, C: Cardinality, J: Scope>(
        self,
        relation: Relation<A, T, C>,
        kind: JoinKind,
    ) -> Query<J, Unselected> {
        let mut plan = self.plan;
        plan.check_join(kind);
        plan.join(relation.source(), &relation.path(), T::TABLE, kind);
        Query::from_plan(plan)
    }

    fn lateral<J: Scope>(self, plan: Plan, kind: JoinKind) -> Query<J, Unselected> {
        let always = |_: J::Columns| Cond::from_node(Node::Bool(true));
        self.on(plan.table(), Origin::Lateral(Arc::new(plan)), kind, always)
    }

    /// The source is added first, so that the condition may speak of it.
    fn on<J: Scope>(
        self,
        table: &'static crate::facts::TableFacts,
        origin: Origin,
        kind: JoinKind,
        condition: impl FnOnce(J::Columns) -> Cond,
    ) -> Query<J, Unselected> {
        let mut plan = self.plan;
        plan.check_join(kind);
        let id = next_source();
        plan.scope.push(id);
        let on = condition(J::columns(&plan.scope)).node();
        plan.by_key = false;
        plan.sources.push(Source { origin, ..Source::joined(id, table, kind, on) });
        Query::from_plan(plan)
    }
}
