//! What can be asked of numbers beside arithmetic.

use rust_decimal::Decimal;

use super::{Expr, Function, Node, Number, Operand, Repr};
use crate::column_value::ColumnValue;

/// A number with a fraction.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number with a fraction",
    label = "this needs a column of floats or decimals"
)]
pub trait Fraction: Number {}

impl Fraction for f32 {}
impl Fraction for f64 {}
impl Fraction for Decimal {}

impl<T: ColumnValue, L, R: Repr> Expr<T, L, R> {
    /// Without its sign.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).select(|u| (u.age - 40).abs()).one(&db).await?, 9);
    /// # Ok(()) }) }
    /// ```
    pub fn abs(self) -> Expr<T, L>
    where
        T::Base: Number,
    {
        Expr::from_node(Node::call(Function::Abs, T::FACT.value, self, Vec::new()))
    }
}

impl<T: ColumnValue, L, R: Repr> Expr<T, L, R> {
    /// The largest whole number that is not larger.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(Post::find(1).select(|p| p.rating.floor()).one(&db).await?, Some(4.0));
    /// # Ok(()) }) }
    /// ```
    pub fn floor(self) -> Expr<T, L>
    where
        T::Base: Fraction,
    {
        Expr::from_node(Node::call(Function::Floor, T::FACT.value, self, Vec::new()))
    }

    /// The smallest whole number that is not smaller.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(Post::find(1).select(|p| p.rating.ceil()).one(&db).await?, Some(5.0));
    /// # Ok(()) }) }
    /// ```
    pub fn ceil(self) -> Expr<T, L>
    where
        T::Base: Fraction,
    {
        Expr::from_node(Node::call(Function::Ceil, T::FACT.value, self, Vec::new()))
    }

    /// The nearest whole number; a half goes away from zero.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(Post::find(1).select(|p| p.rating.round()).one(&db).await?, Some(5.0));
    /// # Ok(()) }) }
    /// ```
    pub fn round(self) -> Expr<T, L>
    where
        T::Base: Fraction,
    {
        Expr::from_node(Node::call(Function::Round, T::FACT.value, self, Vec::new()))
    }
}

impl<T: ColumnValue<Base = Decimal>, L, R: Repr> Expr<T, L, R> {
    /// Rounded to so many digits behind the point; a half goes away from zero. SQLite has no arithmetic of decimals.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use rust_decimal::Decimal;
    /// fn rounded(price: Expr<Decimal>) -> Expr<Decimal> {
    ///     price.round_to(2)
    /// }
    /// # let _ = (rounded, db);
    /// # Ok(()) }) }
    /// ```
    pub fn round_to(self, digits: impl Operand<i64, L>) -> Expr<T, L> {
        Expr::from_node(Node::call(Function::RoundTo, T::FACT.value, self, vec![digits.operand()]))
    }
}
