//! The order of rows.

use std::marker::PhantomData;

use orm_schema::{NullsOrder, SortOrder};

use super::{Expr, Node, Repr, Rows};

/// One part of an order.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn newest(p: Columns<Post>) -> Order {
///     p.id.desc()
/// }
/// assert_eq!(Post::query().order_by(newest).select(|p| p.id).all(&db).await?, [3, 2, 1]);
/// # Ok(()) }) }
/// ```
#[must_use]
pub struct Order<L = Rows> {
    by: OrderBy,
    marker: PhantomData<fn() -> L>,
}

/// One part of an order, untyped.
#[derive(Debug, Clone)]
pub struct OrderBy {
    pub node: Node,
    pub direction: SortOrder,
    pub nulls: Option<NullsOrder>,
}

impl<L> Order<L> {
    fn new(node: Node, direction: SortOrder) -> Self {
        Self { by: OrderBy { node, direction, nulls: None }, marker: PhantomData }
    }

    /// NULLs before all values, whatever the database's own choice.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let posts = Post::query().order_by(|p| (p.rating.asc().nulls_first(), p.id.asc()));
    /// assert_eq!(posts.select(|p| p.id).all(&db).await?, [2, 3, 1]);
    /// # Ok(()) }) }
    /// ```
    pub fn nulls_first(mut self) -> Self {
        self.by.nulls = Some(NullsOrder::First);
        self
    }

    /// NULLs after all values, whatever the database's own choice.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let best = Post::query().order_by(|p| p.rating.desc().nulls_last()).first(&db).await?;
    /// assert_eq!(best.map(|post| post.id), Some(1));
    /// # Ok(()) }) }
    /// ```
    pub fn nulls_last(mut self) -> Self {
        self.by.nulls = Some(NullsOrder::Last);
        self
    }
}

impl<T, L, R: Repr> Expr<T, L, R> {
    /// Smallest first.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let names = User::query().order_by(|u| u.age.asc()).select(|u| u.name);
    /// assert_eq!(names.all(&db).await?, ["Bob", "Ann"]);
    /// # Ok(()) }) }
    /// ```
    pub fn asc(self) -> Order<L> {
        Order::new(self.node(), SortOrder::Asc)
    }

    /// Largest first.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let titles = Post::query().order_by(|p| p.title.length().desc()).select(|p| p.title);
    /// assert_eq!(titles.first(&db).await?.as_deref(), Some("On joins"));
    /// # Ok(()) }) }
    /// ```
    pub fn desc(self) -> Order<L> {
        Order::new(self.node(), SortOrder::Desc)
    }
}

/// What `order_by` takes: `.asc()`, `.desc()`, or a tuple of them.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let by_author = Post::query().order_by(|p| (p.author_id.desc(), p.views.desc()));
/// assert_eq!(by_author.select(|p| p.id).all(&db).await?, [3, 2, 1]);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "expected an order, found `{Self}`",
    label = "say `.asc()` or `.desc()`",
    note = "several parts go into a tuple: `|u| (u.age.desc(), u.id.asc())`"
)]
pub trait Orders<L = Rows> {
    #[doc(hidden)]
    fn append_to(self, orders: &mut Vec<OrderBy>);
}

impl<L> Orders<L> for Order<L> {
    fn append_to(self, orders: &mut Vec<OrderBy>) {
        orders.push(self.by);
    }
}

#[diagnostic::do_not_recommend]
impl<L, O: Orders<L>> Orders<L> for Vec<O> {
    fn append_to(self, orders: &mut Vec<OrderBy>) {
        for order in self {
            order.append_to(orders);
        }
    }
}

macro_rules! order_tuple {
    ($($name:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<Level, $($name: Orders<Level>),+> Orders<Level> for ($($name,)+) {
            fn append_to(self, orders: &mut Vec<OrderBy>) {
                $(self.$at.append_to(orders);)+
            }
        }
    };
}
super::pick::for_tuples!(order_tuple);
