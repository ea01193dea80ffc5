//! A transaction of the executor on MariaDB and MySQL, which holds data only: data definition commits by itself, before
//! and after ("Statements That Cause an Implicit Commit"), so each such statement is a unit of its own.

use std::time::Duration;

use orm_core::{Connection, Reader};

use super::split::{RULES, run_comment};
use crate::{
    dialect::Dialect,
    error::Result,
    executor::{lost::Variables, script::Statement},
    token::{Token, beginning},
};

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
        "SET @orm_database = coalesce(@orm_database, DATABASE()), @orm_sql_mode = coalesce(@orm_sql_mode, @@SESSION.sql_mode), \
           @orm_collation = coalesce(@orm_collation, @@SESSION.collation_connection); \
         SET SESSION sql_mode = @orm_sql_mode, SESSION time_zone = '+00:00', SESSION foreign_key_checks = 1, \
           SESSION unique_checks = 1; \
         SET NAMES utf8mb4, SESSION collation_connection = @orm_collation; {}",
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

/// Reads the variables of `SET @a = 1`, `SELECT … INTO @a`, `@a := …`, and those that are used.
pub(crate) fn variables(statement: &str) -> Variables {
    let tokens = beginning(statement, &RULES, usize::MAX);
    if let Some(inside) = tokens.first().and_then(|token| run_comment(token)) {
        return variables(inside);
    }
    let sets = tokens.first().is_some_and(|token| token.is_word("SET"));
    let mut variables = Variables::default();
    if defines_routine(&tokens) {
        return variables;
    }
    let mut reads_into = false;
    for (place, token) in tokens.iter().enumerate() {
        reads_into = token.is_word("INTO")
            || (reads_into && ["@", ","].contains(&token.text))
            || is_variable(&tokens, place) && reads_into;
        if !is_variable(&tokens, place) {
            continue;
        }
        let (name, after) = (format!("@{}", token.text.to_lowercase()), &tokens[place + 1..]);
        let is_set = after.first().is_some_and(|next| next.text == ":=" || (sets && next.text == "="));
        match () {
            () if is_set && sets && is_constant(&after[1..]) => variables.set.push(name),
            () if is_set || reads_into => variables.computed.push(name),
            () => variables.used.push(name),
        }
    }
    if tokens
        .windows(3)
        .any(|call| call[0].is_word("LAST_INSERT_ID") && call[1].text == "(" && call[2].text == ")")
    {
        variables.used.push(LAST_ID.to_owned());
    }
    if ["INSERT", "REPLACE"].iter().any(|word| tokens.first().is_some_and(|token| token.is_word(word))) {
        variables.computed.push(LAST_ID.to_owned());
    }
    variables
}

/// As good as a variable, which every INSERT sets.
const LAST_ID: &str = "last_insert_id()";

/// What stands in a body is not done now.
fn defines_routine(tokens: &[Token<'_>]) -> bool {
    const ROUTINES: [&str; 5] = ["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"];
    tokens.first().is_some_and(|token| token.is_word("CREATE") || token.is_word("ALTER"))
        && tokens.iter().take(12).any(|token| ROUTINES.iter().any(|word| token.is_word(word)))
}

/// A name behind a single `@`; behind `@@` it is the server's.
fn is_variable(tokens: &[Token<'_>], place: usize) -> bool {
    place > 0 && tokens[place - 1].text == "@" && tokens[place].name().is_some()
}

/// Whether what is assigned, up to the next assignment, is made of literals and variables.
fn is_constant(assigned: &[Token<'_>]) -> bool {
    let own = assigned.iter().take_while(|token| token.text != ",");
    let mut before = "";
    for token in own {
        let is_named = ["@", "@@", "."].contains(&before);
        let is_word = ["NULL", "TRUE", "FALSE"].iter().any(|word| token.is_word(word));
        if token.text == "(" || (token.name().is_some() && !is_named && !is_word) {
            return false;
        }
        before = token.text;
    }
    true
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
    fn what_happens_to_variables_is_read() {
        let read = |sql: &str| {
            let found = variables(sql);
            (found.used.join(" "), found.set.join(" "), found.computed.join(" "))
        };
        let is =
            |used: &str, set: &str, computed: &str| (used.to_owned(), set.to_owned(), computed.to_owned());
        assert_eq!(read("SET @a = -1, @B := 'x', @c = @@SESSION.sql_mode"), is("", "@a @b @c", ""));
        assert_eq!(read("/*!40101 SET SQL_MODE=@OLD_SQL_MODE */"), is("@old_sql_mode", "", ""));
        assert_eq!(read("SET @id = LAST_INSERT_ID(), @n = 1"), is("last_insert_id()", "@n", "@id"));
        assert_eq!(read("SET @a = (SELECT max(id) FROM t)"), is("", "", "@a"));
        assert_eq!(read("SELECT id, n INTO @a, @b FROM t WHERE id = @c"), is("@c", "", "@a @b"));
        assert_eq!(read("UPDATE t SET a = @a WHERE b = (@n := @n + 1)"), is("@a @n", "", "@n"));
        let child = "INSERT INTO t VALUES (last_insert_id())";
        assert_eq!(read(child), is("last_insert_id()", "", "last_insert_id()"));
        assert_eq!(read("CREATE DEFINER=`a`@`b` PROCEDURE p() SELECT 1 INTO @a"), is("", "", ""));
        assert_eq!(read("CREATE USER 'u'@'localhost'"), is("", "", ""));
    }

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
