//! Two tables are locked while one is read for a foreign key.

use crate::{
    lint::{
        Example, Hit, Level, Look, Rule, Scene,
        facts::{Fact, Kind},
    },
    postgres::lint::validated_later,
};

/// A foreign key reads the whole table while writes wait.
pub(crate) const RULE: Rule = Rule {
    code: "L205",
    name: "foreign-key-scan",
    level: Level::Caution,
    title: "a foreign key reads the whole table while writes wait",
    why: "The server looks at every row. Writes to both tables wait meanwhile. One row that refers to \
        nothing makes it fail.",
    fix: "add it as `NOT VALID`, and validate it in a transaction of its own: reads and writes go on",
    silent: "with `NOT VALID`, of a new column without a default (it holds only NULLs), and of a table \
        that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
        "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
    ],
    lock: Some("ShareRowExclusiveLock"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[
    Example {
        dialects: &["postgres"],
        before: "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text NOT NULL, age \
            int); CREATE INDEX users_name ON users (name); CREATE TABLE posts (id bigint PRIMARY KEY, \
            author_id bigint);",
        bad: "ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author_id) REFERENCES users \
            (id);",
        good: "ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author_id) REFERENCES users (id) NOT VALID;
-- orm: transaction
ALTER TABLE posts VALIDATE CONSTRAINT posts_author_fkey;",
    },
];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    match fact {
        Fact::AddConstraint { table, constraint }
            if constraint.kind == Kind::ForeignKey && !constraint.not_valid =>
        {
            let to = constraint.references.as_ref().map(ToString::to_string).unwrap_or_default();
            let message = format!("all of `{table}` is read while writes to it and to `{to}` wait");
            Some(Hit::new(message).fix(validated_later(scene, table, constraint)))
        }
        Fact::AddColumn { table, column } if column.references.is_some() && column.default.is_some() => {
            Some(Hit::new(format!(
                "all of `{table}` is read for the foreign key of `{}` while everybody waits",
                column.name
            )))
        }
        _ => None,
    }
}
