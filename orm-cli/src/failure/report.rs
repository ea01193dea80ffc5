//! One thing that is wrong: what, why, what to do, and where.

use std::{fmt::Display, ops::Range, path::Path};

use orm_core::ErrorKind;
use orm_migrate::{MigrateError, lint::Finding, source::SourceError};

use super::Code;
use crate::exit::Exit;

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
    pub(super) exit: Exit,
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

impl From<&Finding> for Report {
    fn from(finding: &Finding) -> Self {
        let place = Place {
            file: tidy(Path::new(&finding.file)),
            line: Some(finding.line),
            text: Some(finding.text.clone()),
            ..Place::default()
        };
        Self {
            code: finding.code,
            message: finding.message.clone(),
            why: Some(finding.why.to_owned()),
            fix: Some(finding.fix.clone()),
            place: Some(place),
            notes: Vec::new(),
            exit: Exit::Decision,
        }
    }
}

impl From<&SourceError> for Report {
    fn from(error: &SourceError) -> Self {
        let location = &error.location;
        let has_text = !error.source_line.is_empty();
        let place = Place {
            file: tidy(&location.file),
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

/// The path of a file as one would type it here.
pub(crate) fn tidy(file: &Path) -> String {
    file.strip_prefix(".").unwrap_or(file).display().to_string()
}
