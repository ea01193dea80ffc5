//! A type that old values may not fit.

use orm_schema::{ColumnType, TableName};

use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    plan::fit::{gone_labels, limit},
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
        dialect: "postgres",
        before: "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text NOT NULL, age \
            int); INSERT INTO users (id, email, name) VALUES (1, \
            'somebody.with.quite.a.long.name@a.house.with.a.long.name.too', 'A'), (2, \
            'somebody.with.quite.a.long.name@a.house.with.a.long.name.too', 'B');",
        bad: "ALTER TABLE users ALTER COLUMN email TYPE varchar(50);",
        good: "ALTER TABLE users ALTER COLUMN email TYPE varchar(200);",
    },
    Example {
        dialect: "mariadb",
        before: "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text NOT NULL, age \
            int); INSERT INTO users (id, email, name) VALUES (1, \
            'somebody.with.quite.a.long.name@a.house.with.a.long.name.too', 'A'), (2, \
            'somebody.with.quite.a.long.name@a.house.with.a.long.name.too', 'B');",
        bad: "ALTER TABLE users MODIFY COLUMN email varchar(50);",
        good: "ALTER TABLE users MODIFY COLUMN email varchar(200);",
    },
];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, column, to) = retyped(fact)?;
    let from = &scene.column(table, column)?.native;
    let message =
        format!("`{table}.{column}` was {from} and becomes {to}: values that do not fit make it fail");
    if let Some(condition) = beyond(scene, from, to, &scene.quote(column)) {
        let count = format!("SELECT count(*) FROM {} WHERE {condition};", scene.quote_table(table));
        return Some(Hit::new(message).fix(format!("look for them, and change them first:\n{count}")));
    }
    is_read_anew(scene, from, to).then(|| Hit::new(message))
}

/// Whether texts have to be read as something else.
fn is_read_anew(scene: &Scene<'_>, from: &str, to: &str) -> bool {
    let is_text = |native: &str| match scene.dialect.rust_type(&scene.dialect.canonical(native)) {
        Some(ColumnType::Text | ColumnType::Varchar(_)) => Some(true),
        Some(ColumnType::Bytes) | None => None,
        Some(_) => Some(false),
    };
    is_text(from) == Some(true) && is_text(to) == Some(false)
}

/// The condition for values that the new type does not hold.
fn beyond(scene: &Scene<'_>, from: &str, to: &str, name: &str) -> Option<String> {
    let dialect = scene.dialect;
    let to = dialect.canonical(to);
    match dialect.labels(&to) {
        Some(labels) => gone_labels(dialect, from, &labels, name),
        None => limit(&dialect.rust_type(from)?, &dialect.rust_type(&to)?, name),
    }
}

/// The column that gets a type, and the type.
pub(crate) fn retyped(fact: &Fact) -> Option<(&TableName, &str, &str)> {
    match fact {
        Fact::AlterType { table, column, to, .. } => Some((table, column, to)),
        Fact::Redefine { table, column, to } => Some((table, column, &to.native)),
        _ => None,
    }
}
