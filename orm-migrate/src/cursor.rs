//! A walk over a statement, token by token.
//!
//! Nothing here can fail: text that is cut off just ends, and what is asked for and not there is `None`.

use orm_schema::TableName;

use crate::{
    dialect::Dialect,
    token::{Rules, Token, TokenKind, significant, text_value},
};

/// Walks over the tokens of a statement.
pub(crate) struct Cursor<'a> {
    dialect: Dialect,
    sql: &'a str,
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(dialect: Dialect, sql: &'a str, rules: &Rules) -> Self {
        Self { dialect, sql, tokens: significant(sql, rules).unwrap_or_default(), at: 0 }
    }

    fn token(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.at)
    }

    /// Whether the next token is that keyword or symbol, not a quoted name.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.is_at(0, word)
    }

    /// Whether a token further on is that keyword or symbol.
    pub(crate) fn is_at(&self, further: usize, word: &str) -> bool {
        self.tokens.get(self.at + further).is_some_and(|token| token.text.eq_ignore_ascii_case(word))
    }

    /// Whether the next token is one of those keywords or symbols.
    pub(crate) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Whether the tokens to come begin with those keywords.
    pub(crate) fn are(&self, words: &str) -> bool {
        words.split(' ').enumerate().all(|(further, word)| self.is_at(further, word))
    }

    /// Goes past those keywords if they come next.
    pub(crate) fn eat(&mut self, words: &str) -> bool {
        let found = self.are(words);
        self.at += if found { words.split(' ').count() } else { 0 };
        found
    }

    /// Goes past the next token and gives its text.
    pub(crate) fn next(&mut self) -> Option<&'a str> {
        let text = self.token().map(|token| token.text);
        self.at += 1;
        text
    }

    /// Goes past a name: as the database keeps it.
    pub(crate) fn name(&mut self) -> Option<String> {
        let token = *self.token()?;
        let name = match token.kind {
            TokenKind::Word => self.dialect.stored_name(token.text),
            TokenKind::Quoted => token.name()?,
            // SQLite and MySQL take a text as a name, too (lang_keywords.html).
            TokenKind::Text => text_value(token.text)?,
            TokenKind::Space | TokenKind::Comment | TokenKind::Number | TokenKind::Symbol => return None,
        };
        self.at += 1;
        Some(name)
    }

    /// Whether the next token is a name, quoted as one or not at all.
    pub(crate) fn is_name(&self) -> bool {
        self.token().is_some_and(|token| token.name().is_some())
    }

    /// Goes past `a` or `a.b` and gives it as it is written, quotes and all.
    pub(crate) fn written_name(&mut self) -> Option<String> {
        let mut written = String::new();
        loop {
            self.token()?.name()?;
            written.push_str(self.next()?);
            if !self.eat(".") {
                return Some(written);
            }
            written.push('.');
        }
    }

    /// Goes past a name that may be quoted as a text and gives it; of `a.b.c` the last two parts count.
    pub(crate) fn table(&mut self) -> Option<TableName> {
        let mut name = TableName::new(self.name()?);
        while self.eat(".") {
            name = TableName { namespace: Some(name.name), name: self.name()? };
        }
        Some(name)
    }

    /// Goes past `IF EXISTS` or `IF NOT EXISTS`.
    pub(crate) fn if_exists(&mut self) -> bool {
        self.eat("IF NOT EXISTS") || self.eat("IF EXISTS")
    }

    /// Goes past `( … )`, if it comes next, and gives what is inside, trimmed.
    pub(crate) fn parenthesised(&mut self) -> Option<&'a str> {
        if !self.eat("(") {
            return None;
        }
        let inside = self.skip_to(|_| false);
        self.at += 1;
        Some(inside)
    }

    /// Goes past `(a, b (10), c DESC)` and gives the names that the items begin with.
    pub(crate) fn columns(&mut self) -> Option<Vec<String>> {
        Some(self.items()?.into_iter().flatten().collect())
    }

    /// The same, where an expression has no name.
    pub(crate) fn items(&mut self) -> Option<Vec<Option<String>>> {
        if !self.eat("(") {
            return None;
        }
        let mut names = Vec::new();
        while !self.at_end() && !self.is(")") {
            let is_expression = self.is("(") || (self.is_at(1, "(") && !self.is_prefix());
            names.push(if is_expression { None } else { self.name() });
            self.skip_to(|cursor| cursor.is(","));
            self.eat(",");
        }
        self.eat(")");
        Some(names)
    }

    /// Whether `(10)` follows the next token: the beginning of a column, and no call.
    fn is_prefix(&self) -> bool {
        let is_number = |token: &Token<'_>| token.kind == TokenKind::Number;
        self.tokens.get(self.at + 2).is_some_and(is_number) && self.is_at(3, ")")
    }

    /// Goes to where `stop` holds outside parentheses, or to the closing parenthesis of where it is, or to the end.
    /// Gives the text on the way, trimmed.
    pub(crate) fn skip_to(&mut self, stop: impl Fn(&Self) -> bool) -> &'a str {
        let start = self.token().map_or(self.sql.len(), |token| token.start);
        let (mut depth, mut end) = (0_usize, start);
        while let Some(token) = self.token() {
            match token.text {
                _ if depth == 0 && (token.text == ")" || stop(self)) => break,
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            end = token.end();
            self.at += 1;
        }
        self.sql[start..end].trim()
    }

    /// Whether a keyword comes anywhere from here on, outside texts and quotes.
    pub(crate) fn has(&self, words: &str) -> bool {
        (self.at..self.tokens.len()).any(|at| {
            words
                .split(' ')
                .enumerate()
                .all(|(further, word)| self.tokens.get(at + further).is_some_and(|token| token.is_word(word)))
        })
    }

    /// Whether all tokens were walked over.
    pub(crate) fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Goes back to where the walk was.
    pub(crate) fn back_to(&mut self, place: usize) {
        self.at = place;
    }

    /// Where the walk is.
    pub(crate) fn place(&self) -> usize {
        self.at
    }

    /// The text from the next token to the end, trimmed.
    pub(crate) fn rest(&self) -> &'a str {
        self.token().map_or("", |token| self.sql[token.start..].trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(sql: &str) -> Cursor<'_> {
        Cursor::new(Dialect::Sqlite, sql, Dialect::Sqlite.rules())
    }

    #[test]
    fn names_are_found_in_each_kind_of_quote() {
        let mut cursor = walk(r#"a "b ""c" `d` [e f] 'g''h'"#);
        let names: Vec<_> =
            std::iter::from_fn(|| if cursor.at_end() { None } else { cursor.name() }).collect();
        assert_eq!(names, ["a", "b \"c", "d", "e f", "g'h"]);
    }

    #[test]
    fn text_that_is_cut_off_does_not_panic() {
        for sql in ["'a", "\"a", "[a", "/* a", "(", "a(", "é", "'é", ")"] {
            let mut cursor = walk(sql);
            cursor.parenthesised();
            cursor.skip_to(|cursor| cursor.is(","));
            cursor.rest();
        }
    }
}
