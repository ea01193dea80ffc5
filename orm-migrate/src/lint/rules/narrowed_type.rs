//! A type that old values may not fit.

use orm_schema::{ColumnType, TableName};

use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS_WITH_ROWS, facts::Fact},
    plan::fit::beyond,
};

/// A column gets a type that holds less.
pub(crate) const RULE: Rule = Rule {
    code: "L303",
    name: "narrowed-type",
    level: Level::Caution,
    title: "a column gets a type that holds less",
    why: "A value that does not fit makes the migration fail; where the server is not strict it is cut, \
        silently.",
    fix: "look for values that do not fit, and change them first",
    silent: "where the new type holds every value of the old one, and where nobody says what the old type \
        was",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-altertable.html",
        "https://mariadb.com/kb/en/sql-mode/#strict-mode",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[
    Example {
        dialects: &["postgres"],
        before: USERS_WITH_ROWS,
        bad: "ALTER TABLE users ALTER COLUMN email TYPE varchar(50);",
        good: "ALTER TABLE users ALTER COLUMN email TYPE varchar(200);",
    },
    Example {
        dialects: &["mariadb"],
        before: USERS_WITH_ROWS,
        bad: "ALTER TABLE users MODIFY COLUMN email varchar(50);",
        good: "ALTER TABLE users MODIFY COLUMN email varchar(200);",
    },
];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, column, to) = retyped(fact)?;
    let from = &scene.column(table, column)?.native;
    let (new, name) = (scene.dialect.canonical(to), scene.quote(column));
    let condition =
        beyond(scene.dialect, from, &new, &name).or_else(|| unreadable(scene, from, &new, &name))?;
    let count = format!("SELECT count(*) FROM {} WHERE {condition};", scene.quote_table(table));
    let message =
        format!("`{table}.{column}` was {from} and becomes {to}: values that do not fit make it fail");
    Some(Hit::new(message).fix(format!("look for them, and change them first:\n{count}")))
}

/// The condition for texts that are no value of a type that holds something else.
fn unreadable(scene: &Scene<'_>, from: &str, to: &str, name: &str) -> Option<String> {
    let is_text = |held: &ColumnType| matches!(held, ColumnType::Text | ColumnType::Varchar(_));
    let (old, new) = (scene.dialect.rust_type(from)?, scene.dialect.rust_type(to)?);
    if !is_text(&old) || is_text(&new) {
        return None;
    }
    scene.dialect.unreadable(&new, name)
}

/// The column that gets a type, and the type.
pub(crate) fn retyped(fact: &Fact) -> Option<(&TableName, &str, &str)> {
    match fact {
        Fact::AlterType { table, column, to, .. } => Some((table, column, to)),
        Fact::Redefine { table, column, to } => Some((table, column, &to.native)),
        _ => None,
    }
}
