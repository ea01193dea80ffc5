//! The servers' error numbers, sorted by what the caller can do.
//!
//! Numbers below 1900 are the same on both; above, each has its own ("MariaDB Error Codes", "MySQL Server Error
//! Message Reference").

use std::{error::Error as StdError, fmt};

use sqlx::mysql::MySqlDatabaseError;

use super::interrupt::Session;
use crate::{
    dialect::Dialect,
    error::{Error, ErrorKind, Violation},
    options::ConnectOptions,
    server::Aftermath,
};

/// What the server said, without the values of the row.
#[derive(Debug)]
struct ServerMessage {
    number: u16,
    message: String,
}

impl fmt::Display for ServerMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (error {})", self.message, self.number)
    }
}

impl StdError for ServerMessage {}

/// Turns an error of sqlx into ours.
pub(super) fn from_sqlx(error: sqlx::Error, session: &Session) -> (Error, Aftermath) {
    let name = session.dialect.name();
    match &error {
        sqlx::Error::Database(inner) => match inner.try_downcast_ref::<MySqlDatabaseError>() {
            Some(server) => (from_server(server, session.dialect), aftermath(server.number(), session)),
            None => (Error::new(ErrorKind::Database, error.to_string()), Aftermath::Usable),
        },
        sqlx::Error::Encode(_) | sqlx::Error::InvalidArgument(_) => {
            (Error::invalid_value(error.to_string()).with_source(error), Aftermath::Usable)
        }
        // Nothing was sent, but sqlx waits for an answer from then on.
        sqlx::Error::Protocol(message) if message.starts_with("prepared statement expected") => {
            (Error::invalid_query(message.clone()), Aftermath::Broken)
        }
        _ => {
            let message = format!("the connection to {name} broke: {error}");
            (Error::new(ErrorKind::Connection, message).with_source(error), Aftermath::Broken)
        }
    }
}

/// Whether the server found no statement: nothing at all, or a comment, which it takes for one behind the last `;`.
pub(super) fn is_empty_statement(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    // ER_EMPTY_QUERY.
    error.try_downcast_ref::<MySqlDatabaseError>().is_some_and(|error| error.number() == 1065)
}

fn aftermath(number: u16, session: &Session) -> Aftermath {
    match number {
        // InnoDB rolls the whole transaction back, or says that it is to be ("InnoDB Error Handling").
        1020 | 1206 | 1213 => Aftermath::Spoiled,
        1205 if session.timeout_spoils => Aftermath::Spoiled,
        // Shut down, or idle for too long: what we sent was not run.
        1053 | 4031 => Aftermath::EndedBefore,
        1152..=1161 | 1184 | 1927 => Aftermath::Broken,
        _ => Aftermath::Usable,
    }
}

fn from_server(server: &MySqlDatabaseError, dialect: Dialect) -> Error {
    let (number, sqlstate) = (server.number(), server.code().unwrap_or_default());
    let kind = kind(number, sqlstate);
    let message = without_values(number, server.message());
    let error = Error::new(kind, explained(kind, number, &message));
    let error = match violation(dialect, kind, server.message()) {
        Some(violation) => error.with_violation(violation),
        None => error,
    };
    error.with_source(ServerMessage { number, message })
}

fn kind(number: u16, sqlstate: &str) -> ErrorKind {
    match number {
        1022 | 1062 | 1169 | 1586 | 1859 => ErrorKind::UniqueViolation,
        1216 | 1217 | 1451 | 1452 => ErrorKind::ForeignKeyViolation,
        // On MySQL, 4025 is about the size of a tablespace.
        4025 if sqlstate == "23000" => ErrorKind::CheckViolation,
        3819 => ErrorKind::CheckViolation,
        1048 | 1263 | 1364 => ErrorKind::NotNullViolation,
        1020 | 1213 => ErrorKind::Serialization,
        1205 | 3572 => ErrorKind::LockTimeout,
        1317 | 1969 | 3024 => ErrorKind::StatementTimeout,
        1568 | 1792 => ErrorKind::Transaction,
        1040 | 1044 | 1045 | 1049 | 1053 | 1129 | 1130 | 1203 | 1698 | 1927 | 4031 => ErrorKind::Connection,
        // Data was cut, text in a wrong encoding, or a value larger than a packet.
        1153 | 1265 | 1366 | 1411 => ErrorKind::InvalidValue,
        // Division by zero is no matter of storing.
        1365 => ErrorKind::Database,
        _ => match sqlstate.get(..2) {
            Some("08" | "28") => ErrorKind::Connection,
            Some("22") => ErrorKind::InvalidValue,
            _ => ErrorKind::Database,
        },
    }
}

