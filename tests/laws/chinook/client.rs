//! The vendor's own client: `sqlite3`, `psql`.

use std::{io, process::Command};

use orm_tests::Database;

use crate::law::Failure;

/// What the client prints for the statements; `None` where it is not installed.
pub(super) fn answers(database: Database, url: &str, sql: &str) -> Result<Option<String>, Failure> {
    let mut command = match database {
        Database::Sqlite => {
            let mut command = Command::new("sqlite3");
            command
                .args(["-batch", "-bail", "-list", "-noheader"])
                .arg(url.trim_start_matches("sqlite:"))
                .arg(sql);
            command
        }
        Database::Postgres => {
            let mut command = Command::new("psql");
            command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url]).arg("-c").arg(sql);
            command
        }
    };
    match command.env("PGCLIENTENCODING", "UTF8").output() {
        Ok(output) if output.status.success() => {
            String::from_utf8(output.stdout).map(Some).map_err(|error| error.to_string())
        }
        Ok(output) => Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}
