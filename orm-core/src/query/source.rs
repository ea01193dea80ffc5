//! Where rows come from: a table of the query, under an identity of its own.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::{
    expr::{InGroup, Node, Nullable, Plain},
    facts::TableFacts,
    model::{Columns, Model},
};

/// A table of a query.
///
/// Every use of a table in any query has an identity of its own, so that a column which was carried out of its
/// query is recognised wherever it turns up.
#[derive(Debug, Clone)]
pub struct Source {
    pub id: u32,
    pub table: &'static TableFacts,
    /// How it is joined to those before it; `None` for the first.
    pub join: Option<Join>,
}

/// How a table is joined to those before it.
#[derive(Debug, Clone)]
pub struct Join {
    pub kind: JoinKind,
    pub on: Node,
}

/// Which rows a join keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// Only those that match.
    Inner,
    /// Those of the left without a match too.
    Left,
}

impl Source {
    pub(crate) const fn root(id: u32, table: &'static TableFacts) -> Self {
        Self { id, table, join: None }
    }
}

/// A new identity.
pub(crate) fn next_source() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// What a query reads from: a model, or a tuple of joined ones.
pub trait Scope: 'static {
    /// What the closures of the query get.
    type Columns: Copy;
    /// What they get inside a group.
    type GroupedColumns: Copy;
    /// The scope with one more model.
    type Push<J: Joined>: Scope;

    #[doc(hidden)]
    fn columns(sources: &[u32]) -> Self::Columns;

    #[doc(hidden)]
    fn grouped_columns(sources: &[u32]) -> Self::GroupedColumns;
}

/// A model of a join, and whether its row must be there.
pub trait Joined: 'static {
    /// Its columns.
    type Columns: Copy;
    /// Its columns inside a group.
    type GroupedColumns: Copy;

    #[doc(hidden)]
    fn columns(source: u32) -> Self::Columns;

    #[doc(hidden)]
    fn grouped_columns(source: u32) -> Self::GroupedColumns;
}

/// A joined model whose row is there.
#[derive(Debug)]
pub struct Inner<M>(std::marker::PhantomData<fn() -> M>);

/// A joined model whose row may not be there.
#[derive(Debug)]
pub struct Left<M>(std::marker::PhantomData<fn() -> M>);

impl<M: Model> Joined for Inner<M> {
    type Columns = Columns<M, Plain>;
    type GroupedColumns = Columns<M, InGroup>;

    fn columns(source: u32) -> Self::Columns {
        M::columns(source)
    }

    fn grouped_columns(source: u32) -> Self::GroupedColumns {
        M::columns(source)
    }
}

impl<M: Model> Joined for Left<M> {
    type Columns = Columns<M, Nullable>;
    type GroupedColumns = Columns<M, InGroup>;

    fn columns(source: u32) -> Self::Columns {
        M::columns(source)
    }

    fn grouped_columns(source: u32) -> Self::GroupedColumns {
        M::columns(source)
    }
}

/// The identity of the source at that place; a scope is only ever asked with as many as it has.
fn at(sources: &[u32], place: usize) -> u32 {
    sources.get(place).copied().unwrap_or_default()
}

impl<M: Model> Scope for M {
    type Columns = Columns<M, Plain>;
    type GroupedColumns = Columns<M, InGroup>;
    type Push<J: Joined> = (Inner<M>, J);

    fn columns(sources: &[u32]) -> Self::Columns {
        M::columns(at(sources, 0))
    }

    fn grouped_columns(sources: &[u32]) -> Self::GroupedColumns {
        M::columns(at(sources, 0))
    }
}

macro_rules! scope_tuple {
    ($push:ty; $($name:ident $at:tt),+) => {
        impl<$($name: Joined),+> Scope for ($($name,)+) {
            type Columns = ($($name::Columns,)+);
            type GroupedColumns = ($($name::GroupedColumns,)+);
            type Push<Next: Joined> = $push;

            fn columns(sources: &[u32]) -> Self::Columns {
                ($($name::columns(at(sources, $at)),)+)
            }

            fn grouped_columns(sources: &[u32]) -> Self::GroupedColumns {
                ($($name::grouped_columns(at(sources, $at)),)+)
            }
        }
    };
}
scope_tuple!((A, B, Next); A 0, B 1);
scope_tuple!((A, B, C, Next); A 0, B 1, C 2);
scope_tuple!((A, B, C, D, Next); A 0, B 1, C 2, D 3);
scope_tuple!((A, B, C, D, E, Next); A 0, B 1, C 2, D 3, E 4);
scope_tuple!((A, B, C, D, E, F, Next); A 0, B 1, C 2, D 3, E 4, F 5);
scope_tuple!((A, B, C, D, E, F, G, Next); A 0, B 1, C 2, D 3, E 4, F 5, G 6);
scope_tuple!(TooManySources; A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// What a ninth source makes of a query: a scope without columns.
#[derive(Debug)]
pub struct TooManySources;

impl Scope for TooManySources {
    type Columns = ();
    type GroupedColumns = ();
    type Push<J: Joined> = Self;

    fn columns(_: &[u32]) -> Self::Columns {}

    fn grouped_columns(_: &[u32]) -> Self::GroupedColumns {}
}
