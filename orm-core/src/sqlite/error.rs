//! SQLite's result codes, sorted by what the caller can do.

use rusqlite::{Error as SqliteError, ffi};

use crate::error::{Error, ErrorKind, Violation};

/// Turns an error of rusqlite into ours.
pub(super) fn from_sqlite(error: SqliteError) -> Error {
    let (kind, message) = match &error {
        // A sum, or the guard of an assignment; the code says no more than "error" (lang_aggfunc.html).
        SqliteError::SqliteFailure(_, Some(message)) if message == "integer overflow" => {
            (ErrorKind::InvalidValue, Some("the integer is out of range".to_owned()))
        }
        SqliteError::SqliteFailure(code, message) => (kind(code.extended_code), message.clone()),
        SqliteError::NulError(_) => (ErrorKind::InvalidQuery, None),
        SqliteError::MultipleStatement => (ErrorKind::InvalidQuery, None),
        _ => (ErrorKind::Database, None),
    };
    let message = message.unwrap_or_else(|| error.to_string());
    let violation = violation(kind, &message);
    let ours = Error::new(kind, explained(kind, &error, message)).with_source(error);
    match violation {
        Some(violation) => ours.with_violation(violation),
        None => ours,
    }
}

/// rescode.html
fn kind(extended: i32) -> ErrorKind {
    match extended {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            ErrorKind::UniqueViolation
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ErrorKind::ForeignKeyViolation,
        ffi::SQLITE_CONSTRAINT_NOTNULL => ErrorKind::NotNullViolation,
        ffi::SQLITE_CONSTRAINT_CHECK => ErrorKind::CheckViolation,
        // A transaction read before another one wrote: what it saw is old, so waiting does not help.
        ffi::SQLITE_BUSY_SNAPSHOT => ErrorKind::Serialization,
        ffi::SQLITE_CONSTRAINT_DATATYPE => ErrorKind::InvalidValue,
        _ => match extended & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => ErrorKind::LockTimeout,
            ffi::SQLITE_INTERRUPT => ErrorKind::StatementTimeout,
            ffi::SQLITE_CANTOPEN | ffi::SQLITE_NOTADB | ffi::SQLITE_CORRUPT | ffi::SQLITE_IOERR => {
                ErrorKind::Connection
            }
            ffi::SQLITE_TOOBIG | ffi::SQLITE_MISMATCH => ErrorKind::InvalidValue,
            _ => ErrorKind::Database,
        },
    }
}

/// SQLite's message, and what to do where it alone would leave people puzzled.
fn explained(kind: ErrorKind, error: &SqliteError, message: String) -> String {
    match (kind, error.sqlite_error_code()) {
        (ErrorKind::LockTimeout, _) => {
            format!("{message}: another process holds the lock; raise `lock_timeout`, or run it again")
        }
        (ErrorKind::Serialization, _) => {
            format!("{message}: another transaction wrote after this one had read; run the transaction again")
        }
        (_, Some(ffi::ErrorCode::ReadOnly)) => {
            format!("{message}: the connection is read-only, or the file is")
        }
        _ => message,
    }
}

/// Which constraint it was, read from messages such as `UNIQUE constraint failed: users.email, users.name`.
fn violation(kind: ErrorKind, message: &str) -> Option<Violation> {
    let subject = message.split_once(" constraint failed: ").map(|(_, subject)| subject);
    match kind {
        ErrorKind::UniqueViolation | ErrorKind::NotNullViolation => {
            let subject = subject.unwrap_or_default();
            match subject.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
                Some(index) => Some(Violation { constraint: Some(index.to_owned()), ..Violation::default() }),
                None => Some(columns(subject)),
            }
        }
        // The name of the check, or its text when it has none.
        ErrorKind::CheckViolation => {
            Some(Violation { constraint: subject.map(str::to_owned), ..Violation::default() })
        }
        // SQLite only counts violated foreign keys, so it names none.
        ErrorKind::ForeignKeyViolation => Some(Violation::default()),
        _ => None,
    }
}

/// `users.email, users.name`
fn columns(subject: &str) -> Violation {
    let mut violation = Violation::default();
    for column in subject.split(", ") {
        if let Some((table, name)) = column.rsplit_once('.') {
            violation.table = Some(table.to_owned());
            violation.fields.push(name.to_owned());
        }
    }
    violation
}

/// Whether another connection holds the lock, so that trying again may help.
pub(super) fn is_busy(error: &SqliteError) -> bool {
    error.sqlite_error_code() == Some(ffi::ErrorCode::DatabaseBusy)
}

/// Whether what the transaction has seen is old.
pub(super) fn is_stale_snapshot(error: &SqliteError) -> bool {
    error.sqlite_error().is_some_and(|code| code.extended_code == ffi::SQLITE_BUSY_SNAPSHOT)
}

/// Whether the progress handler ended the statement.
pub(super) fn is_interrupted(error: &SqliteError) -> bool {
    error.sqlite_error_code() == Some(ffi::ErrorCode::OperationInterrupted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unique_violation_names_table_and_fields() {
        let found =
            violation(ErrorKind::UniqueViolation, "UNIQUE constraint failed: users.email, users.name")
                .unwrap();
        assert_eq!(found.table.as_deref(), Some("users"));
        assert_eq!(found.fields, ["email", "name"]);
    }

    #[test]
    fn a_unique_index_on_an_expression_is_named() {
        let found =
            violation(ErrorKind::UniqueViolation, "UNIQUE constraint failed: index 'users_lower_idx'")
                .unwrap();
        assert_eq!(found.constraint.as_deref(), Some("users_lower_idx"));
        assert!(found.fields.is_empty());
    }

    #[test]
    fn a_foreign_key_names_nothing() {
        let found = violation(ErrorKind::ForeignKeyViolation, "FOREIGN KEY constraint failed").unwrap();
        assert_eq!(found, Violation::default());
    }
}
