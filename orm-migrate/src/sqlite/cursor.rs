//! A walk over SQLite's SQL, token by token.
//!
//! What SQLite stores has been parsed by SQLite itself, so nothing here can fail; text that is cut off just ends.

use super::split::RULES;
use crate::token::{Token, TokenKind, significant, text_value};

/// Walks over the tokens of a text.
pub(crate) struct Cursor<'a> {
    sql: &'a str,
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(sql: &'a str) -> Self {
        Self { sql, tokens: significant(sql, &RULES).unwrap_or_default(), at: 0 }
    }

    /// The text of the next token.
    pub(crate) fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).map(|token| token.text)
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

    /// Goes past the next token and gives the name that it stands for. SQLite takes a text as a name, too
    /// (lang_keywords.html).
    pub(crate) fn name(&mut self) -> Option<String> {
        let token = self.tokens.get(self.at).copied();
        self.at += 1;
        let token = token?;
        token.name().or_else(|| text_value(token.text)).or_else(|| Some(token.text.to_owned()))
    }

    /// Whether the next token is a name, quoted or not.
    pub(crate) fn is_name(&self) -> bool {
        self.tokens
            .get(self.at)
            .is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
    }

    /// Goes past `( … )` and gives what is inside, trimmed; `None` if there is no parenthesis.
    pub(crate) fn parenthesised(&mut self) -> Option<&'a str> {
        if !self.eat("(") {
            return None;
        }
        let start = self.tokens[self.at - 1].end();
        self.skip_to(&[]);
        let end = self.tokens.get(self.at).map_or(self.sql.len(), |token| token.start);
        self.at += 1;
        Some(self.sql[start..end].trim())
    }

    /// Goes to the next of those words outside parentheses, or to the closing parenthesis of where it is.
    /// Gives the text on the way, trimmed.
    pub(crate) fn skip_to(&mut self, words: &[&str]) -> &'a str {
        let start = self.tokens.get(self.at).map_or(self.sql.len(), |token| token.start);
        let (mut depth, mut end) = (0_usize, start);
        while let Some(token) = self.tokens.get(self.at) {
            match token.text {
                _ if depth == 0 && (token.text == ")" || self.is_any(words)) => break,
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            end = token.end();
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
        self.tokens.get(self.at).map_or("", |token| self.sql[token.start..].trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_each_kind_of_quote() {
        let mut cursor = Cursor::new(r#"a "b ""c" `d` [e f] 'g''h'"#);
        let names: Vec<_> =
            std::iter::from_fn(|| if cursor.at_end() { None } else { cursor.name() }).collect();
        assert_eq!(names, ["a", "b \"c", "d", "e f", "g'h"]);
    }

    #[test]
    fn text_that_is_cut_off_does_not_panic() {
        for sql in ["'a", "\"a", "[a", "/* a", "(", "a(", "é", "'é", ")"] {
            let mut cursor = Cursor::new(sql);
            cursor.parenthesised();
            cursor.skip_to(&[","]);
            cursor.rest();
        }
    }
}
