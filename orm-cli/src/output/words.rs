//! Help, and words that make no command.

use super::{Output, to_stderr, to_stdout};
use crate::{
    args::{Global, Words},
    environment::Environment,
    exit::Exit,
    failure::{Code, Failure, Report},
};

/// Answers words that are no command to run.
pub(crate) fn words(words: &Words, environment: &Environment) -> Exit {
    match words {
        Words::Text(text) => {
            to_stdout(&text.render().to_string());
            Exit::Done
        }
        Words::Wrong { error, json: false } => {
            let text = error.render().to_string();
            // Clap begins with the help where no command was given at all.
            to_stderr(&text.replacen("error: ", "error[C001]: ", 1));
            Exit::Usage
        }
        Words::Wrong { error, json: true } => failed(&Failure::of(wrong(error)), true, environment),
        Words::NotYet { command, json } => failed(&Failure::not_yet(command), *json, environment),
    }
}

fn failed(failure: &Failure, json: bool, environment: &Environment) -> Exit {
    let global = Global { json, ..Global::default() };
    Output::new(&global, environment).failed(failure)
}

fn wrong(error: &clap::Error) -> Report {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let message = first.trim_start_matches("error: ").split_whitespace().collect::<Vec<_>>().join(" ");
    Report::new(Code::Usage, message).fix("see `orm --help`").file("the command line")
}
