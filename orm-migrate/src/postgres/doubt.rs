//! Whether a statement that refuses a transaction has run on PostgreSQL.
//!
//! Most of them work in several transactions of their own, so what was killed half-way leaves something behind, which is
//! taken away before the statement runs again.

use orm_core::{Connection, Reader, Value};

use crate::{
    error::Result,
    token::{Token, significant},
};

/// What the body of a backfill stands between.
pub(crate) const BACKFILL: &str = "$orm_backfill$";

/// Tells what can be told of the statement alone, and makes the way free for running it again.
pub(crate) async fn settle(connection: &mut Connection, statement: &str) -> Result<Option<bool>> {
    match Alone::of(statement) {
        Alone::CreateIndex { name: Some(name), table } => {
            index_is_made(connection, name, table).await.map(Some)
        }
        Alone::CreateIndex { name: None, table } => {
            drop_indexes(connection, UNNAMED, vec![Value::Text(table)]).await?;
            Ok(None)
        }
        Alone::DropIndex(name) => Ok(Some(!exists(connection, INDEX, name).await?)),
        Alone::Detach { table, partition } => is_detached(connection, &table, &partition).await.map(Some),
        Alone::Reindex(of) => {
            drop_indexes(connection, REBUILT, vec![Value::Text(of)]).await?;
            Ok(Some(false))
        }
        Alone::Database { name, drops } => Ok(Some(exists(connection, DATABASE, name).await? != drops)),
        // They leave rows and schema alone: nothing speaks against running them again.
        Alone::Maintenance | Alone::Backfill => Ok(Some(false)),
        Alone::Other => Ok(None),
    }
}

/// Whether running the statement twice is as good as once, if the schema shows that nothing happened.
pub(crate) fn is_repeatable(statement: &str) -> bool {
    matches!(Alone::of(statement), Alone::CreateIndex { .. })
}

/// Whether the statement has run if the schema has changed: what was half done is gone once it was settled.
pub(crate) fn shows_in_schema(statement: &str) -> bool {
    matches!(Alone::of(statement), Alone::CreateIndex { .. })
}

/// A CREATE INDEX CONCURRENTLY that failed or was killed leaves an INVALID index behind, which has to be dropped
/// (sql-createindex.html, "Building Indexes Concurrently").
async fn index_is_made(connection: &mut Connection, name: String, table: String) -> Result<bool> {
    let index = vec![Value::Text(table), Value::Text(name)];
    drop_indexes(connection, &format!("{NAMED} AND NOT i.indisvalid"), index.clone()).await?;
    Ok(!connection.rows(NAMED, index, text).await?.is_empty())
}

/// An index lives where its table does, wherever the search path leads.
const NAMED: &str = "\
SELECT i.indexrelid::regclass::text FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_index i ON i.indexrelid = to_regclass(quote_ident(n.nspname) || '.' || $2) WHERE t.oid = to_regclass($1)";

/// What a killed statement leaves that lets the server choose the name (sql-createindex.html: it ends in `idx`).
const UNNAMED: &str = "\
SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
WHERE i.indrelid = to_regclass($1) AND NOT i.indisvalid AND x.relname ~ '_idx[0-9]*$' ORDER BY 1";

/// The new index that a killed REINDEX CONCURRENTLY leaves, or the old one (sql-reindex.html, "Rebuilding Indexes
/// Concurrently"): of a table, of an index's table, or of all where the statement names neither.
const REBUILT: &str = "\
SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
WHERE NOT i.indisvalid AND x.relname ~ '_cc(new|old)[0-9]*$' AND ($1 = '' OR i.indrelid IN (
  SELECT unnest(ARRAY[t.oid, t.reltoastrelid]) FROM pg_class t WHERE t.oid = to_regclass($1)
  OR t.oid = (SELECT o.indrelid FROM pg_index o WHERE o.indexrelid = to_regclass($1)))) ORDER BY 1";

async fn drop_indexes(connection: &mut Connection, query: &str, params: Vec<Value>) -> Result<()> {
    for name in connection.rows(query, params, text).await? {
        connection.batch(&format!("DROP INDEX CONCURRENTLY {name}")).await?;
    }
    Ok(())
}

