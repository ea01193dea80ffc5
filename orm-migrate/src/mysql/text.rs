//! Text literals of MariaDB and MySQL: a backslash escapes in them.

/// A text as a literal.
pub(crate) fn literal(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "''"))
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
    }
}
