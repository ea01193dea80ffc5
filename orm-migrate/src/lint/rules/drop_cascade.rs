//! DROP … CASCADE.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS, facts::Fact};

/// What depends on it is dropped, too.
pub(crate) const RULE: Rule = Rule {
    code: "L106",
    name: "drop-cascade",
    level: Level::Danger,
    title: "what depends on it is dropped, too",
    why: "`CASCADE` drops views, foreign keys, columns and defaults that the statement does not name; \
        which ones depends on the database that it runs on.",
    fix: "leave `CASCADE` out; the error lists what depends on it: drop those by name first",
    silent: "of a table that the same file has made, and without `CASCADE`",
    sources: &["https://www.postgresql.org/docs/current/ddl-depend.html"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: USERS,
    bad: "DROP TABLE users CASCADE;",
    good: "DROP TABLE users;",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let what = match fact {
        Fact::DropTable { table, cascade: true } => format!("table `{table}`"),
        Fact::DropColumn { table, column, cascade: true } => format!("column `{table}.{column}`"),
        Fact::DropCascade { kind, name } => format!("{kind} `{name}`"),
        _ => return None,
    };
    Some(Hit::new(format!("with {what} goes everything that depends on it")))
}
