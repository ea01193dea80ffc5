//! How the text of MariaDB and MySQL is read, and which of their statements hold semicolons.

use crate::{
    split::Body,
    token::{Rules, Token, TokenKind},
};

/// Their tokens (MariaDB "String Literals", "Identifier Names", "Comment Syntax"), where sql_mode does not say otherwise.
pub(crate) const RULES: Rules = Rules {
    nested_comments: false,
    dollar_quotes: false,
    escape_texts: false,
    backslashes: true,
    double_quoted_texts: true,
    backquotes: true,
    brackets: false,
    hash_comments: true,
    delimiters: true,
};

/// `CREATE … PROCEDURE|FUNCTION|TRIGGER|EVENT … BEGIN …; END`, and MariaDB's `BEGIN NOT ATOMIC …; END`.
///
/// `END IF`, `END LOOP` and their like end nothing that was counted; `END CASE` ends a `CASE`.
#[derive(Debug, Default)]
pub(crate) struct RoutineBody {
    tokens: usize,
    creates: bool,
    routine: bool,
    depth: usize,
    after_end: bool,
    after_begin: bool,
}

/// What makes a routine of a CREATE.
const ROUTINES: [&str; 4] = ["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"];

/// What END may end beside BEGIN and CASE.
const BLOCKS: [&str; 5] = ["IF", "LOOP", "WHILE", "REPEAT", "FOR"];

impl Body for RoutineBody {
    fn feed(&mut self, token: &Token<'_>) {
        self.tokens += 1;
        if token.kind != TokenKind::Word {
            self.after_end = false;
            return;
        }
        let is = |words: &[&str]| words.iter().any(|word| token.is_word(word));
        self.creates |= self.tokens == 1 && is(&["CREATE"]);
        self.routine |= self.creates && is(&ROUTINES);
        // A compound statement outside of any routine.
        self.routine |= self.after_begin && self.tokens == 2 && is(&["NOT"]);
        self.depth += usize::from(self.routine && self.tokens == 2 && self.after_begin);
        let reopens = self.after_end && is(&BLOCKS);
        if self.routine && (reopens || is(&["BEGIN"]) || (is(&["CASE"]) && !self.after_end)) {
            self.depth += 1;
        } else if is(&["END"]) {
            self.after_end = self.depth > 0;
            self.depth = self.depth.saturating_sub(1);
            return;
        }
        self.after_begin = is(&["BEGIN"]);
        self.after_end = false;
    }

    fn is_open(&self) -> bool {
        self.depth > 0
    }
}
