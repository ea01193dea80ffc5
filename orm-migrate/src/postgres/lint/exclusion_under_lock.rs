//! Everybody waits for the index of an exclusion.

use crate::lint::{
    Example, Hit, Level, Look, Rule, Scene,
    facts::{Fact, Kind},
};

/// An exclusion constraint makes its index while everybody waits.
pub(crate) const RULE: Rule = Rule {
    code: "L208",
    name: "exclusion-under-lock",
    level: Level::Caution,
    title: "an exclusion constraint makes its index while everybody waits",
    why: "Nobody reads or writes the table until the whole index is built. There is no `CONCURRENTLY` for \
        it.",
    fix: "deploy it when few people are there, and give them notice",
    silent: "of a table that the same file has made",
    sources: &["https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE"],
    lock: Some("AccessExclusiveLock"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: "CREATE TABLE bookings (id bigint, during tsrange);",
    bad: "ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);",
    good: "CREATE TABLE rooms (during tsrange, EXCLUDE USING gist (during WITH &&));",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::AddConstraint { table, constraint } = fact else { return None };
    let message = format!("everybody who needs `{table}` waits until the index of the exclusion is built");
    (constraint.kind == Kind::Exclude).then(|| Hit::new(message))
}
