//! The runtime of orm.
//!
//! A typed query is built from plain data, rendered to SQL once for its shape, bound, run by a driver and decoded
//! by position into structs.
//!
//! | question | module |
//! |---|---|
//! | what goes to and comes from the database? | [`value`](mod@value), [`reader`], [`ColumnValue`] |
//! | what is asked? | [`Query`], [`Expr`], [`Model`], [`Relation`], [`Projection`] |
//! | how is it said? | `sql`, and a folder for each dialect |
//! | who carries it? | [`database`], [`connection`], [`transaction`] |
//! | what went wrong? | [`error`] |
//!
//! The examples run on a small blog: users with their posts, and tags between (`docs/example.rs`).

#![cfg_attr(
    not(any(feature = "sqlite", feature = "postgres", feature = "mysql")),
    allow(dead_code, unused_variables, reason = "without a driver nothing is read")
)]

mod checks;
mod column_value;
pub mod connection;
pub mod context;
pub mod database;
pub mod dialect;
pub mod error;
pub mod executor;
mod expr;
mod facts;
mod lossless;
mod microseconds;
mod model;
mod models;
mod mysql;
pub mod options;
pub mod outlet;
mod pool;
mod postgres;
mod query;
mod raw_sql;
pub mod reader;
mod relation;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod server;
mod sql;
mod sqlite;
pub mod statement;
pub mod transaction;
mod unique_key;
mod url;
pub mod value;

pub use column_value::{ArrayElement, ColumnValue, Json, Scalar, set_or_null};
pub use connection::Connection;
pub use context::Context;
pub use database::Db;
pub use dialect::{Capabilities, Dialect, Returning};
pub use error::{Error, ErrorKind, Result, Violation};
pub use executor::{Executor, Handle};
pub use expr::{
    Aggregable, Arguments, Assign, Assignable, Assigns, Bound, Calendar, CastTo, Clock, Column, Cond, Expr,
    Fraction, GroupKeys, Grouped, Groups, InGroup, IntoExpr, Kind, ListValue, Nullable, NullableOperand,
    Number, OfRows, Operand, Order, Orders, OutputColumn, Overable, PickField, Picks, Plain, Quantified,
    Rows, Tree, When, Window, Windowed, all_of, any_of, count, cume_dist, dense_rank, exists, function, now,
    ntile, percent_rank, rank, raw, raw_aggregate, raw_cond, row_number, value, when, window,
};
pub use facts::{ColumnFacts, TableFacts};
pub use model::{Columns, IntoKey, Item, KeyValue, Keyed, Model};
pub use models::Models;
pub use options::ConnectOptions;
pub use orm_schema::SortOrder;
pub use outlet::Outlet;
pub use query::{
    AsSource, Conflict, ConflictMany, ConflictTarget, Cursor, CursorPage, Delete, Derivable, Derived,
    GroupedQuery, Inner, Insert, InsertFrom, InsertIgnoring, InsertMany, InsertOrGet, Insertable, Joined,
    Keyset, Left, Loaded, Output, Page, Paged, Patch, PatchBuilder, Picked, Projected, Projection, Query,
    Readable, RowBuilder, RowStream, Scope, Sourced, Targets, Unselected, Update, UpdateMany, Whole, Written,
};
pub use raw_sql::{Bindable, FromRow, RawSql};
pub use reader::Reader;
pub use relation::{Cardinality, Load, LoadInto, Many, Maybe, One, Relation, RelationQuery};
pub use statement::{Access, Sink, Sql, Statement};
pub use transaction::{Isolation, Tx, TxOptions};
pub use value::Value;

/// What the derives emit calls to. No part of the public API.
#[doc(hidden)]
pub mod __private {
    pub use orm_schema::{EnumFact, Fact, ValueType, lower::Target};

    pub use crate::{
        checks::{check_required, references_column, references_key},
        column_value::{decode_label, decode_via, decode_via_option, encode_label, wrong_element},
        expr::{PickList, SourceOf, WholeKind},
        facts::target,
        model::column,
        models::assert_facts,
        query::{Parts, Reading},
        raw_sql::{ByHand, bind, raw_sql},
        relation::{BelongsTo, Link, LoadField, Through, belongs_to_of},
    };
}
