//! What went wrong, whoever found it: one form for people and scripts, and the exit code.
//!
//! Codes of the engine are `M…`, of the scan of the models `S…`, of the command line itself `C…`.

mod code;
mod report;

use std::{fmt::Display, io};

use orm_migrate::{MigrateError, RenameQuestion};

pub(crate) use code::Code;
pub(crate) use report::{Place, Report, tidy};

use crate::exit::Exit;

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

    /// Says where, and what to do, wherever nobody has: then it is the database that something is wrong with.
    pub(crate) fn completed(mut self, database: Option<String>) -> Self {
        for report in &mut self.reports {
            report.fix.get_or_insert_with(|| default_fix(report.code).to_owned());
            if report.place.is_none() {
                report.place = database.clone().map(|file| Place { file, ..Place::default() });
            }
        }
        self
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

/// What to do where whoever found the error does not say.
fn default_fix(code: &str) -> &'static str {
    match code.chars().next() {
        Some('S') if code == "S001" => "name a file, folder or package that is there and may be read",
        Some('S') => "correct this line; `cargo check` may say more",
        _ => "mend what the database says, then run the command again",
    }
}
