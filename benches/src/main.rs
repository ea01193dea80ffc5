//! Measures the toolkit against its peers.
//!
//! `peers` asks each library's own process for the same rows, in turn and round by round ([`peers`]); `compile` measures
//! the CPU time of `cargo check` on the same hundred models ([`compile`]). Both print what ours takes as a ratio to each
//! peer, the median over the rounds and its spread ([`ratio`]), because on a shared machine only ratios hold.
//!
//! `plan` measures the command line from source to plan with a thousand models ([`plan`]).
//!
//! How to read and repeat it is in `docs/benchmarks.md`. No timing decides a test.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the figures go to stdout, all else to stderr")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod compile;
mod peers;
mod plan;
mod ratio;
mod report;

/// Whatever goes wrong, for a person to read.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Measures orm against its peers.
#[derive(Debug, Parser)]
#[command(name = "orm-bench")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Reading and writing rows, against other libraries on the same database
    Peers(peers::Arguments),
    /// CPU seconds of `cargo check` with 100 models, against other ORMs
    Compile(compile::Arguments),
    /// Milliseconds from source to plan with a thousand models, without a build
    Plan(plan::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Peers(arguments) => peers::run(&arguments),
        Command::Compile(arguments) => compile::run(&arguments),
        Command::Plan(arguments) => plan::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
