//! Whether a statement that refuses a transaction has run on PostgreSQL.

use orm_core::{Connection, Value};

use crate::{error::Result, token::significant};

/// Tells what can be told of the statement alone, and makes the way free for running it again.
///
/// A CREATE INDEX CONCURRENTLY that failed or was killed leaves an INVALID index behind, which has to be dropped
/// (sql-createindex.html, "Building Indexes Concurrently").
pub(crate) async fn settle(connection: &mut Connection, statement: &str) -> Result<Option<bool>> {
    let Some(concurrent) = ConcurrentIndex::of(statement) else { return Ok(None) };
    let sql = "SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = to_regclass($1)";
    let found = connection.rows(sql, vec![Value::Text(concurrent.name.clone())], |row| row.bool()).await?;
    let is_valid = found.first().copied().flatten();
    if concurrent.drops {
        return Ok(Some(is_valid.is_none()));
    }
    if is_valid == Some(false) {
        connection.batch(&format!("DROP INDEX CONCURRENTLY {}", concurrent.name)).await?;
    }
    Ok(Some(is_valid == Some(true)))
}

/// Whether running the statement twice is as good as once, if the schema shows that nothing happened.
pub(crate) fn is_repeatable(statement: &str) -> bool {
    let tokens = significant(statement, &super::split::RULES).unwrap_or_default();
    let is = |place: usize, word: &str| tokens.get(place).is_some_and(|token| token.is_word(word));
    is(0, "VACUUM") || is(0, "REINDEX") || is(0, "CLUSTER") || (is(0, "ALTER") && is(1, "SYSTEM")) || {
        let indexes = is(1, "INDEX") || is(2, "INDEX");
        indexes && (is(0, "CREATE") || is(0, "DROP"))
    }
}

/// `CREATE [UNIQUE] INDEX CONCURRENTLY name ON …` or `DROP INDEX CONCURRENTLY name`.
struct ConcurrentIndex {
    /// As written, with its quotes and its schema.
    name: String,
    drops: bool,
}

impl ConcurrentIndex {
    fn of(statement: &str) -> Option<Self> {
        let tokens = significant(statement, &super::split::RULES).ok()?;
        let mut rest = tokens.iter().skip_while(|token| !token.is_word("CONCURRENTLY")).skip(1).peekable();
        let drops = tokens.first()?.is_word("DROP");
        if !tokens.iter().take(3).any(|token| token.is_word("INDEX"))
            || !(drops || tokens.first()?.is_word("CREATE"))
        {
            return None;
        }
        while rest.next_if(|token| ["IF", "NOT", "EXISTS"].iter().any(|word| token.is_word(word))).is_some() {
        }
        let is_part = |token: &&&crate::token::Token<'_>| token.name().is_some() || token.text == ".";
        let ends = ["ON", "CASCADE", "RESTRICT"];
        let name = rest.take_while(|token| is_part(&token) && !ends.iter().any(|word| token.is_word(word)));
        let name: String = name.map(|token| token.text).collect();
        (!name.is_empty()).then_some(Self { name, drops })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_of_a_concurrent_statement_is_known() {
        let name = |sql: &str| ConcurrentIndex::of(sql).map(|index| (index.name, index.drops));
        let create = "-- a\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"a b\" ON t (x)";
        assert_eq!(name(create), Some(("\"a b\"".to_owned(), false)));
        assert_eq!(name("DROP INDEX CONCURRENTLY s.i CASCADE"), Some(("s.i".to_owned(), true)));
        assert_eq!(name("CREATE INDEX CONCURRENTLY ON t (x)"), None);
        assert_eq!(name("VACUUM"), None);
    }
}
