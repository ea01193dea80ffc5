//! A whole table is read for NOT NULL.

use orm_schema::naming;

use super::USERS_BY_NAME;
use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    postgres::lint::in_steps,
};

/// SET NOT NULL reads the whole table while everybody waits.
pub(crate) const RULE: Rule = Rule {
    code: "L203",
    name: "not-null-scan",
    level: Level::Caution,
    title: "SET NOT NULL reads the whole table while everybody waits",
    why: "The server looks at every row, and nobody reads or writes the table meanwhile. From PostgreSQL \
        12 on it does not look where a valid check says the same.",
    fix: "add `CHECK (… IS NOT NULL) NOT VALID`, validate it in a transaction of its own, then SET NOT NULL",
    silent: "where a valid check says so already, where the column is NOT NULL already, and of a table \
        that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL",
    ],
    lock: Some("AccessExclusiveLock"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: USERS_BY_NAME,
    bad: "ALTER TABLE users ALTER COLUMN age SET NOT NULL;",
    good: "ALTER TABLE users ADD CONSTRAINT age_there CHECK (age IS NOT NULL) NOT VALID;
-- orm: transaction
ALTER TABLE users VALIDATE CONSTRAINT age_there;
-- orm: transaction
ALTER TABLE users ALTER COLUMN age SET NOT NULL;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::SetNotNull { table, column } = fact else { return None };
    let is_known = scene.column(table, column).is_some_and(|known| !known.nullable);
    if is_known || scene.known.is_checked_not_null(table, column) {
        return None;
    }
    let (on, name) = (scene.quote_table(table), scene.quote(column));
    let check = scene.quote(&naming::fit(&format!("{}_{column}_not_null", table.name)));
    let fix = in_steps(&[
        format!("ALTER TABLE {on} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID"),
        format!("ALTER TABLE {on} VALIDATE CONSTRAINT {check}"),
        format!("ALTER TABLE {on} ALTER COLUMN {name} SET NOT NULL, DROP CONSTRAINT {check}"),
    ]);
    Some(Hit::new(format!("all of `{table}` is read for `{column}` while everybody waits")).fix(fix))
}
