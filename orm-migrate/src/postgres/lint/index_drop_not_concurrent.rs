//! Everybody waits for an index that goes.

use super::USERS_BY_NAME;
use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    postgres::lint::outside,
};

/// An index is dropped while everybody waits.
pub(crate) const RULE: Rule = Rule {
    code: "L202",
    name: "index-drop-not-concurrent",
    level: Level::Caution,
    title: "an index is dropped while everybody waits",
    why: "Dropping it needs the table for itself. While it waits behind one long query, everybody else \
        waits behind it.",
    fix: "drop it with `DROP INDEX CONCURRENTLY`, outside of a transaction",
    silent: "with `CONCURRENTLY`, and of an index that the same file has made",
    sources: &["https://www.postgresql.org/docs/current/sql-dropindex.html"],
    lock: Some("AccessExclusiveLock"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: USERS_BY_NAME,
    bad: "DROP INDEX users_name;",
    good: "-- orm: no transaction
DROP INDEX CONCURRENTLY users_name;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::DropIndex { name, concurrently: false, .. } = fact else { return None };
    if scene.known.is_made_index(&name.name) {
        return None;
    }
    let sql = format!("DROP INDEX CONCURRENTLY {}", scene.quote_table(name));
    Some(Hit::new(format!("everybody waits while index `{name}` is dropped")).fix(outside(&sql)))
}
