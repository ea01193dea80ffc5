//! Window functions: a value of a row that depends on other rows of the result.

use super::{Expr, Function, Groups, Node, Operand, OrderBy, Orders, PickList, Picks, Repr, Rows};
use crate::column_value::ColumnValue;
use orm_schema::ValueType;

/// The level of a function that needs a window: `.over(window())` makes it an expression of a row.
#[derive(Debug, Clone, Copy)]
pub struct Windowed;

/// The level of an expression that a window can be put over.
#[diagnostic::on_unimplemented(
    message = "`.over(..)` needs an aggregate or a window function",
    label = "an expression of a row needs no window"
)]
pub trait Overable {}

impl Overable for Groups {}
impl Overable for Windowed {}

/// The rows that a window function looks at.
#[must_use]
#[derive(Debug, Clone, Default)]
pub struct Window {
    pub(crate) partition: Vec<Node>,
    pub(crate) orders: Vec<OrderBy>,
    pub(crate) frame: Option<Frame>,
}

/// Which of the ordered rows of a partition a window function looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub unit: FrameUnit,
    pub start: Bound,
    pub end: Bound,
}

/// What a frame counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrameUnit {
    Rows,
    Range,
    Groups,
}

/// Where a frame of a window begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// At the first row of the partition.
    First,
    /// So many before the current row.
    Before(u32),
    /// At the current row.
    Current,
    /// So many after the current row.
    After(u32),
    /// At the last row of the partition.
    Last,
}

/// All rows of the result, to be divided and ordered.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let rows = Post::query().order_by(|p| p.id.asc()).select(|p| (p.id, p.views.sum().over(window().partition_by(p.author_id))));
/// assert_eq!(rows.all(&db).await?, [(1, Some(30)), (2, Some(30)), (3, Some(5))]);
/// # Ok(()) }) }
/// ```
pub fn window() -> Window {
    Window::default()
}

impl Window {
    /// Only rows with the same values as the current one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = Post::query().order_by(|p| p.id.asc()).select(|p| count().over(window().partition_by(p.author_id)));
    /// assert_eq!(rows.all(&db).await?, [2, 2, 1]);
    /// # Ok(()) }) }
    /// ```
    pub fn partition_by(mut self, keys: impl Picks<Rows>) -> Self {
        let mut list = PickList::default();
        keys.append_to(&mut list);
        self.partition.extend(list.nodes);
        self
    }

    /// In that order; an aggregate then looks at the rows up to the current one and those equal to it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = Post::query().order_by(|p| p.id.asc()).select(|p| p.views.sum().over(window().order_by(p.id.asc())));
    /// assert_eq!(rows.all(&db).await?, [Some(10), Some(30), Some(35)]);
    /// # Ok(()) }) }
    /// ```
    pub fn order_by(mut self, order: impl Orders<Rows>) -> Self {
        order.append_to(&mut self.orders);
        self
    }

    /// Only rows from one bound to the other, counted as rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let recent = |p: Columns<Post>| p.views.max().over(window().order_by(p.id.asc()).rows(Bound::Before(1), Bound::Current));
    /// assert_eq!(Post::query().order_by(|p| p.id.asc()).select(recent).all(&db).await?, [Some(10), Some(20), Some(20)]);
    /// # Ok(()) }) }
    /// ```
    pub fn rows(self, start: Bound, end: Bound) -> Self {
        self.frame(FrameUnit::Rows, start, end)
    }

    /// Only rows from one bound to the other, counted as groups of rows that are equal in the order; not on MariaDB.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let recent = |p: Columns<Post>| p.views.max().over(window().order_by(p.id.asc()).groups(Bound::Before(1), Bound::Current));
    /// assert_eq!(Post::query().order_by(|p| p.id.asc()).select(recent).all(&db).await?, [Some(10), Some(20), Some(20)]);
    /// # Ok(()) }) }
    /// ```
    pub fn groups(self, start: Bound, end: Bound) -> Self {
        self.frame(FrameUnit::Groups, start, end)
    }

    /// Only rows whose value in the order is between the bounds: of one order, of numbers.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let near = |p: Columns<Post>| count().over(window().order_by(p.views.asc()).range(Bound::Before(5), Bound::After(5)));
    /// assert_eq!(Post::query().order_by(|p| p.id.asc()).select(near).all(&db).await?, [2, 1, 2]);
    /// # Ok(()) }) }
    /// ```
    pub fn range(self, start: Bound, end: Bound) -> Self {
        self.frame(FrameUnit::Range, start, end)
    }

    fn frame(mut self, unit: FrameUnit, start: Bound, end: Bound) -> Self {
        self.frame = Some(Frame { unit, start, end });
        self
    }
}

impl<T: ColumnValue, L, R: Repr> Expr<T, L, R> {
    /// Of the rows in that window: an expression of the current row, to be selected or ordered by.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = Post::query().order_by(|p| p.id.asc());
    /// let rows = rows.select(|p| (p.title, row_number().over(window().partition_by(p.author_id).order_by(p.views.desc()))));
    /// let places: Vec<(String, i64)> = rows.all(&db).await?;
    /// assert_eq!(places[0], ("Hello".to_owned(), 2));
    /// # Ok(()) }) }
    /// ```
    pub fn over(self, window: Window) -> Expr<T, Rows>
    where
        L: Overable,
    {
        let node = self.node();
        if !matches!(&node, Node::Call(function, ..) if function.takes_window()) {
            return Expr::from_node(Node::Invalid(
                "`.over(..)` belongs right behind the aggregate or window function",
            ));
        }
        Expr::from_node(Node::Over(Box::new(node), Box::new(window)))
    }
}

