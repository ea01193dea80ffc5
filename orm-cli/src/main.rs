//! The command line of orm: models, migrations and databases from a terminal or a script.
//!
//! ```text
//! words ─ args ─┐
//! environment, .env, orm.toml ─ settings ─┴→ Session → command → Outcome or Failure → output → exit code
//! ```
//!
//! | question | module |
//! |---|---|
//! | what was typed? | [`args`] |
//! | what do the environment and `.env` say? | [`environment`], the only reader of them |
//! | what does `orm.toml` say? | [`config`] |
//! | which database, which models, which migrations? | [`settings`] |
//! | what does a command do? | [`command`], one file each |
//! | how does it look? | [`output`], the only printer |
//! | what went wrong? | [`failure`] |
//! | what is asked of a person? | [`prompt`] |
//! | what does the process return? | [`exit`] |
//!
//! The product goes to stdout, everything said to people to stderr. What a command knows of databases comes from
//! `orm-migrate`; nothing here asks which dialect it is.

mod args;
mod command;
mod config;
mod environment;
mod exit;
mod failure;
mod interrupt;
mod output;
mod prompt;
mod session;
mod settings;

use std::{process::ExitCode, time::Duration};

use args::Arguments;
use environment::Environment;
use exit::Exit;
use failure::Failure;
use output::Output;
use session::Session;

/// How long what still runs on other threads may take to end, once the command is over.
const LAST_WORDS: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let environment = Environment::read();
    let arguments = match args::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(words) => return output::words(&words, &environment).into(),
    };
    let output = Output::new(&arguments.global, &environment);
    run(arguments, environment, output).into()
}

fn run(arguments: Arguments, environment: Environment, output: Output) -> Exit {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.failed(&Failure::no_runtime(&error)),
    };
    let exit = runtime.block_on(until_done_or_interrupted(arguments, environment, output));
    // A statement of SQLite that was given up rolls back on its own thread.
    runtime.shutdown_timeout(LAST_WORDS);
    exit
}

async fn until_done_or_interrupted(arguments: Arguments, environment: Environment, output: Output) -> Exit {
    let session = match Session::new(arguments.global, environment, output.clone()) {
        Ok(session) => session,
        Err(failure) => return output.failed(&failure),
    };
    let result = tokio::select! {
        biased;
        signal = interrupt::signal() => Err(Failure::interrupted(signal)),
        result = command::run(&session, arguments.command) => result,
    };
    match result {
        Ok(outcome) => output.done(outcome),
        Err(failure) => {
            if failure.is_interruption() {
                session.settle().await;
            }
            output.failed(&failure.completed(session.named()))
        }
    }
}
