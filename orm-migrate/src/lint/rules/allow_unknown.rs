//! A comment to orm that orm does not know: `lint/allow.rs` finds it.

use crate::lint::{Example, Level, Look, Rule};

/// A comment to orm that orm does not know.
pub(crate) const RULE: Rule = Rule {
    code: "L003",
    name: "allow-unknown",
    level: Level::Caution,
    title: "a comment to orm that orm does not know",
    why: "It looks as if it did something, and does nothing.",
    fix: "write `-- orm: allow L101 reason`, `-- orm: allow-file L101 reason`, `-- orm: transaction` or \
        `-- orm: no transaction`",
    silent: "of comments that do not begin with `-- orm:`",
    sources: &[],
    lock: None,
    examples: EXAMPLES,
    look: Look::Elsewhere,
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres", "mariadb"],
    before: "",
    bad: "-- orm: alow L101 it is empty
SELECT 1;",
    good: "-- orm: transaction
SELECT 1;",
}];
