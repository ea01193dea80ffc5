//! Values that stand for themselves, and choices between values.

use std::marker::PhantomData;

use super::{Cond, Expr, Node, Operand, Repr, Rows};
use crate::column_value::{ColumnValue, Scalar};

/// What says itself of what type it is: a value, or an expression.
#[diagnostic::on_unimplemented(
    message = "expected a value or an expression, found `{Self}`",
    label = "neither a value that a column can hold nor an expression of this level"
)]
pub trait IntoExpr<L> {
    /// The type of its value.
    type Value: ColumnValue;

    #[doc(hidden)]
    fn into_node(self) -> Node;
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, L> IntoExpr<L> for T {
    type Value = T;

    fn into_node(self) -> Node {
        Node::Literal(Scalar::encode(self))
    }
}

impl<L> IntoExpr<L> for &str {
    type Value = String;

    fn into_node(self) -> Node {
        Node::Literal(Scalar::encode(self.to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnValue, L, R: Repr> IntoExpr<L> for Expr<T, L, R> {
    type Value = T;

    fn into_node(self) -> Node {
        self.node()
    }
}

/// A value as an expression; it is bound.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let rows = User::query().order_by(|u| u.id.asc()).select(|u| (u.name, value("person")));
/// assert_eq!(rows.first(&db).await?, Some(("Ann".to_owned(), "person".to_owned())));
/// # Ok(()) }) }
/// ```
pub fn value<V: IntoExpr<Rows>>(value: V) -> Expr<V::Value> {
    Expr::from_node(value.into_node())
}

/// One value if a condition is true, another one if not; `CASE` in SQL.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let rows = User::query().order_by(|u| u.id.asc()).select(|u| {
///     when(u.age.lt(21), "young").when(u.age.lt(40), "grown").otherwise("old")
/// });
/// assert_eq!(rows.all(&db).await?, ["grown", "young"]);
/// # Ok(()) }) }
/// ```
pub fn when<L, V: IntoExpr<L>>(condition: Cond<L>, value: V) -> When<V::Value, L> {
    When { branches: vec![(condition.node(), value.into_node())], marker: PhantomData }
}

/// A choice that is not complete yet: what it is otherwise is missing.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn size(p: Columns<Post>) -> When<String> {
///     when(p.views.gt(10), "large")
/// }
/// let sizes = Post::query().order_by(|p| p.id.asc()).select(|p| size(p).otherwise("small"));
/// assert_eq!(sizes.all(&db).await?, ["small", "large", "small"]);
/// # Ok(()) }) }
/// ```
#[must_use = "say what it is otherwise: `.otherwise(value)`, or `.or_null()`"]
#[derive(Debug, Clone)]
pub struct When<T, L = Rows> {
    branches: Vec<(Node, Node)>,
    marker: PhantomData<fn() -> (T, L)>,
}

impl<T: ColumnValue, L> When<T, L> {
    /// If none before is true, and this is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = User::query().order_by(|u| u.id.asc()).select(|u| when(u.age.lt(21), 1).when(u.age.lt(40), 2).otherwise(3));
    /// assert_eq!(rows.all(&db).await?, [2, 1]);
    /// # Ok(()) }) }
    /// ```
    pub fn when<O: Operand<T::Base, L>>(
        mut self,
        condition: Cond<L>,
        value: O,
    ) -> When<T::Keep<O::Value>, L> {
        self.branches.push((condition.node(), value.operand()));
        When { branches: self.branches, marker: PhantomData }
    }

    /// If no condition is true.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let bios = User::query().order_by(|u| u.id.asc()).select(|u| when(u.bio.is_null(), "silent").otherwise(u.name));
    /// assert_eq!(bios.all(&db).await?, ["Ann", "silent"]);
    /// # Ok(()) }) }
    /// ```
    pub fn otherwise<O: Operand<T::Base, L>>(self, value: O) -> Expr<T::Keep<O::Value>, L> {
        let otherwise = Some(Box::new(value.operand()));
        Expr::from_node(Node::Case { branches: self.branches, otherwise })
    }

    /// NULL if no condition is true.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = User::query().order_by(|u| u.id.asc()).select(|u| when(u.age.lt(21), u.name).or_null());
    /// assert_eq!(rows.all(&db).await?, [None, Some("Bob".to_owned())]);
    /// # Ok(()) }) }
    /// ```
    pub fn or_null(self) -> Expr<T::Nullable, L> {
        Expr::from_node(Node::Case { branches: self.branches, otherwise: None })
    }
}