/// A duplicate is quoted, which may be secret.
fn without_values(number: u16, message: &str) -> String {
    match (number, duplicate_key(message)) {
        (1062 | 1586, Some(key)) => format!("duplicate entry for key `{key}`"),
        _ => message.to_owned(),
    }
}

/// What the server said, and what to do where that would leave people puzzled.
fn explained(kind: ErrorKind, number: u16, message: &str) -> String {
    match (kind, number) {
        (ErrorKind::Serialization, _) => format!("{message}; run the transaction again"),
        (ErrorKind::LockTimeout, _) => format!("{message}; raise `lock_timeout`, or run it again"),
        (_, 1153) => format!("{message}: raise the server's max_allowed_packet"),
        _ => message.to_owned(),
    }
}

/// Which constraint it was: the servers name it in the message alone.
fn violation(dialect: Dialect, kind: ErrorKind, message: &str) -> Option<Violation> {
    let mut violation = Violation::default();
    match kind {
        // `Column 'name' cannot be null`, `Field 'name' doesn't have a default value`
        ErrorKind::NotNullViolation => {
            violation.fields.extend(first_quoted(message, '\'').map(str::to_owned))
        }
        // `Duplicate entry 'a@x' for key 'users_email_key'`; MySQL puts the table before the key.
        ErrorKind::UniqueViolation => {
            let key = duplicate_key(message).or_else(|| last_quoted(message, '\''))?;
            let has_table = matches!(dialect, Dialect::MySql);
            let split = key.rsplit_once('.').filter(|_| has_table);
            let (table, key) = split.map_or((None, key), |(table, key)| (Some(table), key));
            violation.table = table.map(str::to_owned);
            violation.constraint = Some(key.to_owned());
        }
        ErrorKind::ForeignKeyViolation => foreign_key(&mut violation, message),
        // `CONSTRAINT `age_check` failed for `shop`.`users``, `Check constraint 'age_check' is violated.`
        ErrorKind::CheckViolation => {
            let name = first_quoted(message, '`').or_else(|| first_quoted(message, '\''));
            violation.constraint = name.map(str::to_owned);
            violation.table = message
                .split_once(" failed for ")
                .and_then(|(_, table)| last_quoted(table, '`').map(str::to_owned));
        }
        _ => return None,
    }
    Some(violation)
}

/// Value and key may both hold quotes, and neither is escaped.
fn duplicate_key(message: &str) -> Option<&str> {
    let (_, key) = message.rsplit_once("' for key '")?;
    key.strip_suffix('\'')
}

/// ``… fails (`shop`.`posts`, CONSTRAINT `posts_author_id_fkey` FOREIGN KEY (`author_id`) REFERENCES …``
fn foreign_key(violation: &mut Violation, message: &str) {
    let Some((place, constraint)) = message.split_once(", CONSTRAINT ") else { return };
    violation.table = last_quoted(place, '`').map(str::to_owned);
    violation.constraint = first_quoted(constraint, '`').map(str::to_owned);
    // A row that is still referenced: then the columns are those of the other table.
    if message.starts_with("Cannot delete or update a parent row") {
        return;
    }
    let columns =
        constraint.split_once("FOREIGN KEY (").and_then(|(_, rest)| rest.split_once(") REFERENCES "));
    if let Some((columns, _)) = columns {
        violation.fields =
            columns.split(", ").map(|name| name.trim_matches('`').replace("``", "`")).collect();
    }
}

