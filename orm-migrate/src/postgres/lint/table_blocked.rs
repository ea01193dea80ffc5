//! Statements that need a table for themselves, and take long.

use super::USERS_BY_NAME;
use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    postgres::lint::outside,
};

/// A long statement keeps everybody off the table.
pub(crate) const RULE: Rule = Rule {
    code: "L212",
    name: "table-blocked",
    level: Level::Caution,
    title: "a long statement keeps everybody off the table",
    why: "Nobody writes to it, and most of them let nobody read, until the whole table is gone through.",
    fix: "use the form that lets others go on, or do it outside of migrations when few people are there",
    silent: "with `CONCURRENTLY`, and of a table that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY",
        "https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html",
        "https://www.postgresql.org/docs/current/sql-vacuum.html",
    ],
    lock: Some("ShareLock"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: USERS_BY_NAME,
    bad: "REINDEX TABLE users;",
    good: "-- orm: no transaction
REINDEX TABLE CONCURRENTLY users;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    match fact {
        Fact::Block { words, what, text } => {
            let of = what.as_ref().map_or_else(|| "every table".to_owned(), |what| format!("`{what}`"));
            let fix = match *words {
                "REINDEX" => outside(&concurrently(text)),
                "REFRESH MATERIALIZED VIEW" => {
                    format!("give it a unique index, then:\n{};", concurrently(text))
                }
                "LOCK TABLE" => "leave it out: each statement takes the lock that it needs".to_owned(),
                _ => "do it outside of migrations, when few people are there".to_owned(),
            };
            Some(Hit::new(format!("{words} keeps others off {of}")).fix(fix))
        }
        Fact::ConvertTable { table, how } => {
            let on = scene.quote_table(table);
            Some(Hit::new(format!("{how} writes all of {on} anew while everybody waits")))
        }
        _ => None,
    }
}

/// The word behind what the statement is about, which is the first that says a kind.
fn concurrently(text: &str) -> String {
    let kinds = ["TABLE", "INDEX", "SCHEMA", "DATABASE", "SYSTEM", "VIEW"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_kind = |word: &&str| kinds.iter().any(|kind| word.eq_ignore_ascii_case(kind));
    let at = words.iter().position(is_kind).map_or(words.len(), |at| at + 1);
    let (before, after) = words.split_at(at);
    [before, &["CONCURRENTLY"], after].concat().join(" ")
}
