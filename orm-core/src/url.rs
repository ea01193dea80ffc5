//! Database URLs: what they may say, and what is said about a wrong one.
//!
//! The dialect is chosen here, once. A password never leaves: whatever is shown went through [`masked`].

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use crate::{
    dialect::Dialect,
    error::{Error, ErrorKind, Result},
    options::{ConnectOptions, MAX_CONNECTIONS, Place},
};

const EXPECTED: &str = "expected `sqlite:PATH`, `sqlite::memory:`, `postgres://USER:PASSWORD@HOST:PORT/DATABASE` or \
    `mysql://USER:PASSWORD@HOST:PORT/DATABASE`";

impl ConnectOptions {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] when the scheme, a parameter or its value is unknown.
    pub fn parse(url: &str) -> Result<Self> {
        let url = url.trim();
        let (scheme, rest) = url.split_once(':').ok_or_else(|| no_scheme(url))?;
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => Self::parse_sqlite(rest),
            "postgres" | "postgresql" => Self::parse_postgres(rest),
            // The server itself says which of the two it is, whatever the URL calls it.
            "mysql" => Self::parse_mysql(Dialect::MySql, rest),
            "mariadb" => Self::parse_mysql(Dialect::MariaDb, rest),
            _ => Err(no_scheme(url)),
        }
    }

    fn parse_sqlite(rest: &str) -> Result<Self> {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = path.strip_prefix("//").unwrap_or(path);
        let place = match path {
            "" => {
                return Err(wrong(
                    "the URL `sqlite:` names no file: write `sqlite:app.db` or `sqlite::memory:`",
                ));
            }
            ":memory:" => Place::Memory,
            _ => Place::File(PathBuf::from(percent_decoded(path))),
        };
        let mut options = Self::new(Dialect::Sqlite, place);
        for (key, value) in pairs(query) {
            match (key.as_str(), value.as_str()) {
                ("mode", "ro") => options.read_only = true,
                ("mode", "rw") => options.create_if_missing = false,
                ("mode", "rwc") => options.create_if_missing = true,
                ("mode", "memory") => options.place = Place::Memory,
                _ if options.set(&key, &value)? => {}
                _ => return Err(unknown_parameter(&key)),
            }
        }
        Ok(options)
    }

    fn parse_postgres(rest: &str) -> Result<Self> {
        Self::parse_server(Dialect::Postgres, "postgres", rest, |key, _| match key {
            // Of libpq, but nothing for us to do.
            "channel_binding" | "target_session_attrs" | "gssencmode" => Ok(Some(false)),
            _ => Ok(is_libpq(key).then_some(true)),
        })
    }

    fn parse_mysql(dialect: Dialect, rest: &str) -> Result<Self> {
        Self::parse_server(dialect, "mysql", rest, |key, value| match key {
            // Text is utf8mb4 here, which may be said.
            "charset" if value.eq_ignore_ascii_case("utf8mb4") => Ok(Some(false)),
            "charset" => Err(bad_value(key, value, "`utf8mb4`: text is always sent so")),
            _ => Ok(is_mysql(key).then_some(true)),
        })
    }

    /// Takes our own parameters out of the URL. Of the others, `theirs` says whether to hand them to sqlx; `None` is an
    /// unknown one.
    fn parse_server(
        dialect: Dialect,
        scheme: &str,
        rest: &str,
        theirs: impl Fn(&str, &str) -> Result<Option<bool>>,
    ) -> Result<Self> {
        if !rest.starts_with("//") {
            return Err(wrong(format!("the URL `{scheme}:` lacks `//`: {EXPECTED}")));
        }
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut options = Self::new(dialect, Place::Server(String::new()));
        let mut kept = Vec::new();
        for (raw, (key, value)) in query.split('&').filter(|part| !part.is_empty()).zip(pairs(query)) {
            if options.set(&key, &value)? {
                continue;
            }
            match theirs(&key, &value)? {
                Some(true) => kept.push(raw),
                Some(false) => {}
                None => return Err(unknown_parameter(&key)),
            }
        }
        let mark = if kept.is_empty() { "" } else { "?" };
        options.place = Place::Server(format!("{scheme}:{address}{mark}{}", kept.join("&")));
        Ok(options)
    }

    /// Sets one of our own parameters; `false` if it is none.
    fn set(&mut self, key: &str, value: &str) -> Result<bool> {
        match key {
            "max_connections" => self.max_connections = connections(key, value)?,
            "acquire_timeout" => self.acquire_timeout = duration(key, value)?,
            "connect_timeout" => self.connect_timeout = duration(key, value)?,
            "statement_timeout" => self.statement_timeout = Some(duration(key, value)?),
            "lock_timeout" | "busy_timeout" => self.lock_timeout = Some(duration(key, value)?),
            "read_only" => self.read_only = truth(key, value)?,
            "create_if_missing" => self.create_if_missing = truth(key, value)?,
            "statement_cache_capacity" | "statement-cache-capacity" => {
                self.statement_cache_capacity = number(key, value)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl FromStr for ConnectOptions {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self> {
        Self::parse(url)
    }
}

/// The URL, its password masked.
impl fmt::Display for ConnectOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Memory => f.write_str("sqlite::memory:"),
            Place::File(path) => write!(f, "sqlite:{}", path.display()),
            Place::Server(url) => f.write_str(&masked(url)),
        }
    }
}

