//! How SQLite's text is read, and which of its statements hold semicolons.

use crate::{
    split::Body,
    token::{Rules, Token},
};

/// SQLite's tokens (lang_expr.html, lang_comment.html, lang_keywords.html).
pub(crate) const RULES: Rules = Rules {
    nested_comments: false,
    dollar_quotes: false,
    escape_texts: false,
    backslashes: false,
    double_quoted_texts: false,
    backquotes: true,
    brackets: true,
    hash_comments: false,
    delimiters: false,
};

/// `CREATE [TEMP|TEMPORARY] TRIGGER … BEGIN …; END`: the only statement with semicolons inside
/// (lang_createtrigger.html). `CASE … END` may stand in the body.
#[derive(Debug, Default)]
pub(crate) struct TriggerBody {
    words: Vec<String>,
    trigger: bool,
    depth: usize,
}

impl Body for TriggerBody {
    fn feed(&mut self, token: &Token<'_>) {
        if self.words.len() < 3 {
            self.words.push(token.text.to_ascii_uppercase());
            self.trigger |= is_trigger(&self.words);
        }
        if !self.trigger {
            return;
        }
        if (self.depth == 0 && token.is_word("begin")) || (self.depth > 0 && token.is_word("case")) {
            self.depth += 1;
        } else if self.depth > 0 && token.is_word("end") {
            self.depth -= 1;
        }
    }

    fn is_open(&self) -> bool {
        self.depth > 0
    }
}

fn is_trigger(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words.as_slice(), ["CREATE", "TRIGGER", ..] | ["CREATE", "TEMP" | "TEMPORARY", "TRIGGER"])
}
