//! Whether a statement that commits by itself has run on MariaDB or MySQL.
//!
//! Each statement of data definition is done or not begun, whenever the server dies (MariaDB 10.6 "Atomic DDL", MySQL 8
//! "Atomic Data Definition Statement Support"). So it is enough to see whether the objects that it names are as they
//! were.

use orm_core::{Connection, ErrorKind, Reader};

use super::scope::{commits_implicitly, words};
use crate::{
    dialect::Dialect,
    error::Result,
    executor::run::schema_fingerprint,
    token::{Token, TokenKind, beginning, unquoted},
};

/// What the statement names, as it is now: the definition of every object of such a name.
pub(crate) async fn fingerprint(connection: &mut Connection, statement: &str) -> Result<String> {
    let dialect = Dialect::of(connection);
    let names = names(statement);
    let mut text = String::new();
    for (name, definition) in connection.rows(OBJECTS, Vec::new(), object).await? {
        if !names.contains(&name.to_lowercase()) {
            continue;
        }
        text.push_str(&format!("{name} {definition}\n"));
        if definition == "table" {
            let sql = format!("SHOW CREATE TABLE {}", dialect.quote(&name));
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
    Ok(crate::folder::fingerprint(&text))
}

/// Tables and views by their names alone, the others with what they say: that opens no table.
const OBJECTS: &str = "\
SELECT CAST(table_name AS CHAR), 'table' FROM information_schema.tables WHERE table_schema = DATABASE()
UNION ALL SELECT CAST(routine_name AS CHAR), CAST(md5(coalesce(routine_definition, '')) AS CHAR)
FROM information_schema.routines WHERE routine_schema = DATABASE()
UNION ALL SELECT CAST(trigger_name AS CHAR), CAST(md5(action_statement) AS CHAR)
FROM information_schema.triggers WHERE trigger_schema = DATABASE()
UNION ALL SELECT CAST(event_name AS CHAR), CAST(md5(event_definition) AS CHAR)
FROM information_schema.events WHERE event_schema = DATABASE()
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

/// Nothing can be told of the statement alone.
pub(crate) async fn settle(_connection: &mut Connection, _statement: &str) -> Result<Option<bool>> {
    Ok(None)
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
