//! Typed paths between models.
//!
//! A relation is a field of the columns struct. Loading it (`with`) changes the type of the result; asking about
//! it (`any`, `none`, `every`, `count`) makes a correlated subquery.

mod cardinality;
mod link;
mod load;
mod relation_query;

use std::marker::PhantomData;

pub use cardinality::{Cardinality, Many, Maybe, One};
pub use link::{BelongsTo, Link, Through, belongs_to_of};
pub(crate) use link::{JoinTable, Path, tie};
pub use load::{Load, LoadField, LoadInto};
pub(crate) use load::{LoadPlan, Part};
pub use relation_query::RelationQuery;

use orm_schema::ValueType;

use crate::{
    expr::{Cond, Expr, Function, Node, Orders, Plain, Rows, Subquery},
    model::{Columns, Model},
    query::{Source, Whole},
};

/// Which models it is between: no value of theirs, so `Copy` and `Send` whatever they are.
type Between<O, T, C> = PhantomData<fn() -> (O, T, C)>;

/// A relation from the model `O` to the model `T`; `C` says to how many rows.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let of_ann: Vec<(User, Vec<Post>)> = User::find(1).with(|u| u.posts).all(&db).await?;
/// assert_eq!(of_ann[0].1.len(), 2);
/// # Ok(()) }) }
/// ```
#[must_use]
pub struct Relation<O, T, C> {
    source: u32,
    name: &'static str,
    link: Link,
    marker: Between<O, T, C>,
}

impl<O, T, C> Clone for Relation<O, T, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<O, T, C> Copy for Relation<O, T, C> {}

impl<O, T, C> Relation<O, T, C> {
    /// For the derive.
    #[doc(hidden)]
    pub const fn new(source: u32, name: &'static str, link: Link) -> Self {
        Self { source, name, link, marker: PhantomData }
    }

    pub(crate) const fn link(self) -> Link {
        self.link
    }

    pub(crate) const fn source(self) -> u32 {
        self.source
    }

    pub(crate) const fn name(self) -> &'static str {
        self.name
    }
}

impl<O: Model, T: Model, C: Cardinality> Relation<O, T, C> {
    pub(crate) fn path(self) -> Path {
        self.link.path(O::TABLE, T::TABLE)
    }

    /// Only the rows that meet the condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = User::query().order_by(|u| u.id.asc()).with(|u| u.posts.filter(|p| p.views.ge(10))).all(&db).await?;
    /// let counts: Vec<usize> = rows.iter().map(|(_, posts)| posts.len()).collect();
    /// assert_eq!(counts, [2, 0]);
    /// # Ok(()) }) }
    /// ```
    pub fn filter(self, condition: impl FnOnce(Columns<T>) -> Cond) -> RelationQuery<O, T, C::Filtered> {
        RelationQuery::<O, T, C>::new(self).filter(condition)
    }

    /// In that order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (_, posts) = User::find(1).with(|u| u.posts.order_by(|p| p.views.desc())).one(&db).await?;
    /// assert_eq!(posts[0].title, "On joins");
    /// # Ok(()) }) }
    /// ```
    pub fn order_by<R: Orders>(self, order: impl FnOnce(Columns<T>) -> R) -> RelationQuery<O, T, C> {
        RelationQuery::new(self).order_by(order)
    }

    /// At most so many rows for each row of `O`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (_, posts) = User::find(1).with(|u| u.posts.limit(1)).one(&db).await?;
    /// assert_eq!(posts.len(), 1);
    /// # Ok(()) }) }
    /// ```
    pub fn limit(self, rows: u64) -> RelationQuery<O, T, C> {
        RelationQuery::new(self).limit(rows)
    }

    /// Without the first rows for each row of `O`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (_, posts) = User::find(1).with(|u| u.posts.offset(1)).one(&db).await?;
    /// assert_eq!(posts.len(), 1);
    /// # Ok(()) }) }
    /// ```
    pub fn offset(self, rows: u64) -> RelationQuery<O, T, C> {
        RelationQuery::new(self).offset(rows)
    }

    /// With a relation of the target loaded too.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (_, posts): (User, Vec<(Post, Vec<Tag>)>) = User::find(1).with(|u| u.posts.with(|p| p.tags)).one(&db).await?;
    /// assert_eq!(posts[0].1[0].name, "rust");
    /// # Ok(()) }) }
    /// ```
    pub fn with<R: Load<Owner = T, Out = X>, X: Send + Clone + 'static>(
        self,
        relation: impl FnOnce(Columns<T>) -> R,
    ) -> RelationQuery<O, T, C, <Whole<T> as crate::query::Output>::With<X>> {
        RelationQuery::new(self).with(relation)
    }

    /// At least one row meets the condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let popular = User::query().filter(|u| u.posts.any(|p| p.views.ge(20)));
    /// assert_eq!(popular.one(&db).await?.name, "Ann");
    /// # Ok(()) }) }
    /// ```
    pub fn any(self, condition: impl FnOnce(Columns<T>) -> Cond) -> Cond {
        RelationQuery::<O, T, C>::new(self).any(condition)
    }

    /// No row meets the condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let others = User::query().filter(|u| u.posts.none(|p| p.views.ge(20)));
    /// assert_eq!(others.one(&db).await?.name, "Bob");
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
    /// let always = User::query().filter(|u| u.posts.every(|p| p.views.ge(10)));
    /// assert_eq!(always.one(&db).await?.name, "Ann");
    /// # Ok(()) }) }
    /// ```
    pub fn every(self, condition: impl FnOnce(Columns<T>) -> Cond) -> Cond {
        RelationQuery::<O, T, C>::new(self).every(condition)
    }

    /// There is at least one row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let edited = Post::query().filter(|p| p.editor.exists());
    /// assert_eq!(edited.one(&db).await?.title, "Tables");
    /// # Ok(()) }) }
    /// ```
    pub fn exists(self) -> Cond {
        RelationQuery::<O, T, C>::new(self).exists()
    }

    /// How many rows there are.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let counts = User::query().order_by(|u| u.posts.count().desc()).select(|u| (u.name, u.posts.count()));
    /// assert_eq!(counts.all(&db).await?, [("Ann".to_owned(), 2), ("Bob".to_owned(), 1)]);
    /// # Ok(()) }) }
    /// ```
    pub fn count(self) -> Expr<i64> {
        RelationQuery::<O, T, C>::new(self).count()
    }

    /// The column of the relation's target, for relations to one row: a scalar subquery.
    pub(crate) fn subquery(self, target: u32, filters: Vec<Node>, pick: Node) -> Subquery {
        let (mut sources, on) = self.path().sources(self.source, target, T::TABLE);
        sources.reverse();
        let mut all = vec![on];
        all.extend(filters);
        Subquery { sources, filters: all, pick }
    }
}

/// `count(*)` of the rows of a subquery.
pub(crate) fn count_of(subquery: Subquery) -> Expr<i64, Rows> {
    let subquery = Subquery { pick: Node::Call(Function::CountRows, ValueType::I64, Vec::new()), ..subquery };
    Expr::from_node(Node::Scalar(Box::new(subquery)))
}

/// Binds the columns of a model to a source.
pub(crate) fn columns_of<M: Model>(source: &Source) -> Columns<M> {
    M::columns::<Plain>(source.id)
}
