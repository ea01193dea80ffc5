//! SQL text → statements, the part that all dialects share.
//!
//! Each dialect says how its text is read (`Rules`) and which statements hold semicolons of their own.

use std::ops::Range;

use crate::token::{LexError, Rules, Token, TokenKind, token_at};

/// One statement of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Where it is: from the first comment that belongs to it up to its semicolon, which is left out.
    pub range: Range<usize>,
    /// The line of its first token that is no comment, from 1.
    pub line: usize,
    /// The text of the range.
    pub text: String,
    /// How it is read.
    pub(crate) rules: Rules,
}

/// Why a text cannot be split.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what} never ends")]
pub struct SplitError {
    /// The line where it begins, from 1.
    pub line: usize,
    /// The byte where it begins.
    pub offset: usize,
    /// What never ends: "the text", "the comment", "the parenthesis or the body".
    pub what: &'static str,
}

/// Follows a statement token by token and says whether it is inside a body whose semicolons are its own.
pub(crate) trait Body: Default {
    /// Takes the next token that is no space or comment.
    fn feed(&mut self, token: &Token<'_>);
    /// Whether a semicolon now belongs to the body.
    fn is_open(&self) -> bool;
    /// How what comes after the statement is read.
    fn rules_after(_statement: &str, rules: Rules) -> Rules {
        rules
    }
}

/// Splits at the semicolons that end a statement; a comment stays with the statement after it.
pub(crate) fn split<B: Body>(sql: &str, rules: &Rules) -> Result<Vec<Statement>, SplitError> {
    let mut statements = Vec::new();
    let mut piece = Piece::<B>::default();
    let mut lines = Lines { sql, offset: 0, line: 1 };
    let mut delimiter = None;
    let mut rules = *rules;
    let mut at = 0;
    while at < sql.len() {
        let token = token_at(sql, at, &rules).map_err(|error| lex_error(sql, &error))?;
        let token = cut_before(sql, token, delimiter);
        at = token.end();
        match token.kind {
            TokenKind::Space => {}
            TokenKind::Comment => piece.comment(&token),
            _ if token.text.is_empty() => {
                at += delimiter.map_or(0, str::len);
                rules = piece.finish(rules, &mut lines, &mut statements);
                piece = Piece::default();
            }
            _ if delimiter.is_none() && token.text == ";" && !piece.body.is_open() => {
                rules = piece.finish(rules, &mut lines, &mut statements);
                piece = Piece::default();
            }
            _ if rules.delimiters && piece.first.is_none() && token.is_word("delimiter") => {
                let line = sql[at..].lines().next().unwrap_or_default();
                delimiter = line.split_whitespace().next().filter(|word| *word != ";");
                at += line.len();
                piece = Piece::default();
            }
            _ => piece.token(&token),
        }
    }
    if piece.body.is_open() && delimiter.is_none() {
        let offset = piece.first.unwrap_or(sql.len());
        return Err(SplitError { line: line_of(sql, offset), offset, what: "the parenthesis or the body" });
    }
    piece.finish(rules, &mut lines, &mut statements);
    Ok(statements)
}

/// The token up to a delimiter of the file's own; empty where that stands first. Quotes and comments hold none.
fn cut_before<'a>(sql: &str, token: Token<'a>, delimiter: Option<&str>) -> Token<'a> {
    let may_hold = matches!(token.kind, TokenKind::Word | TokenKind::Number | TokenKind::Symbol);
    let Some(delimiter) = delimiter.filter(|_| may_hold && !token.text.starts_with("/*")) else {
        return token;
    };
    // A delimiter of several symbols goes on behind this token.
    let begins = |at: &usize| sql[token.start + at..].starts_with(delimiter);
    let cut = token.text.char_indices().map(|(at, _)| at).find(begins);
    cut.map_or(token, |cut| Token { text: &token.text[..cut], ..token })
}

/// A statement while it is read.
#[derive(Default)]
struct Piece<B> {
    start: Option<usize>,
    first: Option<usize>,
    end: usize,
    body: B,
}

impl<B: Body> Piece<B> {
    /// A comment before the statement belongs to it; one after its last token does too, if more of it follows.
    fn comment(&mut self, token: &Token<'_>) {
        self.start.get_or_insert(token.start);
    }

    fn token(&mut self, token: &Token<'_>) {
        self.start.get_or_insert(token.start);
        self.first.get_or_insert(token.start);
        self.end = token.start + token.text.len();
        self.body.feed(token);
    }

    /// The statement, if there is one; gives the rules for the next.
    fn finish(self, rules: Rules, lines: &mut Lines<'_>, statements: &mut Vec<Statement>) -> Rules {
        let (Some(start), Some(first)) = (self.start, self.first) else { return rules };
        let range = start..self.end;
        let text = lines.sql[range.clone()].to_owned();
        let after = B::rules_after(&text, rules);
        statements.push(Statement { line: lines.at(first), text, range, rules });
        after
    }
}

/// Counts lines on the way, so that a dump of many statements is read once.
struct Lines<'a> {
    sql: &'a str,
    offset: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of a byte behind all that were asked for.
    fn at(&mut self, offset: usize) -> usize {
        self.line += line_of(&self.sql[self.offset..], offset - self.offset) - 1;
        self.offset = offset;
        self.line
    }
}

fn lex_error(sql: &str, error: &LexError) -> SplitError {
    SplitError { line: line_of(sql, error.offset), offset: error.offset, what: error.what }
}

fn line_of(sql: &str, offset: usize) -> usize {
    1 + sql[..offset].bytes().filter(|&byte| byte == b'\n').count()
}
