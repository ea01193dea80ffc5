//! What nobody here could read.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// A statement that orm does not understand.
pub(crate) const RULE: Rule = Rule {
    code: "L004",
    name: "statement-unread",
    level: Level::Hint,
    title: "a statement that orm does not understand",
    why: "No rule could look at it, so nothing is known of what it loses or whom it keeps waiting.",
    fix: "read it yourself; if it is right, say so: `-- orm: allow L004 why`",
    silent: "of statements that orm knows, whatever stands in them",
    sources: &[],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres", "mariadb"],
    before: "",
    bad: "FROBNICATE users;",
    good: "SELECT 1;",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    matches!(fact, Fact::Unread).then(|| Hit::new("this statement is not understood: check it yourself"))
}
