//! What only MariaDB does.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use orm_core::{ConnectOptions, Connection, Db, Dialect, ErrorKind, Isolation, TxOptions, Value};

use super::support::{Door, ids, insert, integers, mariadb_options, mariadb_url, read, reading, run, texts};

async fn with_table(test: &str) -> Option<(Db, ConnectOptions)> {
    let options = mariadb_options(test).await?;
    let db = Db::connect_with(options.clone()).await.unwrap();
    run(&db, "CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT)", vec![]).await.unwrap();
    Some((db, options))
}

/// A session that watches the others of a test.
struct Watcher {
    session: Connection,
    database: String,
}

impl Watcher {
    async fn new(test: &str) -> Self {
        let options = ConnectOptions::parse(&mariadb_url().unwrap()).unwrap();
        let session = Connection::open(&options).await.unwrap();
        Self { session, database: format!("driver_{test}") }
    }

    async fn sessions(&mut self, condition: &str) -> Vec<i64> {
        let sql = format!("SELECT id FROM information_schema.PROCESSLIST WHERE db = ? AND {condition}");
        let rows = self.session.rows(&sql, vec![Value::Text(self.database.clone())], |row| row.i64()).await;
        rows.unwrap().into_iter().flatten().collect()
    }

    /// Waits until that many sessions meet the condition.
    async fn eventually(&mut self, condition: &str, count: usize) {
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.sessions(condition).await.len() != count {
            assert!(Instant::now() < deadline, "{condition}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn kill_all(&mut self) {
        for id in self.sessions("true").await {
            let _ = self.session.batch(&format!("KILL {id}")).await;
        }
        self.eventually("true", 0).await;
    }
}

#[tokio::test]
async fn the_server_says_which_of_the_two_it_is() {
    let Some(url) = mariadb_url() else { return };
    let options = ConnectOptions::parse(&url.replacen("mariadb:", "mysql:", 1)).unwrap();
    assert_eq!(options.dialect(), Dialect::MySql);
    assert_eq!(Connection::open(&options).await.unwrap().dialect(), Dialect::MariaDb);
    assert_eq!(Db::connect_with(options).await.unwrap().dialect(), Dialect::MariaDb);
}

#[tokio::test]
async fn a_session_has_the_options_of_its_url() {
    let Some(url) = mariadb_url() else { return };
    let mark = if url.contains('?') { '&' } else { '?' };
    let options = "lock_timeout=1500ms&statement_timeout=250ms&read_only=true";
    let db = Db::connect(&format!("{url}{mark}{options}")).await.unwrap();
    let sql = "SELECT CONCAT_WS(' ', @@sql_mode, @@time_zone, @@collation_connection, @@innodb_lock_wait_timeout, \
               @@max_statement_time)";
    let settings = texts(&db, sql).await.unwrap().remove(0);
    for part in ["STRICT_ALL_TABLES", "SIMULTANEOUS_ASSIGNMENT", " +00:00 utf8mb4_nopad_bin 2 0.25"] {
        assert!(settings.contains(part), "{settings}");
    }
    let error = integers(&db, "SELECT SLEEP(5)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StatementTimeout, "{error}");
    let error = run(&db, "CREATE TABLE x (id INT)", vec![]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transaction, "{error}");
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing_behind_and_its_connection_is_used_again() {
    let Some((_, options)) = with_table("left_behind").await else { return };
    // The only one, so that whoever comes next waits until it is clean.
    let db = Db::connect_with(options.clone().max_connections(1)).await.unwrap();
    let session = integers(&db, "SELECT CONNECTION_ID()").await.unwrap();
    let tx = db.begin().await.unwrap();
    insert(&tx, 1).await.unwrap();
    drop(tx);
    let patient = Db::connect_with(options.lock_timeout(Duration::from_secs(5))).await.unwrap();
    insert(&patient, 1).await.unwrap();
    assert_eq!(integers(&db, "SELECT CONNECTION_ID()").await.unwrap(), session);
}

#[tokio::test]
async fn a_cancelled_wait_for_a_lock_does_not_live_on() {
    let Some((db, _)) = with_table("lock_wait").await else { return };
    let mut watcher = Watcher::new("lock_wait").await;
    let tx = db.begin().await.unwrap();
    insert(&tx, 1).await.unwrap();
    let other = db.clone();
    let waiting = tokio::spawn(async move { insert(&other, 1).await });
    watcher.eventually("info LIKE 'INSERT%'", 1).await;
    waiting.abort();
    watcher.eventually("info LIKE 'INSERT%'", 0).await;
    tx.rollback().await.unwrap();
    assert!(ids(&db).await.is_empty(), "what was cancelled did not happen");
}

#[tokio::test]
async fn a_transaction_dropped_without_a_runtime_is_closed() {
    let Some((db, options)) = with_table("no_runtime").await else { return };
    let tx = db.begin().await.unwrap();
    insert(&tx, 1).await.unwrap();
    std::thread::spawn(move || drop(tx)).join().unwrap();
    let patient = Db::connect_with(options.lock_timeout(Duration::from_secs(5))).await.unwrap();
    insert(&patient, 1).await.unwrap();
}

#[tokio::test]
async fn a_failed_statement_leaves_its_transaction_as_it_was() {
    let Some((db, _)) = with_table("failed").await else { return };
    let tx = db.begin().await.unwrap();
    insert(&tx, 1).await.unwrap();
    assert!(insert(&tx, 1).await.unwrap_err().is_unique_violation());
    insert(&tx, 2).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids(&db).await, [1, 2]);
}

#[tokio::test]
async fn a_lock_that_is_not_to_be_had_is_a_lock_timeout_of_the_statement_alone() {
    let Some((db, options)) = with_table("lock_timeout").await else { return };
    let impatient = Db::connect_with(options.lock_timeout(Duration::from_millis(50))).await.unwrap();
    let tx = db.begin().await.unwrap();
    insert(&tx, 1).await.unwrap();
    let other = impatient.begin().await.unwrap();
    insert(&other, 2).await.unwrap();
    let error = insert(&other, 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LockTimeout);
    assert!(error.is_retryable());
    tx.rollback().await.unwrap();
    other.commit().await.unwrap();
    assert_eq!(ids(&db).await, [2]);
}

/// The server rolls one of the two back as a whole; going on in it would write outside of any transaction.
#[tokio::test]
async fn a_deadlock_ends_one_of_the_transactions() {
    let Some((db, _)) = with_table("deadlock").await else { return };
    run(&db, "INSERT INTO t (id) VALUES (1), (2)", vec![]).await.unwrap();
    let touch = "UPDATE t SET name = 'x' WHERE id = $1";
    let (a, b) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    insert(&a, 10).await.unwrap();
    insert(&b, 20).await.unwrap();
    run(&a, touch, vec![Value::I64(1)]).await.unwrap();
    run(&b, touch, vec![Value::I64(2)]).await.unwrap();
    let (first, second) =
        tokio::join!(run(&a, touch, vec![Value::I64(2)]), run(&b, touch, vec![Value::I64(1)]));
    let (victim, winner, error, kept) = match (first, second) {
        (Err(error), Ok(_)) => (a, b, error, 20),
        (Ok(_), Err(error)) => (b, a, error, 10),
        other => panic!("{other:?}"),
    };
    assert_eq!(error.kind(), ErrorKind::Serialization);
    assert!(error.is_retryable());
    let error = insert(&victim, 30).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transaction);
    assert!(error.to_string().contains("run it again"), "{error}");
    assert_eq!(victim.commit().await.unwrap_err().kind(), ErrorKind::Transaction);
    winner.commit().await.unwrap();
    assert_eq!(ids(&db).await, [1, 2, kept]);
}

#[tokio::test]
async fn two_serializable_transactions_that_collide_both_succeed_with_retry() {
    let Some((db, _)) = with_table("serializable").await else { return };
    let options = TxOptions { read_only: false, isolation: Some(Isolation::Serializable) };
    let count = async || {
        for _ in 0..10 {
            let tx = db.begin_with(options).await.unwrap();
            let rows = integers(&tx, "SELECT count(*) FROM t").await.unwrap()[0];
            tokio::time::sleep(Duration::from_millis(50)).await;
            match insert(&tx, rows).await {
                Ok(_) => return tx.commit().await.unwrap(),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Serialization),
            }
        }
    };
    tokio::join!(count(), count());
    assert_eq!(ids(&db).await, [0, 1]);
}

#[tokio::test]
async fn an_isolation_level_holds_for_its_transaction_alone() {
    let Some((db, options)) = with_table("isolation").await else { return };
    let one = Db::connect_with(options.max_connections(1)).await.unwrap();
    let committed = TxOptions { read_only: true, isolation: Some(Isolation::ReadCommitted) };
    for (id, options, sees_others) in [(1, committed, true), (2, TxOptions::default(), false)] {
        let tx = one.begin_with(options).await.unwrap();
        let before = ids(&tx).await;
        insert(&db, id).await.unwrap();
        assert_eq!(ids(&tx).await.len() > before.len(), sees_others);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_table_that_changes_under_prepared_statements_is_no_error() {
    let Some((db, _)) = with_table("changed").await else { return };
    insert(&db, 1).await.unwrap();
    let sql = reading("SELECT name FROM t");
    let names = |reader: &mut orm_core::Reader<'_>| Ok(reader.text()?.map(std::borrow::Cow::into_owned));
    assert_eq!(read(&db, &sql, vec![], names).await.unwrap(), [None]);
    run(&db, "ALTER TABLE t MODIFY name VARCHAR(10)", vec![]).await.unwrap();
    assert_eq!(read(&db, &sql, vec![], names).await.unwrap(), [None]);
}

#[tokio::test]
async fn a_dead_idle_connection_is_replaced() {
    let Some((db, _)) = with_table("dead").await else { return };
    let mut watcher = Watcher::new("dead").await;
    watcher.kill_all().await;
    assert!(ids(&db).await.is_empty(), "a read");
    watcher.kill_all().await;
    db.transaction(async |tx| insert(&tx, 1).await).await.unwrap();

    let tx = db.begin().await.unwrap();
    insert(&tx, 3).await.unwrap();
    watcher.kill_all().await;
    assert_eq!(insert(&tx, 4).await.unwrap_err().kind(), ErrorKind::Connection);
    assert_eq!(tx.commit().await.unwrap_err().kind(), ErrorKind::Transaction);
    assert_eq!(ids(&db).await, [1]);
}

#[tokio::test]
async fn every_statement_takes_one_round_trip_and_no_ping() {
    let Some(url) = mariadb_url() else { return };
    let (before, after) = url.rsplit_once('@').unwrap();
    let (address, database) = after.split_once('/').unwrap();
    let server = if address.contains(':') { address.to_owned() } else { format!("{address}:3306") };
    let door = Door::open(server);
    let db = Db::connect(&format!("{before}@127.0.0.1:{}/{database}", door.port)).await.unwrap();
    let sql = reading("SELECT $1 + 1");
    let lookup = async || read(&db, &sql, vec![Value::I64(1)], |reader| reader.i64()).await.unwrap();
    lookup().await;
    let first = door.trips.load(Ordering::SeqCst);
    for _ in 0..50 {
        lookup().await;
    }
    assert_eq!(door.trips.load(Ordering::SeqCst) - first, 50);
    db.transaction(async |tx| read(&tx, &sql, vec![Value::I64(1)], |reader| reader.i64()).await)
        .await
        .unwrap();
    assert_eq!(door.trips.load(Ordering::SeqCst) - first, 53, "BEGIN, the statement, COMMIT");
}

#[tokio::test]
async fn a_unix_socket_is_named_by_its_path() {
    let Some(url) = mariadb_url() else { return };
    let db = Db::connect(&url).await.unwrap();
    let socket = texts(&db, "SELECT @@socket").await.unwrap().remove(0);
    let port = texts(&db, "SELECT CAST(@@port AS CHAR)").await.unwrap().remove(0);
    if !std::path::Path::new(&socket).exists() {
        return;
    }
    // The port is that of nobody, so what answers is the socket. Its users may be others than those over TCP.
    let (before, after) = url.rsplit_once('@').unwrap();
    let database = after.split_once('/').unwrap().1.split('?').next().unwrap();
    match Db::connect(&format!("{before}@localhost:1/{database}?socket={socket}")).await {
        Ok(db) => assert_eq!(texts(&db, "SELECT CAST(@@port AS CHAR)").await.unwrap(), [port]),
        Err(error) => assert!(error.to_string().contains("check user and password"), "{error}"),
    }
}

#[tokio::test]
async fn without_a_statement_cache_nothing_is_left_prepared() {
    let Some(options) = mariadb_options("uncached").await else { return };
    let db = Db::connect_with(options.statement_cache_capacity(0).max_connections(1)).await.unwrap();
    for id in 0..3 {
        let sql = reading("SELECT $1 + 1");
        let rows = read(&db, &sql, vec![Value::I64(id)], |reader| reader.i64()).await.unwrap();
        assert_eq!(rows, [Some(id + 1)]);
    }
    let read = |reader: &mut orm_core::Reader<'_>| {
        reader.text()?;
        Ok(reader.text()?.map(std::borrow::Cow::into_owned))
    };
    let mut session = db.connection().await.unwrap();
    let rows = session.rows("SHOW SESSION STATUS LIKE 'Com_stmt_prepare'", vec![], read).await.unwrap();
    assert_eq!(rows, [Some("1".to_owned())]);
}

#[tokio::test]
async fn too_many_parameters_are_refused_before_anything_is_sent() {
    let Some((db, _)) = with_table("parameters").await else { return };
    let error = run(&db, "SELECT 1", vec![Value::I64(1); 65_536]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    assert!(error.to_string().contains("at most 65535"), "{error}");
}

#[tokio::test]
async fn a_row_that_cannot_be_read_leaves_the_connection_usable() {
    let Some((db, _)) = with_table("unreadable").await else { return };
    let tx = db.begin().await.unwrap();
    let sql = reading("SELECT 'x' FROM seq_1_to_10000");
    let error = read(&tx, &sql, vec![], |reader| reader.i64()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    insert(&tx, 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids(&db).await, [1]);
}

/// sqlx itself would take it for NULL.
#[tokio::test]
async fn a_zero_date_is_an_error() {
    let Some(options) = mariadb_options("zero").await else { return };
    let mut session = Connection::open(&options).await.unwrap();
    let table = "CREATE TABLE z (d DATE, m DATETIME(6)); SET sql_mode = ''; INSERT INTO z VALUES ('0000-00-00', '0000-00-00')";
    session.batch(table).await.unwrap();
    let error = session.rows("SELECT d FROM z", vec![], |row| row.date()).await.unwrap_err();
    assert!(error.to_string().contains("where a date was expected"), "{error}");
    let error = session.rows("SELECT m FROM z", vec![], |row| row.date_time()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
}
