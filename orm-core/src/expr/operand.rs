//! What may stand on the right of an operator: a value, a reference to one, or an expression of the same level.

use super::{Expr, Node, Repr};
use crate::{
    column_value::{ColumnValue, Scalar},
    value::Value,
};

/// What can be compared or combined with an expression of type `T` at level `L`.
#[diagnostic::on_unimplemented(
    message = "expected a value or an expression of type `{T}`, found `{Self}`",
    label = "not a `{T}`",
    note = "both sides of an operator have the type of the field: convert the value, or compare with another column of that type"
)]
pub trait Operand<T: Scalar, L> {
    /// The type of the operand: `T`, or `Option<T>` for an expression that may be NULL.
    type Value: ColumnValue<Base = T>;

    #[doc(hidden)]
    fn operand(self) -> Node;
}

impl<T: Scalar, L> Operand<T, L> for T {
    type Value = T;

    fn operand(self) -> Node {
        Node::Param(Scalar::encode(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, L> Operand<T, L> for &T {
    type Value = T;

    fn operand(self) -> Node {
        Node::Param(Scalar::encode(self.clone()))
    }
}

impl<L> Operand<String, L> for &str {
    type Value = String;

    fn operand(self) -> Node {
        Node::Param(Value::Text(self.to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<V: ColumnValue, L, R: Repr> Operand<V::Base, L> for Expr<V, L, R> {
    type Value = V;

    fn operand(self) -> Node {
        self.node()
    }
}

/// An `Option` where a value is wanted; a type of its own, so that the compiler shows the message of
/// [`NeverNull`] and not that of [`Operand`].
pub struct MaybeNull<U>(std::marker::PhantomData<U>);

/// Never implemented: carries the message for `eq(None)`.
#[diagnostic::on_unimplemented(
    message = "an `Option` cannot be compared: in SQL nothing equals NULL",
    label = "this may be `None`",
    note = "to compare with an `Option`, use `.is(..)`; to look for NULL, use `.is_null()`",
    note = "to filter only when there is a value, use `.filter_if(option, |u, value| u.name.eq(value))`"
)]
pub trait NeverNull {}

impl<T: Scalar, U, L> Operand<T, L> for Option<U>
where
    MaybeNull<U>: NeverNull,
{
    type Value = T;

    fn operand(self) -> Node {
        Node::Bool(false)
    }
}

/// What `.is(..)` takes: a value, an `Option`, or an expression; NULL is equal to NULL.
#[diagnostic::on_unimplemented(
    message = "expected a value, an `Option` or an expression of type `{T}`, found `{Self}`",
    label = "not a `{T}`"
)]
pub trait NullableOperand<T: Scalar, L> {
    #[doc(hidden)]
    fn nullable_operand(self) -> Option<Node>;
}

impl<T: Scalar, L> NullableOperand<T, L> for Option<T> {
    fn nullable_operand(self) -> Option<Node> {
        self.map(|value| Node::Param(Scalar::encode(value)))
    }
}

impl<T: Scalar, L> NullableOperand<T, L> for T {
    fn nullable_operand(self) -> Option<Node> {
        Some(Node::Param(Scalar::encode(self)))
    }
}

impl<L> NullableOperand<String, L> for &str {
    fn nullable_operand(self) -> Option<Node> {
        Some(Node::Param(Value::Text(self.to_owned())))
    }
}
