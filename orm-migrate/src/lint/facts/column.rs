//! `name type words…`: a column in CREATE TABLE or ALTER TABLE.

use super::NewColumn;
use crate::cursor::Cursor;

/// Words that end a type or a default: each begins another part of the column.
const PARTS: [&str; 32] = [
    "CONSTRAINT",
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "KEY",
    "CHECK",
    "REFERENCES",
    "COLLATE",
    "GENERATED",
    "AS",
    "COMMENT",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
    "ON",
    "FIRST",
    "AFTER",
    "CHARSET",
    "INVISIBLE",
    "VISIBLE",
    "STORAGE",
    "COMPRESSION",
    "COMPRESSED",
    "DEFERRABLE",
    "INITIALLY",
    "STORED",
    "VIRTUAL",
    "PERSISTENT",
    "USING",
    "OPTIONS",
    "REF_SYSTEM_ID",
];

/// Reads a column up to a comma or the end.
pub(super) fn column(cursor: &mut Cursor<'_>) -> Option<NewColumn> {
    let name = cursor.name()?;
    let native = cursor.skip_to(ends_part).to_owned();
    let counted = native.to_ascii_lowercase().contains("serial");
    let mut column = NewColumn { name, native, counted, not_null: counted, ..NewColumn::default() };
    while !cursor.at_end() && !cursor.is_any(&[",", ")"]) {
        part(cursor, &mut column);
    }
    Some(column)
}

/// Whether the walk stands before another part of the column, or behind it.
pub(super) fn ends_part(cursor: &Cursor<'_>) -> bool {
    // `character varying` is a type, `CHARACTER SET utf8mb4` a part.
    cursor.is(",") || cursor.is_any(&PARTS) || cursor.are("CHARACTER SET")
}

fn part(cursor: &mut Cursor<'_>, column: &mut NewColumn) {
    if cursor.eat("NOT NULL") {
        (column.not_null, column.said_not_null) = (true, true);
    } else if cursor.eat("DEFAULT") {
        column.default = default(cursor);
    } else if cursor.eat("PRIMARY KEY") {
        (column.primary_key, column.not_null) = (true, true);
    } else if cursor.eat("UNIQUE") {
        column.unique = true;
        cursor.eat("KEY");
    } else if cursor.eat("CHECK") {
        column.check = true;
        cursor.parenthesised();
    } else if cursor.eat("REFERENCES") {
        column.references = cursor.table();
        reference(cursor);
    } else if cursor.eat("AUTO_INCREMENT") || cursor.eat("AUTOINCREMENT") {
        column.counted = true;
    } else if cursor.is_any(&["GENERATED", "AS"]) {
        generated(cursor, column);
    } else if cursor.eat("CHARACTER SET") || cursor.eat("CHARSET") {
        cursor.eat("=");
        column.charset = cursor.next().map(str::to_owned);
    } else if cursor.eat("CONSTRAINT") {
        cursor.name();
    } else {
        cursor.next();
        cursor.skip_to(ends_part);
    }
}

/// The expression; `NULL` is none.
fn default(cursor: &mut Cursor<'_>) -> Option<String> {
    if cursor.eat("NULL") {
        cursor.skip_to(ends_part);
        return None;
    }
    Some(cursor.skip_to(ends_part).to_owned())
}

/// `ON DELETE CASCADE`, `MATCH FULL`, `NOT DEFERRABLE`
pub(super) fn reference(cursor: &mut Cursor<'_>) {
    cursor.columns();
    loop {
        if cursor.eat("ON DELETE") || cursor.eat("ON UPDATE") {
            if !(cursor.eat("SET NULL") || cursor.eat("SET DEFAULT") || cursor.eat("NO ACTION")) {
                cursor.next();
            }
            cursor.columns();
        } else if !["NOT DEFERRABLE", "DEFERRABLE", "MATCH"].iter().any(|words| cursor.eat(words)) {
            return;
        }
    }
}

/// `GENERATED ALWAYS AS IDENTITY (…)`, `GENERATED ALWAYS AS (…) STORED`, `AS (…) VIRTUAL`
fn generated(cursor: &mut Cursor<'_>, column: &mut NewColumn) {
    cursor.skip_to(|cursor| cursor.is("AS") || cursor.is(","));
    cursor.eat("AS");
    if cursor.eat("IDENTITY") {
        (column.counted, column.not_null) = (true, true);
        cursor.parenthesised();
        return;
    }
    cursor.parenthesised();
    column.stored = cursor.eat("STORED") || cursor.eat("PERSISTENT");
    column.computed = !column.stored;
    cursor.eat("VIRTUAL");
}
