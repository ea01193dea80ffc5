//! A transaction of the executor on PostgreSQL: DDL takes part in it, and waits for locks for a limited time.

use std::time::Duration;

use orm_core::{Connection, Reader};

use crate::{
    dialect::Dialect,
    error::Result,
    executor::script::Statement,
    token::{Token, significant},
};

/// What every unit begins with. A database may be set to read backslashes in texts as escapes, which none of ours mean.
const SESSION: &str = "RESET search_path; SET standard_conforming_strings = on";

/// An open transaction.
pub(crate) struct Scope;

impl Scope {
    pub(crate) async fn open(connection: &mut Connection, lock_timeout: Duration) -> Result<Self> {
        // What an earlier unit set must not depend on whether it ran in this session or in one before; and a statement that
        // waits for a lock makes everyone behind it wait, too.
        let sql = format!("{SESSION}; BEGIN; SET LOCAL lock_timeout = {}", lock_timeout.as_millis());
        connection.batch(&sql).await?;
        Ok(Self)
    }

    #[allow(clippy::unused_self, reason = "the same shape in each dialect")]
    pub(crate) async fn run(
        &mut self,
        connection: &mut Connection,
        statement: &Statement,
    ) -> orm_core::Result<()> {
        connection.batch(&statement.text).await
    }

    pub(crate) async fn commit(self, connection: &mut Connection) -> Result<()> {
        Ok(connection.batch("COMMIT").await?)
    }

    pub(crate) async fn roll_back(self, connection: &mut Connection) -> Result<()> {
        Ok(connection.batch("ROLLBACK").await?)
    }
}

/// Forgets what earlier units set for the session.
pub(crate) async fn reset_session(connection: &mut Connection) -> Result<()> {
    Ok(connection.batch(SESSION).await?)
}

/// Gives the session back what it had before the first script, so that a script finds the same whether the ones before it
/// ran in this session or in another.
pub(crate) async fn begin_script(connection: &mut Connection) -> Result<()> {
    let text = |row: &mut Reader<'_>| Ok(row.text()?.map(|text| text.into_owned()).unwrap_or_default());
    let own = connection.rows(OWN, Vec::new(), text).await?.into_iter().next().unwrap_or_default();
    let kept = Dialect::of(connection).text(&own);
    connection
        .batch(&format!("RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; {own} SET orm.session = {kept}"))
        .await?;
    Ok(())
}

/// What was set for the session, as statements: asked once, and kept in a setting of our own.
const OWN: &str = "\
SELECT coalesce(current_setting('orm.session', true), string_agg(format('SELECT set_config(%L, %L, false);', name, setting), ' ' ORDER BY name))
FROM pg_settings WHERE source = 'session'";

/// Whether the statement sets nothing but what the session knows, beyond its transaction: a deploy that goes on where
/// another one stopped needs it again.
pub(crate) fn sets_session(statement: &str) -> bool {
    const OF_TRANSACTION: [&str; 3] = ["LOCAL", "CONSTRAINTS", "TRANSACTION"];
    let tokens = significant(statement, &super::split::RULES).unwrap_or_default();
    let is = |place: usize, words: &[&str]| {
        tokens.get(place).is_some_and(|token| words.iter().any(|word| token.is_word(word)))
    };
    // A dump says SELECT pg_catalog.set_config('search_path', '', false).
    let calls = is(1, &["set_config"]) || (is(1, &["pg_catalog"]) && is(3, &["set_config"]));
    (is(0, &["SET", "RESET", "PREPARE", "DEALLOCATE", "LOAD"]) && !is(1, &OF_TRANSACTION))
        || (is(0, &["SELECT"]) && calls)
}

/// Whether the statement may commit on its own, and does so only outside of a transaction block (plpgsql-transactions.html).
pub(crate) fn may_commit(statement: &str) -> bool {
    let tokens = significant(statement, &super::split::RULES).unwrap_or_default();
    tokens.first().is_some_and(|token| token.is_word("CALL") || token.is_word("DO"))
}

/// Whether the server refuses the statement inside a transaction block.
pub(crate) fn refuses_transaction(statement: &str) -> bool {
    let tokens = significant(statement, &super::split::RULES).unwrap_or_default();
    let is = |place: usize, words: &[&str]| {
        tokens.get(place).is_some_and(|token: &Token<'_>| words.iter().any(|word| token.is_word(word)))
    };
    let concurrently = tokens.iter().any(|token| token.is_word("CONCURRENTLY"));
    match () {
        () if is(0, &["VACUUM"]) => true,
        () if is(0, &["ALTER"]) && is(1, &["SYSTEM"]) => true,
        () if is(0, &["CREATE", "DROP"]) && is(1, &["DATABASE", "TABLESPACE", "SUBSCRIPTION"]) => true,
        () if is(0, &["DISCARD"]) && is(1, &["ALL"]) => true,
        () if is(0, &["CLUSTER"]) && tokens.len() == 1 => true,
        () if is(0, &["REINDEX"]) => concurrently || tokens.iter().any(|token| is_whole(token)),
        () if is(0, &["CREATE", "DROP", "ALTER"]) => concurrently,
        () => false,
    }
}

fn is_whole(token: &Token<'_>) -> bool {
    ["DATABASE", "SYSTEM", "SCHEMA"].iter().any(|word| token.is_word(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_set_the_session_are_known() {
        for sql in
            ["SET TIME ZONE 'UTC'", "reset all", "SELECT pg_catalog.set_config('search_path', '', false)"]
        {
            assert!(sets_session(sql), "{sql}");
        }
        for sql in ["SET LOCAL a = 1", "SET CONSTRAINTS ALL DEFERRED", "PREPARE TRANSACTION 'a'", "SELECT 1"]
        {
            assert!(!sets_session(sql), "{sql}");
        }
    }

    #[test]
    fn statements_that_refuse_a_transaction_are_known() {
        for sql in [
            "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
            "drop index concurrently i",
            "VACUUM ANALYZE t",
            "ALTER TABLE a DETACH PARTITION b CONCURRENTLY",
            "-- x\nREINDEX INDEX CONCURRENTLY i",
        ] {
            assert!(refuses_transaction(sql), "{sql}");
        }
        for sql in [
            "CREATE INDEX i ON t (a)",
            "ALTER TYPE e ADD VALUE 'x'",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        ] {
            assert!(!refuses_transaction(sql), "{sql}");
        }
    }
}
