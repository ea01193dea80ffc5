//! What only PostgreSQL does.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use orm_core::{ConnectOptions, Connection, Db, ErrorKind, Isolation, TxOptions, Value};

use super::support::{
    Door, ids, insert, integers, postgres_options, postgres_url, read, reading, run, texts,
};

async fn with_table(test: &str) -> Option<(Db, ConnectOptions)> {
    let options = postgres_options(test).await?;
    let db = Db::connect_with(options.clone()).await.unwrap();
    run(&db, "CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT)", vec![]).await.unwrap();
    Some((db, options))
}

/// What the server says the sessions of a test do.
async fn states(test: &str) -> Vec<Option<String>> {
    let options = ConnectOptions::parse(&postgres_url().unwrap()).unwrap();
    let mut watcher = Connection::open(&options).await.unwrap();
    let sql = "SELECT state FROM pg_stat_activity WHERE application_name = $1 AND state IS NOT NULL";
    let read = |reader: &mut orm_core::Reader<'_>| Ok(reader.text()?.map(std::borrow::Cow::into_owned));
    watcher.rows(sql, vec![Value::Text(format!("driver_{test}"))], read).await.unwrap()
}

/// Waits until the server says so.
async fn eventually(test: &str, what: impl Fn(&[Option<String>]) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let states = states(test).await;
        if what(&states) {
            return;
        }
        assert!(Instant::now() < deadline, "{states:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing_behind_and_its_connection_is_used_again() {
    let Some((_, options)) = with_table("left_behind").await else { return };
    // The only one, so that whoever comes next waits until it is clean.
    let db = Db::connect_with(options.max_connections(1)).await.unwrap();
    let process = integers(&db, "SELECT pg_backend_pid()").await.unwrap();
    let tx = db.begin().await.unwrap();
    insert(&tx, 1).await.unwrap();
    run(&tx, "LOCK TABLE t", vec![]).await.unwrap();
    drop(tx);
    eventually("left_behind", |states| states.iter().flatten().all(|state| state == "idle")).await;
    assert!(ids(&db).await.is_empty());
    assert_eq!(integers(&db, "SELECT pg_backend_pid()").await.unwrap(), process);
}

#[tokio::test]
async fn a_cancelled_wait_for_a_lock_does_not_live_on() {
    let Some((db, _)) = with_table("lock_wait").await else { return };
    let tx = db.begin().await.unwrap();
    run(&tx, "LOCK TABLE t", vec![]).await.unwrap();
    let other = db.clone();
    let waiting = tokio::spawn(async move { insert(&other, 1).await });
    eventually("lock_wait", |states| states.iter().flatten().any(|state| state == "active")).await;
    waiting.abort();
    eventually("lock_wait", |states| !states.iter().flatten().any(|state| state == "active")).await;
    tx.commit().await.unwrap();
    assert!(ids(&db).await.is_empty(), "what was cancelled did not happen");
}

#[tokio::test]
async fn a_transaction_dropped_without_a_runtime_is_closed() {
    let Some((db, _)) = with_table("no_runtime").await else { return };
    let tx = db.begin().await.unwrap();
    insert(&tx, 1).await.unwrap();
    std::thread::spawn(move || drop(tx)).join().unwrap();
    eventually("no_runtime", |states| states.is_empty()).await;
    assert!(ids(&db).await.is_empty());
}

#[tokio::test]
async fn a_failed_transaction_says_what_to_do_and_is_never_committed() {
    let Some((db, _)) = with_table("failed").await else { return };
    let tx = db.begin().await.unwrap();
    insert(&tx, 1).await.unwrap();
    assert!(insert(&tx, 1).await.unwrap_err().is_unique_violation());
    let error = insert(&tx, 2).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transaction);
    assert!(error.to_string().contains("begin a savepoint"), "{error}");
    assert_eq!(tx.commit().await.unwrap_err().kind(), ErrorKind::Transaction);
    assert!(ids(&db).await.is_empty());
}

