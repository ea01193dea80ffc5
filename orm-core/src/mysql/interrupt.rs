//! What ends a statement early: the time-outs of a session, set in one round trip with everything else that ours have,
//! and that nobody waits for it any more.
//!
//! A statement that is dropped half-way leaves an answer on the way, so its socket is closed. The server notices that
//! only when it sends something: a statement that waits for a lock would get it one day, run, and commit. So the session
//! is killed over another connection; who may log in may kill his own ("KILL"). Numbers of sessions are not used again.

use std::time::Duration;

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, MySqlConnection, Row, mysql::MySqlConnectOptions,
};

use crate::{dialect::Dialect, options::ConnectOptions};

/// What a session is like, as the server says it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Session {
    /// Which of the two servers it is.
    pub(super) dialect: Dialect,
    /// The number of the session.
    pub(super) id: u64,
    /// Whether waiting too long for a lock rolls the whole transaction back, not only the statement
    /// (`innodb_rollback_on_timeout`).
    pub(super) timeout_spoils: bool,
}

/// What our statements expect of the SQL mode, whatever the server's own is.
///
/// - Values that don't fit are errors (`STRICT_…`, `NO_ZERO_…`, `ERROR_FOR_DIVISION_BY_ZERO`).
/// - The difference of two unsigned integers may be negative (`NO_UNSIGNED_SUBTRACTION`).
/// - Assignments of an UPDATE see the row as it was: standard SQL, and MariaDB's alone (`SIMULTANEOUS_ASSIGNMENT`).
///
/// Backslashes in literals stay what they are on these servers: values are bound, and SQL written by hand expects it.
///
/// Without `ONLY_FULL_GROUP_BY`: the types say that what is read beside an aggregate is a key of its group, and the server takes
/// a key with a value in it for another expression each time.
const SQL_MODE: &str = "CONCAT('STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,\
    ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_UNSIGNED_SUBTRACTION'\
    /*M! , ',SIMULTANEOUS_ASSIGNMENT' */)";

/// Prepares a session of ours.
pub(super) async fn prepare_session(
    sqlx: &mut MySqlConnection,
    options: &ConnectOptions,
) -> sqlx::Result<Session> {
    let row = sqlx::raw_sql(AssertSqlSafe(settings(options))).fetch_one(&mut *sqlx).await?;
    let version: String = row.try_get(0)?;
    let is_mariadb = version.to_ascii_lowercase().contains("mariadb");
    Ok(Session {
        dialect: if is_mariadb { Dialect::MariaDb } else { Dialect::MySql },
        id: row.try_get(1)?,
        timeout_spoils: row.try_get::<i64, _>(2)? != 0,
    })
}

/// One text for both servers: what stands in `/*M! … */` is for MariaDB alone, and MariaDB leaves out what stands in
/// `/*!80000 … */` ("Comment Syntax").
fn settings(options: &ConnectOptions) -> String {
    let mut settings = format!(
        // Messages in English, since constraints are read out of them. A text that is put together is cut without a
        // word at that length.
        "SET sql_mode = {SQL_MODE}, time_zone = '+00:00', lc_messages = 'en_US', group_concat_max_len = 1073741824"
    );
    if let Some(timeout) = options.lock_timeout {
        let seconds = whole_seconds(timeout);
        settings.push_str(&format!(", innodb_lock_wait_timeout = {seconds}, lock_wait_timeout = {seconds}"));
    }
    if let Some(timeout) = options.statement_timeout {
        let milliseconds = timeout.as_millis().min(u32::MAX.into());
        let seconds = timeout.as_secs_f64().min(31_536_000.0);
        settings.push_str(&format!(
            "/*M! , max_statement_time = {seconds} *//*!80000 , max_execution_time = {milliseconds} */"
        ));
    }
    // That of the columns that `migrate` makes, so that a computed text can be compared with one; `utf8mb4_bin` pads:
    // texts that differ in spaces at the end alone would be equal.
    settings.push_str(", NAMES utf8mb4 COLLATE /*M! utf8mb4_nopad_bin *//*!80000 utf8mb4_0900_bin */; ");
    if options.read_only {
        settings.push_str("SET SESSION TRANSACTION READ ONLY; ");
    }
    settings.push_str("SELECT VERSION(), CAST(CONNECTION_ID() AS UNSIGNED), @@innodb_rollback_on_timeout");
    settings
}

/// Time-outs for locks are whole seconds, and at least one (`innodb_lock_wait_timeout`).
fn whole_seconds(timeout: Duration) -> u64 {
    let seconds = timeout.as_secs() + u64::from(timeout.subsec_nanos() > 0);
    seconds.clamp(1, 31_536_000)
}

/// How long it may take to kill a session.
const KILL_TIMEOUT: Duration = Duration::from_secs(5);

/// Kills a session on a task of its own. Without a runtime, its statement lives on.
pub(super) fn kill_soon(address: MySqlConnectOptions, id: u64) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
    runtime.spawn(async move {
        match tokio::time::timeout(KILL_TIMEOUT, kill(&address, id)).await {
            Ok(Ok(())) => {}
            // Most often because it is over already.
            Ok(Err(error)) => tracing::debug!(%error, "killing the session of a statement that was given up"),
            Err(_) => tracing::warn!("killing the session of a statement that was given up took too long"),
        }
    });
}

async fn kill(address: &MySqlConnectOptions, id: u64) -> sqlx::Result<()> {
    let mut sqlx = address.connect().await?;
    sqlx::raw_sql(AssertSqlSafe(format!("KILL {id}"))).execute(&mut sqlx).await?;
    sqlx.close().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_set_up_by_one_text_for_both_servers() {
        let options = ConnectOptions::parse(
            "mysql://localhost/shop?lock_timeout=1500ms&statement_timeout=250ms&read_only=true",
        );
        let settings = settings(&options.unwrap());
        assert!(settings.contains("innodb_lock_wait_timeout = 2, lock_wait_timeout = 2"), "{settings}");
        assert!(
            settings.contains("/*M! , max_statement_time = 0.25 *//*!80000 , max_execution_time = 250 */")
        );
        assert!(settings.contains("SET SESSION TRANSACTION READ ONLY; SELECT VERSION()"), "{settings}");
    }
}
