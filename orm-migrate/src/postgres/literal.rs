//! Text literals of PostgreSQL.

use crate::{
    expression::Node,
    token::{Token, text_value},
};

/// The text of a literal; one whose form we do not read stays as it is written.
pub(super) fn text_node(token: &Token<'_>) -> Node {
    Node::Text(literal_value(token.text).unwrap_or_else(|| token.text.to_owned()))
}

/// The value of `'…'`, of `B'…'`, and of `E'…'` with the escapes of one letter.
pub(super) fn literal_value(text: &str) -> Option<String> {
    match text.as_bytes().first() {
        Some(b'b' | b'B') => text_value(&text[1..]),
        Some(b'e' | b'E') => unescaped(&text_value(&text[1..])?),
        Some(_) | None => text_value(text),
    }
}

/// Escapes of one letter (sql-syntax-lexical.html §4.1.2.2).
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                plain @ ('\\' | '\'' | '"') => plain,
                _ => return None,
            },
            other => other,
        });
    }
    Some(out)
}
