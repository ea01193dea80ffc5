//! Labels of ENUM and SET that move.

use super::USERS_WITH_MOOD;
use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    mysql::lint::{Moves, moves},
};

/// Labels of an ENUM or SET move.
pub(crate) const RULE: Rule = Rule {
    code: "L506",
    name: "enum-in-the-middle",
    level: Level::Caution,
    title: "labels of an ENUM or SET move",
    why: "Values are kept as the place of their label. Where labels move, the whole table is copied while \
        writes wait, `ORDER BY` gives another order, and a program that compares numbers reads other \
        labels.",
    fix: "put new labels behind the last one",
    silent: "of labels that come behind the last one, where nobody says which labels there were, and of a \
        table that the same file has made",
    sources: &["https://mariadb.com/kb/en/enum/", "https://dev.mysql.com/doc/refman/8.0/en/enum.html"],
    lock: Some("SHARED"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["mariadb"],
    before: USERS_WITH_MOOD,
    bad: "ALTER TABLE users MODIFY COLUMN mood enum('sad', 'so so', 'ok');",
    good: "ALTER TABLE users MODIFY COLUMN mood enum('sad', 'ok', 'fine');",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::Redefine { table, column, to } = fact else { return None };
    let from = &scene.column(table, column)?.native;
    (moves(from, &scene.dialect.canonical(&to.native))? == Moves::Moved).then(|| {
        Hit::new(format!("labels of `{table}.{column}` move: the table is copied while writes to it wait"))
    })
}
