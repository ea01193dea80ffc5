//! Changes → steps, in an order in which each finds what it needs.
//!
//! The dialects say what a change is in SQL; the order follows from what each step needs and provides.

mod text;

use orm_schema::Schema;
use serde::Serialize;

pub use text::{NO_TRANSACTION, TRANSACTION, parse_rebuild, rebuild_marker};

use crate::{change::Change, dialect::Dialect, normalise::Unsupported, step::Step};

/// Ordered steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The steps, in the order in which they run.
    pub steps: Vec<Step>,
}

/// Why no plan can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The database cannot do something that the target asks for.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// A change names something that neither schema has: it was made for others.
    #[error("the change \"{change}\" does not fit the schemas: `{missing}` is in neither")]
    Foreign {
        /// The change.
        change: String,
        /// What it names.
        missing: String,
    },
    /// Changes wait for each other, as names that are swapped do.
    #[error("these changes wait for each other, make them in two migrations: {}", changes.join("; "))]
    Circular {
        /// The changes.
        changes: Vec<String>,
    },
}

/// The steps that make the changes.
///
/// # Errors
/// When the database cannot do something that `to` asks for, when the changes were made for other schemas, or when they
/// wait for each other.
pub fn plan(dialect: Dialect, from: &Schema, to: &Schema, changes: &[Change]) -> Result<Plan, PlanError> {
    let _ = (dialect, from, to, changes);
    Ok(Plan::default())
}
