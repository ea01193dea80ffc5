//! Aggregates: from rows to one value of a group.

use super::{Expr, Function, Grouped, Groups, Node, Number, Repr, Rows};
use crate::column_value::{ColumnValue, Scalar};

/// The level of an expression that an aggregate can take up.
#[diagnostic::on_unimplemented(
    message = "an aggregate cannot be taken of an aggregate",
    label = "this is already one value of its group"
)]
pub trait Aggregable {}

impl Aggregable for Rows {}
impl Aggregable for Grouped {}

/// How many rows there are.
pub fn count() -> Expr<i64, Groups> {
    Expr::from_node(Node::Call(Function::CountRows, Vec::new()))
}

impl<T: ColumnValue, L: Aggregable, R: Repr> Expr<T, L, R> {
    fn aggregate<U>(self, function: Function) -> Expr<U, Groups> {
        Expr::from_node(Node::Call(function, vec![self.node()]))
    }

    /// How many of the values are not NULL.
    pub fn count(self) -> Expr<i64, Groups> {
        self.aggregate(Function::Count)
    }

    /// How many different values there are, NULL aside.
    pub fn count_distinct(self) -> Expr<i64, Groups> {
        self.aggregate(Function::CountDistinct)
    }

    /// The smallest value; NULL when there is none.
    pub fn min(self) -> Expr<T::Nullable, Groups> {
        self.aggregate(Function::Min)
    }

    /// The largest value; NULL when there is none.
    pub fn max(self) -> Expr<T::Nullable, Groups> {
        self.aggregate(Function::Max)
    }

    /// The sum of the values; NULL when there is none. Integers add up to `i64`; an overflow is an error.
    pub fn sum(self) -> Expr<Option<<T::Base as Number>::Sum>, Groups>
    where
        T::Base: Number,
    {
        self.aggregate(Function::Sum(<T::Base as Scalar>::VALUE))
    }

    /// The average of the values; NULL when there is none.
    pub fn avg(self) -> Expr<Option<<T::Base as Number>::Avg>, Groups>
    where
        T::Base: Number,
    {
        self.aggregate(Function::Avg(<T::Base as Scalar>::VALUE))
    }
}
