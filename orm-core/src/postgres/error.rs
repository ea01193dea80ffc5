//! PostgreSQL's SQLSTATEs (appendix A), sorted by what the caller can do.

use std::{error::Error as StdError, fmt};

use sqlx::postgres::{PgDatabaseError, PgErrorPosition, PgSeverity};

use crate::{
    error::{Error, ErrorKind, Violation},
    options::ConnectOptions,
    server::Aftermath,
};

/// Why nothing is sent any more.
pub(super) const FAILED_TRANSACTION: &str = "the transaction has failed: after the error of an earlier statement, \
    PostgreSQL takes nothing but a rollback; begin a savepoint (`tx.begin()`) around a statement that may fail";

/// What the server said, without the detail: that quotes values of the row.
#[derive(Debug)]
struct ServerMessage {
    sqlstate: String,
    message: String,
    hint: Option<String>,
}

impl fmt::Display for ServerMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (SQLSTATE {})", self.message, self.sqlstate)?;
        match &self.hint {
            Some(hint) => write!(f, "; hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl StdError for ServerMessage {}

/// Turns an error of sqlx into ours.
pub(super) fn from_sqlx(error: sqlx::Error) -> (Error, Aftermath) {
    match &error {
        sqlx::Error::Database(inner) => match inner.try_downcast_ref::<PgDatabaseError>() {
            Some(server) => (from_server(server), aftermath(server)),
            None => (Error::new(ErrorKind::Database, error.to_string()), Aftermath::Spoiled),
        },
        sqlx::Error::Encode(_) | sqlx::Error::InvalidArgument(_) => {
            (Error::invalid_value(error.to_string()).with_source(error), Aftermath::Spoiled)
        }
        _ => {
            let message = format!("the connection to PostgreSQL broke: {error}");
            (Error::new(ErrorKind::Connection, message).with_source(error), Aftermath::Broken)
        }
    }
}

fn aftermath(server: &PgDatabaseError) -> Aftermath {
    match server.code() {
        // Shut down, crashed, or not up yet: what we sent was not run, or rolled back.
        "57P01" | "57P02" | "57P03" | "57P05" => Aftermath::EndedBefore,
        _ if matches!(server.severity(), PgSeverity::Fatal | PgSeverity::Panic) => Aftermath::Broken,
        _ => Aftermath::Spoiled,
    }
}

fn from_server(server: &PgDatabaseError) -> Error {
    let kind = kind(server.code());
    let error = Error::new(kind, explained(kind, server)).with_source(ServerMessage {
        sqlstate: server.code().to_owned(),
        message: server.message().to_owned(),
        hint: server.hint().map(str::to_owned),
    });
    match violation(kind, server) {
        Some(violation) => error.with_violation(violation),
        None => error,
    }
}

fn kind(sqlstate: &str) -> ErrorKind {
    match sqlstate {
        // An exclusion constraint is a unique one with another operator than `=`.
        "23505" | "23P01" => ErrorKind::UniqueViolation,
        "23503" | "23001" => ErrorKind::ForeignKeyViolation,
        "23514" => ErrorKind::CheckViolation,
        "23502" => ErrorKind::NotNullViolation,
        "40001" | "40P01" => ErrorKind::Serialization,
        "55P03" => ErrorKind::LockTimeout,
        "57014" => ErrorKind::StatementTimeout,
        // Another number of parameters than the statement has.
        "08P01" => ErrorKind::InvalidQuery,
        "25006" | "25P01" | "25P02" => ErrorKind::Transaction,
        "3D000" | "53300" | "57P01" | "57P02" | "57P03" | "57P05" => ErrorKind::Connection,
        // Division by zero is no matter of storing.
        "22012" => ErrorKind::Database,
        _ => match sqlstate.get(..2) {
            Some("08" | "28") => ErrorKind::Connection,
            Some("22") => ErrorKind::InvalidValue,
            _ => ErrorKind::Database,
        },
    }
}

/// The server's message with its hint, and what to do where they would leave people puzzled.
fn explained(kind: ErrorKind, server: &PgDatabaseError) -> String {
    let mut message = server.message().to_owned();
    if let Some(PgErrorPosition::Original(position)) = server.position() {
        message.push_str(&format!(" (character {position} of the SQL)"));
    }
    if let Some(hint) = server.hint() {
        message.push_str(&format!("; hint: {hint}"));
    }
    match (kind, server.code()) {
        (_, "25P02") => FAILED_TRANSACTION.to_owned(),
        (ErrorKind::Serialization, _) => format!("{message}; run the transaction again"),
        (ErrorKind::LockTimeout, _) => format!("{message}; raise `lock_timeout`, or run it again"),
        _ => message,
    }
}

/// Which constraint it was.
fn violation(kind: ErrorKind, server: &PgDatabaseError) -> Option<Violation> {
    let fields = match kind {
        ErrorKind::NotNullViolation => server.column().map(str::to_owned).into_iter().collect(),
        ErrorKind::UniqueViolation => key_columns(server.detail().unwrap_or_default()),
        // A row that is still referenced: then the columns of the detail are those of the other table.
        ErrorKind::ForeignKeyViolation if server.message().starts_with("update or delete") => Vec::new(),
        ErrorKind::ForeignKeyViolation => key_columns(server.detail().unwrap_or_default()),
        ErrorKind::CheckViolation => Vec::new(),
        _ => return None,
    };
    Some(Violation {
        model: None,
        table: server.table().map(str::to_owned),
        fields,
        constraint: server.constraint().map(str::to_owned),
    })
}

/// The columns in `Key (email, "Name")=(a@x, Ann) already exists.`, in whatever language.
fn key_columns(detail: &str) -> Vec<String> {
    let inside = detail.split_once(")=(").and_then(|(before, _)| before.split_once('('));
    let Some((_, columns)) = inside else { return Vec::new() };
    columns.split(", ").map(unquoted).collect()
}

fn unquoted(name: &str) -> String {
    match name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => name.to_owned(),
    }
}

/// Whether a prepared statement is out of date: a table changed, or something discarded our statements.
pub(super) fn is_stale_statement(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(inner) = error else { return false };
    let Some(server) = inner.try_downcast_ref::<PgDatabaseError>() else { return false };
    match server.code() {
        "26000" => true,
        "0A000" => server.routine() == Some("RevalidateCachedQuery"),
        _ => false,
    }
}

/// Why no connection could be made, and what to do.
pub(super) fn cannot_connect(options: &ConnectOptions, error: sqlx::Error) -> Error {
    let sqlstate = match &error {
        sqlx::Error::Database(inner) => inner.code().unwrap_or_default().into_owned(),
        _ => String::new(),
    };
    let (kind, fix) = match (&error, sqlstate.as_str()) {
        (sqlx::Error::Tls(_), _) if !cfg!(feature = "tls") => (
            ErrorKind::Configuration,
            "add the feature `tls` to `orm` in Cargo.toml, or use `sslmode=disable`",
        ),
        (sqlx::Error::Tls(_), _) => (ErrorKind::Connection, "check `sslmode` and the certificates"),
        (sqlx::Error::Configuration(_), _) => (ErrorKind::Configuration, "check the database URL"),
        (sqlx::Error::Io(_), _) => {
            (ErrorKind::Connection, "is the server running, and are host and port right?")
        }
        (_, "28P01" | "28000") => {
            (ErrorKind::Connection, "check user and password in the URL, and pg_hba.conf")
        }
        (_, "3D000") => (ErrorKind::Connection, "create the database, or check its name in the URL"),
        (_, "53300") => {
            (ErrorKind::Connection, "lower `max_connections` of the URL, or raise that of the server")
        }
        (_, "57P03") => (ErrorKind::Connection, "the server is starting: try again"),
        _ => (ErrorKind::Connection, "check the database URL"),
    };
    let reason = match &error {
        sqlx::Error::Database(inner) => inner.message().to_owned(),
        _ => error.to_string(),
    };
    Error::new(kind, format!("cannot connect to `{options}`: {reason}; {fix}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_a_key_are_read_in_every_language() {
        assert_eq!(key_columns("Key (email)=(a@x) already exists."), ["email"]);
        assert_eq!(
            key_columns("Schlüssel »(a, \"B \"\"c\"\"\")=(1, (2))« existiert bereits."),
            ["a", "B \"c\""]
        );
        assert_eq!(key_columns("Key (lower(email))=(a@x) already exists."), ["lower(email)"]);
        assert!(key_columns("").is_empty());
    }
}
