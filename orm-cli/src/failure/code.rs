//! The codes of what the command line itself finds wrong, and their exit codes.

use crate::exit::Exit;

/// What the command line itself finds wrong. A code is never given another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// The words make no command.
    Usage,
    /// A later release has that command.
    NotYet,
    /// Nothing names a database.
    NoDatabase,
    /// What names a database is no URL.
    Url,
    /// The database cannot be reached.
    Connect,
    /// `orm.toml` is not readable, or says what nobody understands.
    Config,
    /// `.env` is not readable.
    Dotenv,
    /// A file that was named cannot be read.
    Input,
    /// Only a person can decide whether something was renamed.
    Rename,
    /// A decision on a rename fits nothing.
    NoRename,
    /// A table would be dropped whose model may only be hidden.
    Vanished,
    /// The source has no model.
    NoModels,
    /// A person must say that it may go.
    Consent,
    /// Nothing says for which database's SQL.
    NoDialect,
    /// The changes cannot be put in an order.
    Plan,
    /// A program that fills the database failed.
    Seed,
    /// A signal came.
    Interrupted,
    /// The machine refuses.
    System,
}

impl Code {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Usage => "C001",
            Self::NotYet => "C002",
            Self::NoDatabase => "C003",
            Self::Url => "C004",
            Self::Connect => "C005",
            Self::Config => "C006",
            Self::Dotenv => "C007",
            Self::Input => "C008",
            Self::Rename => "C010",
            Self::NoRename => "C011",
            Self::Vanished => "C012",
            Self::Consent => "C013",
            Self::NoDialect => "C014",
            Self::Plan => "C015",
            Self::NoModels => "C016",
            Self::Seed => "C017",
            Self::Interrupted => "C020",
            Self::System => "C021",
        }
    }

    pub(super) const fn exit(self) -> Exit {
        match self {
            Self::Usage | Self::NotYet | Self::NoRename => Exit::Usage,
            Self::Rename | Self::Consent => Exit::Decision,
            Self::Vanished => Exit::Precondition,
            Self::NoDatabase
            | Self::Url
            | Self::Connect
            | Self::Config
            | Self::Dotenv
            | Self::Input
            | Self::NoDialect
            | Self::NoModels
            | Self::Plan
            | Self::Seed
            | Self::System => Exit::Error,
            Self::Interrupted => Exit::Interrupted,
        }
    }
}