fn text(row: &mut Reader<'_>) -> orm_core::Result<String> {
    Ok(row.text()?.map(|text| text.into_owned()).unwrap_or_default())
}

const INDEX: &str = "SELECT to_regclass($1) IS NOT NULL";
const DATABASE: &str = "SELECT count(*) > 0 FROM pg_database WHERE datname = (parse_ident($1))[1]";

async fn exists(connection: &mut Connection, query: &str, name: String) -> Result<bool> {
    let answers = connection.rows(query, vec![Value::Text(name)], |row| row.bool()).await?;
    Ok(answers.first().copied().flatten().unwrap_or(false))
}

/// One that was killed waits to be finished, and until then the partition can neither be used nor be detached again
/// (sql-altertable.html, DETACH PARTITION).
async fn is_detached(connection: &mut Connection, table: &str, partition: &str) -> Result<bool> {
    let sql = "SELECT inhdetachpending FROM pg_inherits WHERE inhparent = to_regclass($1) AND inhrelid = to_regclass($2)";
    let params = vec![Value::Text(table.to_owned()), Value::Text(partition.to_owned())];
    let found = connection.rows(sql, params, |row| row.bool()).await?;
    let is_pending = found.first().copied().flatten();
    if is_pending == Some(true) {
        connection.batch(&format!("ALTER TABLE {table} DETACH PARTITION {partition} FINALIZE")).await?;
    }
    Ok(is_pending != Some(false))
}

/// What a statement that refuses a transaction is about; names as they are written, with their quotes.
#[derive(Debug, PartialEq, Eq)]
enum Alone {
    /// `CREATE [UNIQUE] INDEX CONCURRENTLY [name] ON table …`
    CreateIndex {
        name: Option<String>,
        table: String,
    },
    /// `DROP INDEX CONCURRENTLY name`
    DropIndex(String),
    /// `ALTER TABLE table DETACH PARTITION partition CONCURRENTLY`
    Detach {
        table: String,
        partition: String,
    },
    /// `REINDEX …` of an index or a table; empty for a schema or all of the database.
    Reindex(String),
    /// `CREATE DATABASE name …`, `DROP DATABASE name`
    Database {
        name: String,
        drops: bool,
    },
    /// `VACUUM`, `CLUSTER`, `ALTER SYSTEM`
    Maintenance,
    /// Our own, which touches only what it has not filled yet.
    Backfill,
    Other,
}

impl Alone {
    fn of(statement: &str) -> Self {
        let tokens = significant(statement, &super::split::RULES).unwrap_or_default();
        if let [word, body, ..] = tokens.as_slice()
            && word.is_word("DO")
            && body.text.starts_with(BACKFILL)
        {
            return Self::Backfill;
        }
        Self::read(&mut Words { rest: &tokens }).unwrap_or(Self::Other)
    }

    fn read(words: &mut Words<'_>) -> Option<Self> {
        match words.one_of(&["CREATE", "DROP", "ALTER", "REINDEX", "VACUUM", "CLUSTER"])? {
            "CREATE" if words.takes("DATABASE") => Some(Self::Database { name: words.name()?, drops: false }),
            "CREATE" => Self::create_index(words),
            "DROP" if words.takes("DATABASE") => {
                words.skip(&["IF", "EXISTS"]);
                Some(Self::Database { name: words.name()?, drops: true })
            }
            "DROP" if words.takes("INDEX") && words.takes("CONCURRENTLY") => {
                words.skip(&["IF", "EXISTS"]);
                Some(Self::DropIndex(words.name()?))
            }
            "ALTER" if words.takes("SYSTEM") => Some(Self::Maintenance),
            "ALTER" if words.takes("TABLE") => Self::detach(words),
            "REINDEX" => Some(Self::reindex(words)),
            "VACUUM" | "CLUSTER" => Some(Self::Maintenance),
            _ => None,
        }
    }

