//! The commands: one function each, from a session to an outcome.
//!
//! | question | module |
//! |---|---|
//! | what do the models say, and where? | [`models`] |
//! | what differs, once renames are decided? | [`changes`] |
//! | what is not of the models, and in the way? | [`besides`] |
//! | may it go? | [`consent`] |

mod besides;
mod changes;
mod consent;
mod db;
mod init;
mod introspect;
mod migrate;
mod models;
mod side;

use crate::{
    args::{Command, Db, Migrate},
    failure::Failure,
    output::Outcome,
    session::Session,
};

/// Runs a command.
pub(crate) async fn run(session: &Session, command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Init(_) => init::run(session).await,
        Command::Migrate(Migrate::Dev(words)) => migrate::dev::run(session, &words).await,
        Command::Migrate(Migrate::Deploy(words)) => migrate::deploy::run(session, &words).await,
        Command::Migrate(Migrate::Status(words)) => migrate::status::run(session, &words).await,
        Command::Migrate(Migrate::Reset(words)) => migrate::reset::run(session, &words).await,
        Command::Migrate(Migrate::Down(words)) => migrate::down::run(session, &words).await,
        Command::Migrate(Migrate::Resolve(words)) => migrate::resolve::run(session, &words).await,
        Command::Migrate(Migrate::Check(words)) => migrate::check::run(session, &words).await,
        Command::Migrate(Migrate::Squash(words)) => migrate::squash::run(session, &words).await,
        Command::Migrate(Migrate::Diff(words)) => migrate::diff::run(session, &words).await,
        Command::Migrate(Migrate::Baseline(words)) => migrate::baseline::run(session, &words).await,
        Command::Migrate(Migrate::Lint(words)) => migrate::lint::run(session, &words).await,
        Command::Introspect(words) => introspect::run(session, &words).await,
        Command::Db(Db::Push(words)) => db::push::run(session, &words).await,
        Command::Db(Db::Execute(words)) => db::execute::run(session, &words).await,
        Command::Db(Db::Seed(words)) => db::seed::run(session, &words).await,
        // The words never get as far as this.
        Command::Schema(_) => Err(Failure::not_yet("this command")),
    }
}
