//! A table that is copied for a new column.

use super::USERS_WITH_MOOD;
use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// The whole table is copied for a new column while writes wait.
pub(crate) const RULE: Rule = Rule {
    code: "L225",
    name: "column-copies",
    level: Level::Caution,
    title: "the whole table is copied for a new column while writes wait",
    why: "A constant default is kept beside the table, but a value that differs from row to row (a \
        counter, a stored expression, `uuid()`) has to be written into each row; writes wait until that is \
        done.",
    fix: "add the column without it, set the default for new rows, and fill old rows in portions",
    silent: "of constant defaults and of `current_timestamp`, and of a table that the same file has made",
    sources: &[
        "https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-instant-alter-algorithm/",
        "https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html#online-ddl-column-operations",
    ],
    lock: Some("SHARED"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["mariadb"],
    before: USERS_WITH_MOOD,
    bad: "ALTER TABLE users ADD COLUMN token uuid DEFAULT uuid();",
    good: "ALTER TABLE users ADD COLUMN since datetime DEFAULT current_timestamp();",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::AddColumn { table, column } = fact else { return None };
    let why = match () {
        () if column.counted => "a number",
        () if column.stored => "an expression",
        () if column.default.as_deref().is_some_and(differs) => "a default that may differ",
        () => return None,
    };
    let name = &column.name;
    Some(Hit::new(format!(
        "`{table}` is copied while writes to it wait: {why} is written into every row for `{name}`"
    )))
}

/// Functions that give another value for each row ("Expression default values are evaluated for each row").
fn differs(default: &str) -> bool {
    let default = default.to_ascii_lowercase();
    ["uuid", "rand(", "sys_guid(", "random_bytes(", "nextval", "next value"]
        .iter()
        .any(|call| default.contains(call))
}
