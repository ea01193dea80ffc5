//! What the next migration would be: from the last snapshot of a folder to the models.

use chrono::Utc;
use orm_schema::Schema;

use crate::{
    change::Change,
    diff::{DiffOptions, RenameQuestion, diff},
    error::{Code, MigrateError, Result},
    folder::{Draft, Migrations},
    normalise::{normalise, unsupported},
    plan::{Plan, plan},
};

/// The next migration, not yet written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What differs.
    pub changes: Vec<Change>,
    /// What must be decided first: a rename, or a drop and an addition?
    pub questions: Vec<RenameQuestion>,
    /// The SQL, step by step; empty while there are questions.
    pub plan: Plan,
    /// The schema after it, with the names that the database keeps.
    after: Schema,
}

impl Proposal {
    /// Plans the way from the last snapshot of the folder to the target.
    ///
    /// ```
    /// use orm_migrate::{DiffOptions, Dialect, Migrations, Proposal};
    ///
    /// let migrations = Migrations::empty(Dialect::Sqlite);
    /// let proposal = Proposal::new(&migrations, orm_schema::Schema::default(), &DiffOptions::default())?;
    /// assert!(proposal.is_empty());
    /// # Ok::<_, orm_migrate::MigrateError>(())
    /// ```
    ///
    /// # Errors
    /// When the database cannot do something that the target asks for.
    pub fn new(migrations: &Migrations, target: Schema, options: &DiffOptions) -> Result<Self> {
        let dialect = migrations.dialect();
        let refused = unsupported(dialect, &target).into_iter();
        MigrateError::all(
            refused
                .map(|fault| MigrateError::new(Code::Unsupported, fault.to_string()).fix(fault.fix))
                .collect(),
        )?;
        let before = normalise(dialect, migrations.schema());
        let after = normalise(dialect, target);
        let found = diff(dialect, &before, &after, options);
        let plan = if found.questions.is_empty() {
            plan(dialect, &before, &after, &found.changes)
                .map_err(|error| MigrateError::new(Code::Unsupported, error.to_string()).with_source(error))?
        } else {
            Plan::default()
        };
        Ok(Self { changes: found.changes, questions: found.questions, plan, after: found.settled })
    }

    /// Whether the models are as the last snapshot.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.questions.is_empty()
    }

    /// The migration as it is written to the folder: [`Migrations::add`].
    #[must_use]
    pub fn draft(&self, what_for: impl Into<String>) -> Draft {
        Draft {
            what_for: what_for.into(),
            now: Utc::now(),
            up: self.plan.up_sql(),
            down: Some(self.plan.down_sql()),
            schema: self.after.clone(),
        }
    }
}