/// The URL with everything that may be a password replaced; rather too much than too little.
fn masked(url: &str) -> String {
    let mut out = url.to_owned();
    if let Some(start) = out.find("//").map(|at| at + 2)
        && let Some(end) = out.rfind('@').filter(|end| *end > start)
        && let Some(colon) = out[start..end].find(':').map(|at| start + at)
    {
        out.replace_range(colon + 1..end, "***");
    }
    if let Some((address, query)) = out.split_once('?') {
        let shown = query.split('&').map(|pair| match pair.split_once('=') {
            Some((key, _)) if key.to_ascii_lowercase().contains("password") => format!("{key}=***"),
            _ => pair.to_owned(),
        });
        out = format!("{address}?{}", shown.collect::<Vec<_>>().join("&"));
    }
    out
}

fn wrong(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

fn no_scheme(url: &str) -> Error {
    let is_path = |ending: &str| url.to_ascii_lowercase().ends_with(ending);
    if url.is_empty() {
        wrong(format!("the database URL is empty: {EXPECTED}"))
    } else if [".db", ".sqlite", ".sqlite3"].into_iter().any(is_path) {
        wrong(format!("`{url}` is a path, no database URL: write `sqlite:{url}`"))
    } else {
        wrong(format!("`{}` is no database URL: {EXPECTED}", masked(url)))
    }
}

fn unknown_parameter(key: &str) -> Error {
    wrong(format!(
        "the database URL has an unknown parameter `{key}`: expected `max_connections`, `acquire_timeout`, \
         `connect_timeout`, `statement_timeout`, `lock_timeout`, `read_only`, `create_if_missing`, \
         `statement_cache_capacity`, one of libpq for PostgreSQL, or for MariaDB and MySQL `socket`, `ssl-mode`, \
         `ssl-ca`, `ssl-cert`, `ssl-key`"
    ))
}

fn bad_value(key: &str, value: &str, expected: &str) -> Error {
    wrong(format!("the parameter `{key}` of the database URL is `{value}`: expected {expected}"))
}

/// The parameters that sqlx understands.
fn is_libpq(key: &str) -> bool {
    let names = ["host", "hostaddr", "port", "dbname", "user", "password", "application_name", "options"];
    let tls = ["sslmode", "ssl-mode", "sslrootcert", "ssl-root-cert", "ssl-ca", "sslcert", "ssl-cert"];
    names.contains(&key)
        || tls.contains(&key)
        || ["sslkey", "ssl-key"].contains(&key)
        || key.starts_with("options[")
}

/// The parameters that sqlx understands and that are not the session's own.
fn is_mysql(key: &str) -> bool {
    let tls = ["ssl-mode", "sslmode", "ssl-ca", "sslca", "ssl-cert", "sslcert", "ssl-key", "sslkey"];
    key == "socket" || tls.contains(&key)
}

fn number(key: &str, value: &str) -> Result<usize> {
    value.parse().map_err(|_| bad_value(key, value, "a number"))
}

fn connections(key: &str, value: &str) -> Result<usize> {
    let number = number(key, value).ok().filter(|number| (1..=MAX_CONNECTIONS).contains(number));
    number.ok_or_else(|| bad_value(key, value, "a number from 1 to 10000"))
}

fn truth(key: &str, value: &str) -> Result<bool> {
    match value {
        "true" | "1" | "" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(bad_value(key, value, "`true` or `false`")),
    }
}

fn duration(key: &str, value: &str) -> Result<Duration> {
    let split = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let (digits, unit) = value.split_at(split);
    let milliseconds = match unit {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" | "min" => 60_000,
        _ => return Err(bad_value(key, value, "a time such as `500ms`, `5s` or `2m`")),
    };
    let count: u32 =
        digits.parse().map_err(|_| bad_value(key, value, "a time such as `500ms`, `5s` or `2m`"))?;
    Ok(Duration::from_millis(u64::from(count) * milliseconds))
}

/// The parameters of a query string, decoded.
fn pairs(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    query.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        (percent_decoded(key), percent_decoded(value))
    })
}

