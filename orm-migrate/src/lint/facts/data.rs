//! Statements about rows: UPDATE, DELETE, TRUNCATE.

use super::Fact;
use crate::cursor::Cursor;

/// `UPDATE t SET a = …, b = … WHERE …`
pub(super) fn update(cursor: &mut Cursor<'_>) -> Fact {
    cursor.eat("ONLY");
    if cursor.eat("OR") {
        cursor.next();
    }
    let _ = cursor.eat("LOW_PRIORITY") || cursor.eat("IGNORE");
    let Some(table) = cursor.table() else { return Fact::Unread };
    let joined = cursor.has("JOIN");
    cursor.skip_to(|cursor| cursor.is("SET"));
    cursor.next();
    let mut columns = Vec::new();
    while !cursor.at_end() && !cursor.is_any(&["WHERE", "FROM", "RETURNING", ")"]) {
        columns.extend(assigned(cursor));
        cursor.skip_to(|cursor| cursor.is_any(&[",", "WHERE", "FROM", "RETURNING"]));
        cursor.eat(",");
    }
    Fact::Update { table, columns, filtered: is_filtered(cursor) || joined }
}

/// Whether anything says which rows.
fn is_filtered(cursor: &Cursor<'_>) -> bool {
    ["WHERE", "LIMIT", "USING", "JOIN"].iter().any(|word| cursor.has(word))
}

/// `a = …`, `t.a = …`, `(a, b) = …`
fn assigned(cursor: &mut Cursor<'_>) -> Vec<String> {
    if cursor.is("(") {
        return cursor.columns().unwrap_or_default();
    }
    cursor.table().map(|name| name.name).into_iter().collect()
}

/// `DELETE FROM t WHERE …`
pub(super) fn delete(cursor: &mut Cursor<'_>) -> Fact {
    let _ = cursor.eat("LOW_PRIORITY") || cursor.eat("QUICK") || cursor.eat("IGNORE");
    cursor.eat("FROM");
    cursor.eat("ONLY");
    let Some(table) = cursor.table() else { return Fact::Unread };
    Fact::Delete { table, filtered: is_filtered(cursor) }
}

/// `TRUNCATE TABLE a, b CASCADE`
pub(super) fn truncate(cursor: &mut Cursor<'_>) -> Vec<Fact> {
    cursor.eat("TABLE");
    let mut facts = Vec::new();
    loop {
        cursor.eat("ONLY");
        let Some(table) = cursor.table() else { break };
        facts.push(Fact::Truncate { table });
        cursor.eat("*");
        if !cursor.eat(",") {
            break;
        }
    }
    if facts.is_empty() { vec![Fact::Unread] } else { facts }
}
