//! How PostgreSQL's text is read, and which of its statements hold semicolons.

use crate::{
    split::Body,
    token::{Rules, Token},
};

/// PostgreSQL's tokens (sql-syntax-lexical.html).
pub(crate) const RULES: Rules = Rules {
    nested_comments: true,
    dollar_quotes: true,
    escape_texts: true,
    backslashes: false,
    double_quoted_texts: false,
    backquotes: false,
    brackets: false,
    hash_comments: false,
    delimiters: false,
};

/// `CREATE FUNCTION … BEGIN ATOMIC …; END` (sql-createfunction.html, since 14), and `CREATE RULE … DO (…; …)`
/// (sql-createrule.html), whose semicolons stand inside parentheses.
#[derive(Debug, Default)]
pub(crate) struct RoutineBody {
    words: Vec<String>,
    after_begin: bool,
    depth: usize,
    parentheses: usize,
}

impl Body for RoutineBody {
    fn feed(&mut self, token: &Token<'_>) {
        match token.text {
            "(" => self.parentheses += 1,
            ")" => self.parentheses = self.parentheses.saturating_sub(1),
            _ => self.word(token),
        }
    }

    fn is_open(&self) -> bool {
        self.depth > 0 || self.parentheses > 0
    }
}

impl RoutineBody {
    fn word(&mut self, token: &Token<'_>) {
        if self.words.len() < 4 {
            self.words.push(token.text.to_ascii_uppercase());
        }
        if !self.is_routine() {
            return;
        }
        if (self.after_begin && token.is_word("atomic")) || (self.depth > 0 && token.is_word("case")) {
            self.depth += 1;
        } else if self.depth > 0 && token.is_word("end") {
            self.depth -= 1;
        }
        self.after_begin = token.is_word("begin");
    }

    fn is_routine(&self) -> bool {
        let words = &self.words;
        words.first().is_some_and(|word| word == "CREATE")
            && words.iter().any(|word| word == "FUNCTION" || word == "PROCEDURE")
    }
}
