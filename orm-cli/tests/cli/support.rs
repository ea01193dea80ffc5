//! A project in a folder of its own, a database of its own, and the program run in it.

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use orm_core::{ConnectOptions, Connection};
use serde_json::Value;
use tempfile::TempDir;

/// One model, enough for most tests.
pub(crate) const USER: &str = "\
use orm::prelude::*;

#[derive(Model)]
pub struct User {
    pub id: i64,
    pub name: String,
}
";

const MANIFEST: &str = "\
[package]
name = \"shop\"
version = \"0.1.0\"
edition = \"2024\"

[features]
extra = []

[dependencies]
orm = \"1\"
";

/// A kind of database that the tests run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
    MariaDb,
}

/// A folder with a package, and a database.
pub(crate) struct Project {
    folder: TempDir,
    /// The kind of its database.
    pub(crate) database: Database,
    /// The URL of its database.
    pub(crate) url: String,
    _server: Option<Server>,
}

/// A database on a server, dropped at the end.
struct Server {
    database: Database,
    url: String,
    name: String,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a test on SQLite, and on every server that there is.
pub(crate) fn on_every_database(test: impl Fn(Project)) {
    Database::ALL.into_iter().filter_map(Project::on).for_each(test);
}

/// Runs a test on every server that there is.
pub(crate) fn on_every_server(test: impl Fn(Project)) {
    [Database::Postgres, Database::MariaDb].into_iter().filter_map(Project::on).for_each(test);
}

impl Database {
    const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::MariaDb];

    /// Its word in `orm.lock`, and in the names of golden files.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MariaDb => "mariadb",
        }
    }

    /// Whether a statement of data definition can be rolled back with the transaction that it is in.
    pub(crate) const fn rolls_definitions_back(self) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => true,
            // It commits ("SQL statements That Cause an Implicit Commit").
            Self::MariaDb => false,
        }
    }

    /// The URL of the server for the tests, if there is one.
    fn server(self) -> Option<String> {
        let variable = match self {
            Self::Sqlite => return None,
            Self::Postgres => "ORM_TEST_POSTGRES_URL",
            Self::MariaDb => "ORM_TEST_MARIADB_URL",
        };
        let url = env::var(variable).ok();
        if url.is_none() {
            left_out(self, variable);
        }
        url
    }

    fn quote(self, name: &str) -> String {
        match self {
            Self::Sqlite | Self::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
            Self::MariaDb => format!("`{}`", name.replace('`', "``")),
        }
    }
}

impl Project {
    /// A project with [`USER`], on SQLite.
    pub(crate) fn new() -> Self {
        let project = Self::empty();
        project.write("Cargo.toml", MANIFEST);
        project.write("src/lib.rs", "pub mod models;\n");
        project.write("src/models.rs", USER);
        project
    }

    /// A folder without anything.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, database: Database::Sqlite, url: "sqlite:app.db".to_owned(), _server: None }
    }

    /// The same on a database of that kind; `None` where no server was named.
    pub(crate) fn on(database: Database) -> Option<Self> {
        if database == Database::Sqlite {
            return Some(Self::new());
        }
        let server = Server::make(database)?;
        Some(Self { database, url: server.database_url(), _server: Some(server), ..Self::new() })
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.database == Database::Postgres
    }

    /// A name between quotes.
    pub(crate) fn quote(&self, name: &str) -> String {
        self.database.quote(name)
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Replaces a text in a file, which must be there.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} holds no {from:?}: {text}");
        self.write(path, &text.replace(from, to));
    }

    /// Every file below a folder, with its text.
    pub(crate) fn files(&self, path: &str) -> Vec<(PathBuf, String)> {
        let mut files = Vec::new();
        collect(&self.path(path), &mut files);
        files.sort();
        files
    }

    /// The folders of the migrations.
    pub(crate) fn migrations(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path("migrations")) else { return Vec::new() };
        let folders = entries.map(|entry| entry.unwrap()).filter(|entry| entry.path().is_dir());
        let mut names: Vec<_> =
            folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Runs the program on the project's database; words are split at blanks.
    pub(crate) fn orm(&self, words: &str) -> Ran {
        let words: Vec<_> = words.split_whitespace().collect();
        self.words(&words)
    }

    /// Runs the program with these words.
    pub(crate) fn words(&self, words: &[&str]) -> Ran {
        ran(self.command(words).output().unwrap())
    }

    /// Runs the program with something on its stdin.
    pub(crate) fn with_input(&self, words: &str, input: &str) -> Ran {
        let words: Vec<_> = words.split_whitespace().collect();
        let mut child = self
            .command(&words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        ran(child.wait_with_output().unwrap())
    }

    /// The program, ready to run in the project, with nothing of our own environment that it would read.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = bare(self.folder.path(), words);
        command.env("DATABASE_URL", &self.url);
        command
    }

    /// Runs SQL on the project's database.
    pub(crate) fn sql(&self, sql: &str) {
        let url = self.absolute_url();
        block_on(async { connect(&url).await.batch(sql).await.unwrap() });
    }

    /// A session of its own with a transaction that is open until it is dropped.
    pub(crate) fn open_transaction(&self, sql: &str) -> Open {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let url = self.absolute_url();
        let connection = runtime.block_on(async {
            let mut connection = connect(&url).await;
            connection.batch("BEGIN").await.unwrap();
            connection.batch(sql).await.unwrap();
            connection
        });
        Open { runtime, connection: Some(connection) }
    }

    /// Asks until the number is not zero, for half a minute at most.
    pub(crate) fn wait_until(&self, sql: &str) {
        let begun = std::time::Instant::now();
        while self.number(sql) == 0 {
            assert!(begun.elapsed() < std::time::Duration::from_secs(30), "in vain: {sql}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    /// The one text of a query.
    pub(crate) fn text(&self, sql: &str) -> String {
        self.texts(sql).join(" ")
    }

    /// The first column of a query's rows, without NULLs.
    pub(crate) fn texts(&self, sql: &str) -> Vec<String> {
        let url = self.absolute_url();
        block_on(async {
            let read = |row: &mut orm_core::Reader<'_>| Ok(row.text()?.map(|text| text.into_owned()));
            let rows = connect(&url).await.rows(sql, Vec::new(), read).await.unwrap();
            rows.into_iter().flatten().collect()
        })
    }

    /// The one number of a query.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        let text = if self.database == Database::MariaDb { "char" } else { "text" };
        self.text(&format!("SELECT CAST(({sql}) AS {text})")).parse().unwrap()
    }

    pub(crate) fn absolute_url(&self) -> String {
        match self.url.strip_prefix("sqlite:") {
            Some(file) => format!("sqlite:{}", self.path(file).display()),
            None => self.url.clone(),
        }
    }

    /// The name of its database on the server.
    pub(crate) fn name(&self) -> String {
        self._server.as_ref().map_or_else(|| "main".to_owned(), |server| server.name.clone())
    }

    /// What a run said, without what differs from run to run.
    pub(crate) fn stable(&self, text: &str) -> String {
        let shown = ConnectOptions::parse(&self.url).unwrap().to_string();
        let mut text = text.replace(&self.url, "<database>").replace(&shown, "<database>");
        text = text.replace(&format!("{}/", self.folder.path().display()), "");
        without_times(&text)
    }
}

/// The folder of the datasets; `None`, and said, where there is none.
pub(crate) fn datasets() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/datasets");
    let folder = env::var_os("ORM_DATASETS").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        let said = format!("left out: no datasets in {}, name them with ORM_DATASETS\n", folder.display());
        let _ = std::io::stderr().write_all(said.as_bytes());
        return None;
    }
    Some(folder)
}

