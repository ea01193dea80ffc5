//! How the text of MariaDB and MySQL is read, and which of their statements hold semicolons.

use super::text;
use crate::{
    split::Body,
    token::{Rules, Token, TokenKind, significant},
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

    /// What a file sets the `sql_mode` to says how its next statements are read, as in a dump.
    fn rules_after(statement: &str, rules: Rules) -> Rules {
        sql_mode(statement, &rules).map_or(rules, |mode| rules_of(&mode))
    }
}

/// How text is read under a `sql_mode` ("SQL_MODE").
pub(crate) fn rules_of(mode: &str) -> Rules {
    const ANSI_QUOTES: [&str; 7] = ["ANSI_QUOTES", "ANSI", "DB2", "MAXDB", "MSSQL", "ORACLE", "POSTGRESQL"];
    let has = |words: &[&str]| {
        mode.split(',').any(|one| words.iter().any(|word| one.trim().eq_ignore_ascii_case(word)))
    };
    Rules { backslashes: !has(&["NO_BACKSLASH_ESCAPES"]), double_quoted_texts: !has(&ANSI_QUOTES), ..RULES }
}

/// The `sql_mode` that a `SET` leaves the session with; none of its own where a variable or a function says it.
fn sql_mode(statement: &str, rules: &Rules) -> Option<String> {
    let tokens = significant(statement, rules).ok()?;
    if let [only] = tokens.as_slice() {
        return sql_mode(run_comment(only)?, rules);
    }
    if !tokens.first()?.is_word("SET") {
        return None;
    }
    let is_set = |at: &usize| {
        tokens[*at].is_word("sql_mode")
            && tokens.get(at + 1).is_some_and(|next| [":=", "="].contains(&next.text))
            && is_of_session(&tokens[..*at])
    };
    let at = (0..tokens.len()).rev().find(is_set)?;
    let value = tokens.get(at + 2).filter(|token| token.kind == TokenKind::Text);
    Some(value.and_then(|token| text::value(token.text)).unwrap_or_default())
}

/// Whether what stands before a name makes it a variable of the session: not `@`, `GLOBAL` or `@@GLOBAL.`.
fn is_of_session(before: &[Token<'_>]) -> bool {
    let scope = match before {
        [.., scope, dot] if dot.text == "." => scope,
        [.., scope] => scope,
        [] => return true,
    };
    !(scope.text == "@" || scope.is_word("GLOBAL") || scope.is_word("PERSIST"))
}

/// What stands in `/*!40101 … */`.
pub(super) fn run_comment<'a>(token: &Token<'a>) -> Option<&'a str> {
    let inside = token.text.strip_prefix("/*")?.strip_suffix("*/")?;
    let inside = inside.strip_prefix('M').unwrap_or(inside).strip_prefix('!')?;
    Some(inside.trim_start_matches(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_of_a_session_says_how_its_texts_are_read() {
        for (mode, backslashes, texts) in [
            ("", true, true),
            ("STRICT_TRANS_TABLES", true, true),
            ("NO_BACKSLASH_ESCAPES", false, true),
            ("strict_trans_tables, ansi_quotes", true, false),
            ("ANSI,NO_BACKSLASH_ESCAPES", false, false),
        ] {
            let rules = rules_of(mode);
            assert_eq!((rules.backslashes, rules.double_quoted_texts), (backslashes, texts), "{mode}");
        }
    }

    #[test]
    fn only_what_sets_the_mode_of_the_session_changes_the_rules() {
        let mode = |sql: &str| sql_mode(sql, &RULES);
        for sql in [
            "SET sql_mode = 'ANSI'",
            "set session SQL_MODE := 'ANSI', time_zone = '+00:00'",
            "SET @old = @@sql_mode, @@SESSION.sql_mode='ANSI'",
            "/*!50003 SET sql_mode              = 'ANSI' */",
        ] {
            assert_eq!(mode(sql).as_deref(), Some("ANSI"), "{sql}");
        }
        for sql in ["SET sql_mode = @old", "SET SESSION sql_mode = DEFAULT"] {
            assert_eq!(mode(sql).as_deref(), Some(""), "{sql}");
        }
        for sql in [
            "SET GLOBAL sql_mode = 'ANSI'",
            "SET @@global.sql_mode = 'ANSI'",
            "SET @sql_mode = 'ANSI'",
            "SET @a = @@sql_mode",
            "SELECT sql_mode = 'ANSI'",
            "/* SET sql_mode = 'ANSI' */",
        ] {
            assert_eq!(mode(sql), None, "{sql}");
        }
    }
}
