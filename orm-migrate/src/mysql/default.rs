//! Defaults: the one spelling of each, and how it is written.

use orm_schema::{ColumnDefault, ColumnType};

use super::{expression, text, types};
use crate::{
    dialect::Dialect,
    expression::Node,
    moment::Moment,
    normalise::{Columns, is_number, number, tidy},
    suffix,
};

/// The expression that gives the time of the statement in the form of the type; `None` for a type that is no time. Our
/// sessions are in UTC.
pub(crate) fn now(native: &str) -> Option<String> {
    let base = suffix::split(native).0;
    let (word, digits) =
        base.split_once('(').map_or((base, ""), |(word, rest)| (word, rest.trim_end_matches(')')));
    let precise = |function: &str| {
        if digits.is_empty() { function.to_owned() } else { format!("{function}({digits})") }
    };
    match word {
        "datetime" | "timestamp" => Some(precise("CURRENT_TIMESTAMP")),
        "date" => Some("CURRENT_DATE".to_owned()),
        "time" => Some(precise("CURRENT_TIME")),
        _ => None,
    }
}

/// What the default is, whoever wrote it; `None` for NULL.
pub(super) fn normal(dialect: Dialect, default: ColumnDefault, native: &str) -> Option<ColumnDefault> {
    match default {
        ColumnDefault::Expression(expression) => from_expression(dialect, &expression, native),
        ColumnDefault::Text(text) => Some(from_text(text, native)),
        ColumnDefault::Number(digits) => Some(from_number(&digits, native)),
        // Where a column holds no time, the word is only a short form.
        ColumnDefault::Now if now(native).is_none() => {
            Some(ColumnDefault::Expression("CURRENT_TIMESTAMP".to_owned()))
        }
        ColumnDefault::Bool(value) if native != "tinyint(1)" => {
            Some(ColumnDefault::Number(u8::from(value).to_string()))
        }
        ColumnDefault::Bool(_) | ColumnDefault::Now => Some(default),
    }
}

fn from_expression(dialect: Dialect, expression: &str, native: &str) -> Option<ColumnDefault> {
    let written = || ColumnDefault::Expression(tidy(dialect, expression));
    if let Some(text) = text::of_converted(&tidy(dialect, expression)) {
        return Some(from_text(text, native));
    }
    if let Some(bytes) = bytes(expression.trim()) {
        return Some(ColumnDefault::Expression(bytes));
    }
    let columns = Columns::default();
    let Ok(node) = expression::parse(expression, columns) else { return Some(written()) };
    let is_now =
        now(native).and_then(|now| expression::parse(&now, columns).ok()).is_some_and(|now| now == node);
    if is_now {
        return Some(ColumnDefault::Now);
    }
    match node {
        Node::Word(word) if word == "null" => None,
        Node::Number(digits) => Some(from_number(&digits, native)),
        Node::Text(value) => Some(from_text(value, native)),
        Node::Word(_) | Node::Column(_) | Node::Array(_) | Node::Of(..) => Some(written()),
    }
}

/// `X'…'` in its one spelling.
fn bytes(literal: &str) -> Option<String> {
    let digits = literal.strip_prefix(['x', 'X'])?.strip_prefix('\'')?.strip_suffix('\'')?;
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| format!("X'{}'", digits.to_lowercase()))
}

fn from_number(digits: &str, native: &str) -> ColumnDefault {
    match (native, number(digits)) {
        ("tinyint(1)", digits) if digits == "0" || digits == "1" => ColumnDefault::Bool(digits == "1"),
        (native, digits) if types::is_character(native) => ColumnDefault::Text(digits),
        (_, digits) => ColumnDefault::Number(digits),
    }
}

fn from_text(text: String, native: &str) -> ColumnDefault {
    if types::is_number(native) && is_number(&text) {
        return from_number(&text, native);
    }
    let base = suffix::split(native).0;
    let one = match base.split('(').next().unwrap_or(base) {
        "uuid" => Some(text.to_ascii_lowercase()),
        "date" => Moment::Date.text(&text),
        "datetime" | "timestamp" => Moment::DateTime.text(&text),
        "time" => Moment::Time.text(&text),
        _ => None,
    };
    ColumnDefault::Text(one.unwrap_or(text))
}

/// A default as SQL.
pub(super) fn sql(default: &ColumnDefault, column_type: &ColumnType) -> String {
    let native = column_type.to_string();
    match default {
        ColumnDefault::Bool(value) => u8::from(*value).to_string(),
        ColumnDefault::Number(digits) => number_sql(digits),
        // MySQL takes for these types an expression only ("Data Type Default Values").
        ColumnDefault::Text(value) if text::is_beyond_catalogs(value) => {
            format!("({})", text::converted(value))
        }
        ColumnDefault::Text(value) if types::is_long(&native) => format!("({})", text::literal(value)),
        ColumnDefault::Text(value) => text::literal(value),
        ColumnDefault::Now => match now(&native) {
            Some(now) if now.starts_with("CURRENT_TIMESTAMP") => now,
            Some(now) => format!("({now})"),
            None => "CURRENT_TIMESTAMP".to_owned(),
        },
        // A bare function is taken for a time only, and where it is the column's own.
        ColumnDefault::Expression(expression) => expression_sql(expression),
    }
}

/// A number without an exponent is a decimal, which is cut to its largest one, without an error ("Numeric Literals").
fn number_sql(digits: &str) -> String {
    const DECIMAL_DIGITS: usize = 65;
    match digits.parse::<f64>() {
        Ok(float) if digits.len() > DECIMAL_DIGITS && float.is_finite() => format!("{float:e}"),
        Ok(_) | Err(_) => digits.to_owned(),
    }
}

fn expression_sql(expression: &str) -> String {
    let word = expression.split('(').next().unwrap_or_default().trim().to_ascii_lowercase();
    match word.as_str() {
        "current_timestamp" | "now" | "localtime" | "localtimestamp" => expression.to_owned(),
        _ if expression.starts_with(['b', 'B', 'x', 'X']) && expression.get(1..2) == Some("'") => {
            expression.to_owned()
        }
        _ => format!("({expression})"),
    }
}
