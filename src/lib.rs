//! **orm**: a type-safe ORM and migration toolkit. Annotated structs are the single source of truth; from them come
//! typed queries, migrations diffed against live databases, introspection, and a command line.

pub use orm_core::*;
#[cfg(feature = "migrate")]
pub use orm_macros::migrate;
pub use orm_macros::models;
pub use orm_macros::{Enum, Insert, Model, Patch, Projection, Value};
#[cfg(feature = "migrate")]
pub use orm_migrate as migrate;

/// What most files that use orm import.
pub mod prelude {
    pub use orm_core::{Columns, Cond, Db, Executor, Expr, Item, Json, Keyed, Model, Query, Tx, count};
    pub use orm_macros::{Enum, Insert, Model, Patch, Projection, Value};
}

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
