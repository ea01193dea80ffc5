//! The commands: one function each, from a session to an outcome.

mod db;
mod migrate;

use crate::{
    args::{Command, Db, Migrate},
    failure::Failure,
    output::Outcome,
    session::Session,
};

/// Runs a command.
pub(crate) async fn run(session: &Session, command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Migrate(Migrate::Deploy(words)) => migrate::deploy::run(session, &words).await,
        Command::Migrate(Migrate::Status(words)) => migrate::status::run(session, &words).await,
        Command::Db(Db::Execute(words)) => db::execute::run(session, &words).await,
        _ => Err(Failure::interrupted(crate::exit::Exit::Error)),
    }
}
