//! A constraint or an index among the items of CREATE TABLE, or behind ADD in ALTER TABLE.

use super::{Kind, NewConstraint, NewIndex, column::reference};
use crate::cursor::Cursor;

/// An item of a table that is no column.
pub(super) enum Item {
    Constraint(NewConstraint),
    Index(NewIndex),
}

/// Reads a constraint or an index, if one comes next.
pub(super) fn item(cursor: &mut Cursor<'_>) -> Option<Item> {
    let start = cursor.place();
    let named = cursor.eat("CONSTRAINT");
    let name = if named && !begins(cursor) { cursor.name() } else { None };
    if !named && !begins(cursor) {
        return index(cursor).map(Item::Index);
    }
    let text = cursor.rest().to_owned();
    let Some(mut constraint) = constraint(cursor) else {
        cursor.back_to(start);
        return None;
    };
    let end = cursor.rest().len();
    // `UNIQUE KEY name (…)` has its name behind.
    constraint.name = name.or(constraint.name);
    constraint.text = text[..text.len() - end].trim().trim_end_matches(',').trim().to_owned();
    Some(Item::Constraint(constraint))
}

/// Whether what comes next is a constraint, and no column of that name.
fn begins(cursor: &Cursor<'_>) -> bool {
    let is_key = |word: &str| cursor.is(word) && (cursor.is_at(1, "KEY") || cursor.is_at(1, "("));
    is_key("PRIMARY")
        || cursor.are("FOREIGN KEY")
        || cursor.are("CHECK (")
        || cursor.are("EXCLUDE (")
        || cursor.are("EXCLUDE USING")
        || is_key("UNIQUE")
        || cursor.are("UNIQUE INDEX")
        || cursor.are("UNIQUE USING")
        || cursor.are("UNIQUE NULLS")
        || (cursor.is("UNIQUE") && cursor.is_at(2, "("))
}

fn constraint(cursor: &mut Cursor<'_>) -> Option<NewConstraint> {
    let kind = kind(cursor)?;
    let mut found = NewConstraint::new(kind);
    match kind {
        Kind::PrimaryKey | Kind::Unique => key(cursor, &mut found),
        Kind::ForeignKey => foreign_key(cursor, &mut found),
        Kind::Check => found.not_null_of = cursor.parenthesised().and_then(not_null_of),
        Kind::Exclude => {
            cursor.skip_to(|cursor| cursor.is("("));
            cursor.parenthesised();
        }
    }
    tail(cursor, &mut found);
    Some(found)
}

fn kind(cursor: &mut Cursor<'_>) -> Option<Kind> {
    if cursor.eat("PRIMARY KEY") {
        Some(Kind::PrimaryKey)
    } else if cursor.eat("FOREIGN KEY") {
        Some(Kind::ForeignKey)
    } else if cursor.eat("UNIQUE") {
        let _ = cursor.eat("KEY") || cursor.eat("INDEX");
        Some(Kind::Unique)
    } else if cursor.eat("CHECK") {
        Some(Kind::Check)
    } else if cursor.eat("EXCLUDE") {
        Some(Kind::Exclude)
    } else {
        None
    }
}

fn key(cursor: &mut Cursor<'_>, found: &mut NewConstraint) {
    if cursor.eat("USING INDEX") {
        found.using_index = true;
        cursor.name();
        return;
    }
    let _ = cursor.eat("NULLS NOT DISTINCT") || cursor.eat("NULLS DISTINCT");
    if !cursor.is_any(&["(", "USING"]) {
        found.name = cursor.name();
    }
    if cursor.eat("USING") {
        cursor.next();
    }
    found.columns = cursor.columns().unwrap_or_default();
}

fn foreign_key(cursor: &mut Cursor<'_>, found: &mut NewConstraint) {
    cursor.if_exists();
    if !cursor.is("(") {
        found.name = cursor.name();
    }
    found.columns = cursor.columns().unwrap_or_default();
    if cursor.eat("REFERENCES") {
        found.references = cursor.table();
        reference(cursor);
    }
}

/// What stands behind: `INCLUDE (…)`, `DEFERRABLE`, `NOT VALID`.
fn tail(cursor: &mut Cursor<'_>, found: &mut NewConstraint) {
    while !cursor.at_end() && !cursor.is_any(&[",", ")"]) {
        if cursor.eat("NOT VALID") {
            found.not_valid = true;
        } else if cursor.eat("(") {
            cursor.skip_to(|_| false);
            cursor.next();
        } else {
            cursor.next();
        }
    }
}

/// The column of `name IS NOT NULL`.
pub(crate) fn not_null_of(condition: &str) -> Option<String> {
    let inner = condition.trim();
    let inner = inner.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(inner);
    let words: Vec<&str> = inner.split_whitespace().collect();
    let [name, is, not, null] = words.as_slice() else { return None };
    let says = |word: &str, wanted: &str| word.eq_ignore_ascii_case(wanted);
    let name = name.trim_matches(['"', '`']);
    (says(is, "IS") && says(not, "NOT") && says(null, "NULL")).then(|| name.to_owned())
}

/// `INDEX name (…)`, `KEY name (…)`, `FULLTEXT INDEX name (…)`
fn index(cursor: &mut Cursor<'_>) -> Option<NewIndex> {
    let special =
        [("FULLTEXT", "FULLTEXT"), ("SPATIAL", "SPATIAL")].into_iter().find(|(word, _)| cursor.is(word));
    let has_word = |cursor: &Cursor<'_>, at: usize| cursor.is_at(at, "INDEX") || cursor.is_at(at, "KEY");
    let is_index = match special {
        Some(_) => has_word(cursor, 1) || cursor.is_at(1, "(") || cursor.is_at(2, "("),
        // A column may be called `key`: its type has no parenthesis behind a second word.
        None => {
            has_word(cursor, 0)
                && (cursor.is_at(1, "(")
                    || cursor.is_at(2, "(")
                    || cursor.is_at(2, "USING")
                    || cursor.is_at(1, "IF"))
        }
    };
    if !is_index {
        return None;
    }
    if special.is_some() {
        cursor.next();
    }
    let _ = cursor.eat("INDEX") || cursor.eat("KEY");
    cursor.if_exists();
    let name = if cursor.is("(") { None } else { cursor.name() };
    if cursor.eat("USING") {
        cursor.next();
    }
    let columns = cursor.columns().unwrap_or_default();
    cursor.skip_to(|cursor| cursor.is(","));
    let special = special.map(|(_, word)| word);
    Some(NewIndex { name, columns, special, ..NewIndex::default() })
}
