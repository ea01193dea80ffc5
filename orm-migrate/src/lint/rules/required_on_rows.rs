//! A new column that rows have no value for.

use orm_schema::TableName;

use crate::lint::{
    Example, Hit, Level, Look, Rule, Scene,
    examples::USERS_WITH_ROWS,
    facts::{Fact, NewColumn},
};

/// A new column is NOT NULL without a default.
pub(crate) const RULE: Rule = Rule {
    code: "L302",
    name: "required-on-rows",
    level: Level::Caution,
    title: "a new column is NOT NULL without a default",
    why: "The rows that are there have no value for it: as soon as there is one row, the migration fails.",
    fix: "give it a default, or add it as nullable, fill it, and make it NOT NULL afterwards",
    silent: "with a default, and on a table that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-altertable.html",
        "https://sqlite.org/lang_altertable.html#altertabaddcol",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres"],
    before: USERS_WITH_ROWS,
    bad: "ALTER TABLE users ADD COLUMN bio text NOT NULL;",
    good: "ALTER TABLE users ADD COLUMN bio text NOT NULL DEFAULT '';",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, column) = required(fact)?;
    let (on, name) = (scene.quote_table(table), scene.quote(&column.name));
    let fix = format!(
        "add it with a default:\nALTER TABLE {on} ADD COLUMN {name} {} NOT NULL DEFAULT …;",
        column.native
    );
    Some(
        Hit::new(format!("rows of `{table}` have no value for `{}`: any row makes it fail", column.name))
            .fix(fix),
    )
}

/// A new column that every row must have a value for, and none has.
pub(crate) fn required(fact: &Fact) -> Option<(&TableName, &NewColumn)> {
    let Fact::AddColumn { table, column } = fact else { return None };
    let given = column.default.is_some() || column.counted || column.stored || column.computed;
    (column.not_null && !given).then_some((table, column))
}