fn first_quoted(text: &str, quote: char) -> Option<&str> {
    let (_, rest) = text.split_once(quote)?;
    rest.split_once(quote).map(|(inside, _)| inside)
}

fn last_quoted(text: &str, quote: char) -> Option<&str> {
    let (rest, _) = text.rsplit_once(quote)?;
    rest.rsplit_once(quote).map(|(_, inside)| inside)
}

/// Why no connection could be made, and what to do.
pub(super) fn cannot_connect(options: &ConnectOptions, error: sqlx::Error) -> Error {
    let server = match &error {
        sqlx::Error::Database(inner) => inner.try_downcast_ref::<MySqlDatabaseError>(),
        _ => None,
    };
    let (kind, fix) = match (&error, server.map(MySqlDatabaseError::number)) {
        (sqlx::Error::Tls(_), _) if !cfg!(feature = "tls") => (
            ErrorKind::Configuration,
            "add the feature `tls` to `orm` in Cargo.toml, or use `ssl-mode=disabled`",
        ),
        (sqlx::Error::Tls(_), _) => (ErrorKind::Connection, "check `ssl-mode` and the certificates"),
        (sqlx::Error::Configuration(_), _) => (ErrorKind::Configuration, "check the database URL"),
        (sqlx::Error::Io(_), _) => {
            (ErrorKind::Connection, "is the server running, and are host and port right?")
        }
        (_, Some(1044 | 1045 | 1698)) => {
            (ErrorKind::Connection, "check user and password in the URL, and what the user may do")
        }
        (_, Some(1049)) => (ErrorKind::Connection, "create the database, or check its name in the URL"),
        (_, Some(1040 | 1203)) => {
            (ErrorKind::Connection, "lower `max_connections` of the URL, or raise that of the server")
        }
        (_, Some(1129 | 1130)) => (ErrorKind::Connection, "may this host connect?"),
        _ => (ErrorKind::Connection, "check the database URL"),
    };
    let reason = server.map_or_else(|| error.to_string(), |server| server.message().to_owned());
    Error::new(kind, format!("cannot connect to `{options}`: {reason}; {fix}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duplicate_names_its_key_and_not_its_value() {
        let message = "Duplicate entry 'it's a 'secret'' for key 'users.users_email_key'";
        assert_eq!(without_values(1062, message), "duplicate entry for key `users.users_email_key`");
        let violation = violation(Dialect::MySql, ErrorKind::UniqueViolation, message).unwrap();
        assert_eq!(violation.table.as_deref(), Some("users"));
        assert_eq!(violation.constraint.as_deref(), Some("users_email_key"));
    }

    #[test]
    fn a_key_may_hold_quotes_and_dots() {
        let message = "Duplicate entry 'x' for key 'y' for key 'it's_a.b_key'";
        let violation = violation(Dialect::MariaDb, ErrorKind::UniqueViolation, message).unwrap();
        assert_eq!((violation.table, violation.constraint.as_deref()), (None, Some("it's_a.b_key")));
    }

    #[test]
    fn a_foreign_key_is_read_out_of_its_message() {
        let message = "Cannot add or update a child row: a foreign key constraint fails (`shop`.`lines`, CONSTRAINT \
                       `lines_fkey` FOREIGN KEY (`order_id`, `line``no`) REFERENCES `orders` (`id`, `no`))";
        let violation = violation(Dialect::MariaDb, ErrorKind::ForeignKeyViolation, message).unwrap();
        assert_eq!(violation.table.as_deref(), Some("lines"));
        assert_eq!(violation.constraint.as_deref(), Some("lines_fkey"));
        assert_eq!(violation.fields, ["order_id", "line`no"]);
    }

    #[test]
    fn a_check_is_named_on_both_servers() {
        for (message, table) in [
            ("CONSTRAINT `age_check` failed for `shop`.`users`", Some("users")),
            ("Check constraint 'age_check' is violated.", None),
        ] {
            let violation = violation(Dialect::MariaDb, ErrorKind::CheckViolation, message).unwrap();
            assert_eq!(violation.constraint.as_deref(), Some("age_check"));
            assert_eq!(violation.table.as_deref(), table);
        }
    }
}
