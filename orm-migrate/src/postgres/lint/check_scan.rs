//! A whole table is read for a check.

use super::USERS_BY_NAME;
use crate::{
    lint::{
        Example, Hit, Level, Look, Rule, Scene,
        facts::{Fact, Kind},
    },
    postgres::lint::validated_later,
};

/// A check reads the whole table while everybody waits.
pub(crate) const RULE: Rule = Rule {
    code: "L204",
    name: "check-scan",
    level: Level::Caution,
    title: "a check reads the whole table while everybody waits",
    why: "The server looks at every row, and nobody reads or writes the table meanwhile. One row that \
        breaks the check makes it fail.",
    fix: "add it as `NOT VALID`, and validate it in a transaction of its own: reads and writes go on",
    silent: "with `NOT VALID`, and of a table that the same file has made",
    sources: &["https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES"],
    lock: Some("AccessExclusiveLock"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: USERS_BY_NAME,
    bad: "ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18);",
    good: "ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18) NOT VALID;
-- orm: transaction
ALTER TABLE users VALIDATE CONSTRAINT adult;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    match fact {
        Fact::AddConstraint { table, constraint }
            if constraint.kind == Kind::Check && !constraint.not_valid =>
        {
            let message = format!("all of `{table}` is read for the check while everybody waits");
            Some(Hit::new(message).fix(validated_later(scene, table, constraint)))
        }
        Fact::AddColumn { table, column } if column.check => Some(Hit::new(format!(
            "all of `{table}` is read for the check of `{}` while everybody waits",
            column.name
        ))),
        _ => None,
    }
}
