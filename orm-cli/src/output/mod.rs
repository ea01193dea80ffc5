//! The only place that prints: the product to stdout, everything said to people to stderr.
//!
//! With `--json` stdout gets exactly one object, whatever happens.

mod json;
mod lint;
mod plan;
mod report;
mod style;
mod words;

use std::{
    fmt::Display,
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use orm_migrate::executor::Event;
use serde_json::Value;

pub(crate) use json::{failure as failure_json, report as report_json};
pub(crate) use lint::counted as lint_counted;
pub(crate) use plan::{counted, step_json};
pub(crate) use words::words;

use crate::{
    args::Global,
    environment::Environment,
    exit::Exit,
    failure::{Failure, Report},
};
use style::Style;

/// How a command ended well.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What the process returns.
    pub(crate) exit: Exit,
    /// The object for `--json`.
    pub(crate) json: Value,
    /// The last line for a person: what to do next.
    pub(crate) last: Option<String>,
}

impl Outcome {
    /// Done.
    pub(crate) fn done(json: Value) -> Self {
        Self { exit: Exit::Done, json, last: None }
    }

    /// Adds what to do next.
    pub(crate) fn next(mut self, next: impl Display) -> Self {
        self.last = Some(format!("next: {next}"));
        self
    }

    /// Adds that there is nothing to do, and why.
    pub(crate) fn nothing_to_do(mut self, why: impl Display) -> Self {
        self.last = Some(format!("nothing to do: {why}"));
        self
    }

    /// Adds what was done, after which nothing is left to do.
    pub(crate) fn over(mut self, what: impl Display) -> Self {
        self.last = Some(format!("done: {what}"));
        self
    }

    /// Adds another exit code than that of success.
    pub(crate) fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }
}

/// Where and how to print.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    json: bool,
    quiet: bool,
    verbose: bool,
    style: Style,
    /// Whether the last line is a question without an answer.
    is_asking: Arc<AtomicBool>,
}

impl Output {
    /// As the words and the environment want it.
    pub(crate) fn new(global: &Global, environment: &Environment) -> Self {
        let style = Style::new(global.color, environment);
        let Global { json, quiet, verbose, .. } = *global;
        Self { json, quiet, verbose, style, is_asking: Arc::default() }
    }

    /// The product of a command, or a part of it; `--json` has its own.
    pub(crate) fn product(&self, text: &str) {
        if !self.json {
            to_stdout(text);
        }
    }

    /// A line for a person.
    pub(crate) fn say(&self, line: &str) {
        if !self.quiet {
            self.to_person(line);
        }
    }

    /// A line for a person who wants to know more.
    pub(crate) fn detail(&self, line: &str) {
        if self.verbose {
            self.to_person(line);
        }
    }

    /// Something that may be wrong.
    pub(crate) fn warn(&self, report: &Report) {
        if !self.quiet {
            self.to_person(&report::text(self.style, "warning", report));
        }
    }

    /// Something that may be wrong, of which there is only a line.
    pub(crate) fn warn_line(&self, line: &str) {
        self.say(&format!("{}: {line}", self.style.warning("warning")));
    }

    /// Something that is wrong, but that the command is there to tell.
    pub(crate) fn problem(&self, report: &Report) {
        self.to_person(&report::text(self.style, "error", report));
    }

    /// A question; the answer comes on the same line.
    pub(crate) fn question(&self, text: &str) {
        self.is_asking.store(true, Ordering::Relaxed);
        let mut stderr = io::stderr().lock();
        // Nobody there to read the question is nobody there to answer it.
        let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
    }

    /// The question was answered, and with the answer its line ended.
    pub(crate) fn answered(&self) {
        self.is_asking.store(false, Ordering::Relaxed);
    }

    /// What happens while migrations run.
    pub(crate) fn event(&self, event: &Event<'_>) {
        match event {
            Event::Waiting(Some(holder)) => self.say(&format!("waiting for the lock of {holder}")),
            Event::Waiting(None) => self.say("waiting for another deploy"),
            Event::Warning(warning) => self.warn_line(warning),
            Event::Migration(name) => self.detail(&format!("migration {name}")),
            Event::Statement { position, total, line } => {
                self.detail(&format!("  statement {position} of {total} (line {line})"));
            }
            Event::Settled { position, has_run } => {
                let what = if *has_run { "it has run" } else { "it did not run, and runs now" };
                self.say(&format!("statement {position} was begun before, and no end is recorded: {what}"));
            }
            Event::Retry(why) => self.say(&format!("trying again: {why}")),
            Event::Done(name) => self.say(&format!("applied {name}")),
            Event::TakenBack(name) => self.say(&format!("took {name} back")),
            Event::Already(name) => self.detail(&format!("another deploy has applied {name}")),
            _ => {}
        }
    }

    /// Ends a command that did what it was told.
    pub(crate) fn done(&self, outcome: Outcome) -> Exit {
        if self.json {
            to_stdout(&format!("{}\n", outcome.json));
        }
        if let Some(last) = &outcome.last {
            self.say(last);
        }
        outcome.exit
    }

    /// Ends a command that did not.
    pub(crate) fn failed(&self, failure: &Failure) -> Exit {
        if self.json {
            to_stdout(&format!("{}\n", json::failure(failure)));
        }
        for report in &failure.reports {
            self.problem(report);
        }
        failure.exit
    }

    /// On a line of its own, also behind a question that the end of the input or a signal has answered.
    fn to_person(&self, line: &str) {
        let begin = if self.is_asking.swap(false, Ordering::Relaxed) { "\n" } else { "" };
        to_stderr(&format!("{begin}{line}"));
    }
}

/// `1 row`, `2 rows`
pub(crate) fn count(number: impl TryInto<u64>, noun: &str) -> String {
    match number.try_into() {
        Ok(1) => format!("1 {noun}"),
        Ok(number) => format!("{number} {noun}s"),
        Err(_) => format!("many {noun}s"),
    }
}

/// Whoever closed the pipe has read enough.
fn to_stdout(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

fn to_stderr(line: &str) {
    let mut text = line.trim_end_matches('\n').to_owned();
    text.push('\n');
    // There is nowhere left to say that this failed.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
