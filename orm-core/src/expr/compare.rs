//! Comparisons: of any expression with a value or an expression of the same base type.

use super::{BinaryOp, Cond, Expr, Function, Node, NullableOperand, Operand, Repr};
use crate::column_value::{ColumnValue, Scalar};

impl<T: ColumnValue, L, R: Repr> Expr<T, L, R> {
    fn compare<O: Operand<T::Base, L>>(self, op: BinaryOp, other: O) -> Cond<L> {
        Cond::from_node(Node::binary(op, self.node(), other.operand()))
    }

    /// Equal.
    pub fn eq(self, other: impl Operand<T::Base, L>) -> Cond<L> {
        self.compare(BinaryOp::Eq, other)
    }

    /// Not equal; NULL is neither equal nor unequal to anything.
    pub fn ne(self, other: impl Operand<T::Base, L>) -> Cond<L> {
        self.compare(BinaryOp::Ne, other)
    }

    /// Less than.
    pub fn lt(self, other: impl Operand<T::Base, L>) -> Cond<L> {
        self.compare(BinaryOp::Lt, other)
    }

    /// Less than or equal.
    pub fn le(self, other: impl Operand<T::Base, L>) -> Cond<L> {
        self.compare(BinaryOp::Le, other)
    }

    /// Greater than.
    pub fn gt(self, other: impl Operand<T::Base, L>) -> Cond<L> {
        self.compare(BinaryOp::Gt, other)
    }

    /// Greater than or equal.
    pub fn ge(self, other: impl Operand<T::Base, L>) -> Cond<L> {
        self.compare(BinaryOp::Ge, other)
    }

    /// Between two bounds, both included.
    pub fn between(self, low: impl Operand<T::Base, L>, high: impl Operand<T::Base, L>) -> Cond<L> {
        let value = self.node();
        Cond::from_node(Node::and(
            Node::binary(BinaryOp::Ge, value.clone(), low.operand()),
            Node::binary(BinaryOp::Le, value, high.operand()),
        ))
    }

    /// Equal, where NULL equals NULL: never NULL itself.
    pub fn is(self, other: impl NullableOperand<T::Base, L>) -> Cond<L> {
        let value = self.node();
        Cond::from_node(match other.nullable_operand() {
            None => Node::IsNull(Box::new(value)),
            // `x = v AND x IS NOT NULL` is never NULL and an index serves it; IS NOT DISTINCT FROM has none.
            Some(operand) => Node::and(
                Node::binary(BinaryOp::Eq, value.clone(), operand),
                Node::IsNotNull(Box::new(value)),
            ),
        })
    }

    /// NULL.
    pub fn is_null(self) -> Cond<L> {
        Cond::from_node(Node::IsNull(Box::new(self.node())))
    }

    /// Not NULL.
    pub fn is_not_null(self) -> Cond<L> {
        Cond::from_node(Node::IsNotNull(Box::new(self.node())))
    }

    /// Among the values; false when there are none.
    pub fn is_in<V: Into<T::Base>>(self, values: impl IntoIterator<Item = V>) -> Cond<L> {
        let keys: Vec<_> = values.into_iter().map(|value| vec![Scalar::encode(value.into())]).collect();
        if keys.is_empty() {
            return Cond::from_node(Node::Bool(false));
        }
        Cond::from_node(Node::InKeys(vec![self.node()], keys))
    }

    /// Not among the values; true when there are none.
    pub fn is_not_in<V: Into<T::Base>>(self, values: impl IntoIterator<Item = V>) -> Cond<L> {
        self.is_in(values).not()
    }

    /// This, or the other where this is NULL.
    pub fn or<O: Operand<T::Base, L>>(self, other: O) -> Expr<O::Value, L> {
        Expr::from_node(Node::Call(Function::Coalesce, vec![self.node(), other.operand()]))
    }

    /// The same expression with a type that may be NULL.
    pub fn nullable(self) -> Expr<T::Nullable, L> {
        Expr::from_node(self.node())
    }
}
