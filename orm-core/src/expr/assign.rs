//! What an insert or an update writes into a column.

use super::{Column, Expr, Node, Repr, Rows};
use crate::{
    column_value::{ColumnValue, Scalar},
    value::Value,
};

/// A column and what is written into it.
#[derive(Debug, Clone)]
#[must_use]
pub struct Assign {
    pub(crate) column: Column,
    pub(crate) value: Node,
}

impl<T: ColumnValue> Expr<T, Rows, Column> {
    /// Writes a value, or an expression over the row as it was before.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let ann = User::find(1).one(&db).await?;
    /// ann.update(|u| (u.age.set(u.age + 1), u.bio.set("Reads."))).exec(&db).await?;
    /// assert_eq!(User::find(1).one(&db).await?.age, 32);
    /// # Ok(()) }) }
    /// ```
    pub fn set(self, value: impl Assignable<T>) -> Assign {
        Assign { column: self.facts(), value: value.assigned() }
    }
}

impl<T: Scalar> Expr<Option<T>, Rows, Column> {
    /// Writes NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// User::find(1).update(|u| u.bio.set_null()).exec(&db).await?;
    /// assert_eq!(User::find(1).one(&db).await?.bio, None);
    /// # Ok(()) }) }
    /// ```
    pub fn set_null(self) -> Assign {
        Assign { column: self.facts(), value: Node::Param(Value::Null(T::VALUE)) }
    }
}

/// What can be written into a column of type `T`.
#[diagnostic::on_unimplemented(
    message = "expected a value or an expression of type `{T}`, found `{Self}`",
    label = "not a `{T}`",
    note = "what is written into a column has the type of its field"
)]
pub trait Assignable<T> {
    #[doc(hidden)]
    fn assigned(self) -> Node;
}

impl<T: ColumnValue> Assignable<T> for T {
    fn assigned(self) -> Node {
        Node::Param(self.encode())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> Assignable<Option<T>> for T {
    fn assigned(self) -> Node {
        Node::Param(Scalar::encode(self))
    }
}

impl Assignable<String> for &str {
    fn assigned(self) -> Node {
        Node::Param(Value::Text(self.to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl Assignable<Option<String>> for &str {
    fn assigned(self) -> Node {
        Node::Param(Value::Text(self.to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnValue, R: Repr> Assignable<T> for Expr<T, Rows, R> {
    fn assigned(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, R: Repr> Assignable<Option<T>> for Expr<T, Rows, R> {
    fn assigned(self) -> Node {
        self.node()
    }
}

/// What `update` and `do_update` take: an assignment, or a tuple of them.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// // A tuple, a `Vec`, or an `Option`: what is `None` is left alone.
/// let (views, title): (Option<i64>, Option<String>) = (Some(7), None);
/// let post = Post::find(1).update(|p| (views.map(|v| p.views.set(v)), title.map(|t| p.title.set(t))));
/// assert_eq!(post.returning(&db).await?[0].views, 7);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "expected an assignment, found `{Self}`",
    label = "say `.set(value)`",
    note = "several assignments go into a tuple: `|p| (p.views.set(p.views + 1), p.published.set(true))`"
)]
pub trait Assigns {
    #[doc(hidden)]
    fn append_to(self, assigns: &mut Vec<Assign>);
}

impl Assigns for Assign {
    fn append_to(self, assigns: &mut Vec<Assign>) {
        assigns.push(self);
    }
}

#[diagnostic::do_not_recommend]
impl<A: Assigns> Assigns for Vec<A> {
    fn append_to(self, assigns: &mut Vec<Assign>) {
        for assign in self {
            assign.append_to(assigns);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<A: Assigns> Assigns for Option<A> {
    fn append_to(self, assigns: &mut Vec<Assign>) {
        if let Some(assign) = self {
            assign.append_to(assigns);
        }
    }
}

macro_rules! assign_tuple {
    ($($name:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Assigns),+> Assigns for ($($name,)+) {
            fn append_to(self, assigns: &mut Vec<Assign>) {
                $(self.$at.append_to(assigns);)+
            }
        }
    };
}
super::pick::for_tuples!(assign_tuple);
