//! Throw-away databases: in memory on SQLite, else `CREATE DATABASE` on a server, always dropped.
//!
//! Needed only where SQL must be run to know what it makes: a `.sql` file as one side of a diff.

use std::time::{SystemTime, UNIX_EPOCH};

use orm_core::{ConnectOptions, Connection};

use crate::{
    baseline::Definitions,
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
    executor::script::place,
    inspect::{Inspected, inspect},
    mysql,
};

const PREFIX: &str = "orm_scratch_";

/// After this many seconds a scratch database belongs to a process that was killed.
const STALE: u64 = 3600;

/// Where a scratch database is made.
#[derive(Debug, Clone, Copy)]
pub enum Scratch<'a> {
    /// SQLite, in memory.
    Memory,
    /// On the server of this URL, whatever database it names.
    Server(&'a str),
}

impl<'a> Scratch<'a> {
    /// Where a scratch database of that dialect can be made, given a server of the same dialect, if any is known.
    ///
    /// # Errors
    /// When it takes a server, and none of that dialect is known.
    pub fn of(dialect: Dialect, server: Option<&'a str>) -> Result<Self> {
        let fits = |url: &&str| {
            ConnectOptions::parse(url)
                .is_ok_and(|options| Dialect::from(options.dialect()).shares_urls_with(dialect))
        };
        match (dialect, server.filter(fits)) {
            (Dialect::Sqlite, _) => Ok(Self::Memory),
            (Dialect::Postgres | Dialect::MariaDb | Dialect::MySql, Some(url)) => Ok(Self::Server(url)),
            (Dialect::Postgres | Dialect::MariaDb | Dialect::MySql, None) => Err(MigrateError::new(
                Code::Scratch,
                format!("no server is named on which a scratch database of {dialect} could be made"),
            )
            .fix("name one with `--scratch-url URL`, whatever database it names")),
        }
    }
}

/// The schema that SQL makes; `file` is for messages.
///
/// # Errors
/// When no scratch database can be made, and what the database says of the SQL.
pub async fn schema_of_sql(scratch: Scratch<'_>, sql: &str, file: &str) -> Result<Inspected> {
    made_by(scratch, sql, file, async |connection: &mut Connection| inspect(connection).await).await
}

/// Looks at the database that SQL makes.
async fn made_by<T>(
    scratch: Scratch<'_>,
    sql: &str,
    file: &str,
    look: impl AsyncFnOnce(&mut Connection) -> Result<T>,
) -> Result<T> {
    with(scratch, async |url: &str| {
        let mut session = Session::open(url).await?;
        run(&mut session.connection, sql, file).await?;
        session.renew().await?;
        look(&mut session.connection).await
    })
    .await
}

/// A session in a scratch database.
pub(crate) struct Session<'a> {
    url: &'a str,
    pub(crate) connection: Connection,
}

impl<'a> Session<'a> {
    pub(crate) async fn open(url: &'a str) -> Result<Self> {
        Ok(Self { url, connection: open(url).await? })
    }

    /// Forgets what statements set for the session, as a dump sets the search path. One in memory is all that there is of
    /// its database, and stays.
    pub(crate) async fn renew(&mut self) -> Result<()> {
        if Dialect::of(&self.connection) != Dialect::Sqlite {
            self.connection = open(self.url).await?;
        }
        Ok(())
    }
}

/// Makes a scratch database, hands its URL to a function, and drops it however that ends.
///
/// # Errors
/// When it cannot be made or dropped, and what the function says.
pub async fn with<T>(scratch: Scratch<'_>, f: impl AsyncFnOnce(&str) -> Result<T>) -> Result<T> {
    let Scratch::Server(url) = scratch else { return f("sqlite::memory:").await };
    let mut server = open(url).await.map_err(no_scratch)?;
    drop_stale(&mut server).await?;
    let name = format!("{PREFIX}{}_{}_{}", now(), std::process::id(), serial());
    let databases = Databases::of(Dialect::of(&server));
    server.batch(&databases.create(&name)).await.map_err(|error| no_scratch(error.into()))?;
    let result = f(&other_database(url, &name)).await;
    let dropped = server.batch(&databases.drop(&name)).await;
    result.and_then(|value| dropped.map(|()| value).map_err(|error| no_scratch(error.into())))
}

async fn open(url: &str) -> Result<Connection> {
    Ok(Connection::open(&ConnectOptions::parse(url)?).await?)
}

/// Runs the statements one by one, so that an error has a line.
async fn run(connection: &mut Connection, sql: &str, file: &str) -> Result<()> {
    let statements = Dialect::of(connection).split(sql).map_err(|error| {
        MigrateError::new(Code::BadSql, format!("{} never ends", error.what)).at(place(sql, file, error.line))
    })?;
    for statement in statements {
        connection.batch(&statement.text).await.map_err(|error| {
            MigrateError::new(Code::StatementFailed, format!("this statement failed: {error}"))
                .at(place(sql, file, statement.line))
                .with_source(error)
        })?;
    }
    Ok(())
}

/// How a server makes, lists and drops databases.
struct Databases {
    dialect: Dialect,
    /// What follows the name of a new one.
    kind: String,
    /// What ends the sessions in one that is dropped.
    force: &'static str,
    list: &'static str,
}

