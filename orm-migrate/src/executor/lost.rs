//! What a session takes with it when it ends: its temporary tables, and variables that were computed in it.
//!
//! A deploy that was killed goes on in another session, at the unit that was not done. What that unit needs and only the
//! session before had is refused before anything runs. (Settings are set again: see `sets_session`.)

use super::script::{Script, Statement, bad};
use crate::{
    dialect::Dialect,
    error::{MigrateError, Result},
    token::{Token, beginning, significant},
};

/// What a statement does to the user's own variables, by their names in lower case.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Variables {
    /// Those that it needs, each with its `@`, or `last_insert_id()`.
    pub(crate) used: Vec<String>,
    /// Those that it sets to what it would set them to in any session.
    pub(crate) set: Vec<String>,
    /// Those that it sets to what rows are now, or what ran last in this session: nobody gets that again.
    pub(crate) computed: Vec<String>,
}

/// Refuses a file that no other session could go on with.
pub(super) fn refuse(dialect: Dialect, script: &Script, sql: &str, file: &str) -> Result<()> {
    refuse_tables(dialect, script, sql, file)?;
    refuse_variables(dialect, script, sql, file)
}

/// Refuses a temporary table that is used beyond the unit that makes it: it goes with its session, and whoever goes on
/// with the migration in another one does not find it.
fn refuse_tables(dialect: Dialect, script: &Script, sql: &str, file: &str) -> Result<()> {
    for (index, unit) in script.units.iter().enumerate() {
        for table in unit.statements.iter().filter_map(|made| temporary_table(dialect, &made.text)) {
            let mut later = script.units[index + 1..].iter().flat_map(|unit| &unit.statements);
            if let Some(user) = later.find(|later| names(dialect, &later.text, &table)) {
                let why = format!(
                    "temporary table `{table}` would be gone if a deploy that was killed goes on at this statement"
                );
                return Err(bad(sql, file, user.line, why).fix(
                    "make it an ordinary table and drop it at the end, or use it only in the transaction that makes it",
                ));
            }
        }
    }
    Ok(())
}

/// Refuses a variable that is used beyond the unit that computes it: in another session it would have another value,
/// or none.
fn refuse_variables(dialect: Dialect, script: &Script, sql: &str, file: &str) -> Result<()> {
    let all: Vec<_> = script
        .units
        .iter()
        .enumerate()
        .flat_map(|(index, unit)| unit.statements.iter().map(move |statement| (index, statement)))
        .map(|(index, statement)| (index, statement, dialect.variables(&statement.text)))
        .collect();
    for (place, (index, _, variables)) in all.iter().enumerate() {
        for name in &variables.computed {
            let later = all[place + 1..].iter();
            let mut later = later.take_while(|(_, _, variables)| !variables.gives_anew(name));
            let lost = later.find(|(other, _, variables)| other > index && variables.used.contains(name));
            if let Some((_, user, _)) = lost {
                return Err(lost_variable(sql, file, user, name));
            }
        }
    }
    Ok(())
}

impl Variables {
    /// Whether the statement gives a variable a value without having needed the one from before.
    fn gives_anew(&self, name: &String) -> bool {
        !self.used.contains(name) && (self.set.contains(name) || self.computed.contains(name))
    }
}

fn lost_variable(sql: &str, file: &str, user: &Statement, name: &str) -> MigrateError {
    let why =
        format!("`{name}` would have another value if a deploy that was killed goes on at this statement");
    bad(sql, file, user.line, why).fix(
        "compute it again with a SET before this statement, from what is in the tables, or keep it in a table",
    )
}

/// The temporary table that a statement makes.
fn temporary_table(dialect: Dialect, sql: &str) -> Option<String> {
    const WORDS: usize = 8;
    let tokens = beginning(sql, dialect.rules(), WORDS);
    let begins = tokens.first()?.is_word("CREATE")
        && tokens.iter().take_while(|token| !token.is_word("TABLE")).any(is_temporary);
    let rest = tokens.iter().skip_while(|token| !token.is_word("TABLE")).skip(1);
    let mut rest = rest.skip_while(|token| ["IF", "NOT", "EXISTS"].iter().any(|word| token.is_word(word)));
    if begins { rest.next()?.name() } else { None }
}