/// The program, ready to run in a folder.
pub(crate) fn bare(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orm"));
    command.args(words).current_dir(folder).stdin(Stdio::null());
    for name in ["DATABASE_URL", "NO_COLOR", "TERM"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn ran(output: Output) -> Ran {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { exit: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Ran {
    /// It must have done what it was told.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        self.ends(0)
    }

    #[track_caller]
    pub(crate) fn ends(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "\n{}{}", self.stdout, self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} in:\n{}", self.stderr);
        self
    }

    /// The command that the message has between backquotes, with these words in it.
    #[track_caller]
    pub(crate) fn advised(&self, words: &str) -> String {
        let is_meant = |part: &&str| part.starts_with("orm ") && part.contains(words);
        let command = self.stderr.split('`').find(is_meant);
        command.unwrap_or_else(|| panic!("no command with {words:?} in:\n{}", self.stderr)).to_owned()
    }

    /// The object on stdout, which must be the only thing there.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{}", self.stdout);
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// A transaction that is rolled back at the end.
pub(crate) struct Open {
    runtime: tokio::runtime::Runtime,
    connection: Option<Connection>,
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            let _ = self.runtime.block_on(connection.batch("ROLLBACK"));
        }
    }
}

impl Server {
    fn make(database: Database) -> Option<Self> {
        static SERIAL: AtomicU32 = AtomicU32::new(0);
        let url = database.server()?;
        let name = format!("orm_cli_{}_{}", std::process::id(), SERIAL.fetch_add(1, Ordering::Relaxed));
        let sql = format!("CREATE DATABASE {name}");
        block_on(async { connect(&url).await.batch(&sql).await.unwrap() });
        Some(Self { database, url, name })
    }

    fn database_url(&self) -> String {
        let (address, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let host = address.find("//").map_or(0, |at| at + 2);
        let end = address[host..].find('/').map_or(address.len(), |at| host + at);
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}/{}{mark}{query}", &address[..end], self.name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let force = if self.database == Database::Postgres { " WITH (FORCE)" } else { "" };
        let sql = format!("DROP DATABASE IF EXISTS {}{force}", self.name);
        block_on(async {
            // A test that fails is told as it is.
            let _ = connect(&self.url).await.batch(&sql).await;
        });
    }
}

/// Says something past the test harness, which would swallow it.
pub(crate) fn tell(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}

/// Says why a test held nothing.
pub(crate) fn leave_out(why: &str) {
    tell(&format!("left out: {why}"));
}

/// Said once, past the test harness, which would swallow it.
fn left_out(database: Database, variable: &'static str) {
    static SAID: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    let required = env::var("ORM_REQUIRE_DATABASES").unwrap_or_default();
    let word = database.word();
    assert!(!required.contains(word), "{variable} is not set, but `{word}` is required");
    let mut said = SAID.lock().unwrap();
    if !said.contains(&variable) {
        said.push(variable);
        leave_out(&format!("`{word}`, since {variable} is not set"));
    }
}

async fn connect(url: &str) -> Connection {
    Connection::open(&ConnectOptions::parse(url).unwrap()).await.unwrap()
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            files.push((path, text));
        }
    }
}

/// `20261120114000` and `2026-11-20 11:40:00.123` are different each time.
fn without_times(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let is_time = |c: char| c.is_ascii_digit() || "-:.TZ+".contains(c);
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let long = rest.find(|c: char| !is_time(c) && c != ' ').unwrap_or(rest.len());
        let (length, shown) = match rest.get(4..5) {
            _ if digits == 14 => (14, "<time>"),
            Some("-") if rest[..long].contains(':') => (long, "<time>"),
            _ => (digits, &rest[..digits]),
        };
        out.push_str(shown);
        rest = &rest[length..];
    }
    out + rest
}
