//! A decision without a reason: `lint/allow.rs` finds it.

use crate::lint::{Example, Level, Look, Rule};

/// A decision without a reason.
pub(crate) const RULE: Rule = Rule {
    code: "L001",
    name: "allow-without-reason",
    level: Level::Caution,
    title: "a decision without a reason",
    why: "Whoever reads the file later must know why this was right here, and whether it still is.",
    fix: "write the reason behind the code: `-- orm: allow L101 nothing reads it since 2.4`",
    silent: "where a reason stands behind the codes",
    sources: &[],
    lock: None,
    examples: EXAMPLES,
    look: Look::Elsewhere,
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres", "mariadb"],
    before: "",
    bad: "-- orm: allow L101
DROP TABLE users;",
    good: "-- orm: allow L101 nobody has used it since 2.4
DROP TABLE users;",
}];
