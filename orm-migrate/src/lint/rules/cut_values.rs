//! Values of which a new type keeps only a part.

use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact, rules::narrowed_type::retyped},
    plan::fit::cut,
};

/// A column gets a type that keeps only a part of its values.
pub(crate) const RULE: Rule = Rule {
    code: "L107",
    name: "cut-values",
    level: Level::Danger,
    title: "a column gets a type that keeps only a part of its values",
    why: "Digits after the point, or the time of day, are cut off without an error, and nothing brings \
        them back.",
    fix: "add a column of the new type beside it, and drop the old one when nobody needs its values any more",
    silent: "where the new type keeps all of it, where nobody says what the old type was, and of a table \
        that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-altertable.html",
        "https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-NUMERIC-DECIMAL",
        "https://mariadb.com/kb/en/decimal/",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[
    Example {
        dialects: &["postgres"],
        before: "CREATE TABLE goods (id bigint PRIMARY KEY, price numeric(10, 4));",
        bad: "ALTER TABLE goods ALTER COLUMN price TYPE numeric(8, 2);",
        good: "ALTER TABLE goods ALTER COLUMN price TYPE numeric(12, 4);",
    },
    Example {
        dialects: &["mariadb"],
        before: "CREATE TABLE goods (id bigint PRIMARY KEY, price numeric(10, 4));",
        bad: "ALTER TABLE goods MODIFY COLUMN price numeric(8, 2);",
        good: "ALTER TABLE goods MODIFY COLUMN price numeric(12, 4);",
    },
];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, column, to) = retyped(fact)?;
    let from = &scene.column(table, column)?.native;
    let (what, condition) = cut(scene.dialect, from, &scene.dialect.canonical(to), &scene.quote(column))?;
    let fix = format!(
        "add a column of the new type beside it. Before, see how many values it is about:\nSELECT count(*) FROM {} WHERE \
         {condition};",
        scene.quote_table(table)
    );
    Some(Hit::new(format!("{what} `{table}.{column}` is lost: it was {from} and becomes {to}")).fix(fix))
}
