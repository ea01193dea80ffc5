//! Whole queries inside an expression: they may speak of the columns around them.

use std::{marker::PhantomData, sync::Arc};

use super::{Cond, Expr, Nesting, Node, Operand, Repr};
use crate::{
    column_value::ColumnValue,
    query::{Picked, Query},
};

/// Whether a query has rows.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let silent = User::query().filter(|u| exists(Post::query().filter(|p| p.author_id.eq(u.id))).not());
/// assert_eq!(silent.count(&db).await?, 0);
/// # Ok(()) }) }
/// ```
pub fn exists<S, O>(query: Query<S, O>) -> Cond {
    Cond::from_node(Node::Nested(Nesting::Exists, Arc::new(query.into_plan())))
}

/// One or all of the values of a query, on the right of a comparison.
#[must_use]
pub struct Quantified<V> {
    node: Node,
    marker: PhantomData<fn() -> V>,
}

impl<V> Quantified<V> {
    fn new<S>(nesting: Nesting, query: Query<S, Picked<V>>) -> Self {
        Self { node: Node::Nested(nesting, Arc::new(query.into_plan().uncut())), marker: PhantomData }
    }
}

#[diagnostic::do_not_recommend]
impl<V: ColumnValue, L> Operand<V::Base, L> for Quantified<V> {
    type Value = V;

    fn operand(self) -> Node {
        self.node
    }
}

/// On the right of a comparison: that it is true of one of the values of a query. SQLite has no such comparison.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn above(p: Columns<Post>) -> Cond {
///     p.views.ge(any_of(Post::query().select(|other| other.views)))
/// }
/// # #[cfg(feature = "postgres")]
/// assert!(Post::query().filter(above).to_sql(Dialect::Postgres)?.contains(">= ANY"));
/// # let _ = (above, db);
/// # Ok(()) }) }
/// ```
pub fn any_of<S, V>(query: Query<S, Picked<V>>) -> Quantified<V> {
    Quantified::new(Nesting::Any, query)
}

/// On the right of a comparison: that it is true of every one of the values of a query. SQLite has no such comparison.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn above(p: Columns<Post>) -> Cond {
///     p.views.ge(all_of(Post::query().select(|other| other.views)))
/// }
/// # #[cfg(feature = "postgres")]
/// assert!(Post::query().filter(above).to_sql(Dialect::Postgres)?.contains(">= ALL"));
/// # let _ = (above, db);
/// # Ok(()) }) }
/// ```
pub fn all_of<S, V>(query: Query<S, Picked<V>>) -> Quantified<V> {
    Quantified::new(Nesting::All, query)
}

impl<T: ColumnValue, L, R: Repr> Expr<T, L, R> {
    /// Among the rows of a query.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let writers = User::query().filter(|u| u.id.is_in_query(Post::query().filter(|p| p.views.gt(5)).select(|p| p.author_id)));
    /// assert_eq!(writers.one(&db).await?.name, "Ann");
    /// # Ok(()) }) }
    /// ```
    pub fn is_in_query<S, V: ColumnValue<Base = T::Base>>(self, query: Query<S, Picked<V>>) -> Cond<L> {
        Cond::from_node(Node::InNested(Box::new(self.node()), Arc::new(query.into_plan().uncut())))
    }

    /// Not among the rows of a query: NULL, and so not met, if one of these is NULL. [`exists`] has no such trap.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let others = User::query().filter(|u| u.id.is_not_in_query(Post::query().filter(|p| p.views.gt(5)).select(|p| p.author_id)));
    /// assert_eq!(others.one(&db).await?.name, "Bob");
    /// # Ok(()) }) }
    /// ```
    pub fn is_not_in_query<S, V: ColumnValue<Base = T::Base>>(self, query: Query<S, Picked<V>>) -> Cond<L> {
        self.is_in_query(query).not()
    }
}

impl<S, V: ColumnValue> Query<S, Picked<V>> {
    /// Its one value as an expression; NULL where it has no row. More than one is an error of the database, but for SQLite, which
    /// takes the first.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let best = |p: Columns<Post>| Post::query().filter(move |other| other.author_id.eq(p.author_id)).aggregate(|other| other.views.max());
    /// let tops = Post::query().filter(|p| p.views.nullable().eq(best(p).as_value())).order_by(|p| p.id.asc());
    /// assert_eq!(tops.select(|p| p.title).all(&db).await?, ["On joins", "Tables"]);
    /// # Ok(()) }) }
    /// ```
    pub fn as_value(self) -> Expr<V::Nullable> {
        Expr::from_node(Node::Nested(Nesting::Value, Arc::new(self.into_plan())))
    }
}
