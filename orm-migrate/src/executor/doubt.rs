//! A statement that was started and has no end: did it run?
//!
//! Its transaction cannot tell, because it has none. So the schema is compared with what it was before: unchanged, it
//! did not run; as the migration expects, it did. Anything else is for a person.

use orm_core::Connection;

use super::{
    drift,
    run::Record,
    script::{Script, Statement, place},
};
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    journal::{Direction, StatementEntry},
};

/// Whether the statement has run. The lock is ours, so the session that ran it is gone from the server.
pub(super) async fn has_run(
    connection: &mut Connection,
    record: &Record<'_>,
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
    if is_last && drift::between(dialect, record.after.clone(), live).is_empty() {
        return Ok(true);
    }
    Err(in_doubt(record, statement))
}

fn in_doubt(record: &Record<'_>, statement: &Statement) -> MigrateError {
    let (name, what) = (&record.migration.name, record.what());
    MigrateError::new(
        Code::InDoubt,
        format!("statement {} of {what} was started and never ended: it may have run", statement.position),
    )
    .fix(format!(
        "look whether it ran. If it did: `orm migrate resolve --ran {name}`; if not: `orm migrate resolve --not-run {name}`. \
         Then {}",
        match record.direction {
            Direction::Up => "deploy again",
            Direction::Down => "run `orm migrate down` again",
        }
    ))
    .at(place(record.sql(), &record.file(), statement.line))
}
