//! The one spelling of a default.

use orm_schema::ColumnDefault;

use super::{ddl, normalise::expression_key, split::RULES};
use crate::{
    dialect::Dialect,
    moment::Moment,
    normalise::{Columns, is_number, number, tidy},
    token::{Token, TokenKind, significant, text_value, unquoted},
};

/// The default in its one spelling; `None` for one that says nothing.
///
/// `declared` is the type that the table is made with: `native`, or what a STRICT table has for it.
pub(super) fn normal(
    default: ColumnDefault,
    native: &str,
    declared: &str,
    strict: bool,
) -> Option<ColumnDefault> {
    let default = match default {
        ColumnDefault::Expression(expression) => from_expression(&expression, native, strict)?,
        // The type of a STRICT table's column no longer says whether it is a date or a time.
        ColumnDefault::Now if strict => ColumnDefault::Expression(ddl::now(native).to_owned()),
        ColumnDefault::Bool(_) | ColumnDefault::Number(_) | ColumnDefault::Text(_) | ColumnDefault::Now => {
            default
        }
    };
    Some(as_bound(of_type(default, declared), native))
}

/// The very form that binding the value writes, since SQLite compares texts and 64-bit floats: a column is looked up by
/// values of the program.
fn as_bound(default: ColumnDefault, native: &str) -> ColumnDefault {
    match (native, default) {
        ("FLOAT", ColumnDefault::Number(digits)) => ColumnDefault::Number(single(&digits).unwrap_or(digits)),
        (_, ColumnDefault::Text(text)) => ColumnDefault::Text(bound_text(native, text)),
        (_, other) => other,
    }
}

fn bound_text(native: &str, text: String) -> String {
    let moment = match native {
        "DATE" => Moment::Date,
        "TIME" => Moment::Time,
        "DATETIME" | "TIMESTAMP" => Moment::DateTime,
        "UUID_TEXT" => return text.to_ascii_lowercase(),
        _ => return text,
    };
    moment.text(&text).unwrap_or(text)
}

/// A number as 32 bits hold it.
fn single(digits: &str) -> Option<String> {
    let narrow: f32 = digits.parse().ok()?;
    narrow.is_finite().then(|| number(&f64::from(narrow).to_string()))
}

fn from_expression(expression: &str, native: &str, strict: bool) -> Option<ColumnDefault> {
    let text = tidy(Dialect::Sqlite, expression);
    let key = |text: &str| expression_key(text, &Columns::default());
    if !strict && key(&text) == key(ddl::now(native)) {
        return Some(ColumnDefault::Now);
    }
    let tokens = significant(&text, &RULES).unwrap_or_default();
    let literal = match tokens.as_slice() {
        [token] => return from_token(token, &text),
        [sign, digits] if sign.text == "-" && digits.kind == TokenKind::Number => {
            Some(format!("-{}", digits.text))
        }
        [sign, digits] if sign.text == "+" && digits.kind == TokenKind::Number => {
            Some(digits.text.to_owned())
        }
        _ => None,
    };
    Some(literal.map_or(ColumnDefault::Expression(text), |digits| ColumnDefault::Number(number(&digits))))
}

fn from_token(token: &Token<'_>, text: &str) -> Option<ColumnDefault> {
    let written = || ColumnDefault::Expression(text.to_owned());
    match token.kind {
        TokenKind::Number => Some(ColumnDefault::Number(number(token.text))),
        TokenKind::Text => Some(text_value(token.text).map_or_else(written, ColumnDefault::Text)),
        // The grammar takes a name for a text here (parse.y, `ccons ::= DEFAULT id`).
        TokenKind::Quoted => Some(ColumnDefault::Text(unquoted(token.text))),
        TokenKind::Word => match token.text.to_ascii_uppercase().as_str() {
            "NULL" => None,
            "TRUE" => Some(ColumnDefault::Bool(true)),
            "FALSE" => Some(ColumnDefault::Bool(false)),
            "CURRENT_TIMESTAMP" | "CURRENT_DATE" | "CURRENT_TIME" => {
                Some(ColumnDefault::Expression(token.text.to_ascii_uppercase()))
            }
            _ => Some(ColumnDefault::Text(token.text.to_owned())),
        },
        TokenKind::Symbol | TokenKind::Space | TokenKind::Comment => Some(written()),
    }
}

