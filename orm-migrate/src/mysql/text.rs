//! Text literals of MariaDB and MySQL: a backslash escapes in them.

/// A text as a literal.
pub(crate) fn literal(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "''").replace('\0', "\\0"))
}

/// The value of a literal, between quotes of either kind, with its escapes ("String Literals").
pub(crate) fn value(literal: &str) -> Option<String> {
    let literal = literal.strip_prefix(['n', 'N']).unwrap_or(literal);
    let quote = literal.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let inner = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push_str(&escaped(chars.next()?)),
            c if c == quote => {
                chars.next();
                out.push(quote);
            }
            c => out.push(c),
        }
    }
    Some(out)
}

/// Whether a text holds a character of four bytes. The catalogs are utf8mb3, so they show a `?` for it ("Unicode").
pub(crate) fn is_beyond_catalogs(text: &str) -> bool {
    text.chars().any(|c| u32::from(c) > 0xffff)
}

/// A text as an expression that the catalogs show as it is, whatever is in it.
pub(crate) fn converted(value: &str) -> String {
    let digits: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("convert(X'{digits}' using utf8mb4)")
}

/// The text of such an expression.
pub(crate) fn of_converted(expression: &str) -> Option<String> {
    let inner = expression.strip_prefix("convert(X'")?.strip_suffix("' using utf8mb4)")?;
    let byte = |at: usize| u8::from_str_radix(inner.get(at..at + 2)?, 16).ok();
    let bytes = (0..inner.len()).step_by(2).map(byte).collect::<Option<Vec<u8>>>()?;
    String::from_utf8(bytes).ok()
}

fn escaped(c: char) -> String {
    match c {
        '0' => "\0".to_owned(),
        'n' => "\n".to_owned(),
        't' => "\t".to_owned(),
        'r' => "\r".to_owned(),
        'b' => "\u{8}".to_owned(),
        'Z' => "\u{1a}".to_owned(),
        // Only a pattern undoes these two.
        '%' => "\\%".to_owned(),
        '_' => "\\_".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_has_its_value_again() {
        for text in ["", "it's", "a\\b", "\"", "line\nline", "%_", "''", "\\'"] {
            assert_eq!(value(&literal(text)).as_deref(), Some(text));
        }
        assert_eq!(value(r#""it\'s ""x"" \n""#).as_deref(), Some("it's \"x\" \n"));
        assert_eq!(value("x'ff'"), None);
        for text in ["", "a'b", "ß🦀"] {
            assert_eq!(of_converted(&converted(text)).as_deref(), Some(text));
        }
        assert_eq!(of_converted("convert(X'f' using utf8mb4)"), None);
        assert_eq!(of_converted("convert(X'ff' using utf8mb4)"), None);
    }
}
