//! Writes that wait for an index.

use super::USERS_BY_NAME;
use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    postgres::lint::outside,
};

/// An index is made while writes wait.
pub(crate) const RULE: Rule = Rule {
    code: "L201",
    name: "index-not-concurrent",
    level: Level::Caution,
    title: "an index is made while writes wait",
    why: "Writes to the table wait until the whole index is built.",
    fix: "make it with `CREATE INDEX CONCURRENTLY`, outside of a transaction",
    silent: "with `CONCURRENTLY`, with `ON ONLY` (a partitioned table has no rows itself), and of a table \
        that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
        "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
    ],
    lock: Some("ShareLock"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: USERS_BY_NAME,
    bad: "CREATE INDEX users_age ON users (age);",
    good: "-- orm: no transaction
CREATE INDEX CONCURRENTLY users_age ON users (age);",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::CreateIndex { table, index } = fact else { return None };
    if index.concurrently || index.only {
        return None;
    }
    let unique = if index.unique { "UNIQUE " } else { "" };
    let name = index.name.as_ref().map(|name| format!(" {}", scene.quote(name))).unwrap_or_default();
    let sql = format!("CREATE {unique}INDEX CONCURRENTLY{name} ON {}", index.text);
    Some(Hit::new(format!("writes to `{table}` wait until the index is built")).fix(outside(&sql)))
}