#[tokio::test]
async fn a_session_has_the_options_of_its_url() {
    let Some(url) = postgres_url() else { return };
    let mark = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{mark}statement_timeout=150ms&lock_timeout=2s&read_only=true");
    let db = Db::connect(&url).await.unwrap();
    for (setting, expected) in [
        ("statement_timeout", "150ms"),
        ("lock_timeout", "2s"),
        ("TimeZone", "UTC"),
        ("default_transaction_read_only", "on"),
    ] {
        assert_eq!(texts(&db, &format!("SHOW {setting}")).await.unwrap(), [expected]);
    }
    let error = integers(&db, "SELECT 1 FROM pg_sleep(5)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StatementTimeout);
    assert_eq!(run(&db, "CREATE TABLE x ()", vec![]).await.unwrap_err().kind(), ErrorKind::Transaction);
}

#[tokio::test]
async fn a_lock_that_is_not_to_be_had_is_a_lock_timeout() {
    let Some((db, options)) = with_table("lock_timeout").await else { return };
    let impatient = Db::connect_with(options.lock_timeout(Duration::from_millis(50))).await.unwrap();
    let tx = db.begin().await.unwrap();
    run(&tx, "LOCK TABLE t", vec![]).await.unwrap();
    let error = insert(&impatient, 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LockTimeout);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_table_that_changes_under_prepared_statements_is_no_error() {
    let Some((db, _)) = with_table("changed").await else { return };
    insert(&db, 1).await.unwrap();
    let sql = reading("SELECT name FROM t");
    let names = |reader: &mut orm_core::Reader<'_>| Ok(reader.text()?.map(std::borrow::Cow::into_owned));
    assert_eq!(read(&db, &sql, vec![], names).await.unwrap(), [None]);
    run(&db, "ALTER TABLE t ALTER name TYPE varchar(10)", vec![]).await.unwrap();
    assert_eq!(read(&db, &sql, vec![], names).await.unwrap(), [None]);

    run(&db, "ALTER TABLE t ALTER name TYPE text", vec![]).await.unwrap();
    let tx = db.begin().await.unwrap();
    let error = read(&tx, &sql, vec![], names).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    drop(tx);
    run(&db, "ALTER TABLE t ALTER name TYPE varchar(9)", vec![]).await.unwrap();
    assert_eq!(db.retry(async |tx| read(&tx, &sql, vec![], names).await).await.unwrap(), [None]);

    run(&db, "DEALLOCATE ALL", vec![]).await.unwrap();
    assert_eq!(read(&db, &sql, vec![], names).await.unwrap(), [None]);
}

#[tokio::test]
async fn a_dead_idle_connection_is_replaced() {
    let Some((db, _)) = with_table("dead").await else { return };
    let server = ConnectOptions::parse(&postgres_url().unwrap()).unwrap();
    let mut killer = Connection::open(&server).await.unwrap();
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'driver_dead'";
    let mut kill = async || {
        killer.rows(kill, vec![], |reader| reader.i64()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    kill().await;
    assert!(ids(&db).await.is_empty(), "a read");
    kill().await;
    insert(&db, 1).await.unwrap();
    kill().await;
    db.transaction(async |tx| insert(&tx, 2).await).await.unwrap();
    assert_eq!(ids(&db).await, [1, 2]);

    let tx = db.begin().await.unwrap();
    insert(&tx, 3).await.unwrap();
    kill().await;
    assert_eq!(insert(&tx, 4).await.unwrap_err().kind(), ErrorKind::Connection);
    assert_eq!(tx.commit().await.unwrap_err().kind(), ErrorKind::Transaction);
    assert_eq!(ids(&db).await, [1, 2]);
}

#[tokio::test]
async fn two_serializable_transactions_that_collide_both_succeed_with_retry() {
    let Some((db, _)) = with_table("serializable").await else { return };
    let options = TxOptions { read_only: false, isolation: Some(Isolation::Serializable) };
    let (a, b) = (db.begin_with(options).await.unwrap(), db.begin_with(options).await.unwrap());
    let count = "INSERT INTO t (id) SELECT 10 * count(*) + $1 FROM t";
    run(&a, count, vec![Value::I64(1)]).await.unwrap();
    let second = run(&b, count, vec![Value::I64(2)]).await;
    a.commit().await.unwrap();
    let second = match second {
        Ok(_) => b.commit().await,
        Err(error) => Err(error),
    };
    assert_eq!(second.unwrap_err().kind(), ErrorKind::Serialization);
}

#[tokio::test]
async fn every_statement_takes_one_round_trip_and_no_ping() {
    let Some(url) = postgres_url() else { return };
    let Some((before, after)) = url.rsplit_once('@').filter(|_| !url.contains("host=/")) else { return };
    let (address, database) = after.split_once('/').unwrap();
    let server = if address.contains(':') { address.to_owned() } else { format!("{address}:5432") };
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
async fn a_unix_socket_is_named_by_its_directory() {
    let Some(url) = postgres_url() else { return };
    let db = Db::connect(&url).await.unwrap();
    let directories = texts(&db, "SHOW unix_socket_directories").await.unwrap().remove(0);
    let port = texts(&db, "SHOW port").await.unwrap().remove(0);
    let directory = directories.split(',').next().unwrap().trim();
    if !std::path::Path::new(&format!("{directory}/.s.PGSQL.{port}")).exists() {
        return;
    }
    let (before, after) = url.rsplit_once('@').unwrap();
    let database = after.split_once('/').unwrap().1.split('?').next().unwrap();
    let through = format!("{before}@/{database}?host={directory}&port={port}&application_name=driver_socket");
    let db = Db::connect(&through.replace("@/", "@localhost/")).await.unwrap();
    assert_eq!(integers(&db, "SELECT 1 WHERE inet_server_addr() IS NULL").await.unwrap(), [1]);
    assert_eq!(texts(&db, "SHOW application_name").await.unwrap(), ["driver_socket"]);
}

#[tokio::test]
async fn without_a_statement_cache_nothing_is_left_prepared() {
    let Some(options) = postgres_options("uncached").await else { return };
    let db = Db::connect_with(options.statement_cache_capacity(0).max_connections(1)).await.unwrap();
    for id in 0..3 {
        let sql = reading("SELECT $1 + 1");
        assert_eq!(
            read(&db, &sql, vec![Value::I64(id)], |reader| reader.i64()).await.unwrap(),
            [Some(id + 1)]
        );
    }
    assert_eq!(integers(&db, "SELECT count(*) FROM pg_prepared_statements").await.unwrap(), [0]);
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
    let sql = reading("SELECT 'x' FROM generate_series(1, 10000)");
    assert_eq!(
        read(&tx, &sql, vec![], |reader| reader.i64()).await.unwrap_err().kind(),
        ErrorKind::InvalidValue
    );
    insert(&tx, 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids(&db).await, [1]);
}
