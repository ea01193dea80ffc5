//! Decisions and questions on renames.

use std::{fmt, str::FromStr};

use serde::Serialize;

/// A decision: `users.name=users.full_name` is a rename, `users.name!=users.full_name` is a drop and an addition.
///
/// The same for tables (`users=accounts`), enum types (`status=state`) and enum labels (`status.on=status.active`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Rename {
    /// What it was called: `table`, `table.column`, `enum` or `enum.label`.
    pub from: String,
    /// What it is called.
    pub to: String,
    /// Whether it is the same thing under another name.
    pub same: bool,
}

/// A decision that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no rename: expected `old=new`, as in `users.name=users.full_name`, or `old!=new` for a drop and an addition"
)]
pub struct RenameError(String);

impl FromStr for Rename {
    type Err = RenameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || RenameError(text.to_owned());
        let (from, to, same) = match text.split_once("!=") {
            Some((from, to)) => (from, to, false),
            None => text.split_once('=').map(|(from, to)| (from, to, true)).ok_or_else(error)?,
        };
        let (from, to) = (from.trim().to_owned(), to.trim().to_owned());
        if from.is_empty() || to.is_empty() { Err(error()) } else { Ok(Self { from, to, same }) }
    }
}

impl fmt::Display for Rename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.from, if self.same { "=" } else { "!=" }, self.to)
    }
}

/// A dropped and an added thing that may be one thing under another name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RenameQuestion {
    /// What it is.
    pub kind: RenameKind,
    /// What is gone: `users.name`.
    pub from: String,
    /// What is new: `users.full_name`.
    pub to: String,
}

/// What a rename is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RenameKind {
    /// A table.
    Table,
    /// A column.
    Column,
    /// An enum type.
    Enum,
    /// A label of an enum type.
    EnumValue,
}

impl RenameQuestion {
    /// The decision that it is a rename.
    #[must_use]
    pub fn yes(&self) -> Rename {
        Rename { from: self.from.clone(), to: self.to.clone(), same: true }
    }

    /// The decision that it is a drop and an addition.
    #[must_use]
    pub fn no(&self) -> Rename {
        Rename { same: false, ..self.yes() }
    }
}

impl fmt::Display for RenameQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            RenameKind::Table => "table",
            RenameKind::Column => "column",
            RenameKind::Enum => "enum",
            RenameKind::EnumValue => "label",
        };
        write!(f, "is {kind} `{}` the former `{}`?", self.to, self.from)
    }
}