fn is_temporary(token: &Token<'_>) -> bool {
    token.is_word("TEMPORARY") || token.is_word("TEMP")
}

/// Whether a statement needs a table of that name; dropping it if it is there does not.
fn names(dialect: Dialect, sql: &str, table: &str) -> bool {
    let tokens = significant(sql, dialect.rules()).unwrap_or_default();
    let forgives = tokens.first().is_some_and(|token| token.is_word("DROP"))
        && tokens.windows(2).any(|pair| pair[0].is_word("IF") && pair[1].is_word("EXISTS"));
    !forgives && tokens.iter().filter_map(Token::name).any(|name| name.eq_ignore_ascii_case(table))
}

#[cfg(test)]
mod tests {
    use orm_schema::Schema;

    use super::*;

    fn script(dialect: Dialect, sql: &str) -> Result<Script> {
        Script::parse(dialect, sql, "up.sql", &Schema::default())
    }

    #[test]
    fn a_temporary_table_that_is_used_in_another_session_is_refused_with_its_line() {
        let lost = |dialect, sql| {
            let script = script(dialect, sql).unwrap();
            refuse(dialect, &script, sql, "up.sql").err().and_then(|error| error.place().unwrap().line)
        };
        let made = "CREATE TEMPORARY TABLE IF NOT EXISTS `t` AS SELECT 1;\n";
        let used = format!("{made}ALTER TABLE a ADD b int;\nINSERT INTO a SELECT * FROM T;\n");
        assert_eq!(lost(Dialect::MariaDb, &used), Some(3));
        assert_eq!(lost(Dialect::Sqlite, &used), None, "all of it is one transaction");
        let dropped = format!(
            "{made}INSERT INTO a SELECT * FROM t;\nALTER TABLE a ADD b int;\nDROP TABLE IF EXISTS t;\n"
        );
        assert_eq!(lost(Dialect::MariaDb, &dropped), None);
        let segments = "CREATE TEMP TABLE t (a int);\n-- orm: no transaction\nVACUUM;\nDELETE FROM t;\n";
        assert_eq!(lost(Dialect::Postgres, segments), Some(4));
        assert_eq!(
            lost(Dialect::Postgres, "CREATE TABLE temp (a int);\n-- orm: no transaction\nVACUUM temp;\n"),
            None
        );
    }

    #[test]
    fn a_variable_that_is_used_in_another_session_is_refused_with_its_line() {
        let lost = |sql: &str| {
            let script = script(Dialect::MariaDb, sql).unwrap();
            let error = refuse(Dialect::MariaDb, &script, sql, "up.sql").err();
            error.and_then(|error| error.place().unwrap().line)
        };
        let id = "INSERT INTO a VALUES (1);\nSET @id = LAST_INSERT_ID();\nINSERT INTO b VALUES (@id);\n";
        assert_eq!(lost(id), None, "all of it is one transaction");
        let between = "ALTER TABLE a ADD b int;\n";
        assert_eq!(lost(&format!("{id}{between}INSERT INTO b VALUES (@ID);\n")), Some(5));
        let child = "INSERT INTO b VALUES (LAST_INSERT_ID());\n";
        assert_eq!(lost(&format!("INSERT INTO a VALUES (1);\n{child}")), None);
        assert_eq!(lost(&format!("INSERT INTO a VALUES (1);\n{between}{child}")), Some(3));
        assert_eq!(lost(&format!("{id}{between}SET @id = 7;\nINSERT INTO b VALUES (@id);\n")), None);
        assert_eq!(
            lost(&format!(
                "SET @a = 7, @m = @@sql_mode;\n{between}UPDATE b SET c = @a;\nSET sql_mode = @m;\n"
            )),
            None
        );
    }
}
