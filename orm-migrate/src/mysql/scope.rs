//! A transaction of the executor on MariaDB and MySQL, which holds data only: data definition commits by itself, before
//! and after ("Statements That Cause an Implicit Commit"), so each such statement is a unit of its own.

use std::time::Duration;

use orm_core::{Connection, Reader};

use super::split::{RULES, run_comment};
use crate::{dialect::Dialect, error::Result, executor::script::Statement, token::beginning};

/// An open transaction.
pub(crate) struct Scope;

impl Scope {
    pub(crate) async fn open(connection: &mut Connection, lock_timeout: Duration) -> Result<Self> {
        connection.batch(&format!("{}; START TRANSACTION", lock_timeouts(lock_timeout))).await?;
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

/// Whole seconds, and at least one (`lock_wait_timeout`): without it a statement waits for a table for a day, and makes
/// everyone behind it wait, too.
fn lock_timeouts(timeout: Duration) -> String {
    let seconds = timeout.as_secs().max(1);
    format!("SET SESSION lock_wait_timeout = {seconds}, SESSION innodb_lock_wait_timeout = {seconds}")
}

/// Takes back what an earlier migration set for the session, as every dump does.
pub(crate) async fn begin_script(connection: &mut Connection, lock_timeout: Duration) -> Result<()> {
    let sql = format!(
        "SET @orm_database = coalesce(@orm_database, DATABASE()), @orm_sql_mode = coalesce(@orm_sql_mode, @@SESSION.sql_mode); \
         SET SESSION sql_mode = @orm_sql_mode, SESSION time_zone = '+00:00', SESSION foreign_key_checks = 1, \
           SESSION unique_checks = 1; \
         SET NAMES utf8mb4 COLLATE utf8mb4_bin; {}",
        lock_timeouts(lock_timeout)
    );
    connection.batch(&sql).await?;
    let text = |row: &mut Reader<'_>| Ok(row.text()?.map(|text| text.into_owned()));
    let own = connection.rows("SELECT CAST(@orm_database AS CHAR)", Vec::new(), text).await?;
    if let Some(own) = own.into_iter().flatten().next() {
        connection.batch(&format!("USE {}", Dialect::of(connection).quote(&own))).await?;
    }
    Ok(())
}

/// Whether the statement sets nothing but what the session knows: a deploy that goes on where another one stopped needs
/// it again.
pub(crate) fn sets_session(statement: &str) -> bool {
    let words = words(statement);
    let is = |place: usize, word: &str| words.get(place).is_some_and(|found| found == word);
    let sets = is(0, "SET") && !is(1, "PASSWORD") && !is(1, "GLOBAL") && !is(1, "PERSIST");
    sets || ["USE", "PREPARE", "DEALLOCATE"].iter().any(|word| is(0, word))
        || (is(0, "DROP") && is(1, "PREPARE"))
}

/// Whether the statement commits what came before it, and itself.
pub(crate) fn commits_implicitly(statement: &str) -> bool {
    const WORDS: [&str; 18] = [
        "ALTER",
        "ANALYZE",
        "CACHE",
        "CHECK",
        "CREATE",
        "DROP",
        "FLUSH",
        "GRANT",
        "INSTALL",
        "LOCK",
        "OPTIMIZE",
        "RENAME",
        "REPAIR",
        "RESET",
        "REVOKE",
        "TRUNCATE",
        "UNINSTALL",
        "UNLOCK",
    ];
    let words = words(statement);
    let Some(first) = words.first() else { return false };
    let is_of_session = words.get(1).is_some_and(|word| word == "TEMPORARY" || word == "PREPARE");
    let sets_password = first == "SET" && words.get(1).is_some_and(|word| word == "PASSWORD");
    (WORDS.contains(&first.as_str()) && !is_of_session) || sets_password
}

/// Whether the statement may commit on its own, with what came before it: nobody sees what a procedure does.
pub(crate) fn may_commit(statement: &str) -> bool {
    let words = words(statement);
    words.first().is_some_and(|word| word == "CALL" || word == "BEGIN" || word == "EXECUTE")
}

/// The words with which a statement begins, in upper case; those of `/*!40101 SET … */` are run as well.
pub(super) fn words(statement: &str) -> Vec<String> {
    const WORDS: usize = 4;
    let tokens = beginning(statement, &RULES, WORDS);
    match tokens.first().and_then(|token| run_comment(token)) {
        Some(inside) => words(inside),
        None => tokens.iter().map(|token| token.text.to_ascii_uppercase()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_commit_are_known() {
        for sql in ["-- why\nalter table t add a int", "/*!50003 CREATE TRIGGER t … */", "TRUNCATE t"] {
            assert!(commits_implicitly(sql), "{sql}");
        }
        for sql in [
            "UPDATE t SET a = 1",
            "CREATE TEMPORARY TABLE t (a int)",
            "SET @a = 1",
            "",
            "INSERT INTO t SELECT 1",
        ] {
            assert!(!commits_implicitly(sql), "{sql}");
        }
        assert!(sets_session("/*!40014 SET FOREIGN_KEY_CHECKS=0 */"));
        assert!(!sets_session("SET GLOBAL max_connections = 1"));
    }
}
