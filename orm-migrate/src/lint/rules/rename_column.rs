//! A column that the running version looks for under its old name.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS, facts::Fact};

/// A column gets another name.
pub(crate) const RULE: Rule = Rule {
    code: "L402",
    name: "rename-column",
    level: Level::Danger,
    title: "a column gets another name",
    why: "The version of the program that is running fails at every query that names it, from the \
        migration until the new version has replaced it everywhere.",
    fix: "keep the column and give the field the new name: `#[orm(column = \"…\")]`; or add a new column, \
        write both, and drop the old one later",
    silent: "of a table that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-altertable.html",
        "https://sqlite.org/lang_altertable.html#altertabmvcol",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres", "mariadb"],
    before: USERS,
    bad: "ALTER TABLE users RENAME COLUMN name TO full_name;",
    good: "CREATE TABLE draft (name text); ALTER TABLE draft RENAME COLUMN name TO full_name;",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::RenameColumn { table, column, to } = fact else { return None };
    let fix = format!(
        "keep the column, and rename only the field: `#[orm(column = \"{column}\")] pub {to}: …`; or add `{to}` beside it, \
         write both, and drop `{column}` in a later release"
    );
    Some(
        Hit::new(format!("`{table}.{column}` becomes `{to}`: the running version looks for the old name"))
            .fix(fix),
    )
}
