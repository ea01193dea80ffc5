//! DELETE without WHERE.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS, facts::Fact};

/// All rows of a table are deleted.
pub(crate) const RULE: Rule = Rule {
    code: "L105",
    name: "delete-all",
    level: Level::Danger,
    title: "all rows of a table are deleted",
    why: "A `DELETE` without `WHERE` takes all rows. Often the condition was forgotten.",
    fix: "say which rows: `DELETE FROM … WHERE …`",
    silent: "where there is a `WHERE`, and of a table that the same file has made",
    sources: &["https://www.postgresql.org/docs/current/sql-delete.html"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres", "mariadb"],
    before: USERS,
    bad: "DELETE FROM users;",
    good: "DELETE FROM users WHERE age < 0;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::Delete { table, filtered: false } = fact else { return None };
    let fix = format!("say which rows:\nDELETE FROM {} WHERE …;", scene.quote_table(table));
    Some(Hit::new(format!("all rows of `{table}` are deleted")).fix(fix))
}
