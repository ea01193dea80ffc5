//! What a rule is: data, and one function that looks at a fact.

use super::{Level, facts::Fact, scene::Scene};
use crate::dialect::Dialect;

/// A rule of the linter. A code is never used again for something else.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its code: `L101`. The hundreds are its group.
    pub code: &'static str,
    /// Its name: `drop-table`.
    pub name: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What it finds, in one line.
    pub title: &'static str,
    /// Why that is a problem.
    pub why: &'static str,
    /// What to do instead.
    pub fix: &'static str,
    /// When it says nothing.
    pub silent: &'static str,
    /// The pages that say so.
    pub sources: &'static [&'static str],
    /// The lock that the statement takes, as the database calls it, where the rule is about one.
    pub lock: Option<&'static str>,
    /// SQL that it speaks of, and SQL that it does not speak of.
    pub examples: &'static [Example],
    pub(crate) look: Look,
}

/// SQL that a rule is shown by; every example is a test.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The dialects that it is an example on: `postgres`.
    pub dialects: &'static [&'static str],
    /// What is there before.
    pub before: &'static str,
    /// What the rule speaks of.
    pub bad: &'static str,
    /// What it does not speak of.
    pub good: &'static str,
}

impl Example {
    /// Whether it is one on that dialect.
    #[must_use]
    pub fn is_on(&self, dialect: Dialect) -> bool {
        self.dialects.contains(&dialect.to_string().as_str())
    }
}

/// How a rule gets to see something.
#[derive(Clone, Copy)]
pub(crate) enum Look {
    /// At each fact of each statement.
    Fact(fn(&Scene<'_>, &Fact) -> Option<Hit>),
    /// Where files, comments and folders are read.
    Elsewhere,
}

impl std::fmt::Debug for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Fact(_) => "Fact",
            Self::Elsewhere => "Elsewhere",
        })
    }
}

/// What a rule says of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    /// What it is.
    pub(crate) message: String,
    /// What to do instead; `None` is what the rule says for all.
    pub(crate) fix: Option<String>,
}

impl Hit {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), fix: None }
    }

    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

impl Rule {
    /// Whether it is about rows that are there and people who use the table: not so for a table that the file has made.
    pub(crate) fn is_about_use(&self) -> bool {
        self.code < "L500"
    }
}
