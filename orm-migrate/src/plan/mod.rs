//! Changes → steps, in an order in which each finds what it needs.
//!
//! The dialects say what a change is in SQL; the order follows from what each step needs and provides.

pub(crate) mod alter;
pub(crate) mod clause;
pub(crate) mod context;
pub(crate) mod cycles;
pub(crate) mod evidence;
mod expand;
pub(crate) mod fit;
pub(crate) mod mentions;
pub(crate) mod needs;
pub(crate) mod online;
pub(crate) mod order;
mod text;

use orm_schema::Schema;
use serde::Serialize;

pub(crate) use text::CANNOT_UNDO;
pub use text::{NO_TRANSACTION, TRANSACTION, parse_rebuild, rebuild_marker};

use context::Context;
pub use expand::{Expanded, Twin, expand};

use crate::{
    change::Change,
    dialect::Dialect,
    normalise::{Unsupported, unsupported},
    step::Step,
};

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
    planned(dialect, from, to, changes, None)
}

/// The same in the form that stops nobody for long who uses the tables meanwhile, where there is one: several steps in the
/// place of one, each in a transaction of its own. Columns with a [twin](expand) are kept the same as it.
///
/// ```
/// use orm_migrate::{Dialect, plan::plan_online};
/// use orm_schema::Schema;
/// let plan = plan_online(Dialect::Postgres, &Schema::default(), &Schema::default(), &[], &[])?;
/// assert!(plan.steps.is_empty());
/// # Ok::<_, orm_migrate::PlanError>(())
/// ```
///
/// # Errors
/// As [`plan`].
pub fn plan_online(
    dialect: Dialect,
    from: &Schema,
    to: &Schema,
    changes: &[Change],
    twins: &[Twin],
) -> Result<Plan, PlanError> {
    planned(dialect, from, to, changes, Some(twins))
}

fn planned(
    dialect: Dialect,
    from: &Schema,
    to: &Schema,
    changes: &[Change],
    online: Option<&[Twin]>,
) -> Result<Plan, PlanError> {
    if let Some(fault) = unsupported(dialect, to).into_iter().next() {
        return Err(fault.into());
    }
    let mut context = Context::new(dialect, from, to, changes);
    context.online = online;
    if let Some(error) = changes.iter().find_map(|change| foreign(&context, change)) {
        return Err(error);
    }
    let mut steps = dialect.beforehand(&context);
    steps.extend(order::order(dialect.nodes(&context))?);
    Ok(Plan { steps })
}

/// A change of a table that is in neither schema.
fn foreign(context: &Context<'_>, change: &Change) -> Option<PlanError> {
    let table = change.table()?;
    let known = context.before.table(table).is_some() || context.to.table(table).is_some();
    (!known).then(|| PlanError::Foreign { change: change.to_string(), missing: table.to_string() })
}
