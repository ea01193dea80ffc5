//! Indexes that are not made online.

use super::USERS_WITH_MOOD;
use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// A FULLTEXT or SPATIAL index is made while writes wait.
pub(crate) const RULE: Rule = Rule {
    code: "L224",
    name: "index-blocks-writes",
    level: Level::Caution,
    title: "a FULLTEXT or SPATIAL index is made while writes wait",
    why: "Other indexes are made while writes go on; these are not.",
    fix: "deploy it when few people are there",
    silent: "of other indexes, and of a table that the same file has made",
    sources: &[
        "https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/",
        "https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html#online-ddl-index-operations",
    ],
    lock: Some("SHARED"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["mariadb"],
    before: USERS_WITH_MOOD,
    bad: "CREATE FULLTEXT INDEX users_name ON users (name);",
    good: "CREATE INDEX users_age ON users (age);",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::CreateIndex { table, index } = fact else { return None };
    let special = index.special?;
    Some(Hit::new(format!("writes to `{table}` wait until the {special} index is built")))
}
