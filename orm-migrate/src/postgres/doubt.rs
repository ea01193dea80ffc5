//! Whether a statement that refuses a transaction has run on PostgreSQL.
//!
//! Most of them work in several transactions of their own, so what was killed half-way leaves something behind, which is
//! taken away before the statement runs again.

use orm_core::{Connection, Reader, Value};

use super::split::RULES;
use crate::{cursor::Cursor, dialect::Dialect, error::Result};

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
        Self::read(&mut Cursor::new(Dialect::Postgres, statement, &RULES)).unwrap_or(Self::Other)
    }

    fn read(words: &mut Cursor<'_>) -> Option<Self> {
        if words.eat("DO") {
            return words.rest().starts_with(BACKFILL).then_some(Self::Backfill);
        }
        if words.eat("CREATE DATABASE") {
            return Some(Self::Database { name: words.written_name()?, drops: false });
        }
        if words.eat("DROP DATABASE") {
            words.if_exists();
            return Some(Self::Database { name: words.written_name()?, drops: true });
        }
        if words.eat("CREATE INDEX CONCURRENTLY") || words.eat("CREATE UNIQUE INDEX CONCURRENTLY") {
            return Self::create_index(words);
        }
        if words.eat("DROP INDEX CONCURRENTLY") {
            words.if_exists();
            return Some(Self::DropIndex(words.written_name()?));
        }
        if words.eat("REINDEX") {
            return Some(Self::reindex(words));
        }
        if words.eat("ALTER TABLE") {
            return Self::detach(words);
        }
        ["ALTER SYSTEM", "VACUUM", "CLUSTER"].iter().any(|head| words.eat(head)).then_some(Self::Maintenance)
    }

    fn create_index(words: &mut Cursor<'_>) -> Option<Self> {
        words.if_exists();
        let name = if words.is("ON") { None } else { Some(words.written_name()?) };
        if !words.eat("ON") {
            return None;
        }
        words.eat("ONLY");
        Some(Self::CreateIndex { name, table: words.written_name()? })
    }

    fn detach(words: &mut Cursor<'_>) -> Option<Self> {
        words.if_exists();
        words.eat("ONLY");
        let table = words.written_name()?;
        let partition = words.eat("DETACH PARTITION").then(|| words.written_name())??;
        words.eat("CONCURRENTLY").then_some(Self::Detach { table, partition })
    }

    fn reindex(words: &mut Cursor<'_>) -> Self {
        words.parenthesised();
        let is_one = words.eat("INDEX") || words.eat("TABLE");
        for word in ["SCHEMA", "DATABASE", "SYSTEM", "CONCURRENTLY"] {
            words.eat(word);
        }
        Self::Reindex(if is_one { words.written_name().unwrap_or_default() } else { String::new() })
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
