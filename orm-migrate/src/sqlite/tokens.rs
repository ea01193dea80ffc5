//! SQLite's SQL as tokens, each knowing where it stands in the text.
//!
//! Follows `tokenize.c`: four ways to quote a name, two kinds of comment, and nothing that can fail; text that is
//! cut off ends the last token.

use std::ops::Range;

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its bytes in the text.
    pub(crate) span: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword or a bare name.
    Word,
    /// A name in `"…"`, `` `…` `` or `[…]`.
    Quoted,
    /// A text in `'…'`, which SQLite also takes as a name.
    Text,
    /// A number.
    Number,
    /// Anything else: one character of punctuation.
    Symbol,
}

/// Takes a text apart; blanks and comments are left out.
pub(crate) fn tokens(sql: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = sql[at..].chars().next() {
        let (kind, end) = token_at(sql, at, c);
        if let Some(kind) = kind {
            found.push(Token { kind, span: at..end });
        }
        at = end;
    }
    found
}

/// The token that starts there (none for blanks and comments), and where it ends.
fn token_at(sql: &str, at: usize, first: char) -> (Option<Kind>, usize) {
    let rest = &sql[at..];
    match first {
        _ if rest.starts_with("--") => (None, at + rest.find('\n').unwrap_or(rest.len())),
        _ if rest.starts_with("/*") => (None, at + rest[2..].find("*/").map_or(rest.len(), |end| end + 4)),
        c if c.is_whitespace() => (None, at + c.len_utf8()),
        '"' | '`' => (Some(Kind::Quoted), at + quoted_length(rest, first)),
        '\'' => (Some(Kind::Text), at + quoted_length(rest, first)),
        '[' => (Some(Kind::Quoted), at + rest.find(']').map_or(rest.len(), |end| end + 1)),
        c if c.is_ascii_digit() => (Some(Kind::Number), at + number_length(rest)),
        c if is_word(c) => (Some(Kind::Word), at + rest.find(|c| !is_word(c)).unwrap_or(rest.len())),
        c => (Some(Kind::Symbol), at + c.len_utf8()),
    }
}

/// The length of a quoted token, where a doubled quote stands for one.
fn quoted_length(rest: &str, quote: char) -> usize {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            continue;
        }
        if chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    rest.len()
}

/// The length of a number: `12`, `1.5`, `1e-3`, `0xff`.
fn number_length(rest: &str) -> usize {
    let mut before = ' ';
    let end = rest.find(|c: char| {
        let exponent_sign = (c == '+' || c == '-') && matches!(before, 'e' | 'E') && !rest.starts_with("0x");
        before = c;
        !(c.is_ascii_alphanumeric() || c == '.' || c == '_' || exponent_sign)
    });
    end.unwrap_or(rest.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

/// The name that a token stands for, without its quotes.
pub(crate) fn name(text: &str) -> String {
    let Some(quote) = text.chars().next() else { return String::new() };
    let close = match quote {
        '"' | '`' | '\'' => quote,
        '[' => ']',
        _ => return text.to_owned(),
    };
    let inner = text[1..].strip_suffix(close).unwrap_or(&text[1..]);
    if quote == '[' { inner.to_owned() } else { inner.replace(&format!("{quote}{quote}"), &quote.to_string()) }
}

/// Walks over the tokens of a text.
pub(crate) struct Cursor<'a> {
    sql: &'a str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(sql: &'a str) -> Self {
        Self { sql, tokens: tokens(sql), at: 0 }
    }

    /// The text of the next token.
    pub(crate) fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).map(|token| &self.sql[token.span.clone()])
    }

    /// Goes past the next token.
    pub(crate) fn next(&mut self) -> Option<&'a str> {
        let text = self.peek();
        self.at += 1;
        text
    }

    /// Whether the next token is that keyword or symbol, not a quoted name.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.peek().is_some_and(|text| text.eq_ignore_ascii_case(word))
    }

    /// Whether the next token is one of those keywords or symbols.
    pub(crate) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Goes past the next token if it is that keyword or symbol.
    pub(crate) fn eat(&mut self, word: &str) -> bool {
        let found = self.is(word);
        self.at += usize::from(found);
        found
    }

    /// Goes past the next two tokens if they are those keywords.
    pub(crate) fn eat_two(&mut self, first: &str, second: &str) -> bool {
        let start = self.at;
        let found = self.eat(first) && self.eat(second);
        if !found {
            self.at = start;
        }
        found
    }

    /// Goes past the next token and gives the name that it stands for.
    pub(crate) fn name(&mut self) -> Option<String> {
        self.next().map(name)
    }

    /// Goes past `( … )` and gives what is inside, trimmed; `None` if there is no parenthesis.
    pub(crate) fn parenthesised(&mut self) -> Option<&'a str> {
        if !self.eat("(") {
            return None;
        }
        let start = self.tokens[self.at - 1].span.end;
        self.skip_to(&[]);
        let end = self.tokens.get(self.at).map_or(self.sql.len(), |token| token.span.start);
        self.at += 1;
        Some(self.sql[start..end].trim())
    }

    /// Goes to the next of those words outside parentheses, or to the closing parenthesis of where it is.
    /// Gives the text on the way, trimmed.
    pub(crate) fn skip_to(&mut self, words: &[&str]) -> &'a str {
        let start = self.tokens.get(self.at).map_or(self.sql.len(), |token| token.span.start);
        let (mut depth, mut end) = (0_usize, start);
        while let Some(token) = self.tokens.get(self.at) {
            let text = &self.sql[token.span.clone()];
            match text {
                _ if depth == 0 && (text == ")" || self.is_any(words)) => break,
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            end = token.span.end;
            self.at += 1;
        }
        self.sql[start..end].trim()
    }

    /// Whether all tokens were walked over.
    pub(crate) fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// The text from the next token to the end, trimmed.
    pub(crate) fn rest(&self) -> &'a str {
        self.tokens.get(self.at).map_or("", |token| self.sql[token.span.start..].trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<&str> {
        tokens(sql).into_iter().map(|token| &sql[token.span]).collect()
    }

    #[test]
    fn names_are_found_in_each_kind_of_quote() {
        assert_eq!(texts(r#"a "b ""c" `d` [e f] 'g''h'"#), ["a", r#""b ""c""#, "`d`", "[e f]", "'g''h'"]);
        let names: Vec<_> = texts(r#""b ""c" `d` [e f] 'g''h'"#).into_iter().map(name).collect();
        assert_eq!(names, ["b \"c", "d", "e f", "g'h"]);
    }

    #[test]
    fn comments_and_blanks_are_no_tokens() {
        assert_eq!(texts("a -- b, c\n/* d ' */ e"), ["a", "e"]);
    }

    #[test]
    fn numbers_keep_their_exponent() {
        assert_eq!(texts("-1.5e-3+0xff"), ["-", "1.5e-3", "+", "0xff"]);
    }

    #[test]
    fn text_that_is_cut_off_does_not_panic() {
        for sql in ["'a", "\"a", "[a", "/* a", "(", "a(", "é", "'é"] {
            let _ = texts(sql);
            let mut cursor = Cursor::new(sql);
            cursor.parenthesised();
            cursor.skip_to(&[","]);
            cursor.rest();
        }
    }
}
