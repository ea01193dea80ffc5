//! Typed expressions over one untyped tree.
//!
//! An [`Expr`] is typed by its value. Its level says what it is an expression *of*: of a row ([`Rows`]), of a
//! group of rows ([`Groups`]), or of a row inside a group ([`Grouped`]), which only an aggregate can take up.
//! Everything below the types is one [`Node`], so that the compiler sees little and the renderer one enum.

mod aggregate;
mod arithmetic;
mod assign;
mod case;
mod cast;
mod compare;
mod cond;
mod function;
mod math;
mod moment;
mod node;
mod operand;
mod order;
pub(crate) mod pick;
mod raw;
mod subquery;
mod text;
mod whole;
mod window;

use std::{marker::PhantomData, sync::Arc};

use orm_schema::ValueType;

pub use aggregate::{Aggregable, count};
pub use arithmetic::Number;
pub use assign::{Assign, Assignable, Assigns};
pub use case::{IntoExpr, When, value, when};
pub use cast::CastTo;
pub use cond::{Cond, OfRows};
pub(crate) use function::Function;
pub use math::Fraction;
pub use moment::{Calendar, Clock, now};
pub(crate) use node::{BinaryOp, Nesting, Node, Subquery};
pub use operand::{ListValue, NullableOperand, Operand};
pub(crate) use order::OrderBy;
pub use order::{Order, Orders};
pub(crate) use pick::for_tuples;
pub use pick::{GroupKeys, PickField, PickList, Picks};
pub use raw::{Arguments, function, raw, raw_aggregate, raw_cond};
pub use subquery::{Quantified, all_of, any_of, exists};
pub(crate) use whole::PRESENCE;
pub use whole::{SourceOf, WholeKind};
pub use window::{
    Bound, Overable, Window, Windowed, cume_dist, dense_rank, ntile, percent_rank, rank, row_number, window,
};
pub(crate) use window::{Frame, FrameUnit};

use crate::{column_value::ColumnValue, facts::ColumnFacts};

/// An expression whose value is a `T`.
///
/// `L` is its level, `R` what it is made of: a [`Column`], which is `Copy`, or a tree.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn shouted(u: Columns<User>) -> Expr<String> {
///     u.name.upper()
/// }
/// assert_eq!(User::find(1).select(shouted).one(&db).await?, "ANN");
/// # Ok(()) }) }
/// ```
#[must_use]
pub struct Expr<T, L = Rows, R = Tree> {
    repr: R,
    marker: PhantomData<fn() -> (T, L)>,
}

impl<T, L, R: Clone> Clone for Expr<T, L, R> {
    fn clone(&self) -> Self {
        Self { repr: self.repr.clone(), marker: PhantomData }
    }
}

impl<T, L, R: Copy> Copy for Expr<T, L, R> {}

impl<T, L, R: Repr> Expr<T, L, R> {
    pub(crate) fn node(self) -> Node {
        self.repr.into_node()
    }
}

impl<T, L> Expr<T, L> {
    pub(crate) const fn from_node(node: Node) -> Self {
        Self { repr: Tree(node), marker: PhantomData }
    }
}

impl<T, L> Expr<T, L, Column> {
    pub(crate) const fn column(column: Column) -> Self {
        Self { repr: column, marker: PhantomData }
    }

    pub(crate) const fn facts(self) -> Column {
        self.repr
    }
}

impl<T, L> Expr<T, L, OutputColumn> {
    pub(crate) const fn output(column: OutputColumn) -> Self {
        Self { repr: column, marker: PhantomData }
    }
}

/// What an expression is made of.
pub trait Repr: Clone {
    #[doc(hidden)]
    fn into_node(self) -> Node;

    /// The same, in a form whose clones are known to be one.
    #[doc(hidden)]
    #[must_use]
    fn shared(self) -> Self {
        self
    }
}

/// A column of a source of the query.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub(crate) source: u32,
    pub(crate) facts: &'static ColumnFacts,
}

impl Repr for Column {
    fn into_node(self) -> Node {
        Node::Column(self)
    }
}

/// A column of the rows of a query.
#[derive(Debug, Clone, Copy)]
pub struct OutputColumn {
    pub(crate) source: u32,
    pub(crate) place: usize,
    pub(crate) value: ValueType,
}

impl OutputColumn {
    pub(crate) const fn new(source: u32, place: usize, value: ValueType) -> Self {
        Self { source, place, value }
    }
}

impl Repr for OutputColumn {
    fn into_node(self) -> Node {
        Node::Output(self)
    }
}

/// A tree of operators and functions.
#[derive(Debug, Clone)]
pub struct Tree(Node);

impl Repr for Tree {
    fn into_node(self) -> Node {
        self.0
    }

    fn shared(self) -> Self {
        Self(Node::Shared(Arc::new(self.0)))
    }
}

/// The level of an expression of a row.
#[derive(Debug, Clone, Copy)]
pub struct Rows;

/// The level of an expression of a group of rows: an aggregate, or a key of the group.
#[derive(Debug, Clone, Copy)]
pub struct Groups;

/// The level of a column that is not a key of its group: only an aggregate can take it up.
#[derive(Debug, Clone, Copy)]
pub struct Grouped;

/// What kind of source the columns of a columns struct belong to.
pub trait Kind: Copy + 'static {
    /// The type of a column whose field is a `T`.
    type Val<T: ColumnValue>: ColumnValue<Base = T::Base>;
    /// The level of the columns.
    type Level: Copy + 'static;
}

/// Columns of a row that is there.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn is_ann(u: Columns<User, Plain>) -> Cond {
///     u.name.eq("Ann") // `Columns<User>` says the same
/// }
/// assert!(User::query().filter(is_ann).exists(&db).await?);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Plain;

/// Columns of a row that a left join may not have found: every one may be NULL.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn title(p: Columns<Post, Nullable>) -> Expr<String> {
///     p.title.or("no post")
/// }
/// let titles = User::query().left_join(|u| u.posts).filter(|(u, _)| u.id.eq(2)).select(|(_, p)| title(p));
/// assert_eq!(titles.all(&db).await?, ["Tables"]);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Nullable;

/// Columns inside a group: only aggregates can take them up.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn reach(p: Columns<Post, InGroup>) -> Expr<Option<i64>, Groups> {
///     p.views.sum()
/// }
/// let views = Post::query().group_by(|p| p.author_id).select(|author, p| (author, reach(p)));
/// assert_eq!(views.filter(|p| p.author_id.eq(1)).all(&db).await?, [(1, Some(30))]);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct InGroup;

impl Kind for Plain {
    type Val<T: ColumnValue> = T;
    type Level = Rows;
}

impl Kind for Nullable {
    type Val<T: ColumnValue> = T::Nullable;
    type Level = Rows;
}

impl Kind for InGroup {
    type Val<T: ColumnValue> = T;
    type Level = Grouped;
}