/// Decodes `%41`; what is no such escape stays as it is, so that a file may be called `100%.db`.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escape = (byte == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let escape = escape.filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        match escape.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(url: &str) -> String {
        let error = ConnectOptions::parse(url).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        error.to_string()
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://ann:se:cr@et/x@localhost/shop", "postgres://ann:***@localhost/shop"),
            ("postgres://ann@localhost/shop", "postgres://ann@localhost/shop"),
            (
                "postgres://localhost/shop?user=ann&password=x",
                "postgres://localhost/shop?user=ann&password=***",
            ),
            ("postgres:///shop?host=/run/postgresql", "postgres:///shop?host=/run/postgresql"),
        ] {
            let options = ConnectOptions::parse(url).unwrap();
            assert_eq!(options.to_string(), shown);
            assert!(!format!("{options:?}").contains("cr@et"));
        }
        assert!(!message("oracle://ann:secret@localhost").contains("secret"));
    }

    #[test]
    fn sqlite_urls_name_a_file_or_memory() {
        let place = |url: &str| ConnectOptions::parse(url).unwrap().place;
        assert!(place("sqlite::memory:") == Place::Memory);
        assert!(place("sqlite:app.db?mode=memory") == Place::Memory);
        assert!(place("sqlite:app.db") == Place::File("app.db".into()));
        assert!(place("sqlite://app.db") == Place::File("app.db".into()));
        assert!(place("sqlite:///var/my%20app.db") == Place::File("/var/my app.db".into()));
        assert!(place("sqlite:100%.db") == Place::File("100%.db".into()));
    }

    #[test]
    fn the_urls_of_servers_keep_the_parameters_of_their_drivers() {
        for (url, dialect, kept) in [
            (
                "mariadb://ann:x@localhost/shop?socket=/run/my.sock&max_connections=3&charset=utf8mb4",
                Dialect::MariaDb,
                "mysql://ann:x@localhost/shop?socket=/run/my.sock",
            ),
            (
                "mysql://localhost/shop?ssl-mode=disabled",
                Dialect::MySql,
                "mysql://localhost/shop?ssl-mode=disabled",
            ),
            (
                "postgresql://localhost/shop?lock_timeout=3&sslmode=disable&channel_binding=prefer",
                Dialect::Postgres,
                "postgres://localhost/shop?sslmode=disable",
            ),
        ] {
            let options = ConnectOptions::parse(url).unwrap();
            assert_eq!(options.dialect(), dialect);
            assert!(options.place == Place::Server(kept.to_owned()), "{options:?}");
        }
    }

    #[test]
    fn a_wrong_url_says_what_was_expected() {
        assert!(message("").contains("is empty"));
        assert!(message("app.db").contains("write `sqlite:app.db`"));
        assert!(message("mysql:localhost/x").contains("lacks `//`"));
        assert!(message("mysql://localhost/x?charset=latin1").contains("expected `utf8mb4`"));
        assert!(message("mysql://localhost/x?sslmod=disabled").contains("unknown parameter `sslmod`"));
        assert!(message("sqlite:").contains("names no file"));
        assert!(message("postgres:localhost").contains("lacks `//`"));
        assert!(message("sqlite:app.db?max_conections=3").contains("unknown parameter `max_conections`"));
        assert!(message("sqlite:app.db?max_connections=0").contains("a number from 1"));
        assert!(message("sqlite:app.db?lock_timeout=5x").contains("`500ms`, `5s` or `2m`"));
    }

    #[test]
    fn every_option_can_be_said_in_the_url() {
        let options = ConnectOptions::parse(
            "sqlite:a.db?max_connections=3&acquire_timeout=2s&statement_timeout=100ms&busy_timeout=1m&read_only=true\
             &create_if_missing=false&statement_cache_capacity=7&connect_timeout=9",
        )
        .unwrap();
        assert_eq!(options.max_connections, 3);
        assert_eq!(options.acquire_timeout, Duration::from_secs(2));
        assert_eq!(options.connect_timeout, Duration::from_secs(9));
        assert_eq!(options.statement_timeout, Some(Duration::from_millis(100)));
        assert_eq!(options.lock_timeout, Some(Duration::from_secs(60)));
        assert!(options.read_only && !options.create_if_missing);
        assert_eq!(options.statement_cache_capacity, 7);
    }
}
