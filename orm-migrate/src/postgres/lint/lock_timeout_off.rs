//! A statement that waits for a lock without end.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// The time to wait for a lock is taken away.
pub(crate) const RULE: Rule = Rule {
    code: "L211",
    name: "lock-timeout-off",
    level: Level::Caution,
    title: "the time to wait for a lock is taken away",
    why: "A statement that waits for a lock makes everybody behind it wait, too. orm lets each wait for a \
        few seconds at most and tries again; the file takes that away.",
    fix: "leave it out, or set a short time",
    silent: "of `SET lock_timeout` with a time",
    sources: &["https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: "",
    bad: "SET lock_timeout = 0;",
    good: "SET lock_timeout = '2s';",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::Set { name, value } = fact else { return None };
    // RESET goes back to what the database says, which is without end where nobody has said anything.
    let is_off = value.eq_ignore_ascii_case("default")
        || value
            .trim_start_matches('0')
            .trim_matches(|c: char| c.is_ascii_alphabetic() || c == ' ')
            .is_empty();
    (name == "lock_timeout" && is_off)
        .then(|| Hit::new("from here on a statement waits for a lock without end"))
}
