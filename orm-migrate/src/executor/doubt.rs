//! A statement that was started and has no end: did it run?
//!
//! Its transaction cannot tell, because it has none. So the schema is compared with what it was before: unchanged, it
//! did not run; as the migration expects, it did. Anything else is for a person.

use orm_core::Connection;

use super::{
    drift,
    script::{Script, Statement, place},
};
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
    script: &Script,
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
    let is_last = script.statements().last().is_some_and(|last| last.position == statement.position);
    let live = crate::inspect(connection).await?.schema;
    if is_last && drift::between(dialect, migration.schema.clone(), live).is_empty() {
        return Ok(true);
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
