//! Everybody waits for the index of a unique constraint.

use super::USERS_BY_NAME;
use crate::{
    lint::{
        Example, Hit, Level, Look, Rule, Scene,
        facts::{Fact, Kind},
    },
    postgres::lint::index_first,
};

/// A unique constraint makes its index while everybody waits.
pub(crate) const RULE: Rule = Rule {
    code: "L206",
    name: "unique-under-lock",
    level: Level::Caution,
    title: "a unique constraint makes its index while everybody waits",
    why: "Nobody reads or writes the table until the whole index is built.",
    fix: "make a unique index with `CONCURRENTLY` first, then the constraint with `USING INDEX`",
    silent: "with `USING INDEX`, and of a table that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX",
    ],
    lock: Some("AccessExclusiveLock"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: USERS_BY_NAME,
    bad: "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);",
    good: "-- orm: no transaction
CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
-- orm: transaction
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    match fact {
        Fact::AddConstraint { table, constraint }
            if constraint.kind == Kind::Unique && !constraint.using_index =>
        {
            let message = format!("everybody who needs `{table}` waits until its index is built");
            Some(Hit::new(message).fix(index_first(scene, table, constraint)))
        }
        Fact::AddColumn { table, column } if column.unique => {
            let message =
                format!("everybody who needs `{table}` waits until the index of `{}` is built", column.name);
            Some(
                Hit::new(message)
                    .fix("add the column without UNIQUE, then a unique index with `CONCURRENTLY`"),
            )
        }
        _ => None,
    }
}
