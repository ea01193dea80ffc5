//! A table that the running version looks for under its old name.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS, facts::Fact};

/// A table or a schema gets another name.
pub(crate) const RULE: Rule = Rule {
    code: "L401",
    name: "rename-table",
    level: Level::Danger,
    title: "a table or a schema gets another name",
    why: "The version of the program that is running fails at every query on it, from the migration until \
        the new version has replaced it everywhere.",
    fix: "keep the table and give the struct the new name: `#[orm(table = \"…\")]`; or stop the program \
        while it is deployed",
    silent: "of a table that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-altertable.html",
        "https://mariadb.com/kb/en/rename-table/",
        "https://sqlite.org/lang_altertable.html#altertabrename",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres", "mariadb"],
    before: USERS,
    bad: "ALTER TABLE users RENAME TO members;",
    good: "CREATE TABLE draft (id bigint); ALTER TABLE draft RENAME TO members;",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    match fact {
        Fact::RenameTable { table, to } => {
            let fix = format!(
                "keep the table, and rename only the struct: `#[orm(table = \"{}\")]`; or stop the program while it is deployed",
                table.name
            );
            Some(
                Hit::new(format!(
                    "table `{table}` becomes `{to}`: the running version looks for the old name"
                ))
                .fix(fix),
            )
        }
        Fact::RenameNamespace { name, to } => Some(Hit::new(format!(
            "schema `{name}` becomes `{to}`: the running version looks for the old name"
        ))),
        _ => None,
    }
}
