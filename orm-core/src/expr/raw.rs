//! SQL by hand inside a typed query: what is not covered is said in the database's own words. Values are always bound.

use std::borrow::Cow;

use super::{Aggregable, Cond, Expr, Groups, IntoExpr, Node, Repr, Rows, for_tuples};
use crate::column_value::{ColumnValue, Scalar};

/// What stands for the `?` of a piece of SQL: nothing, a value, an expression, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand for the `?` of a piece of SQL",
    label = "neither a value, an expression, nor a tuple of them"
)]
pub trait Arguments<L> {
    #[doc(hidden)]
    fn into_nodes(self) -> Vec<Node>;
}

impl<L> Arguments<L> for () {
    fn into_nodes(self) -> Vec<Node> {
        Vec::new()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, L> Arguments<L> for T {
    fn into_nodes(self) -> Vec<Node> {
        vec![IntoExpr::<L>::into_node(self)]
    }
}

impl<L> Arguments<L> for &str {
    fn into_nodes(self) -> Vec<Node> {
        vec![IntoExpr::<L>::into_node(self)]
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnValue, L, R: Repr> Arguments<L> for Expr<T, L, R> {
    fn into_nodes(self) -> Vec<Node> {
        vec![self.node()]
    }
}

macro_rules! argument_tuple {
    ($($name:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<Level, $($name: IntoExpr<Level>),+> Arguments<Level> for ($($name,)+) {
            fn into_nodes(self) -> Vec<Node> {
                vec![$(self.$at.into_node()),+]
            }
        }
    };
}
for_tuples!(argument_tuple);

/// An expression in SQL; each `?` outside of quotes is an argument, in order, and is bound where it is a value.
///
/// The type is yours to know: it is what the rows are read as. The text is part of the program, so that nothing from outside can
/// become a part of it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let rows = User::query().order_by(|u| u.id.asc()).select(|u| raw::<String>("substr(?, 1, ?)", (u.name, 2_i64)));
/// assert_eq!(rows.all(&db).await?, ["An", "Bo"]);
/// # Ok(()) }) }
/// ```
pub fn raw<T: ColumnValue>(sql: &'static str, arguments: impl Arguments<Rows>) -> Expr<T> {
    Expr::from_node(fragment(Cow::Borrowed(sql), T::FACT.value, arguments.into_nodes()))
}

/// A condition in SQL, as [`raw`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let long = Post::query().filter(|p| raw_cond("length(?) > ?", (p.title, 5_i64)));
/// assert_eq!(long.count(&db).await?, 2);
/// # Ok(()) }) }
/// ```
pub fn raw_cond(sql: &'static str, arguments: impl Arguments<Rows>) -> Cond {
    Cond::from_node(fragment(Cow::Borrowed(sql), bool::VALUE, arguments.into_nodes()))
}

/// An aggregate in SQL, as [`raw`]: what stands for the `?` belongs to the rows of the group.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let total = Post::query().aggregate(|p| raw_aggregate::<f64, _>("total(?)", p.views));
/// assert_eq!(total.one(&db).await?, 35.0);
/// # Ok(()) }) }
/// ```
pub fn raw_aggregate<T: ColumnValue, L: Aggregable>(
    sql: &'static str,
    arguments: impl Arguments<L>,
) -> Expr<T, Groups> {
    Expr::from_node(fragment(Cow::Borrowed(sql), T::FACT.value, arguments.into_nodes()))
}

/// A function of the database, by its name: letters, digits, `_`, and a `.` behind a schema.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let plain = User::find(1).select(|u| function::<String>("quote", u.name));
/// assert_eq!(plain.one(&db).await?, "'Ann'");
/// # Ok(()) }) }
/// ```
pub fn function<T: ColumnValue>(name: &'static str, arguments: impl Arguments<Rows>) -> Expr<T> {
    let is_name = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if !name.split('.').all(is_name) {
        return Expr::from_node(Node::Invalid(
            "the name of a function has letters, digits and `_`; say anything else with `raw`",
        ));
    }
    let arguments = arguments.into_nodes();
    let text = format!("{name}({})", vec!["?"; arguments.len()].join(", "));
    Expr::from_node(fragment(Cow::Owned(text), T::FACT.value, arguments))
}

fn fragment(text: Cow<'static, str>, of: orm_schema::ValueType, arguments: Vec<Node>) -> Node {
    match places(&text) {
        Some(places) if places == arguments.len() => Node::Raw { text, of, arguments },
        Some(_) => Node::Invalid("a piece of SQL has another number of `?` than arguments"),
        None => Node::Invalid(
            "a piece of SQL has `?` for its values: no `$`, no comments, no backslash between quotes, and every quote is closed",
        ),
    }
}

/// How many `?` stand outside of quotes and brackets; `None` for what the databases do not read alike.
fn places(text: &str) -> Option<usize> {
    let (mut quote, mut count, mut before) = (None, 0, ' ');
    for character in text.chars() {
        match (quote, character) {
            (Some(close), _) if close == character => quote = None,
            (Some(_), '\\') | (None, '$') => return None,
            (None, '-' | '*') if before == (if character == '-' { '-' } else { '/' }) => return None,
            (None, '\'' | '"' | '`') => quote = Some(character),
            (None, '[') => quote = Some(']'),
            (None, '?') => count += 1,
            (Some(_) | None, _) => {}
        }
        before = character;
    }
    quote.is_none().then_some(count)
}
