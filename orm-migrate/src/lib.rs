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
//! | what is the one spelling of a type, a default, a condition? | [`normalise`](mod@normalise) |
//! | what differs? | [`diff`](mod@diff), [`change`] |
//! | which SQL, in which order, at what risk? | [`plan`](mod@plan), [`step`] |
//! | what would SQL lose, and whom would it keep waiting? | [`lint`](mod@lint) |
//!
//! The other half holds a connection or a folder:
//!
//! | question | module |
//! |---|---|
//! | what is in the database? | [`inspect`](mod@inspect) |
//! | which models does the source say? | [`source`] |
//! | which migrations are there? | [`folder`] |
//! | which have run? | [`journal`], [`status`](mod@status) |
//! | who runs them? | [`executor`], [`lock`] |
//! | how is a database taken over? | [`baseline`] |
//! | what would be lost? | [`evidence`] |
//! | what else would be broken? | [`carry_over`](mod@carry_over), [`bodies`] |
//! | which models would a database have? | [`introspect`] |
//! | what does SQL make? | [`scratch`] |
//! | how does a program carry its migrations? | [`embedded`] |
//! | how is a database emptied? | [`reset`] |
//! | what went wrong? | [`error`] |

pub mod asked;
pub mod baseline;
pub mod bodies;
mod bookkeeping;
pub mod carry_over;
pub mod change;
pub mod clear;
mod cursor;
pub mod dialect;
pub mod diff;
pub mod embedded;
pub mod error;
pub mod evidence;
pub mod executor;
mod expression;
pub mod folder;
pub mod functions;
pub mod inspect;
pub mod introspect;
pub mod journal;
pub mod lint;
mod literal;
mod live;
pub mod lock;
mod moment;
pub mod mysql;
pub mod names;
pub mod normalise;
pub mod plan;
pub mod postgres;
pub mod propose;
pub mod replay;
pub mod reset;
pub mod resolve;
pub mod scratch;
pub mod settle;
pub mod source;
pub mod split;
pub mod sqlite;
pub mod squash;
pub mod status;
pub mod step;
mod suffix;
pub mod tenants;
mod token;
pub mod verify;

pub use asked::{Asked, ask};
pub use change::Change;
pub use dialect::Dialect;
pub use diff::{Diff, DiffOptions, Rename, RenameQuestion, diff};
pub use embedded::Embedded;
pub use error::{MigrateError, Result};
pub use executor::{DeployOptions, Deployed, apply_plan, deploy};
pub use folder::Migrations;
pub use inspect::{Inspected, inspect, inspect_steadily};
pub use normalise::{Unsupported, normalise, unsupported};
pub use plan::{Plan, PlanError, plan};
pub use propose::Proposal;
pub use split::{SplitError, Statement};
pub use status::{Status, status};
pub use step::Step;
pub use verify::Verify;
