//! A statement that was started and has no end: did it run?
//!
//! Its transaction cannot tell, because it has none. So the schema is compared with what it was before: unchanged, it
//! did not run; changed, it did. That says nothing of a procedure, whose rows no schema shows: it is for a person, even
//! where the schema is as the migration expects.

use orm_core::Connection;

use super::{
    run::Record,
    script::{Statement, place},
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
