//! Casts that mean the same on every database.

use rust_decimal::Decimal;

use super::{Expr, Function, Node, Repr};
use crate::column_value::{ColumnValue, Scalar};

/// A type whose values can be cast to another one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be cast to `{U}`",
    label = "no cast that means the same on every database",
    note = "numbers are cast to numbers and to `String`, `String` to numbers; for anything else say it in SQL: `raw(\"CAST(? AS …)\", u.name)`"
)]
pub trait CastTo<U: Scalar>: Scalar {
    #[doc(hidden)]
    const FUNCTION: Function = Function::Cast;
}

macro_rules! casts {
    ($($from:ty => $($to:ty),+;)*) => {
        $($(
            #[diagnostic::do_not_recommend]
            impl CastTo<$to> for $from {}
        )+)*
    };
}

casts! {
    i8 => i16, i32, i64, f64, Decimal, String;
    i16 => i32, i64, f64, Decimal, String;
    i32 => i16, i64, f64, Decimal, String;
    i64 => i16, i32, f64, Decimal, String;
    u8 => i16, i32, i64, f64, Decimal, String;
    u16 => i32, i64, f64, Decimal, String;
    u32 => i64, f64, Decimal, String;
    f32 => f64;
    f64 => f32;
    Decimal => f64;
    String => i64, f64;
}

macro_rules! truncating_casts {
    ($($from:ty),+) => {
        $(#[diagnostic::do_not_recommend]
        impl CastTo<i64> for $from {
            const FUNCTION: Function = Function::CastToInteger;
        })+
    };
}

truncating_casts!(f32, f64, Decimal);

impl<T: ColumnValue, L, R: Repr> Expr<T, L, R> {
    /// As another type. To an integer what stands behind the point is cut off; a text that is no number is an error or 0, and a
    /// number that does not fit an error or wrapped, by the rules of the database.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let halves = User::find(1).select(|u| (u.age.cast::<f64>() / 2.0, u.age.cast::<String>()));
    /// assert_eq!(halves.one(&db).await?, (15.5, "31".to_owned()));
    /// # Ok(()) }) }
    /// ```
    pub fn cast<U: Scalar>(self) -> Expr<T::Keep<U>, L>
    where
        T::Base: CastTo<U>,
    {
        Expr::from_node(Node::call(<T::Base as CastTo<U>>::FUNCTION, U::VALUE, self, Vec::new()))
    }
}
