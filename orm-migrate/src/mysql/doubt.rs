//! Whether a statement that commits by itself has run on MariaDB or MySQL.
//!
//! Each statement of data definition is done or not begun, whenever the server dies (MariaDB 10.6 "Atomic DDL", MySQL 8
//! "Atomic Data Definition Statement Support"). So it is enough to see whether the objects that it names are as they
//! were.

use orm_core::{Connection, ErrorKind, Reader, Value};

use super::{
    online::BACKFILL,
    scope::{commits_implicitly, words},
};
use crate::{
    dialect::Dialect,
    error::Result,
    executor::run::schema_fingerprint,
    token::{Token, TokenKind, beginning, unquoted},
};

/// What the statement names, as it is now: the definition of every object of such a name.
pub(crate) async fn fingerprint(connection: &mut Connection, statement: &str) -> Result<String> {
    let names = names(statement);
    let mut text = String::new();
    for schema in connection.rows(SCHEMAS, Vec::new(), named).await? {
        if schema.is_own || names.contains(&schema.name.to_lowercase()) {
            text.push_str(&definitions(connection, &schema.name, &names).await?);
        }
    }
    Ok(crate::folder::fingerprint(&text))
}

/// The objects of these names in one database.
async fn definitions(connection: &mut Connection, schema: &str, names: &[String]) -> Result<String> {
    let dialect = Dialect::of(connection);
    let mut text = String::new();
    let params = vec![Value::Text(schema.to_owned()); 4];
    for (name, definition) in connection.rows(OBJECTS, params, object).await? {
        if !names.contains(&name.to_lowercase()) {
            continue;
        }
        text.push_str(&format!("{schema} {name} {definition}\n"));
        if definition == "table" {
            let sql = format!("SHOW CREATE TABLE {}.{}", dialect.quote(schema), dialect.quote(&name));
            match connection.rows(&sql, Vec::new(), shown).await {
                Ok(shown) => text.extend(shown.iter().map(|sql| without_counter(sql))),
                // The default of a column of bytes may stand in it as it is.
                Err(error) if error.kind() == ErrorKind::InvalidValue => {
                    text.push_str(&schema_fingerprint(connection).await?);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(text)
}

/// A database of the server.
struct Named {
    name: String,
    is_own: bool,
}

const SCHEMAS: &str = "\
SELECT CAST(schema_name AS CHAR), CAST(schema_name = DATABASE() AS SIGNED) FROM information_schema.schemata ORDER BY 1";

fn named(row: &mut Reader<'_>) -> orm_core::Result<Named> {
    let name = row.text()?.map(|text| text.into_owned()).unwrap_or_default();
    Ok(Named { name, is_own: row.i64()? == Some(1) })
}

/// Tables and views by their names alone, the others with what they say: that opens no table.
const OBJECTS: &str = "\
SELECT CAST(table_name AS CHAR), 'table' FROM information_schema.tables WHERE table_schema = ?
UNION ALL SELECT CAST(routine_name AS CHAR), CAST(md5(coalesce(routine_definition, '')) AS CHAR)
FROM information_schema.routines WHERE routine_schema = ?
UNION ALL SELECT CAST(trigger_name AS CHAR), CAST(md5(action_statement) AS CHAR)
FROM information_schema.triggers WHERE trigger_schema = ?
UNION ALL SELECT CAST(event_name AS CHAR), CAST(md5(event_definition) AS CHAR)
FROM information_schema.events WHERE event_schema = ?
ORDER BY 1, 2";

fn object(row: &mut Reader<'_>) -> orm_core::Result<(String, String)> {
    let mut text = || Ok::<_, orm_core::Error>(row.text()?.map(|text| text.into_owned()).unwrap_or_default());
    Ok((text()?, text()?))
}

/// The second column of SHOW CREATE.
fn shown(row: &mut Reader<'_>) -> orm_core::Result<String> {
    row.text()?;
    Ok(row.text()?.map(|text| text.into_owned()).unwrap_or_default())
}

/// Rows count it up, and they are no part of the schema.
fn without_counter(sql: &str) -> String {
    match sql.split_once(" AUTO_INCREMENT=") {
        Some((before, after)) => {
            format!("{before}{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => sql.to_owned(),
    }
}

/// All names in a statement, in lower case; between double quotes there may be one, too (ANSI_QUOTES).
fn names(statement: &str) -> Vec<String> {
    let tokens = beginning(statement, &super::split::RULES, usize::MAX);
    let name = |token: &Token<'_>| match token.kind {
        TokenKind::Text => token.text.starts_with('"').then(|| unquoted(token.text)),
        _ => token.name(),
    };
    tokens.iter().filter_map(name).map(|name| name.to_lowercase()).collect()
}

/// Our own, which touches only what it has not filled yet.
fn is_backfill(statement: &str) -> bool {
    let tokens = beginning(statement, &super::split::RULES, 5);
    tokens.iter().map(|token| token.text).eq(["BEGIN", "NOT", "ATOMIC", "DECLARE", BACKFILL])
}

/// Runs a statement again that is as good twice as once if it takes what it finds: of what it drops, a part may be gone;
/// what it makes may be there, and is outside of the database, where nobody looks.
pub(crate) async fn settle(connection: &mut Connection, statement: &str) -> Result<Option<bool>> {
    if is_backfill(statement) {
        return Ok(Some(false));
    }
    let Some(forgiving) = forgiving(statement) else { return Ok(None) };
    connection.batch(&forgiving).await?;
    Ok(Some(true))
}

/// The statement with IF EXISTS or IF NOT EXISTS, if that settles it.
fn forgiving(statement: &str) -> Option<String> {
    const SEVERAL: [&str; 4] = ["TABLE", "TABLES", "VIEW", "SEQUENCE"];
    const OUTSIDE: [&str; 5] = ["USER", "ROLE", "DATABASE", "SCHEMA", "SERVER"];
    let tokens = beginning(statement, &super::split::RULES, usize::MAX);
    let [verb, kind, next, ..] = tokens.as_slice() else { return None };
    let is = |words: &[&str]| words.iter().any(|word| kind.is_word(word));
    let drops_several = verb.is_word("DROP") && is(&SEVERAL) && tokens.iter().any(|token| token.text == ",");
    let forgives = match () {
        () if drops_several || (verb.is_word("DROP") && is(&OUTSIDE)) => "IF EXISTS",
        () if verb.is_word("CREATE") && is(&OUTSIDE) => "IF NOT EXISTS",
        () => return None,
    };
    let (before, after) = statement.split_at(kind.end());
    Some(if next.is_word("IF") { statement.to_owned() } else { format!("{before} {forgives}{after}") })
}

/// Whether running the statement twice is as good as once, if the schema shows that nothing happened.
pub(crate) fn is_repeatable(statement: &str) -> bool {
    commits_implicitly(statement)
}

/// Whether the statement is done or not begun. A DROP of several tables goes one by one.
pub(crate) fn is_atomic(statement: &str) -> bool {
    let drops = words(statement).first().is_some_and(|word| word == "DROP");
    commits_implicitly(statement) && !(drops && statement.contains(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_blocks_are_run_again() {
        assert!(is_backfill("-- filled\nBEGIN NOT ATOMIC DECLARE orm_backfill bigint DEFAULT 1; END"));
        assert!(!is_backfill("BEGIN NOT ATOMIC DECLARE other bigint DEFAULT 1; END"));
    }

    #[test]
    fn what_is_run_again_takes_what_it_finds() {
        let sql = |statement| forgiving(statement).unwrap_or_default();
        assert_eq!(sql("-- why\nDROP TABLE a, b"), "-- why\nDROP TABLE IF EXISTS a, b");
        assert_eq!(sql("drop view if exists a, b"), "drop view if exists a, b");
        assert_eq!(sql("DROP TABLE `a,b`"), "", "one table is dropped or not");
        assert_eq!(sql("CREATE USER u IDENTIFIED BY 'x'"), "CREATE USER IF NOT EXISTS u IDENTIFIED BY 'x'");
        assert_eq!(sql("DROP ROLE r"), "DROP ROLE IF EXISTS r");
        assert_eq!(sql("CREATE OR REPLACE USER u"), "");
        assert_eq!(sql("CREATE TABLE a (b int, c int)"), "");
    }
}
