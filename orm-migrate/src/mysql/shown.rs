//! SHOW CREATE TABLE, with the bytes that are no text written as `X'…'`.
//!
//! It alone tells the default of a column of bytes as it is: `information_schema` has a `?` for each byte that is no
//! character.

use orm_core::{Connection, ErrorKind, Reader, Result};

use super::{ddl::DIALECT, split::RULES};
use crate::token::{Token, TokenKind, significant};

/// What the server shows; `None` where the user may not see it.
pub(super) async fn create_table(connection: &mut Connection, name: &str) -> Result<Option<String>> {
    let sql = format!("SHOW CREATE TABLE {}", DIALECT.quote(name));
    match connection.rows(&sql, Vec::new(), text).await {
        Ok(shown) => Ok(shown.into_iter().next().flatten()),
        Err(error) if error.kind() == ErrorKind::InvalidValue => {
            let shown = connection.rows(&sql, Vec::new(), bytes).await?;
            shown.into_iter().next().flatten().and_then(|shown| readable(&shown)).map(Some).ok_or(error)
        }
        Err(error) => Err(error),
    }
}

fn text(row: &mut Reader<'_>) -> Result<Option<String>> {
    row.text()?;
    Ok(row.text()?.map(|text| text.into_owned()))
}

/// The second column; the first one is a name, and text.
fn bytes(row: &mut Reader<'_>) -> Result<Option<Vec<u8>>> {
    row.seek(1);
    Ok(row.bytes()?.map(|bytes| bytes.into_owned()))
}

/// The text, where all that is no text stands between single quotes.
fn readable(shown: &[u8]) -> Option<String> {
    let mut out = Vec::with_capacity(shown.len());
    let mut rest = shown;
    while let Some(&first) = rest.first() {
        let length = if matches!(first, b'\'' | b'`') { quoted(rest)? } else { 1 };
        let (piece, after) = rest.split_at_checked(length)?;
        match std::str::from_utf8(piece) {
            Err(_) if first == b'\'' => out.extend(hexadecimal(piece).into_bytes()),
            Ok(_) | Err(_) => out.extend(piece),
        }
        rest = after;
    }
    String::from_utf8(out).ok()
}

/// How long the text or the name is with which the bytes begin, with its quotes.
fn quoted(bytes: &[u8]) -> Option<usize> {
    let quote = *bytes.first()?;
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        let is_doubled = byte == quote && bytes.get(at + 1) == Some(&quote);
        if is_doubled || (byte == b'\\' && quote == b'\'') {
            at += 2;
        } else if byte == quote {
            return Some(at + 1);
        } else {
            at += 1;
        }
    }
    None
}

/// A literal between single quotes as `X'…'`. What the server escapes are `'`, `\`, NUL, line feed and carriage return.
fn hexadecimal(literal: &[u8]) -> String {
    let mut inner = literal.iter().take(literal.len() - 1).skip(1);
    let mut digits = String::new();
    while let Some(&byte) = inner.next() {
        let value = match byte {
            b'\'' => inner.next().map_or(byte, |_| byte),
            b'\\' => match inner.next() {
                Some(b'0') => 0,
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(&other) => other,
                None => byte,
            },
            other => other,
        };
        digits.push_str(&format!("{value:02x}"));
    }
    format!("X'{digits}'")
}

/// The default of a column that is bytes and no text.
pub(super) fn default_of_bytes(shown: &str, column: &str) -> Option<String> {
    let tokens = significant(shown, &RULES).ok()?;
    let mut depth = 0_usize;
    let mut own = false;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 1 && matches!(token.text, "(" | ",") {
            own = tokens.get(at + 1).and_then(Token::name).is_some_and(|name| name == column);
        }
        let follows =
            tokens.get(at + 1).filter(|next| next.kind == TokenKind::Text && next.text.starts_with("X'"));
        if let (true, true, Some(literal)) = (own, token.is_word("DEFAULT"), follows) {
            return Some(literal.text.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_written_in_hexadecimal_and_all_else_stays() {
        let shown = b"CREATE TABLE `t'` (\n  `a` binary(4) DEFAULT '\\0\xff''\\\\\\n',\n  `b` text DEFAULT 'it''s \xc3\xbc'\n)";
        let text = readable(shown).unwrap();
        assert_eq!(
            text,
            "CREATE TABLE `t'` (\n  `a` binary(4) DEFAULT X'00ff275c0a',\n  `b` text DEFAULT 'it''s ü'\n)"
        );
        assert_eq!(default_of_bytes(&text, "a").as_deref(), Some("X'00ff275c0a'"));
        assert_eq!(default_of_bytes(&text, "b"), None);
        assert_eq!(readable(b"CREATE TABLE `t\xff` (a int)"), None);
    }
}
