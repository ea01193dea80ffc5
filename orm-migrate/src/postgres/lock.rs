//! A session's advisory lock on the connection that runs the migrations.
//!
//! It is polled outside any transaction: a waiter that blocks holds a snapshot, and CREATE INDEX CONCURRENTLY of the one
//! who has the lock would wait for that snapshot (sql-createindex.html). The server gives it back when the session ends,
//! however it ends.

use orm_core::Connection;

use crate::{error::Result, lock::Holder};

/// One lock for each database and schema: tenants that live in schemas of their own do not wait for each other.
const KEY: &str =
    "hashtextextended('orm migrate ' || current_database() || ' ' || coalesce(current_schema(), ''), 0)";

/// Takes the lock if nobody has it.
pub(crate) async fn try_lock(connection: &mut Connection) -> Result<bool> {
    let sql = format!("SELECT pg_try_advisory_lock({KEY})");
    let answers = connection.rows(&sql, Vec::new(), |row| row.bool()).await?;
    Ok(answers.first().copied().flatten().unwrap_or(false))
}

/// Who has the lock. A bigint key is shown as two halves (view-pg-locks.html).
pub(crate) async fn holder(connection: &mut Connection) -> Result<Option<Holder>> {
    let sql = format!(
        "SELECT a.pid::bigint, coalesce(a.application_name, '')::text, \
           coalesce(a.client_hostname, host(a.client_addr), '')::text, coalesce(a.usename, '')::text, \
           to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC' \
         FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid, (SELECT {KEY} AS key) k \
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND a.pid <> pg_backend_pid() \
           AND l.classid = ((k.key >> 32) & 4294967295)::oid AND l.objid = (k.key & 4294967295)::oid"
    );
    let holders = connection.rows(&sql, Vec::new(), Holder::read).await?;
    Ok(holders.into_iter().next())
}

/// Whether this session has it.
pub(crate) async fn is_held(connection: &mut Connection) -> Result<bool> {
    let sql = format!(
        "SELECT count(*) > 0 FROM pg_locks l, (SELECT {KEY} AS key) k \
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.pid = pg_backend_pid() \
           AND l.classid = ((k.key >> 32) & 4294967295)::oid AND l.objid = (k.key & 4294967295)::oid"
    );
    let answers = connection.rows(&sql, Vec::new(), |row| row.bool()).await?;
    Ok(answers.first().copied().flatten().unwrap_or(false))
}

/// Gives the lock back.
pub(crate) async fn unlock(connection: &mut Connection) -> Result<()> {
    let sql = format!("SELECT pg_advisory_unlock({KEY})");
    connection.rows(&sql, Vec::new(), |row| row.bool()).await?;
    Ok(())
}
