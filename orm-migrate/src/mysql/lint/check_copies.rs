//! A table that is copied for a check.

use super::USERS_WITH_MOOD;
use crate::lint::{
    Example, Hit, Level, Look, Rule, Scene,
    facts::{Fact, Kind},
};

/// The whole table is copied for a check while writes wait.
pub(crate) const RULE: Rule = Rule {
    code: "L223",
    name: "check-copies",
    level: Level::Caution,
    title: "the whole table is copied for a check while writes wait",
    why: "The server makes a copy of all rows and looks at each of them; writes wait until it is done. One \
        row that breaks the check makes it fail.",
    fix: "look for rows that break it, and deploy it when few people write",
    silent: "of the check of a new column, which is made at once, and of a table that the same file has made",
    sources: &[
        "https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/",
        "https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html",
    ],
    lock: Some("SHARED"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["mariadb"],
    before: USERS_WITH_MOOD,
    bad: "ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18);",
    good: "ALTER TABLE users ADD COLUMN height int CHECK (height > 0);",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::AddConstraint { table, constraint } = fact else { return None };
    let message = format!("`{table}` is copied for a check while writes to it wait");
    (constraint.kind == Kind::Check).then(|| Hit::new(message))
}
