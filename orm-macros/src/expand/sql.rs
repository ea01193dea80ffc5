//! What `sql!` emits: the pieces of the text, and the values between them.
//!
//! The text is read as far as all databases agree on it: quotes, doubled where they stand for themselves, dollar quotes and
//! comments. A value is bound where it stands, so nothing that is read otherwise by one database can become SQL.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Expr, LitStr, Result};

use super::span_of;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    match literal(input).and_then(|text| Split::of(&text)) {
        Ok(Split { pieces, values }) => {
            let values =
                values.iter().map(|value| quote_spanned!(span_of(value)=> ::orm::__private::bind(&(#value))));
            quote!(::orm::__private::raw_sql(&[#(#pieces),*], ::std::vec![#(#values),*]))
        }
        Err(error) => error.to_compile_error(),
    }
}

fn literal(input: TokenStream) -> Result<LitStr> {
    syn::parse2(input).map_err(|error| {
        let why = "`sql!` takes one string literal, with its values in braces; a text that is made by the program goes into \
            `RawSql::trusted`";
        syn::Error::new(error.span(), why)
    })
}

/// A text taken apart: there is one piece more than values.
struct Split {
    pieces: Vec<String>,
    values: Vec<Expr>,
}

/// Where the reader of a text is.
enum Place {
    Plain,
    /// Between quotes, until the same character.
    Quotes(char),
    /// Between dollar quotes, until the same tag.
    Dollars(String),
    LineComment,
    BlockComment,
}

impl Split {
    fn of(literal: &LitStr) -> Result<Self> {
        let text = literal.value();
        let (mut place, mut pieces, mut values) = (Place::Plain, vec![String::new()], Vec::new());
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            let piece = pieces.last_mut().map_or_else(String::new, std::mem::take);
            let (piece, length, value) = match first {
                '{' | '}' if rest[1..].starts_with(first) => (piece + &rest[..1], 2, None),
                '{' => {
                    place.takes_values().map_err(|why| syn::Error::new(literal.span(), why))?;
                    let (value, length) = value(&rest[1..], literal)?;
                    (piece, length + 2, Some(value))
                }
                '}' => {
                    let why = "`}` closes nothing: write `}}` for a brace of the SQL";
                    return Err(syn::Error::new(literal.span(), why));
                }
                _ => {
                    let length = place.step(rest, piece.chars().next_back());
                    (piece + &rest[..length], length, None)
                }
            };
            if let Some(last) = pieces.last_mut() {
                *last = piece;
            }
            if let Some(value) = value {
                values.push(value);
                pieces.push(String::new());
            }
            rest = &rest[length..];
        }
        Ok(Self { pieces, values })
    }
}

impl Place {
    /// Whether the database takes a parameter there.
    fn takes_values(&self) -> std::result::Result<(), String> {
        let inside = match self {
            Self::Plain => return Ok(()),
            Self::Quotes(_) | Self::Dollars(_) => "quotes",
            Self::LineComment | Self::BlockComment => "a comment",
        };
        Err(format!(
            "inside {inside} nothing is bound: leave out the quotes around a value, or write `{{{{` for a brace of the SQL"
        ))
    }

    /// Goes over the next word; gives its length in bytes.
    fn step(&mut self, rest: &str, before: Option<char>) -> usize {
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let (next, length) = match self {
            Self::Plain => match Self::opened(rest, before) {
                Some(opened) => opened,
                None => return first,
            },
            Self::Quotes(quote) if rest.starts_with(*quote) => (Self::Plain, first),
            Self::Dollars(tag) if rest.starts_with(tag.as_str()) => (Self::Plain, tag.len()),
            Self::LineComment if rest.starts_with('\n') => (Self::Plain, first),
            Self::BlockComment if rest.starts_with("*/") => (Self::Plain, 2),
            Self::Quotes(_) | Self::Dollars(_) | Self::LineComment | Self::BlockComment => return first,
        };
        *self = next;
        length
    }

    /// What begins here, and how long the word is that begins it.
    fn opened(rest: &str, before: Option<char>) -> Option<(Self, usize)> {
        match rest.chars().next()? {
            quote @ ('\'' | '"' | '`') => Some((Self::Quotes(quote), 1)),
            '-' if rest.starts_with("--") => Some((Self::LineComment, 2)),
            '/' if rest.starts_with("/*") => Some((Self::BlockComment, 2)),
            // A `$` inside a name is none (PostgreSQL §4.1.2.4).
            '$' if !before.is_some_and(is_of_name) => {
                let tag = &rest[..=rest[1..].find('$')? + 1];
                let inner = &tag[1..tag.len() - 1];
                let is_tag =
                    inner.chars().all(is_of_name) && !inner.starts_with(|c: char| c.is_ascii_digit());
                is_tag.then(|| (Self::Dollars(tag.to_owned()), tag.len()))
            }
            _ => None,
        }
    }
}

fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The value that begins here, and how long its text is: up to the first `}` that leaves an expression before it.
fn value(rest: &str, literal: &LitStr) -> Result<(Expr, usize)> {
    let fail = |why: String| Err(syn::Error::new(literal.span(), why));
    let Some(first) = rest.find('}') else {
        return fail("`{` is never closed: write `{{` for a brace of the SQL".to_owned());
    };
    if rest[..first].trim().is_empty() {
        return fail("`{}` names no value: write `{id}`, or `{{}}` for braces of the SQL".to_owned());
    }
    for (end, _) in rest.match_indices('}') {
        if let Ok(value) = LitStr::new(&rest[..end], literal.span()).parse::<Expr>() {
            return Ok((value, end));
        }
    }
    fail(format!(
        "`{{{}}}` is no expression: a value is bound as it is, without a format; write `{{{{` for a brace of the SQL",
        &rest[..first]
    ))
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    /// The pieces with a `?` for every value.
    fn split(text: &str) -> std::result::Result<(String, usize), String> {
        let split = Split::of(&LitStr::new(text, Span::call_site())).map_err(|error| error.to_string())?;
        Ok((split.pieces.join("?"), split.values.len()))
    }

    #[test]
    fn values_stand_where_expressions_are_in_braces() {
        assert_eq!(split("a = {a} AND b = {user.age + 1}"), Ok(("a = ? AND b = ?".into(), 2)));
        assert_eq!(split("{f(|x| { x })}"), Ok(("?".into(), 1)));
        assert_eq!(split(r#"{map["}"]}"#), Ok(("?".into(), 1)));
        assert_eq!(split("é{a}é"), Ok(("é?é".into(), 1)));
    }

    #[test]
    fn doubled_braces_stand_for_themselves_inside_quotes_too() {
        assert_eq!(split(r#"'{{"a": 1}}'"#), Ok((r#"'{"a": 1}'"#.into(), 0)));
    }

    #[test]
    fn nothing_is_bound_inside_quotes_and_comments() {
        for text in
            ["'{a}'", "\"{a}\"", "`{a}`", "'it''s {a}'", "$$ {a} $$", "$f$ $$ {a}", "-- {a}", "/* {a} */"]
        {
            assert!(split(text).is_err_and(|why| why.contains("nothing is bound")), "{text}");
        }
        for text in
            ["'' {a}", "-- x\n{a}", "/* x */{a}", "$f$ $$ $f$ {a}", "a$b$c = {a}", "$1 {a} $2", "a - {a}"]
        {
            assert!(split(text).is_ok_and(|(_, values)| values == 1), "{text}");
        }
    }

    #[test]
    fn what_is_no_value_is_told() {
        for (text, why) in [
            ("{}", "names no value"),
            ("{ }", "names no value"),
            ("{a", "never closed"),
            ("a}", "closes nothing"),
            ("{a:?}", "without a format"),
        ] {
            assert!(split(text).is_err_and(|found| found.contains(why)), "{text}");
        }
    }
}