/// The place of the row in the order, from 1; equal rows get different places.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let places = Post::query().order_by(|p| p.id.asc()).select(|p| row_number().over(window().order_by(p.views.asc())));
/// assert_eq!(places.all(&db).await?, [2, 3, 1]);
/// # Ok(()) }) }
/// ```
pub fn row_number() -> Expr<i64, Windowed> {
    Expr::from_node(Node::Call(Function::RowNumber, ValueType::I64, Vec::new()))
}

/// The place of the row in the order, from 1; equal rows share one, and the next places are left out.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let places = Post::query().order_by(|p| p.id.asc()).select(|p| rank().over(window().order_by(p.views.asc())));
/// assert_eq!(places.all(&db).await?, [2, 3, 1]);
/// # Ok(()) }) }
/// ```
pub fn rank() -> Expr<i64, Windowed> {
    Expr::from_node(Node::Call(Function::Rank, ValueType::I64, Vec::new()))
}

/// The place of the row in the order, from 1; equal rows share one, and none is left out.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let places = Post::query().order_by(|p| p.id.asc()).select(|p| dense_rank().over(window().order_by(p.views.asc())));
/// assert_eq!(places.all(&db).await?, [2, 3, 1]);
/// # Ok(()) }) }
/// ```
pub fn dense_rank() -> Expr<i64, Windowed> {
    Expr::from_node(Node::Call(Function::DenseRank, ValueType::I64, Vec::new()))
}

/// The part of the other rows that come before the row, from 0 to 1.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let places = Post::query().order_by(|p| p.id.asc()).select(|p| percent_rank().over(window().order_by(p.views.asc())));
/// assert_eq!(places.all(&db).await?, [0.5, 1.0, 0.0]);
/// # Ok(()) }) }
/// ```
pub fn percent_rank() -> Expr<f64, Windowed> {
    Expr::from_node(Node::Call(Function::PercentRank, ValueType::F64, Vec::new()))
}

/// The part of all rows that come before the row or are equal to it, up to 1.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let places = Post::query().order_by(|p| p.id.asc()).select(|p| cume_dist().over(window().order_by(p.views.asc())));
/// assert_eq!(places.all(&db).await?, [2.0 / 3.0, 1.0, 1.0 / 3.0]);
/// # Ok(()) }) }
/// ```
pub fn cume_dist() -> Expr<f64, Windowed> {
    Expr::from_node(Node::Call(Function::CumeDist, ValueType::F64, Vec::new()))
}

/// Which of so many parts, of like size, the row falls into, from 1.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let halves = Post::query().order_by(|p| p.id.asc()).select(|p| ntile(2).over(window().order_by(p.views.asc())));
/// assert_eq!(halves.all(&db).await?, [1, 2, 1]);
/// # Ok(()) }) }
/// ```
pub fn ntile(parts: i64) -> Expr<i64, Windowed> {
    Expr::from_node(Node::Call(
        Function::Ntile,
        ValueType::I64,
        vec![Operand::<i64, Windowed>::operand(parts)],
    ))
}

impl<T: ColumnValue, R: Repr> Expr<T, Rows, R> {
    fn of_window(self, function: Function, further: Vec<Node>) -> Expr<T::Nullable, Windowed> {
        Expr::from_node(Node::call(function, T::FACT.value, self, further))
    }

    /// The value of the row so many before; NULL where there is none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let views = Post::query().order_by(|p| p.id.asc()).select(|p| p.views.lag(1).over(window().order_by(p.id.asc())));
    /// assert_eq!(views.all(&db).await?, [None, Some(10), Some(20)]);
    /// # Ok(()) }) }
    /// ```
    pub fn lag(self, rows: i64) -> Expr<T::Nullable, Windowed> {
        self.of_window(Function::Lag, vec![Operand::<i64, Rows>::operand(rows)])
    }

    /// The value of the row so many after; NULL where there is none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let views = Post::query().order_by(|p| p.id.asc()).select(|p| p.views.lead(1).over(window().order_by(p.id.asc())));
    /// assert_eq!(views.all(&db).await?, [Some(20), Some(5), None]);
    /// # Ok(()) }) }
    /// ```
    pub fn lead(self, rows: i64) -> Expr<T::Nullable, Windowed> {
        self.of_window(Function::Lead, vec![Operand::<i64, Rows>::operand(rows)])
    }

    /// The value of the first row of the frame.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let views = Post::query().order_by(|p| p.id.asc()).select(|p| p.views.first_value().over(window().order_by(p.id.asc())));
    /// assert_eq!(views.all(&db).await?, [Some(10), Some(10), Some(10)]);
    /// # Ok(()) }) }
    /// ```
    pub fn first_value(self) -> Expr<T::Nullable, Windowed> {
        self.of_window(Function::FirstValue, Vec::new())
    }

    /// The value of the last row of the frame, which by itself ends with the current row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let views = Post::query().order_by(|p| p.id.asc()).select(|p| p.views.last_value().over(window().order_by(p.id.asc())));
    /// assert_eq!(views.all(&db).await?, [Some(10), Some(20), Some(5)]);
    /// # Ok(()) }) }
    /// ```
    pub fn last_value(self) -> Expr<T::Nullable, Windowed> {
        self.of_window(Function::LastValue, Vec::new())
    }

    /// The value of that row of the frame, the first one being 1; NULL where there is none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let second = Post::query().order_by(|p| p.id.asc()).select(|p| p.views.nth_value(2).over(window().order_by(p.id.asc())));
    /// assert_eq!(second.all(&db).await?, [None, Some(20), Some(20)]);
    /// # Ok(()) }) }
    /// ```
    pub fn nth_value(self, place: i64) -> Expr<T::Nullable, Windowed> {
        self.of_window(Function::NthValue, vec![Operand::<i64, Rows>::operand(place)])
    }
}
