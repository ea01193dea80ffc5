//! What may stand in the braces of `sql!`.

use crate::{
    column_value::{ColumnValue, Scalar},
    value::Value,
};

/// A value that SQL by hand takes: what a column can hold, or an `Option` of it; `&str` for a text.
///
/// `T` is the type of the column that would hold it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn named<T>(name: impl Bindable<T>) -> RawSql {
///     RawSql::trusted("SELECT id FROM users WHERE name = ?").bind(name)
/// }
/// assert_eq!(named("Bob").one::<i64>(&db).await?, 2);
/// assert_eq!(named(String::from("Ann")).one::<i64>(&db).await?, 1);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound as a value of SQL",
    label = "not a type that a column can hold",
    note = "for a newtype or an enum of yours, derive it: `#[derive(orm::Value)]` or `#[derive(orm::Enum)]`",
    note = "for a serde type, bind `orm::Json(value)`"
)]
pub trait Bindable<T> {
    #[doc(hidden)]
    fn bound(&self) -> Value;
}

impl<T: ColumnValue> Bindable<T> for T {
    fn bound(&self) -> Value {
        self.clone().encode()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnValue> Bindable<T> for &T {
    fn bound(&self) -> Value {
        (**self).clone().encode()
    }
}

impl Bindable<String> for str {
    fn bound(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl Bindable<String> for &str {
    fn bound(&self) -> Value {
        Value::Text((*self).to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> Bindable<Option<T>> for Option<&T> {
    fn bound(&self) -> Value {
        self.cloned().encode()
    }
}

#[diagnostic::do_not_recommend]
impl Bindable<Option<String>> for Option<&str> {
    fn bound(&self) -> Value {
        self.map(str::to_owned).encode()
    }
}

/// For `sql!`.
#[doc(hidden)]
pub fn bind<T, V: Bindable<T> + ?Sized>(value: &V) -> Value {
    value.bound()
}
