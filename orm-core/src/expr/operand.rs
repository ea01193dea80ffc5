//! What may stand on the right of an operator: a value, a reference to one, or an expression of the same level.

use super::{BinaryOp, Expr, Node, Repr};
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
    /// That the other is equal to it, where NULL equals NULL: never NULL itself.
    #[doc(hidden)]
    fn equals(self, other: Node) -> Node;
}

/// `x = v AND x IS NOT NULL` is never NULL and an index serves it; IS NOT DISTINCT FROM has none.
fn equals_value(other: Node, value: Option<Value>) -> Node {
    match value {
        None => Node::IsNull(Box::new(other)),
        Some(value) => Node::and(
            Node::binary(BinaryOp::Eq, other.clone(), Node::Param(value)),
            Node::IsNotNull(Box::new(other)),
        ),
    }
}

impl<T: Scalar, L> NullableOperand<T, L> for Option<T> {
    fn equals(self, other: Node) -> Node {
        equals_value(other, self.map(Scalar::encode))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, L> NullableOperand<T, L> for &Option<T> {
    fn equals(self, other: Node) -> Node {
        equals_value(other, self.clone().map(Scalar::encode))
    }
}

impl<T: Scalar, L> NullableOperand<T, L> for T {
    fn equals(self, other: Node) -> Node {
        equals_value(other, Some(Scalar::encode(self)))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, L> NullableOperand<T, L> for &T {
    fn equals(self, other: Node) -> Node {
        equals_value(other, Some(Scalar::encode(self.clone())))
    }
}

impl<L> NullableOperand<String, L> for &str {
    fn equals(self, other: Node) -> Node {
        equals_value(other, Some(Value::Text(self.to_owned())))
    }
}

#[diagnostic::do_not_recommend]
impl<V: ColumnValue, L, R: Repr> NullableOperand<V::Base, L> for Expr<V, L, R> {
    fn equals(self, other: Node) -> Node {
        let own = self.node();
        let same = Node::binary(BinaryOp::Eq, other.clone(), own.clone());
        let neither = Node::and(Node::IsNull(Box::new(other)), Node::IsNull(Box::new(own)));
        Node::binary(BinaryOp::Or, Node::OrFalse(Box::new(same)), neither)
    }
}

/// What `.is_in(..)` takes many of: a value, or a reference to one.
#[diagnostic::on_unimplemented(
    message = "expected values of type `{T}`, found `{Self}`",
    label = "not values of type `{T}`",
    note = "a list has the type of the field: values, references to them, or `&str` for a `String`"
)]
pub trait ListValue<T: Scalar> {
    #[doc(hidden)]
    fn listed(self) -> Value;
}

impl<T: Scalar> ListValue<T> for T {
    fn listed(self) -> Value {
        Scalar::encode(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> ListValue<T> for &T {
    fn listed(self) -> Value {
        Scalar::encode(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl ListValue<String> for &str {
    fn listed(self) -> Value {
        Value::Text(self.to_owned())
    }
}
