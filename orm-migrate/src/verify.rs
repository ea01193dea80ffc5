//! Does the live database have what the program's models say?

use orm_core::{Db, Models};

use crate::{
    change::Change,
    diff::{DiffOptions, diff},
    error::{Code, MigrateError, Result},
    inspect::inspect,
    normalise::normalise,
};

/// Compares a live database with models; in scope with the prelude.
pub trait Verify {
    /// What would have to change in the database to have what the models say; empty when nothing has to.
    ///
    /// Tables that no model names are left out: they are somebody else's.
    fn differences(&self, models: Models) -> impl Future<Output = Result<Vec<Change>>> + Send;

    /// Says at start-up, rather than at the first query, that the database is not as the models say.
    ///
    /// # Errors
    /// Of the class [`Precondition`](crate::error::Class::Precondition), naming every difference.
    fn verify(&self, models: Models) -> impl Future<Output = Result<()>> + Send {
        let differences = self.differences(models);
        async move {
            let differences = differences.await?;
            if differences.is_empty() {
                return Ok(());
            }
            // A program logs what `Display` says, so that names them too.
            let lacking: Vec<_> = differences.iter().map(Change::to_string).collect();
            let why = format!("the database is not as the models say, it would take: {}", lacking.join("; "));
            let error = MigrateError::new(Code::Drift, why)
                .fix("deploy the pending migrations (`orm migrate deploy`), or see `orm migrate status`");
            Err(error)
        }
    }
}

impl Verify for Db {
    async fn differences(&self, models: Models) -> Result<Vec<Change>> {
        let mut connection = self.connection().await?;
        let dialect = crate::Dialect::of(&connection);
        let target = normalise(dialect, models.schema());
        // First of all: where an enum lives in its column, that is where its labels go.
        let mut live = normalise(dialect, inspect(&mut connection).await?.schema);
        live.tables.retain(|table| target.table(&table.name).is_some());
        live.enums.retain(|found| target.enum_type(&found.name).is_some());
        Ok(diff(dialect, &live, &target, &DiffOptions::default()).changes)
    }
}
