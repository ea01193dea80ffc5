//! The files that were read, and what was found wrong in them.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use proc_macro2::Span;

use super::{Scan, ScannedModel};
use crate::Schema;

/// A place in a file; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file.
    pub file: PathBuf,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// A mistake, or what may be one, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    /// One of [`code`](super::code).
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub location: Location,
    /// The line there, without its end.
    pub source_line: String,
    /// How many characters of it are meant, from the column on; at least 1.
    pub label: usize,
    /// What to do.
    pub fix: Option<String>,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, self.message)
    }
}

impl std::error::Error for SourceError {}

/// A file that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileId(usize);

/// A span and the file it is in.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub(super) file: FileId,
    pub(super) span: Span,
}

/// Everything read and said so far.
#[derive(Default)]
pub(super) struct Report {
    files: Vec<(PathBuf, String)>,
    warnings: Vec<SourceError>,
    errors: Vec<SourceError>,
}

impl Report {
    /// Keeps a file; one that is reached twice is kept once.
    pub(super) fn add_file(&mut self, path: &Path, text: String) -> FileId {
        if let Some(place) = self.files.iter().position(|(known, _)| known == path) {
            return FileId(place);
        }
        self.files.push((path.to_path_buf(), text));
        FileId(self.files.len() - 1)
    }

    /// The path of a file.
    pub(super) fn path(&self, file: FileId) -> &Path {
        &self.files[file.0].0
    }

    /// The text of a file.
    pub(super) fn text(&self, file: FileId) -> &str {
        &self.files[file.0].1
    }

    /// Whether anything may be a mistake.
    pub(super) fn has_warnings(&self) -> bool {
        !self.warnings.is_empty()
    }

    /// The place of a span.
    pub(super) fn location(&self, at: At) -> Location {
        let start = at.span.start();
        Location { file: self.path(at.file).to_path_buf(), line: start.line, column: start.column + 1 }
    }

    /// Notes a mistake.
    pub(super) fn error(
        &mut self,
        code: &'static str,
        at: At,
        message: impl Into<String>,
        fix: Option<&str>,
    ) {
        let error = self.at(code, at, message.into(), fix);
        self.add(error);
    }

    /// Notes what may be a mistake.
    pub(super) fn warning(&mut self, code: &'static str, at: At, message: impl Into<String>, fix: &str) {
        let warning = self.at(code, at, message.into(), Some(fix));
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Notes a mistake of a file as a whole.
    pub(super) fn file_error(&mut self, code: &'static str, path: &Path, message: String, fix: Option<&str>) {
        let location = Location { file: path.to_path_buf(), line: 1, column: 1 };
        self.add(SourceError {
            code,
            message,
            location,
            source_line: String::new(),
            label: 1,
            fix: fix.map(str::to_owned),
        });
    }

    /// Ends the scan: what was said is put in the order of the files.
    pub(super) fn into_scan(self, schema: Schema, models: Vec<ScannedModel>) -> Scan {
        let files: Vec<PathBuf> = self.files.into_iter().map(|(path, _)| path).collect();
        let place = |said: &SourceError| {
            let file = files.iter().position(|path| *path == said.location.file);
            (file, said.location.line, said.location.column)
        };
        let (mut warnings, mut errors) = (self.warnings, self.errors);
        warnings.sort_by_key(place);
        errors.sort_by_key(place);
        Scan { schema, models, files, warnings, errors }
    }

    fn at(&self, code: &'static str, at: At, message: String, fix: Option<&str>) -> SourceError {
        let (location, end) = (self.location(at), at.span.end());
        let lines = self.files[at.file.0].1.lines();
        let source_line =
            lines.skip(location.line.saturating_sub(1)).map(str::to_owned).next().unwrap_or_default();
        let line_end = if end.line == location.line { end.column } else { source_line.chars().count() };
        let label = (line_end + 1).saturating_sub(location.column).max(1);
        SourceError { code, message, location, source_line, label, fix: fix.map(str::to_owned) }
    }

    /// A file that two crates share is walked twice and its mistakes are said once.
    fn add(&mut self, error: SourceError) {
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }
}
