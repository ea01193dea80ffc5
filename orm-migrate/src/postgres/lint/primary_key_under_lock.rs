//! Everybody waits for the index of a primary key.

use crate::{
    lint::{
        Example, Hit, Level, Look, Rule, Scene,
        facts::{Fact, Kind},
    },
    postgres::lint::index_first,
};

/// A primary key makes its index while everybody waits.
pub(crate) const RULE: Rule = Rule {
    code: "L207",
    name: "primary-key-under-lock",
    level: Level::Caution,
    title: "a primary key makes its index while everybody waits",
    why: "Nobody reads or writes the table until the whole index is built, and its columns are looked \
        through for NULLs.",
    fix: "make a unique index with `CONCURRENTLY` first, then the key with `USING INDEX`",
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
    before: "CREATE TABLE logs (id bigint NOT NULL);",
    bad: "ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY (id);",
    good: "-- orm: no transaction
CREATE UNIQUE INDEX CONCURRENTLY logs_pkey ON logs (id);
-- orm: transaction
ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_pkey;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    match fact {
        Fact::AddConstraint { table, constraint }
            if constraint.kind == Kind::PrimaryKey && !constraint.using_index =>
        {
            let message = format!("everybody who needs `{table}` waits until the index of its key is built");
            Some(Hit::new(message).fix(index_first(scene, table, constraint)))
        }
        Fact::AddColumn { table, column } if column.primary_key => {
            Some(Hit::new(format!("everybody who needs `{table}` waits until the index of its key is built")))
        }
        _ => None,
    }
}
