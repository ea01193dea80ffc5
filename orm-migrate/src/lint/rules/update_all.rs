//! UPDATE without WHERE.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS_WITH_DEFAULTS, facts::Fact};

/// All rows of a table are changed at once.
pub(crate) const RULE: Rule = Rule {
    code: "L606",
    name: "update-all",
    level: Level::Hint,
    title: "all rows of a table are changed at once",
    why: "Every row is locked until the transaction ends, and every row is written anew: on a large table \
        everybody who writes waits, and the disk fills.",
    fix: "change rows in portions, each in a transaction of its own",
    silent: "where there is a `WHERE`, and of a table that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS",
        "https://mariadb.com/kb/en/innodb-lock-modes/",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres", "mariadb"],
    before: USERS_WITH_DEFAULTS,
    bad: "UPDATE users SET age = age + 1;",
    good: "UPDATE users SET age = 0 WHERE age < 0;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::Update { table, filtered: false, .. } = fact else { return None };
    let is_in_use = !scene.known.is_made(table);
    is_in_use.then(|| {
        Hit::new(format!("all rows of `{table}` are changed, and locked to the end of the transaction"))
    })
}
