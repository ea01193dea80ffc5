//! What can go wrong on a connection, and what is left of it.

use crate::{
    error::{Error, ErrorKind},
    options::ConnectOptions,
};

/// An error of sqlx, which says what is left of the connection, or one of ours: before anything was sent, or after all
/// was read.
pub(crate) enum Failure {
    Sqlx(sqlx::Error),
    Ours(Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Sqlx(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// What is left of a connection after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aftermath {
    /// The server waits for the next statement, and what its transaction did before still stands.
    Usable,
    /// The server answered, but its transaction is good for nothing but a rollback.
    Spoiled,
    /// The server ended the session before it ran the statement.
    EndedBefore,
    /// Nobody knows how far the statement came.
    Broken,
}

/// No answer in time.
pub(crate) fn connecting_took_too_long(options: &ConnectOptions) -> Error {
    Error::new(
        ErrorKind::Connection,
        format!(
            "cannot connect to `{options}`: no answer within {:?}; is the server running, and are host and port right?",
            options.connect_timeout
        ),
    )
}
