//! The migrations of a folder, each after the one before it.

use orm_schema::Schema;

use super::{Finding, Hit, Subject, finding::Source, lint, rules::SEVERAL_HEADS};
use crate::{
    error::Result,
    folder::{Migration, Migrations},
};

/// Looks at those migrations of a folder that `wanted` takes; each knows the schema before it.
///
/// ```
/// use orm_migrate::{Migrations, lint::lint_migrations};
/// let migrations = Migrations::embedded(&[("orm.lock", "format 1\ndialect sqlite\nhead -\n")])?;
/// assert!(lint_migrations(&migrations, |_| true)?.is_empty());
/// # Ok::<_, orm_migrate::MigrateError>(())
/// ```
///
/// # Errors
/// When a file cannot be taken apart.
pub fn lint_migrations(migrations: &Migrations, wanted: impl Fn(&str) -> bool) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut before: Option<&Migration> = None;
    let empty = Schema::default();
    for migration in migrations.list() {
        if wanted(migration.name.as_str()) {
            findings.extend(second_head(before, migration));
            let schema = before.map_or(&empty, |before| &before.schema);
            let (dialect, file) = (migrations.dialect(), migration.file.as_str());
            findings.extend(lint(&Subject { dialect, sql: &migration.up, file, before: Some(schema) })?);
        }
        before = Some(migration);
    }
    Ok(findings)
}

/// A migration that was made without the one that now comes before it.
fn second_head(before: Option<&Migration>, migration: &Migration) -> Option<Finding> {
    let after = migration.after.as_deref()?;
    let before = before.map_or("", |before| before.name.as_str());
    if after == before {
        return None;
    }
    let made_after = if after.is_empty() { "an empty folder".to_owned() } else { format!("`{after}`") };
    let message = format!("`{}` was made after {made_after}, but now comes after `{before}`", migration.name);
    Some(Source::new(&migration.file, &migration.up).finding(1, &SEVERAL_HEADS, Hit::new(message)))
}
