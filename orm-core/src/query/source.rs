//! Where rows come from: a table of the query, under an identity of its own.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use super::Plan;
use crate::{
    expr::{InGroup, Kind, Node, Nullable, Plain},
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
    /// What its columns are; that of a query is [`DERIVED`], unless it gives whole models.
    pub table: &'static TableFacts,
    pub origin: Origin,
    /// Whether it has the column [`PRESENCE`](crate::expr::PRESENCE) beside its own.
    pub is_marked: bool,
    /// How it is joined to those before it; `None` for the first.
    pub join: Option<Join>,
}

/// Where the rows of a source come from.
#[derive(Debug, Clone)]
pub enum Origin {
    Table,
    Query(Arc<Plan>),
    /// A query that speaks of the sources before it.
    Lateral(Arc<Plan>),
    /// The rows of two queries, put together.
    Combined(Combination, Arc<[Plan; 2]>),
    /// A query with a name, which is written once however often it is used.
    Common(Arc<Common>),
    /// Inside a recursive one: the rows that it found last.
    Found(u32),
}

/// A common table expression.
#[derive(Debug)]
pub struct Common {
    /// Its identity.
    pub id: u32,
    pub first: Plan,
    /// What finds more rows from those found last.
    pub next: Option<Plan>,
    /// Whether rows that were found before are found again; else all are different.
    pub repeats: bool,
}

/// How the rows of two queries are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combination {
    Union,
    UnionAll,
    Intersect,
    Except,
}

/// What stands for a table where rows come from a query.
pub(crate) static DERIVED: TableFacts = TableFacts {
    model: "a query",
    namespace: None,
    name: "derived",
    columns: &[],
    key: &[],
    declaration: "",
    targets: &[],
};

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
    /// Those of the right without a match too.
    Right,
    /// Those of both without a match too.
    Full,
}

impl Source {
    /// One that is joined to those before it.
    pub(crate) fn joined(id: u32, table: &'static TableFacts, kind: JoinKind, on: Node) -> Self {
        Self { join: Some(Join { kind, on }), ..Self::root(id, table) }
    }

    pub(crate) const fn root(id: u32, table: &'static TableFacts) -> Self {
        Self { id, table, origin: Origin::Table, is_marked: false, join: None }
    }
}

/// A new identity.
pub(crate) fn next_source() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// What a query reads from: a model, the rows of another query, or a tuple of joined ones.
pub trait Scope: 'static {
    /// What the closures of the query get.
    type Columns: Copy;
    /// What they get inside a group.
    type GroupedColumns: Copy;
    /// The scope with one more source.
    type Push<J: Joined>: Scope;
    /// The scope of which no row need be there.
    type Loose: Scope;

    #[doc(hidden)]
    fn columns(sources: &[u32]) -> Self::Columns;

    #[doc(hidden)]
    fn grouped_columns(sources: &[u32]) -> Self::GroupedColumns;
}

/// What has columns in a query: a model, or the rows of another query.
pub trait Sourced: 'static {
    /// The columns.
    type Columns<K: Kind>: Copy;

    #[doc(hidden)]
    fn columns<K: Kind>(source: u32) -> Self::Columns<K>;
}

impl<M: Model> Sourced for M {
    type Columns<K: Kind> = Columns<M, K>;

    fn columns<K: Kind>(source: u32) -> Self::Columns<K> {
        <M as Model>::columns(source)
    }
}

/// A source of a join, and whether its row must be there.
pub trait Joined: 'static {
    /// Its columns.
    type Columns: Copy;
    /// Its columns inside a group.
    type GroupedColumns: Copy;
    /// The same, whose row need not be there.
    type Loose: Joined;

    #[doc(hidden)]
    fn columns(source: u32) -> Self::Columns;

    #[doc(hidden)]
    fn grouped_columns(source: u32) -> Self::GroupedColumns;
}

