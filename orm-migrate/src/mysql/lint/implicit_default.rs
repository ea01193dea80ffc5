//! A value that nobody has chosen.

use super::USERS_WITH_MOOD;
use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact, rules::required_on_rows::required};

/// Rows get a value that nobody has chosen.
pub(crate) const RULE: Rule = Rule {
    code: "L508",
    name: "implicit-default",
    level: Level::Caution,
    title: "rows get a value that nobody has chosen",
    why: "A new column that is NOT NULL and has no default is filled with `''`, `0` or a date that no \
        calendar has, without an error.",
    fix: "say the default",
    silent: "with a default, of counters and computed columns, and of a table that the same file has made",
    sources: &[
        "https://mariadb.com/kb/en/alter-table/#add-column",
        "https://dev.mysql.com/doc/refman/8.0/en/data-type-defaults.html",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["mariadb"],
    before: USERS_WITH_MOOD,
    bad: "ALTER TABLE users ADD COLUMN bio varchar(20) NOT NULL;",
    good: "ALTER TABLE users ADD COLUMN bio varchar(20) NOT NULL DEFAULT '';",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, column) = required(fact)?;
    let (on, name, native) = (scene.quote_table(table), scene.quote(&column.name), &column.native);
    let fix = format!("say which value:\nALTER TABLE {on} ADD COLUMN {name} {native} NOT NULL DEFAULT …;");
    Some(
        Hit::new(format!("rows of `{table}` get an empty value for `{}`, without an error", column.name))
            .fix(fix),
    )
}