impl Databases {
    fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Sqlite | Dialect::Postgres => Self {
                dialect,
                kind: String::new(),
                force: " WITH (FORCE)",
                list: "SELECT datname::text FROM pg_database",
            },
            Dialect::MariaDb | Dialect::MySql => Self {
                dialect,
                kind: format!(" CHARACTER SET utf8mb4 COLLATE {}", mysql::types::collation(dialect)),
                force: "",
                list: "SELECT CAST(schema_name AS CHAR) FROM information_schema.schemata",
            },
        }
    }

    fn create(&self, name: &str) -> String {
        format!("CREATE DATABASE {}{}", self.dialect.quote(name), self.kind)
    }

    fn drop(&self, name: &str) -> String {
        format!("DROP DATABASE IF EXISTS {}{}", self.dialect.quote(name), self.force)
    }
}

async fn drop_stale(server: &mut Connection) -> Result<()> {
    let databases = Databases { force: "", ..Databases::of(Dialect::of(server)) };
    let read = |row: &mut orm_core::Reader<'_>| Ok(row.text()?.map(|text| text.into_owned()));
    let names = server.rows(databases.list, Vec::new(), read).await?;
    for name in names.into_iter().flatten().filter(|name| is_stale(name)) {
        // Another process may do the same.
        let _ = server.batch(&databases.drop(&name)).await;
    }
    Ok(())
}

fn is_stale(name: &str) -> bool {
    let made = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next()?.parse::<u64>().ok());
    made.is_some_and(|made| made.saturating_add(STALE) < now())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A number that no other scratch database of this process has.
fn serial() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The URL with another database on the same server.
pub(crate) fn other_database(url: &str, name: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let host = address.find("//").map_or(0, |at| at + 2);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    // The query may name the database, too, and the last one counts.
    let query =
        query.map(|query| query.split('&').filter(|pair| !pair.starts_with("dbname=")).collect::<Vec<_>>());
    let query = query.filter(|pairs| !pairs.is_empty()).map(|pairs| format!("?{}", pairs.join("&")));
    format!("{}/{name}{}", &address[..end], query.unwrap_or_default())
}

fn no_scratch(error: MigrateError) -> MigrateError {
    MigrateError::new(Code::Scratch, format!("no scratch database can be made: {error}"))
        .fix("give the user the right to make databases (CREATEDB, or CREATE ON *.*), or name another server with `--scratch-url URL`")
        .with_source(error)
}

/// The schema of a `.sql` file; one of the models' own words for a place.
///
/// # Errors
/// When the file cannot be read, and as [`schema_of_sql`].
pub async fn schema_of_file(scratch: Scratch<'_>, path: &std::path::Path) -> Result<Inspected> {
    schema_of_sql(scratch, &text_of(path)?, &path.display().to_string()).await
}

/// The same, with everything that the file makes besides.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_migrate::scratch::{Scratch, whole_of_file};
///
/// let home = tempfile::tempdir()?;
/// let file = home.path().join("schema.sql");
/// std::fs::write(&file, "CREATE TABLE users (id INTEGER PRIMARY KEY); CREATE VIEW ids AS SELECT id FROM users;")?;
/// let (inspected, _definitions) = whole_of_file(Scratch::Memory, &file).await?;
/// assert_eq!(inspected.schema.tables.len(), 1);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`schema_of_file`].
pub async fn whole_of_file(scratch: Scratch<'_>, path: &std::path::Path) -> Result<(Inspected, Definitions)> {
    let look = async |connection: &mut Connection| {
        Ok((inspect(connection).await?, Dialect::of(connection).definitions(connection).await?))
    };
    made_by(scratch, &text_of(path)?, &path.display().to_string(), look).await
}

fn text_of(path: &std::path::Path) -> Result<String> {
    let sql = std::fs::read_to_string(path)
        .map_err(|error| MigrateError::file("read", path, error).at(Place::file(path.display())))?;
    Ok(crate::folder::portable(&sql))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_of_the_same_server_keeps_the_rest_of_the_url() {
        let other = |url| other_database(url, "x");
        assert_eq!(other("postgres://a:b@h:1/shop?sslmode=disable"), "postgres://a:b@h:1/x?sslmode=disable");
        assert_eq!(other("postgres://h"), "postgres://h/x");
        assert_eq!(other("postgres:///shop?host=/run&dbname=y"), "postgres:///x?host=/run");
    }

    #[test]
    fn only_old_scratch_databases_are_stale() {
        assert!(is_stale("orm_scratch_1000_1_0"));
        assert!(!is_stale(&format!("orm_scratch_{}_1_0", now())));
        assert!(!is_stale("orm_scratch_mine"));
    }

    #[tokio::test]
    async fn sql_that_fails_names_its_line() {
        let sql = "CREATE TABLE a (x INTEGER);\n\nCREATE TABLE a (x INTEGER);";
        let error = schema_of_sql(Scratch::Memory, sql, "a.sql").await.unwrap_err();
        assert_eq!(error.place().unwrap().to_string(), "a.sql:3");
    }
}