/// A source whose row is there.
#[derive(Debug)]
pub struct Inner<M>(std::marker::PhantomData<fn() -> M>);

/// A source whose row may not be there.
#[derive(Debug)]
pub struct Left<M>(std::marker::PhantomData<fn() -> M>);

impl<M: Sourced> Joined for Inner<M> {
    type Columns = M::Columns<Plain>;
    type GroupedColumns = M::Columns<InGroup>;
    type Loose = Left<M>;

    fn columns(source: u32) -> Self::Columns {
        M::columns(source)
    }

    fn grouped_columns(source: u32) -> Self::GroupedColumns {
        M::columns(source)
    }
}

impl<M: Sourced> Joined for Left<M> {
    type Columns = M::Columns<Nullable>;
    type GroupedColumns = M::Columns<InGroup>;
    type Loose = Self;

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

impl<M: Sourced> Scope for M {
    type Columns = M::Columns<Plain>;
    type GroupedColumns = M::Columns<InGroup>;
    type Push<J: Joined> = (Inner<M>, J);
    type Loose = (Left<M>,);

    fn columns(sources: &[u32]) -> Self::Columns {
        <M as Sourced>::columns(at(sources, 0))
    }

    fn grouped_columns(sources: &[u32]) -> Self::GroupedColumns {
        <M as Sourced>::columns(at(sources, 0))
    }
}

/// A scope whose first source is a model, whose rows can be written.
#[diagnostic::on_unimplemented(
    message = "the rows of this query cannot be changed",
    label = "its first source is no model's table, or its rows need not be there",
    note = "begin with the model that is changed: `Post::query().join(|p| p.author).update(|(p, u)| ..)`"
)]
pub trait Written: Scope {
    /// The model.
    type Model: Model;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Written for M {
    type Model = M;
}

macro_rules! scope_tuple {
    ($push:ty; $first:ident $zero:tt $(, $name:ident $at:tt)*) => {
        scope_tuple!(@ $push; $first $zero $(, $name $at)*);

        impl<M: Model $(, $name: Joined)*> Written for (Inner<M>, $($name,)*) {
            type Model = M;
        }
    };
    (@ $push:ty; $($name:ident $at:tt),+) => {
        impl<$($name: Joined),+> Scope for ($($name,)+) {
            type Columns = ($($name::Columns,)+);
            type GroupedColumns = ($($name::GroupedColumns,)+);
            type Push<Next: Joined> = $push;
            type Loose = ($($name::Loose,)+);

            fn columns(sources: &[u32]) -> Self::Columns {
                ($($name::columns(at(sources, $at)),)+)
            }

            fn grouped_columns(sources: &[u32]) -> Self::GroupedColumns {
                ($($name::grouped_columns(at(sources, $at)),)+)
            }
        }
    };
}
scope_tuple!((A, Next); A 0);
scope_tuple!((A, B, Next); A 0, B 1);
scope_tuple!((A, B, C, Next); A 0, B 1, C 2);
scope_tuple!((A, B, C, D, Next); A 0, B 1, C 2, D 3);
scope_tuple!((A, B, C, D, E, Next); A 0, B 1, C 2, D 3, E 4);
scope_tuple!((A, B, C, D, E, F, Next); A 0, B 1, C 2, D 3, E 4, F 5);
scope_tuple!((A, B, C, D, E, F, G, Next); A 0, B 1, C 2, D 3, E 4, F 5, G 6);
scope_tuple!(AtMostEightSources; A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// What a ninth source makes of a query: a scope without columns.
#[derive(Debug, Clone, Copy)]
pub struct AtMostEightSources;

impl Scope for AtMostEightSources {
    type Columns = Self;
    type GroupedColumns = Self;
    type Push<J: Joined> = Self;
    type Loose = Self;

    fn columns(_: &[u32]) -> Self {
        Self
    }

    fn grouped_columns(_: &[u32]) -> Self {
        Self
    }
}