    fn create_index(words: &mut Words<'_>) -> Option<Self> {
        words.skip(&["UNIQUE"]);
        if !words.takes("INDEX") || !words.takes("CONCURRENTLY") {
            return None;
        }
        words.skip(&["IF", "NOT", "EXISTS"]);
        let name = if words.is_next("ON") { None } else { Some(words.name()?) };
        if !words.takes("ON") {
            return None;
        }
        words.skip(&["ONLY"]);
        Some(Self::CreateIndex { name, table: words.name()? })
    }

    fn detach(words: &mut Words<'_>) -> Option<Self> {
        words.skip(&["IF", "EXISTS", "ONLY"]);
        let table = words.name()?;
        let detaches = words.takes("DETACH") && words.takes("PARTITION");
        let partition = detaches.then(|| words.name())??;
        words.takes("CONCURRENTLY").then_some(Self::Detach { table, partition })
    }

    fn reindex(words: &mut Words<'_>) -> Self {
        words.skip_parentheses();
        let is_one = words.one_of(&["INDEX", "TABLE"]).is_some();
        words.skip(&["SCHEMA", "DATABASE", "SYSTEM", "CONCURRENTLY"]);
        Self::Reindex(if is_one { words.name().unwrap_or_default() } else { String::new() })
    }
}

/// The words of a statement that were not read yet.
struct Words<'a> {
    rest: &'a [Token<'a>],
}

impl Words<'_> {
    fn is_next(&self, word: &str) -> bool {
        self.rest.first().is_some_and(|token| token.is_word(word))
    }

    fn takes(&mut self, word: &str) -> bool {
        let is_next = self.is_next(word);
        if is_next {
            self.rest = &self.rest[1..];
        }
        is_next
    }

    fn one_of<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        words.iter().copied().find(|word| self.takes(word))
    }

    /// Those of these that are there, in this order.
    fn skip(&mut self, words: &[&str]) {
        for word in words {
            self.takes(word);
        }
    }

    /// `(VERBOSE, …)`
    fn skip_parentheses(&mut self) {
        if self.rest.first().is_some_and(|token| token.text == "(") {
            let end =
                self.rest.iter().position(|token| token.text == ")").map_or(self.rest.len(), |at| at + 1);
            self.rest = &self.rest[end..];
        }
    }

    /// `name`, `schema.name`
    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        loop {
            let (part, rest) = self.rest.split_first()?;
            part.name()?;
            name.push_str(part.text);
            self.rest = rest;
            let Some((dot, rest)) = self.rest.split_first().filter(|(dot, _)| dot.text == ".") else {
                return Some(name);
            };
            name.push_str(dot.text);
            self.rest = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_statement_is_about_is_read() {
        let index = |name: Option<&str>, table: &str| Alone::CreateIndex {
            name: name.map(str::to_owned),
            table: table.to_owned(),
        };
        let create =
            "-- a\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"a b\" ON ONLY s.t USING btree (x)";
        assert_eq!(Alone::of(create), index(Some("\"a b\""), "s.t"));
        assert_eq!(Alone::of("create index concurrently on t (x)"), index(None, "t"));
        assert_eq!(Alone::of("CREATE INDEX i ON t (x)"), Alone::Other);
        assert_eq!(Alone::of("DROP INDEX CONCURRENTLY s.i CASCADE"), Alone::DropIndex("s.i".to_owned()));
        let detach = "ALTER TABLE IF EXISTS ONLY a DETACH PARTITION \"s\".b CONCURRENTLY";
        let detached = Alone::Detach { table: "a".to_owned(), partition: "\"s\".b".to_owned() };
        assert_eq!(Alone::of(detach), detached);
        assert_eq!(Alone::of("ALTER TABLE a DETACH PARTITION b"), Alone::Other);
        assert_eq!(Alone::of("REINDEX (VERBOSE) TABLE CONCURRENTLY t"), Alone::Reindex("t".to_owned()));
        assert_eq!(Alone::of("REINDEX DATABASE d"), Alone::Reindex(String::new()));
        let dropped = Alone::Database { name: "d".to_owned(), drops: true };
        assert_eq!(Alone::of("DROP DATABASE IF EXISTS d WITH (FORCE)"), dropped);
        assert_eq!(Alone::of("VACUUM"), Alone::Maintenance);
        assert_eq!(Alone::of("CALL p()"), Alone::Other);
    }
}
