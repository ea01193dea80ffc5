//! Moments that end in 2038.

use crate::lint::{
    Example, Hit, Level, Look, Rule, Scene,
    facts::{Fact, NewColumn},
};

/// A column of type timestamp ends in 2038.
pub(crate) const RULE: Rule = Rule {
    code: "L512",
    name: "short-time",
    level: Level::Hint,
    title: "a column of type timestamp ends in 2038",
    why: "It holds nothing after 2038-01-19 (MariaDB 11.5 on 64 bits: 2106), and is turned from and to the \
        time zone of the session.",
    fix: "use `datetime(6)`, in UTC; in the model `DateTime<Utc>`",
    silent: "of `datetime`",
    sources: &[
        "https://mariadb.com/kb/en/timestamp/",
        "https://dev.mysql.com/doc/refman/8.0/en/datetime.html",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["mariadb"],
    before: "",
    bad: "CREATE TABLE t (a timestamp);",
    good: "CREATE TABLE t (a datetime(6));",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let is_short = |column: &NewColumn| column.native.to_ascii_lowercase().starts_with("timestamp");
    let columns = fact.new_columns_where(is_short)?;
    Some(Hit::new(format!("values of {columns} end in 2038")))
}
