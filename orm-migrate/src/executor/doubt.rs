//! A statement that was started and has no end: did it run?
//!
//! Its transaction cannot tell, because it has none. So the schema is compared with what it was before: unchanged, it
//! did not run; changed, it did. That says nothing of a procedure, whose rows no schema shows: it is for a person, even
//! where the schema is as the migration expects.

use orm_core::Connection;

use super::script::{Statement, place};
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    folder::Migration,
    journal::StatementEntry,
};

/// Whether the statement has run. The lock is ours, so the session that ran it is gone from the server.
pub(super) async fn has_run(
    connection: &mut Connection,
    migration: &Migration,
    statement: &Statement,
    ran: &StatementEntry,
) -> Result<bool> {
    let dialect = Dialect::of(connection);
    if let Some(has_run) = dialect.settle(connection, &statement.text).await? {
        return Ok(has_run);
    }
    let now = dialect.fingerprint(connection, &statement.text).await?;
    match &ran.before {
        Some(before) if *before == now && dialect.is_repeatable(&statement.text) => return Ok(false),
        Some(before) if *before != now && dialect.shows_in_schema(&statement.text) => return Ok(true),
        Some(_) | None => {}
    }
    Err(in_doubt(migration, statement))
}

fn in_doubt(migration: &Migration, statement: &Statement) -> MigrateError {
    let name = &migration.name;
    let row = format!("migration = '{name}' AND position = {}", statement.position);
    MigrateError::new(
        Code::InDoubt,
        format!("statement {} of migration `{name}` was started and never ended: it may have run", statement.position),
    )
    .fix(format!(
        "look whether it ran. If it did: `UPDATE _orm_statement SET finished_at = started_at WHERE {row}`; if not: \
         `DELETE FROM _orm_statement WHERE {row}`. Then deploy again"
    ))
    .at(place(&migration.up, &migration.file, statement.line))
}
