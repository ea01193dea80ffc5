//! A decision that decides nothing: `lint/allow.rs` finds it.

use crate::lint::{Example, Level, Look, Rule};

/// A decision that decides nothing.
pub(crate) const RULE: Rule = Rule {
    code: "L002",
    name: "allow-unused",
    level: Level::Hint,
    title: "a decision that decides nothing",
    why: "The statement has changed, or the comment stands at another one; one day it would hide something \
        else.",
    fix: "take the comment out, or put it on the line before the statement that it means",
    silent: "where the code is found at that statement, or anywhere in the file for `allow-file`",
    sources: &[],
    lock: None,
    examples: EXAMPLES,
    look: Look::Elsewhere,
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres", "mariadb"],
    before: "",
    bad: "-- orm: allow L101 it is empty
SELECT 1;",
    good: "-- orm: allow L101 it is empty
DROP TABLE users;",
}];
