//! char(n), filled up with blanks.

use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    postgres::lint::type_word,
};

/// A column of type char(n).
pub(crate) const RULE: Rule = Rule {
    code: "L503",
    name: "padded-text",
    level: Level::Hint,
    title: "a column of type char(n)",
    why: "Values are filled up with blanks, which count in `LIKE` and do not count in `=`. It is neither \
        smaller nor faster than text.",
    fix: "use `text`, or `varchar(n)` where the length is a rule",
    silent: "of other types, and of a column whose type stays",
    sources: &["https://www.postgresql.org/docs/current/datatype-character.html"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: "",
    bad: "CREATE TABLE t (a char(10));",
    good: "CREATE TABLE t (a varchar(10));",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let columns = fact.new_columns_where(|column| {
        matches!(type_word(&column.native).as_str(), "char" | "character" | "bpchar")
            && !column.native.to_ascii_lowercase().contains("varying")
    })?;
    Some(Hit::new(format!("{columns} filled up with blanks")))
}
