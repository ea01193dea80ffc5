//! A new column whose values have to be written.

use super::USERS_BY_NAME;
use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    postgres::{lint::in_one, split::RULES},
    token::significant,
};

/// A new column rewrites the whole table while everybody waits.
pub(crate) const RULE: Rule = Rule {
    code: "L209",
    name: "column-rewrite",
    level: Level::Caution,
    title: "a new column rewrites the whole table while everybody waits",
    why: "A constant default is kept beside the table, but a value that differs from row to row (a \
        volatile function, a counter, a stored expression) has to be written into each row, and nobody \
        reads or writes the table meanwhile.",
    fix: "add the column without it, set the default for new rows, and fill old rows in portions",
    silent: "of constant defaults and of functions that give one value for all rows, such as `now()`, and \
        of a table that the same file has made",
    sources: &["https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES"],
    lock: Some("AccessExclusiveLock"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: USERS_BY_NAME,
    bad: "ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();",
    good: "ALTER TABLE users ADD COLUMN token uuid; ALTER TABLE users ALTER COLUMN token SET DEFAULT \
        gen_random_uuid(); ALTER TABLE users ADD COLUMN since timestamptz DEFAULT now();",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::AddColumn { table, column } = fact else { return None };
    let (on, name) = (scene.quote_table(table), scene.quote(&column.name));
    let volatile = column.default.as_ref().filter(|default| is_volatile(default));
    let fix = volatile.map(|default| {
        in_one(&[
            format!("ALTER TABLE {on} ADD COLUMN {name} {}", column.native),
            format!("ALTER TABLE {on} ALTER COLUMN {name} SET DEFAULT {default}"),
        ])
    });
    let why = match () {
        () if column.counted => "a number is",
        () if column.stored => "its expression is",
        () if volatile.is_some() => "its default is",
        () => return None,
    };
    let hit = Hit::new(format!(
        "{why} written into every row of `{table}` for `{}` while everybody waits",
        column.name
    ));
    Some(match fix {
        Some(fix) => hit.fix(format!("{fix}\n-- then fill old rows in portions, in a migration of its own")),
        None => hit,
    })
}

/// Functions that give one value for a whole statement; whatever is not listed may give another for each row, as functions
/// do that nobody has called otherwise (xfunc-volatility.html).
const STABLE: [&str; 27] = [
    "now",
    "transaction_timestamp",
    "statement_timestamp",
    "timezone",
    "lower",
    "upper",
    "coalesce",
    "nullif",
    "md5",
    "to_char",
    "to_timestamp",
    "to_date",
    "date_trunc",
    "date_part",
    "extract",
    "concat",
    "json_build_object",
    "jsonb_build_object",
    "json_build_array",
    "jsonb_build_array",
    "make_date",
    "make_interval",
    "current_setting",
    "current_schema",
    "array_fill",
    "cast",
    "row",
];

fn is_volatile(default: &str) -> bool {
    let tokens = significant(default, &RULES).unwrap_or_default();
    // `numeric(10, 2)` behind `::` is a type.
    let is_type = |at: usize| at > 0 && tokens[at - 1].text == "::";
    let calls = tokens.windows(2).enumerate().filter(|(at, pair)| pair[1].text == "(" && !is_type(*at));
    calls.filter_map(|(_, pair)| pair[0].name()).any(|name| {
        let name = name.to_ascii_lowercase();
        let is_spelled =
            name.starts_with("current_") || name.starts_with("local") || name.starts_with("interval");
        !is_spelled && !STABLE.contains(&name.as_str())
    })
}
