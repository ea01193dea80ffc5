//! A column that the running version does not fill.

use crate::lint::{
    Example, Hit, Level, Look, Rule, Scene, examples::USERS, facts::Fact, rules::required_on_rows::required,
};

/// Every INSERT must give a new column a value.
pub(crate) const RULE: Rule = Rule {
    code: "L403",
    name: "required-column",
    level: Level::Danger,
    title: "every INSERT must give a new column a value",
    why: "The version of the program that is running does not know the column: each of its inserts fails, \
        until the new version has replaced it everywhere.",
    fix: "give it a default, or let it be nullable until the new version runs everywhere",
    silent: "with a default, and on a table that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/ddl-default.html",
        "https://mariadb.com/kb/en/insert/",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres", "mariadb"],
    before: USERS,
    bad: "ALTER TABLE users ADD COLUMN bio text NOT NULL;",
    good: "ALTER TABLE users ADD COLUMN bio text NOT NULL DEFAULT '';",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, column) = required(fact)?;
    let (on, name, native) = (scene.quote_table(table), scene.quote(&column.name), &column.native);
    let fix = format!(
        "give it a default, or let it be nullable until the new version runs everywhere:\n\
         ALTER TABLE {on} ADD COLUMN {name} {native};"
    );
    let message = format!(
        "the running version does not know `{table}.{}`, and no INSERT may leave it out",
        column.name
    );
    Some(Hit::new(message).fix(fix))
}
