//! What a rule has found.

use std::fmt;

use serde::Serialize;

use super::{Hit, Rule};

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Something that hurts later, or that nobody could check.
    Hint,
    /// People wait for a lock, or rows may make the migration fail.
    Caution,
    /// Data is lost, or the version that is running breaks.
    Danger,
}

impl Level {
    /// Whether a person has to decide.
    ///
    /// ```
    /// use orm_migrate::lint::Level;
    /// assert!(Level::Danger.needs_decision() && Level::Caution.needs_decision());
    /// assert!(!Level::Hint.needs_decision());
    /// ```
    #[must_use]
    pub const fn needs_decision(self) -> bool {
        match self {
            Self::Danger | Self::Caution => true,
            Self::Hint => false,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hint => "hint",
            Self::Caution => "caution",
            Self::Danger => "danger",
        })
    }
}

/// A place in a file where a rule says something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's code: `L101`.
    pub code: &'static str,
    /// The rule's name: `drop-table`.
    pub rule: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What it is, with the names of this statement.
    pub message: String,
    /// Why that is a problem.
    pub why: &'static str,
    /// What to do instead, with the names of this statement.
    pub fix: String,
    /// The file, as the caller named it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The text of that line.
    pub text: String,
}

/// A file, for findings in it.
pub(super) struct Source<'a> {
    file: &'a str,
    lines: Vec<&'a str>,
}

impl<'a> Source<'a> {
    pub(super) fn new(file: &'a str, sql: &'a str) -> Self {
        Self { file, lines: sql.lines().collect() }
    }

    /// What a rule says of a line.
    pub(super) fn finding(&self, line: usize, rule: &Rule, hit: Hit) -> Finding {
        let text = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        Finding {
            code: rule.code,
            rule: rule.name,
            level: rule.level,
            message: hit.message,
            why: rule.why,
            fix: hit.fix.unwrap_or_else(|| rule.fix.to_owned()),
            file: self.file.to_owned(),
            line,
            text: text.trim_end().to_owned(),
        }
    }
}