/// What the column's affinity makes of the literal (datatype3.html §3).
fn of_type(default: ColumnDefault, native: &str) -> ColumnDefault {
    let is_bool = matches!(native, "BOOLEAN" | "BOOL");
    let is_text = ["CHAR", "TEXT", "CLOB"].iter().any(|part| native.contains(part));
    match default {
        ColumnDefault::Number(digits) if is_bool && digits == "0" => ColumnDefault::Bool(false),
        ColumnDefault::Number(digits) if is_bool && digits == "1" => ColumnDefault::Bool(true),
        ColumnDefault::Bool(value) if !is_bool => ColumnDefault::Number(u8::from(value).to_string()),
        ColumnDefault::Number(digits) if is_text => ColumnDefault::Text(digits),
        ColumnDefault::Number(digits) => ColumnDefault::Number(number(&digits)),
        ColumnDefault::Text(text) if is_numeric(native) && is_number(&text) => {
            ColumnDefault::Number(number(&text))
        }
        ColumnDefault::Expression(text) if text.eq_ignore_ascii_case("datetime('now')") => {
            ColumnDefault::Expression("CURRENT_TIMESTAMP".to_owned())
        }
        other @ (ColumnDefault::Bool(_)
        | ColumnDefault::Text(_)
        | ColumnDefault::Now
        | ColumnDefault::Expression(_)) => other,
    }
}

fn is_numeric(native: &str) -> bool {
    let text_or_blob = ["CHAR", "TEXT", "CLOB", "BLOB"].iter().any(|part| native.contains(part));
    let moment = ["DATE", "TIME", "DATETIME", "TIMESTAMP", ""].contains(&native);
    !text_or_blob && !moment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(expression: &str, native: &str) -> Option<ColumnDefault> {
        normal(ColumnDefault::Expression(expression.to_owned()), native, native, false)
    }

    #[test]
    fn literals_lose_parentheses_and_quotes() {
        assert_eq!(of("(('x'))", "TEXT"), Some(ColumnDefault::Text("x".to_owned())));
        assert_eq!(of("\"x\"", "TEXT"), Some(ColumnDefault::Text("x".to_owned())));
        assert_eq!(of("(- 1)", "INTEGER"), Some(ColumnDefault::Number("-1".to_owned())));
        assert_eq!(of("'5'", "INTEGER"), Some(ColumnDefault::Number("5".to_owned())));
        assert_eq!(of("1", "BOOLEAN"), Some(ColumnDefault::Bool(true)));
        assert_eq!(of("true", "INTEGER"), Some(ColumnDefault::Number("1".to_owned())));
        assert_eq!(of("NULL", "TEXT"), None);
    }

    #[test]
    fn a_literal_has_the_form_that_binding_writes() {
        let text = |text: &str| Some(ColumnDefault::Text(text.to_owned()));
        assert_eq!(of("'2024-02-29T14:30+02'", "TIMESTAMP"), text("2024-02-29 12:30:00.000000"));
        assert_eq!(of("'2024-02-29'", "DATETIME"), text("2024-02-29 00:00:00.000000"));
        assert_eq!(of("'noon'", "TIME"), text("noon"), "what cannot be read is left alone");
        assert_eq!(of("'09:30'", "TIME"), text("09:30:00.000000"));
        assert_eq!(of("'09:30'", "TEXT"), text("09:30"));
        assert_eq!(
            of("'ABCDEF01-0000-0000-0000-000000000000'", "UUID_TEXT"),
            text("abcdef01-0000-0000-0000-000000000000")
        );
        assert_eq!(of("0.5", "FLOAT"), Some(ColumnDefault::Number("0.5".to_owned())));
        let tenth = Some(ColumnDefault::Number("0.10000000149011612".to_owned()));
        assert_eq!((of("0.1", "FLOAT"), of("0.10000000149011612", "FLOAT")), (tenth.clone(), tenth));
    }

    #[test]
    fn the_servers_clock_has_one_spelling_for_each_form() {
        let current = Some(ColumnDefault::Expression("CURRENT_TIMESTAMP".to_owned()));
        assert_eq!(of("(datetime('now'))", "DATETIME"), current);
        assert_eq!(of("current_timestamp", "DATETIME"), current);
        assert_eq!(of("strftime('%Y-%m-%d %H:%M:%f000','now')", "TIMESTAMP"), Some(ColumnDefault::Now));
        assert_eq!(of("STRFTIME('%Y-%m-%d', 'now')", "DATE"), Some(ColumnDefault::Now));
    }
}
