//! json, where jsonb is meant.

use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    postgres::lint::type_word,
};

/// A column of type json.
pub(crate) const RULE: Rule = Rule {
    code: "L501",
    name: "plain-json",
    level: Level::Hint,
    title: "a column of type json",
    why: "`json` keeps the text with its blanks: it cannot be compared, so `DISTINCT`, `GROUP BY` and \
        `UNION` fail on it, and indexes on what is in it are hardly possible.",
    fix: "use `jsonb`, unless the text has to stay as it was written",
    silent: "of other types, and of a column whose type stays",
    sources: &["https://www.postgresql.org/docs/current/datatype-json.html"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: "",
    bad: "CREATE TABLE t (a json);",
    good: "CREATE TABLE t (a jsonb);",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let columns = fact.new_columns_where(|column| type_word(&column.native) == "json")?;
    Some(Hit::new(format!("{columns} cannot be compared: DISTINCT and GROUP BY fail on json")))
}
