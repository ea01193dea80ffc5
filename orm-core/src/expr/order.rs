//! The order of rows.

use std::marker::PhantomData;

use orm_schema::{NullsOrder, SortOrder};

use super::{Expr, Node, Repr, Rows};

/// One part of an order.
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
    pub fn nulls_first(mut self) -> Self {
        self.by.nulls = Some(NullsOrder::First);
        self
    }

    /// NULLs after all values, whatever the database's own choice.
    pub fn nulls_last(mut self) -> Self {
        self.by.nulls = Some(NullsOrder::Last);
        self
    }
}

impl<T, L, R: Repr> Expr<T, L, R> {
    /// Smallest first.
    pub fn asc(self) -> Order<L> {
        Order::new(self.node(), SortOrder::Asc)
    }

    /// Largest first.
    pub fn desc(self) -> Order<L> {
        Order::new(self.node(), SortOrder::Desc)
    }
}

/// What `order_by` takes: `.asc()`, `.desc()`, or a tuple of them.
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
