//! What went wrong, whoever found it: one form for people and scripts, and the exit code.
//!
//! Codes of the engine are `M…`, of the scan of the models `S…`, of the command line itself `C…`.

use std::{fmt::Display, io, ops::Range};

use orm_core::ErrorKind;
use orm_migrate::{MigrateError, RenameQuestion, source::SourceError};

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
    /// A person must say that it may go.
    Consent,
    /// Nothing says for which database's SQL.
    NoDialect,
    /// The database cannot do what the models ask.
    Unsupported,
    /// The changes cannot be put in an order.
    Plan,
    /// A signal came.
    Interrupted,
    /// The machine refuses.
    System,
}

impl Code {
    const fn text(self) -> &'static str {
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
            Self::Unsupported => "C015",
            Self::Plan => "C016",
            Self::Interrupted => "C020",
            Self::System => "C021",
        }
    }

    const fn exit(self) -> Exit {
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
            | Self::Unsupported
            | Self::Plan
            | Self::System => Exit::Error,
            Self::Interrupted => Exit::Interrupted,
        }
    }
}

/// Why a command did not do what it was told.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What the process returns.
    pub(crate) exit: Exit,
    /// Everything that was found, never empty.
    pub(crate) reports: Vec<Report>,
    /// What a person must decide.
    pub(crate) questions: Vec<RenameQuestion>,
}

/// One thing that is wrong, or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    /// Its code.
    pub(crate) code: &'static str,
    /// What is wrong.
    pub(crate) message: String,
    /// The reason, where the message is not it.
    pub(crate) why: Option<String>,
    /// What to do.
    pub(crate) fix: Option<String>,
    /// Where.
    pub(crate) place: Option<Place>,
    /// Lines that help to understand it.
    pub(crate) notes: Vec<String>,
    exit: Exit,
}

/// Where something is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file, or a word for what is no file: `--database-url`.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: Option<usize>,
    /// The column, from 1, in characters.
    pub(crate) column: Option<usize>,
    /// The line's text.
    pub(crate) text: Option<String>,
    /// How many characters are meant, from the column on.
    pub(crate) length: usize,
}

impl Failure {
    /// One report.
    pub(crate) fn of(report: Report) -> Self {
        Self { exit: report.exit, reports: vec![report], questions: Vec::new() }
    }

    /// Several reports; `None` without any.
    pub(crate) fn all(reports: Vec<Report>) -> Option<Self> {
        let exit = reports.first()?.exit;
        Some(Self { exit, reports, questions: Vec::new() })
    }

    /// A signal.
    pub(crate) fn interrupted(signal: Exit) -> Self {
        let report = Report::new(Code::Interrupted, "interrupted")
            .why("a signal came before the command was done")
            .fix("what ran before stays, the running statement was rolled back: run it again to go on");
        Self { exit: signal, ..Self::of(report) }
    }

    /// Whether a signal ended the command.
    pub(crate) fn is_interruption(&self) -> bool {
        matches!(self.exit, Exit::Interrupted | Exit::Terminated)
    }

    /// A command that a later release has.
    pub(crate) fn not_yet(command: &str) -> Self {
        let report = Report::new(Code::NotYet, format!("`{command}` is not there yet"))
            .why("a later release will have this command")
            .fix("see `orm --help` for what this release can do")
            .file("the command line");
        Self::of(report)
    }

    /// Adds a line that helps to understand the first report.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        if let Some(first) = self.reports.first_mut() {
            first.notes.push(note.into());
        }
        self
    }

    /// No runtime to run on.
    pub(crate) fn no_runtime(error: &io::Error) -> Self {
        let report = Report::new(Code::System, "the async runtime does not start")
            .why(error.to_string())
            .fix("check the limits on threads and open files of this machine");
        Self::of(report)
    }

    /// A file that was named and cannot be read.
    pub(crate) fn input(doing: &str, path: impl Display, error: &io::Error) -> Self {
        let report = Report::new(Code::Input, format!("cannot {doing} `{path}`"))
            .why(error.to_string())
            .fix("check the path and its permissions")
            .file(path);
        Self::of(report)
    }
}

impl Report {
    /// Something that the command line itself finds.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code: code.text(),
            message: message.into(),
            why: None,
            fix: None,
            place: None,
            notes: Vec::new(),
            exit: code.exit(),
        }
    }

    /// Adds the reason.
    pub(crate) fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Adds what to do.
    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Adds the file, or what else it comes from.
    pub(crate) fn file(self, file: impl Display) -> Self {
        self.place(Place { file: file.to_string(), ..Place::default() })
    }

    /// Adds a place.
    pub(crate) fn place(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Adds a place in a text, in bytes.
    pub(crate) fn at(self, file: impl Display, text: &str, span: Range<usize>) -> Self {
        let start = text.get(..span.start).unwrap_or_default();
        let line_start = start.rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[line_start..].lines().next().unwrap_or_default();
        let meant = text.get(span).and_then(|meant| meant.lines().next()).unwrap_or_default();
        self.place(Place {
            file: file.to_string(),
            line: Some(start.matches('\n').count() + 1),
            column: Some(start[line_start..].chars().count() + 1),
            text: Some(line.to_owned()),
            length: meant.chars().count().max(1),
        })
    }

    /// Adds a line that helps to understand it.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The database, for what it said of itself: the fix is where its URL comes from.
    pub(crate) fn connection(error: &orm_core::Error, from: &str) -> Self {
        let code = if error.kind() == ErrorKind::Configuration { Code::Url } else { Code::Connect };
        // `cannot connect to …: reason; what to do`
        let text = error.to_string();
        let (message, fix) = text.rsplit_once("; ").unwrap_or((&text, "check the database URL"));
        let why = message.split_once(": ").map_or(message, |(_, why)| why);
        Self::new(code, message).why(why).fix(fix).file(from)
    }
}

impl From<&MigrateError> for Report {
    fn from(error: &MigrateError) -> Self {
        let place = error.place().map(|place| Place {
            file: place.file.clone(),
            line: place.line,
            text: place.text.clone(),
            ..Place::default()
        });
        let source = std::error::Error::source(error).map(ToString::to_string);
        Self {
            code: error.code().text(),
            message: error.why().to_owned(),
            why: source,
            fix: error.what_to_do().map(str::to_owned),
            place,
            notes: error.notes().to_vec(),
            exit: error.class().into(),
        }
    }
}

impl From<&SourceError> for Report {
    fn from(error: &SourceError) -> Self {
        let location = &error.location;
        let has_text = !error.source_line.is_empty();
        let place = Place {
            file: location.file.display().to_string(),
            line: has_text.then_some(location.line),
            column: has_text.then_some(location.column),
            text: has_text.then(|| error.source_line.clone()),
            length: error.label,
        };
        Self {
            code: error.code,
            message: error.message.clone(),
            why: None,
            fix: error.fix.clone(),
            place: Some(place),
            notes: Vec::new(),
            exit: Exit::Error,
        }
    }
}

impl From<MigrateError> for Failure {
    fn from(error: MigrateError) -> Self {
        let mut reports = Vec::new();
        collect(&error, &mut reports);
        Self { exit: error.class().into(), reports, questions: Vec::new() }
    }
}

/// The error, then those that were found together with it.
fn collect(error: &MigrateError, reports: &mut Vec<Report>) {
    reports.push(error.into());
    for other in error.others() {
        collect(other, reports);
    }
}

impl From<orm_core::Error> for Failure {
    fn from(error: orm_core::Error) -> Self {
        MigrateError::from(error).into()
    }
}
