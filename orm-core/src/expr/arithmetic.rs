//! `+ - * / %` between numbers, keeping NULL in the type.

use std::ops;

use rust_decimal::Decimal;

use super::{BinaryOp, Expr, Node, Operand, Repr};
use crate::column_value::{ColumnValue, Scalar};

/// A number: what can be added up.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let numbers = Post::find(1).select(|p| (p.views + 1, p.views * 2 - 5, p.views / 3, p.views % 3));
/// assert_eq!(numbers.one(&db).await?, (11, 15, 3, 1));
/// let rating: Option<f64> = Post::find(2).select(|p| p.rating * 2.0).one(&db).await?;
/// assert_eq!(rating, None);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "this needs a column of numbers"
)]
pub trait Number: Scalar {
    /// The type of a sum: `i64` of integers (an overflow is an error), else the type itself.
    type Sum: Scalar;
    /// The type of an average: `Decimal` of decimals, else `f64`.
    type Avg: Scalar;
}

macro_rules! number {
    ($($type:ty: $sum:ty, $avg:ty;)*) => {
        $(impl Number for $type {
            type Sum = $sum;
            type Avg = $avg;
        })*
    };
}

number! {
    i8: i64, f64;
    i16: i64, f64;
    i32: i64, f64;
    i64: i64, f64;
    u8: i64, f64;
    u16: i64, f64;
    u32: i64, f64;
    u64: i64, f64;
    f32: f64, f64;
    f64: f64, f64;
    Decimal: Decimal, Decimal;
}

macro_rules! operator {
    ($($trait:ident $method:ident $op:ident;)*) => {
        $(impl<T, L, R, O> ops::$trait<O> for Expr<T, L, R>
        where
            T: ColumnValue,
            T::Base: Number,
            R: Repr,
            O: Operand<T::Base, L>,
        {
            type Output = Expr<T::Keep<O::Value>, L>;

            fn $method(self, other: O) -> Self::Output {
                Expr::from_node(Node::binary(BinaryOp::$op, self.node(), other.operand()))
            }
        })*
    };
}

operator! {
    Add add Add;
    Sub sub Sub;
    Mul mul Mul;
    Div div Div;
    Rem rem Rem;
}
