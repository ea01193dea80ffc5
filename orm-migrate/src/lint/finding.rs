//! What a rule has found.

use std::fmt;

use serde::Serialize;

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
