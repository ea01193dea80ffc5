//! What ends a statement early: its time-outs, and that nobody waits for it any more.
//!
//! A statement that is dropped half-way leaves an answer on the way, so its socket is closed. The server notices that by
//! itself only when it sends something, which a statement that waits for a lock does not: since PostgreSQL 14 it can be
//! asked to look (`client_connection_check_interval`). To cancel by `pg_cancel_backend` over a
//! second connection was rejected: behind a pooler the process may serve somebody else by then.

use sqlx::{AssertSqlSafe, PgConnection};

use crate::options::ConnectOptions;

/// Sets what a session of ours has: its time-outs, and that the server looks whether we are still there.
pub(super) async fn prepare_session(sqlx: &mut PgConnection, options: &ConnectOptions) -> sqlx::Result<()> {
    let mut settings = String::new();
    let timeouts = [("statement_timeout", options.statement_timeout), ("lock_timeout", options.lock_timeout)];
    for (name, timeout) in timeouts {
        if let Some(timeout) = timeout {
            settings.push_str(&format!(
                "SET {name} = {};",
                timeout.as_millis().min(i32::MAX.unsigned_abs().into())
            ));
        }
    }
    if options.read_only {
        settings.push_str("SET default_transaction_read_only = on;");
    }
    if !settings.is_empty() {
        sqlx::raw_sql(AssertSqlSafe(settings)).execute(&mut *sqlx).await?;
    }
    // Behind a pooler in transaction mode the setting would stay with a session that is not ours.
    let own_session = options.statement_cache_capacity > 0;
    if own_session && sqlx.server_version_num().is_some_and(|version| version >= 140_000) {
        // Some systems cannot tell, and then it is an error to ask (§20.3.2).
        let asked = sqlx::raw_sql("SET client_connection_check_interval = '1s'").execute(&mut *sqlx).await;
        if let Err(error) = asked {
            if !matches!(error, sqlx::Error::Database(_)) {
                return Err(error);
            }
            tracing::debug!(%error, "the server cannot notice that a client has gone");
        }
    }
    Ok(())
}
