//! A condition: true, false, or NULL where an operand is NULL.

use std::{marker::PhantomData, ops};

use super::{BinaryOp, Expr, Node, Rows};

/// A condition, as `filter`, `having`, `and` and `or` take it.
///
/// It may be NULL, so it is not to be selected as it is: say [`or_false`](Cond::or_false) or
/// [`nullable`](Cond::nullable).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn grown(u: Columns<User>) -> Cond {
///     u.age.ge(21)
/// }
/// assert_eq!(User::query().filter(grown).count(&db).await?, 1);
/// # Ok(()) }) }
/// ```
#[must_use]
pub struct Cond<L = Rows> {
    node: Node,
    marker: PhantomData<fn() -> L>,
}

/// The level of a condition on rows.
#[diagnostic::on_unimplemented(
    message = "rows cannot be filtered by an aggregate",
    label = "this is a condition on groups of rows",
    note = "a condition on groups goes behind `group_by`: `.group_by(|u| u.name).having(|_, u| u.age.max().gt(3))`",
    note = "to compare each row with an aggregate of all, ask a query for it: `u.age.gt(User::query().aggregate(|u| u.age.max()).as_value())`"
)]
pub trait OfRows {}

impl OfRows for Rows {}

/// No level at all; but with a second one the compiler says what is missing, and not that another type was expected.
impl OfRows for std::convert::Infallible {}

impl<L> Clone for Cond<L> {
    fn clone(&self) -> Self {
        Self::from_node(self.node.clone())
    }
}

#[expect(
    clippy::should_implement_trait,
    reason = "the operator `!` is there too; the method reads better in a chain"
)]
impl<L> Cond<L> {
    pub(crate) const fn from_node(node: Node) -> Self {
        Self { node, marker: PhantomData }
    }

    pub(crate) fn node(self) -> Node {
        self.node
    }

    /// Both.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let both = User::query().filter(|u| u.age.gt(18).and(u.bio.is_null()));
    /// assert_eq!(both.one(&db).await?.name, "Bob");
    /// # Ok(()) }) }
    /// ```
    pub fn and(self, other: Self) -> Self {
        Self::from_node(Node::and(self.node, other.node))
    }

    /// At least one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let either = User::query().filter(|u| u.name.eq("Ann").or(u.age.lt(30)));
    /// assert_eq!(either.count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn or(self, other: Self) -> Self {
        Self::from_node(Node::binary(BinaryOp::Or, self.node, other.node))
    }

    /// The opposite; NULL stays NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let others = User::query().filter(|u| u.name.eq("Ann").not());
    /// assert_eq!(others.one(&db).await?.name, "Bob");
    /// assert_eq!(User::query().filter(|u| !u.bio.eq("Reads.")).count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn not(self) -> Self {
        Self::from_node(Node::Not(Box::new(self.node)))
    }

    /// All of the conditions; true when there are none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let words = ["o", "i"];
    /// let both = Post::query().filter(|p| Cond::all(words.map(|word| p.title.contains(word))));
    /// assert_eq!(both.one(&db).await?.title, "On joins");
    /// # Ok(()) }) }
    /// ```
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::from_node(Node::all(conditions.into_iter().map(Self::node)))
    }

    /// Any of the conditions; false when there are none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let words = ["Hell", "Tab"];
    /// let either = Post::query().filter(|p| Cond::any(words.map(|word| p.title.contains(word))));
    /// assert_eq!(either.count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        conditions.into_iter().reduce(Self::or).unwrap_or(Self::from_node(Node::Bool(false)))
    }

    /// A `bool` to select, where NULL counts as false.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let writes: bool = User::find(2).select(|u| u.bio.eq("Writes.").or_false()).one(&db).await?;
    /// assert!(!writes);
    /// # Ok(()) }) }
    /// ```
    pub fn or_false(self) -> Expr<bool, L> {
        Expr::from_node(Node::OrFalse(Box::new(self.node)))
    }

    /// An `Option<bool>` to select.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let writes: Option<bool> = User::find(2).select(|u| u.bio.eq("Writes.").nullable()).one(&db).await?;
    /// assert_eq!(writes, None);
    /// # Ok(()) }) }
    /// ```
    pub fn nullable(self) -> Expr<Option<bool>, L> {
        Expr::from_node(self.node)
    }
}

impl<L> ops::Not for Cond<L> {
    type Output = Self;

    fn not(self) -> Self {
        Self::not(self)
    }
}
