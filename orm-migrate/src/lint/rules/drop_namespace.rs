//! A schema or a database that goes.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// A schema or a database is dropped.
pub(crate) const RULE: Rule = Rule {
    code: "L103",
    name: "drop-namespace",
    level: Level::Danger,
    title: "a schema or a database is dropped",
    why: "Everything in it is lost at once, also what no migration knows.",
    fix: "drop what you mean by its name, one statement each",
    silent: "",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-dropschema.html",
        "https://mariadb.com/kb/en/drop-database/",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[
    Example {
        dialects: &["postgres"],
        before: "CREATE SCHEMA shop;",
        bad: "DROP SCHEMA shop CASCADE;",
        good: "CREATE SCHEMA crm;",
    },
    Example {
        dialects: &["mariadb"],
        before: "CREATE DATABASE shop;",
        bad: "DROP DATABASE shop;",
        good: "CREATE DATABASE crm;",
    },
];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::DropNamespace { kind, name } = fact else { return None };
    Some(Hit::new(format!("{kind} `{name}` is dropped with everything in it")))
}
