//! The vendor's own client: `sqlite3`, `psql`, `mariadb`.

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
        Database::MariaDb => {
            let mut command = Command::new("mariadb");
            command.args(["--no-defaults", "--default-character-set=utf8mb4"]).args(arguments(url));
            command.args(["-N", "-B", "-r", "-e"]).arg(sql);
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

/// `mysql://user:password@host:port/name` as the words of the client, which takes no URL.
fn arguments(url: &str) -> Vec<String> {
    let rest = url.split_once("//").map_or(url, |(_, rest)| rest);
    let rest = rest.split('?').next().unwrap_or(rest);
    let (address, name) = rest.split_once('/').unwrap_or((rest, ""));
    let (login, host) = address.split_once('@').unwrap_or(("root", address));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let (host, port) = host.split_once(':').unwrap_or((host, "3306"));
    let words = [("-u", user), ("-h", host), ("-P", port)].map(|(flag, word)| format!("{flag}{word}"));
    let password = (!password.is_empty()).then(|| format!("-p{password}"));
    words.into_iter().chain(password).chain([format!("-D{name}")]).collect()
}
