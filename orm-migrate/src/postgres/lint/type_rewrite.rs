//! A column whose values have to be written anew.

use orm_schema::naming;

use super::USERS_BY_NAME;
use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// A change of type rewrites the whole table while everybody waits.
pub(crate) const RULE: Rule = Rule {
    code: "L210",
    name: "type-rewrite",
    level: Level::Caution,
    title: "a change of type rewrites the whole table while everybody waits",
    why: "Every row and every index is written anew, and nobody reads or writes the table meanwhile. A value \
        that cannot be cast makes it fail.",
    fix: "add a column of the new type, write both, fill old rows in portions, and change over in a later \
        release",
    silent: "of changes that keep the bytes: a longer or unbounded varchar, text, a numeric with more \
        digits before the point, and of a table that the same file has made",
    sources: &["https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES"],
    lock: Some("AccessExclusiveLock"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: USERS_BY_NAME,
    bad: "ALTER TABLE users ALTER COLUMN age TYPE bigint;",
    good: "ALTER TABLE users ALTER COLUMN email TYPE text;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::AlterType { table, column, to, using } = fact else { return None };
    let known = scene.column(table, column);
    let new = scene.dialect.canonical(to);
    if known.is_some_and(|known| keeps_bytes(&known.native, &new)) && !using {
        return None;
    }
    // Nearly everything becomes text without being touched.
    if known.is_none() && !using && matches!(new.as_str(), "text" | "character varying") {
        return None;
    }
    let from = known.map(|known| format!(" from {}", known.native)).unwrap_or_default();
    let message = format!("`{table}.{column}` is written anew{from} to {new} while everybody waits");
    let (on, beside) = (scene.quote_table(table), scene.quote(&naming::fit(&format!("{column}_new"))));
    Some(Hit::new(message).fix(format!(
        "add a column beside it, write both, fill old rows in portions, and change over in a later release:\n\
         ALTER TABLE {on} ADD COLUMN {beside} {to};"
    )))
}

/// Whether values of one type are values of the other, byte for byte.
fn keeps_bytes(from: &str, to: &str) -> bool {
    let ((old, old_size), (new, new_size)) = (parts(from), parts(to));
    let is_text = |word: &str| matches!(word, "text" | "character varying" | "varchar");
    let grows = match (old_size.first(), new_size.first()) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(old), Some(new)) => old <= new,
    };
    match (old.as_str(), new.as_str()) {
        (old, new) if is_text(old) && is_text(new) => grows,
        ("numeric", "numeric") => grows && (new_size.is_empty() || old_size.get(1) == new_size.get(1)),
        ("cidr", "inet") => true,
        (old, new)
            if old == new
                && (old.starts_with("timestamp")
                    || old.starts_with("time")
                    || old == "bit varying"
                    || old == "interval") =>
        {
            grows
        }
        _ => from == to,
    }
}

/// `numeric(10,2)` as its word and its numbers.
fn parts(native: &str) -> (String, Vec<u32>) {
    let Some((before, rest)) = native.split_once('(') else { return (native.to_owned(), Vec::new()) };
    let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
    let numbers = inside.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    (format!("{}{after}", before.trim()), numbers)
}
