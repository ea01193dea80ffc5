//! Rows that go without being looked at.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS, facts::Fact};

/// A table is emptied.
pub(crate) const RULE: Rule = Rule {
    code: "L104",
    name: "truncate",
    level: Level::Danger,
    title: "a table is emptied",
    why: "All rows are lost. With `CASCADE` those of every table that refers to it, too.",
    fix: "delete the rows that you mean: `DELETE FROM … WHERE …`",
    silent: "of a table that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-truncate.html",
        "https://mariadb.com/kb/en/truncate-table/",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres", "mariadb"],
    before: USERS,
    bad: "TRUNCATE TABLE users;",
    good: "DELETE FROM users WHERE name = '';",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::Truncate { table } = fact else { return None };
    let fix = format!("delete the rows that you mean:\nDELETE FROM {} WHERE …;", scene.quote_table(table));
    Some(Hit::new(format!("rows of `{table}` are dropped without a look at them")).fix(fix))
}
