//! The migration engine of orm.
//!
//! The pure half takes part in no connection and touches no file:
//!
//! ```text
//! Schema → normalise(dialect) → diff → [Change] → plan → [Step]
//! ```
//!
//! ```
//! use orm_migrate::{Dialect, DiffOptions, diff, normalise, plan};
//! use orm_schema::{Column, ColumnType, Schema, Table};
//!
//! let before = Table { columns: vec![Column::new("name", ColumnType::Text)], ..Table::new("users") };
//! let mut after = before.clone();
//! after.columns.push(Column { nullable: true, ..Column::new("bio", ColumnType::Text) });
//!
//! let dialect = Dialect::Sqlite;
//! let schema = |table| normalise(dialect, Schema { tables: vec![table], enums: vec![] });
//! let (from, to) = (schema(before), schema(after));
//! let changes = diff(dialect, &from, &to, &DiffOptions::default()).changes;
//! let plan = plan(dialect, &from, &to, &changes)?;
//! assert_eq!(plan.steps[0].sql, [r#"ALTER TABLE "users" ADD COLUMN "bio" TEXT"#]);
//! # Ok::<(), orm_migrate::PlanError>(())
//! ```
//!
//! | question | module |
//! |---|---|
//! | which database's SQL? | [`dialect`] |
//! | what is the one spelling of a type, a default, a condition? | [`normalise`] |
//! | what is it called in the database? | [`names`] |
//! | what differs? | [`diff`], [`change`] |
//! | which SQL, in which order, at what risk? | [`plan`], [`step`] |

pub mod change;
pub mod dialect;
pub mod diff;
pub mod names;
pub mod normalise;
pub mod plan;
pub mod postgres;
pub mod split;
pub mod sqlite;
pub mod step;
mod token;

pub use change::Change;
pub use dialect::Dialect;
pub use diff::{Diff, DiffOptions, Rename, RenameQuestion, diff};
pub use normalise::{Unsupported, normalise, unsupported};
pub use plan::{Plan, PlanError, plan};
pub use split::{SplitError, Statement};
pub use step::Step;
