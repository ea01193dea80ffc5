//! A table that goes.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS, facts::Fact};

/// A table is dropped.
pub(crate) const RULE: Rule = Rule {
    code: "L101",
    name: "drop-table",
    level: Level::Danger,
    title: "a table is dropped",
    why: "All its rows are lost, and the version of the program that is running fails at every query on it.",
    fix: "stop using it first, deploy that, keep a copy of the rows, and drop it in a later release",
    silent: "of a table that the same file has made, and of one that is made anew and swapped in",
    sources: &["https://www.postgresql.org/docs/current/sql-droptable.html"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres", "mariadb"],
    before: USERS,
    bad: "DROP TABLE users;",
    good: "CREATE TABLE old_users (id bigint); DROP TABLE old_users;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::DropTable { table, .. } = fact else { return None };
    let sql = scene.quote_table(table);
    let fix = format!(
        "drop it one release after the last version that uses it. Before, see what is in it:\nSELECT count(*) FROM {sql};"
    );
    Some(Hit::new(format!("table `{table}` is dropped with all its rows")).fix(fix))
}
