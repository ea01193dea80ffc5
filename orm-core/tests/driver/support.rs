//! What the tests share: databases of their own, and statements in one line.

use std::{
    any::Any,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use orm_core::{
    Access, ConnectOptions, Connection, Db, Dialect, Executor, Reader, Result, Sink, Sql, Statement, Value,
};

/// Collects rows by a closure.
struct Rows<T, F> {
    rows: Vec<T>,
    read: F,
}

impl<T: Send + 'static, F: FnMut(&mut Reader<'_>) -> Result<T> + Send + 'static> Sink for Rows<T, F> {
    fn row(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        let row = (self.read)(reader)?;
        self.rows.push(row);
        Ok(())
    }

    fn clear(&mut self) {
        self.rows.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

pub(crate) async fn run(on: &impl Executor, sql: &str, params: Vec<Value>) -> Result<u64> {
    execute(on, sql, Access::Write, params).await
}

pub(crate) async fn run_by_key(on: &impl Executor, sql: &str, params: Vec<Value>) -> Result<u64> {
    execute(on, sql, Access::WriteByKey, params).await
}

async fn execute(on: &impl Executor, sql: &str, access: Access, params: Vec<Value>) -> Result<u64> {
    let sql = Sql::new(spelled(on.handle().dialect(), sql), access);
    on.handle().execute(Statement::new(Arc::new(sql), params)).await
}

/// The tests write `$1`, which MariaDB does not know.
pub(crate) fn spelled(dialect: Dialect, sql: &str) -> String {
    match dialect {
        Dialect::Sqlite | Dialect::Postgres => sql.to_owned(),
        Dialect::MariaDb | Dialect::MySql => sql.replace("$1", "?").replace("$2", "?"),
    }
}

pub(crate) async fn read<T, F>(
    on: &impl Executor,
    sql: &Arc<Sql>,
    params: Vec<Value>,
    read: F,
) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: FnMut(&mut Reader<'_>) -> Result<T> + Send + 'static,
{
    let sink = Box::new(Rows { rows: Vec::new(), read });
    let sql = match spelled(on.handle().dialect(), sql.text()) {
        text if text == **sql.text() => Arc::clone(sql),
        text => Arc::new(Sql::new(text, sql.access())),
    };
    let sink = on.handle().fetch(Statement::new(sql, params), sink).await?;
    Ok(sink.into_any().downcast::<Rows<T, F>>().map(|rows| rows.rows).ok().unwrap())
}

pub(crate) fn reading(sql: &str) -> Arc<Sql> {
    Arc::new(Sql::new(sql, Access::Read))
}

pub(crate) async fn integers(on: &impl Executor, sql: &str) -> Result<Vec<i64>> {
    read(on, &reading(sql), vec![], |reader| Ok(reader.i64()?.unwrap_or_default())).await
}

pub(crate) async fn texts(on: &impl Executor, sql: &str) -> Result<Vec<String>> {
    read(on, &reading(sql), vec![], |reader| Ok(reader.text()?.unwrap_or_default().into_owned())).await
}

/// The server of the tests, if there is one.
pub(crate) fn postgres_url() -> Option<String> {
    server("PostgreSQL", "ORM_TEST_POSTGRES_URL", cfg!(feature = "postgres"))
}

/// The server of the tests, if there is one.
pub(crate) fn mariadb_url() -> Option<String> {
    server("MariaDB", "ORM_TEST_MARIADB_URL", cfg!(feature = "mysql"))
}

fn server(name: &str, variable: &str, feature: bool) -> Option<String> {
    let url = std::env::var(variable).ok().filter(|_| feature);
    if url.is_none() {
        #[allow(clippy::print_stderr, reason = "a test says what it leaves out")]
        {
            eprintln!("{name} is left out: {variable} is not set, or the feature is off");
        }
    }
    url
}

/// A PostgreSQL namespace of its own, empty, for the test of that name.
pub(crate) async fn postgres_options(test: &str) -> Option<ConnectOptions> {
    let url = postgres_url()?;
    let mut connection = Connection::open(&ConnectOptions::parse(&url).unwrap()).await.unwrap();
    let name = format!("driver_{test}");
    let quoted = Dialect::Postgres.quote(&name);
    let anew = format!("DROP SCHEMA IF EXISTS {quoted} CASCADE; CREATE SCHEMA {quoted}");
    connection.batch(&anew).await.unwrap();
    let mark = if url.contains('?') { '&' } else { '?' };
    Some(
        ConnectOptions::parse(&format!("{url}{mark}options[search_path]={name}&application_name={name}"))
            .unwrap(),
    )
}

/// A database of MariaDB of its own, empty, for the test of that name.
pub(crate) async fn mariadb_options(test: &str) -> Option<ConnectOptions> {
    let url = mariadb_url()?;
    let mut connection = Connection::open(&ConnectOptions::parse(&url).unwrap()).await.unwrap();
    let name = format!("driver_{test}");
    let anew = format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} DEFAULT COLLATE utf8mb4_bin");
    connection.batch(&anew).await.unwrap();
    let (server, parameters) = url.split_once('?').map_or((&*url, None), |(a, p)| (a, Some(p)));
    let server = server.rsplit_once('/').unwrap().0;
    let parameters = parameters.map(|parameters| format!("?{parameters}")).unwrap_or_default();
    Some(ConnectOptions::parse(&format!("{server}/{name}{parameters}")).unwrap())
}

/// An empty database on each engine.
pub(crate) async fn databases(test: &str) -> Vec<Db> {
    let mut databases = Vec::new();
    if cfg!(feature = "sqlite") {
        databases.push(Db::connect("sqlite::memory:").await.unwrap());
    }
    if let Some(options) = postgres_options(test).await {
        databases.push(Db::connect_with(options).await.unwrap());
    }
    if let Some(options) = mariadb_options(test).await {
        databases.push(Db::connect_with(options).await.unwrap());
    }
    databases
}

/// Databases with the table `t (id, name)`.
pub(crate) async fn databases_with_table(test: &str) -> Vec<Db> {
    let databases = databases(test).await;
    for db in &databases {
        run(db, "CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT)", vec![]).await.unwrap();
    }
    databases
}

pub(crate) async fn insert(on: &impl Executor, id: i64) -> Result<u64> {
    run_by_key(on, "INSERT INTO t (id) VALUES ($1)", vec![Value::I64(id)]).await
}

pub(crate) async fn ids(on: &impl Executor) -> Vec<i64> {
    integers(on, "SELECT id FROM t ORDER BY id").await.unwrap()
}

/// A file that is gone when dropped, with what SQLite puts beside it.
#[cfg(feature = "sqlite")]
pub(crate) struct File(pub(crate) std::path::PathBuf);

#[cfg(feature = "sqlite")]
impl File {
    pub(crate) fn new(test: &str) -> Self {
        let file = Self(std::env::temp_dir().join(format!("orm-driver-{test}-{}.db", std::process::id())));
        file.remove();
        file
    }

    pub(crate) fn url(&self, parameters: &str) -> String {
        format!("sqlite:{}{parameters}", self.0.display())
    }

    fn remove(&self) {
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", self.0.display()));
        }
    }
}

#[cfg(feature = "sqlite")]
impl Drop for File {
    fn drop(&mut self) {
        self.remove();
    }
}

/// A door to the server that counts how often the client spoke after the server had.
pub(crate) struct Door {
    pub(crate) port: u16,
    pub(crate) trips: Arc<AtomicU32>,
}

impl Door {
    /// Lets one client through.
    pub(crate) fn open(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let trips = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&trips);
        std::thread::spawn(move || {
            let client = listener.accept().unwrap().0;
            let server = TcpStream::connect(server).unwrap();
            let answered = Arc::new(AtomicBool::new(true));
            let (from_server, to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            let sets = Arc::clone(&answered);
            std::thread::spawn(move || pass(from_server, to_client, || sets.store(true, Ordering::SeqCst)));
            pass(client, server, || {
                if answered.swap(false, Ordering::SeqCst) {
                    counter.fetch_add(1, Ordering::SeqCst);
                }
            });
        });
        Self { port, trips }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, seen: impl Fn()) {
    let mut buffer = [0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        seen();
        if to.write_all(&buffer[..length]).is_err() {
            return;
        }
    }
}
