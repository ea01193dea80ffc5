//! A primary key that takes NULL.

use crate::lint::{
    Example, Hit, Level, Look, Rule, Scene,
    facts::{Fact, Kind, NewColumn},
};

/// A primary key that takes NULL.
pub(crate) const RULE: Rule = Rule {
    code: "L513",
    name: "key-may-be-null",
    level: Level::Hint,
    title: "a primary key that takes NULL",
    why: "SQLite takes NULLs in a primary key, many of them, unless the column says NOT NULL, is of type \
        exactly `INTEGER`, or the table is STRICT or WITHOUT ROWID.",
    fix: "write NOT NULL",
    silent: "with NOT NULL, of `INTEGER PRIMARY KEY`, and of tables that are STRICT or WITHOUT ROWID",
    sources: &["https://sqlite.org/lang_createtable.html#the_primary_key"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite"],
    before: "",
    bad: "CREATE TABLE t (code TEXT PRIMARY KEY);",
    good: "CREATE TABLE t (code TEXT NOT NULL PRIMARY KEY); CREATE TABLE u (id INTEGER PRIMARY KEY);",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::CreateTable { table, columns, constraints, options } = fact else { return None };
    let options = options.to_ascii_lowercase();
    if options.contains("strict") || options.contains("without") {
        return None;
    }
    let listed = constraints.iter().find(|constraint| constraint.kind == Kind::PrimaryKey);
    let listed = listed.map(|key| key.columns.as_slice()).unwrap_or_default();
    let is_alone = listed.len() < 2;
    let is_key = |column: &&NewColumn| column.primary_key || listed.contains(&column.name);
    let is_rowid = |column: &NewColumn| is_alone && column.native.eq_ignore_ascii_case("integer");
    let column = columns.iter().filter(is_key).find(|column| !column.said_not_null && !is_rowid(column))?;
    Some(Hit::new(format!("the key `{table}.{}` takes NULL", column.name)))
}
