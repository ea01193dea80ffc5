//! A column that goes.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS, facts::Fact};

/// A column is dropped.
pub(crate) const RULE: Rule = Rule {
    code: "L102",
    name: "drop-column",
    level: Level::Danger,
    title: "a column is dropped",
    why: "Its values are lost, and the version of the program that is running fails at every query that \
        names it.",
    fix: "take it out of the program first, deploy that, and drop it in a later release",
    silent: "of a column of a table that the same file has made",
    sources: &["https://www.postgresql.org/docs/current/sql-altertable.html"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres", "mariadb"],
    before: USERS,
    bad: "ALTER TABLE users DROP COLUMN age;",
    good: "CREATE TABLE fresh (id bigint, age int); ALTER TABLE fresh DROP COLUMN age;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::DropColumn { table, column, .. } = fact else { return None };
    let (from, name) = (scene.quote_table(table), scene.quote(column));
    let required = scene.column(table, column).is_some_and(|known| !known.optional);
    let meanwhile = if required {
        ". New rows need a value until then: give it a default, or make it nullable"
    } else {
        ""
    };
    let fix = format!(
        "drop it one release after the last version that uses it{meanwhile}. Before, see what is in it:\nSELECT count({name}) \
         FROM {from};"
    );
    Some(Hit::new(format!("column `{table}.{column}` is dropped with its values")).fix(fix))
}
