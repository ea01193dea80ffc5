//! A default that SQLite does not give to rows that are there.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// A new column has a default that is computed.
pub(crate) const RULE: Rule = Rule {
    code: "L305",
    name: "computed-default",
    level: Level::Caution,
    title: "a new column has a default that is computed",
    why: "SQLite keeps the default of a new column beside the rows that are there, so it must be a \
        constant: as soon as there is one row, a time or an expression makes the migration fail.",
    fix: "give it a constant, or make the table anew with the column in it: `orm migrate dev` writes that",
    silent: "of constants, and of a table that the same file has made",
    sources: &["https://sqlite.org/lang_altertable.html#altertabaddcol"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[
    Example {
        dialects: &["sqlite"],
        before: "CREATE TABLE users (id INTEGER PRIMARY KEY); INSERT INTO users VALUES (1);",
        bad: "ALTER TABLE users ADD COLUMN since TEXT DEFAULT CURRENT_TIMESTAMP;",
        good: "ALTER TABLE users ADD COLUMN since TEXT DEFAULT '2026-01-01';",
    },
    Example {
        dialects: &["sqlite"],
        before: "CREATE TABLE users (id INTEGER PRIMARY KEY); INSERT INTO users VALUES (1);",
        bad: "ALTER TABLE users ADD COLUMN n INT DEFAULT (abs(-3));",
        good: "ALTER TABLE users ADD COLUMN n INT DEFAULT -3;",
    },
];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::AddColumn { table, column } = fact else { return None };
    let default = column.default.as_ref()?;
    let is_computed = default.starts_with('(') || default.to_ascii_uppercase().starts_with("CURRENT_");
    let message =
        format!("`{default}` of `{}` is no constant: any row of `{table}` makes it fail", column.name);
    is_computed.then(|| Hit::new(message))
}
