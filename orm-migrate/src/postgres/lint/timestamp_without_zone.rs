//! Moments without a time zone.

use crate::{
    dialect::Dialect,
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
};

/// A column of type timestamp without time zone.
pub(crate) const RULE: Rule = Rule {
    code: "L502",
    name: "timestamp-without-zone",
    level: Level::Hint,
    title: "a column of type timestamp without time zone",
    why: "It holds a date and a time of day, but not which moment that was: it depends on the settings of \
        whoever wrote it.",
    fix: "use `timestamptz` (in the model `DateTime<Utc>`), unless it is a plan such as an opening hour",
    silent: "of other types, and of a column whose type stays",
    sources: &["https://www.postgresql.org/docs/current/datatype-datetime.html"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: "",
    bad: "CREATE TABLE t (a timestamp);",
    good: "CREATE TABLE t (a timestamptz);",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let columns = fact.new_columns_where(|column| {
        matches!(
            Dialect::Postgres.canonical(&column.native).as_str(),
            "timestamp" | "timestamp without time zone"
        )
    })?;
    Some(Hit::new(format!("{columns} without a time zone: which moment is meant depends on who writes")))
}
