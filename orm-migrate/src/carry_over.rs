//! Objects that no model can say (views, triggers, functions, policies), carried over what a plan does under them.
//!
//! PostgreSQL refuses another type for a column that a view, a trigger or a policy speaks of, and has indexes and defaults
//! that need functions. SQLite's rebuilds carry such objects over while they run, MariaDB lets a column change under its
//! views: there the plan stays as it is, and is refused where it would break a view.

use orm_core::Connection;
use orm_schema::Schema;

use crate::{
    baseline::Definitions,
    change::Change,
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    plan::Plan,
};

/// What a plan was made from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The schema of the database as it is.
    pub from: &'a Schema,
    /// The schema as it shall be.
    pub to: &'a Schema,
    /// What the plan's steps do.
    pub changes: &'a [Change],
    /// Everything that the target holds, where the target is a database: its objects are put back in its version, and
    /// those that its tables need are made.
    pub target: Option<&'a Definitions>,
}

/// The plan, with steps that set aside what is in the way of others and put it back after them, with owners, grants and
/// comments.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_core::{ConnectOptions, Connection};
/// use orm_migrate::{Dialect, DiffOptions, carry_over, carry_over::Origin, diff, inspect, normalise, plan};
///
/// let mut connection = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
/// connection.batch("CREATE TABLE users (id INTEGER PRIMARY KEY); CREATE VIEW ids AS SELECT id FROM users").await?;
/// let from = normalise(Dialect::Sqlite, inspect(&mut connection).await?.schema);
/// let to = from.clone();
/// let changes = diff(Dialect::Sqlite, &from, &to, &DiffOptions::default()).changes;
/// let plan = plan(Dialect::Sqlite, &from, &to, &changes)?;
/// let origin = Origin { from: &from, to: &to, changes: &changes, target: None };
/// assert!(carry_over::carry_over(&mut connection, plan, &origin).await?.steps.is_empty());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Of the class [`Decision`](crate::error::Class::Decision) when such an object speaks of something that goes, or cannot be
/// made anew; and what the database says.
pub async fn carry_over(connection: &mut Connection, plan: Plan, origin: &Origin<'_>) -> Result<Plan> {
    Dialect::of(connection).carry_over(connection, plan, origin).await
}

/// An object that nothing could read any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    /// What it is: `view ids`.
    pub(crate) what: String,
    /// What the database says of it then.
    pub(crate) why: String,
}

/// The plan, if it breaks nothing.
pub(crate) fn unbroken(plan: Plan, broken: Vec<Broken>) -> Result<Plan> {
    let error = |found: Broken| {
        MigrateError::new(Code::InTheWay, format!("{} would be broken: {}", found.what, found.why))
            .fix("change or drop it first, in a migration of your own (`orm migrate dev --create-only --name NAME`)")
    };
    MigrateError::all(broken.into_iter().map(error).collect()).map(|()| plan)
}

/// Everything that a database holds, for a [target](Origin::target).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_core::{ConnectOptions, Connection};
///
/// let mut connection = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
/// let target = orm_migrate::carry_over::definitions(&mut connection).await?;
/// # let _ = target;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// What the database says.
pub async fn definitions(connection: &mut Connection) -> Result<Definitions> {
    Dialect::of(connection).definitions(connection).await
}

/// The changes in the words of the database that they lead to, so that the plan makes what is there and not only what means
/// the same.
///
/// ```
/// use orm_migrate::{Dialect, baseline::Definitions, carry_over::in_words_of};
/// assert!(in_words_of(Dialect::Postgres, &Definitions::default(), &[]).is_empty());
/// ```
#[must_use]
pub fn in_words_of(dialect: Dialect, target: &Definitions, changes: &[Change]) -> Vec<Change> {
    dialect.in_words_of(target, changes)
}
