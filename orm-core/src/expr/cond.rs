//! A condition: true, false, or NULL where an operand is NULL.

use std::{marker::PhantomData, ops};

use super::{BinaryOp, Expr, Node, Rows};

/// A condition, as `filter`, `having`, `and` and `or` take it.
///
/// It may be NULL, so it is not to be selected as it is: say [`or_false`](Cond::or_false) or
/// [`nullable`](Cond::nullable).
#[must_use]
pub struct Cond<L = Rows> {
    node: Node,
    marker: PhantomData<fn() -> L>,
}

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
    pub fn and(self, other: Self) -> Self {
        Self::from_node(Node::and(self.node, other.node))
    }

    /// At least one.
    pub fn or(self, other: Self) -> Self {
        Self::from_node(Node::binary(BinaryOp::Or, self.node, other.node))
    }

    /// The opposite; NULL stays NULL.
    pub fn not(self) -> Self {
        Self::from_node(Node::Not(Box::new(self.node)))
    }

    /// All of the conditions; true when there are none.
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::from_node(Node::all(conditions.into_iter().map(Self::node)))
    }

    /// Any of the conditions; false when there are none.
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        conditions.into_iter().reduce(Self::or).unwrap_or(Self::from_node(Node::Bool(false)))
    }

    /// A `bool` to select, where NULL counts as false.
    pub fn or_false(self) -> Expr<bool, L> {
        Expr::from_node(Node::OrFalse(Box::new(self.node)))
    }

    /// An `Option<bool>` to select.
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
