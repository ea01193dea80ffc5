//! What only SQLite does.

use std::time::{Duration, Instant};

use orm_core::{ConnectOptions, Connection, Db, ErrorKind, TxOptions, Value};

use super::support::{File, ids, insert, integers, read, reading, run, texts};

const COUNT: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i FROM n";

async fn with_table(url: &str) -> Db {
    let db = Db::connect(url).await.unwrap();
    run(&db, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)", vec![]).await.unwrap();
    db
}

#[tokio::test]
async fn a_read_over_the_budget_runs_again_on_a_blocking_thread_and_is_remembered() {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    let sql = reading(COUNT);
    assert!(!sql.is_slow());
    for _ in 0..2 {
        let rows = read(&db, &sql, vec![], |reader| reader.i64()).await.unwrap();
        assert_eq!(rows.len(), 200_000, "no row twice, none missing");
        assert_eq!(rows.last(), Some(&Some(200_000)));
        assert!(sql.is_slow());
    }
    let short = reading("SELECT 1");
    read(&db, &short, vec![], |reader| reader.i64()).await.unwrap();
    assert!(!short.is_slow());
}

#[tokio::test]
async fn a_long_read_does_not_keep_the_runtime() {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    let started = Instant::now();
    let ticking = async {
        let mut longest = Duration::ZERO;
        for _ in 0..20 {
            let before = Instant::now();
            tokio::time::sleep(Duration::from_millis(1)).await;
            longest = longest.max(before.elapsed());
        }
        longest
    };
    let long = COUNT.replace("200000", "2000000").replace("SELECT i FROM n", "SELECT count(*) FROM n");
    let (count, longest) = tokio::join!(integers(&db, &long), ticking);
    assert_eq!(count.unwrap(), [2_000_000]);
    assert!(longest < started.elapsed() / 2, "the runtime stood still for {longest:?}");
}

#[tokio::test]
async fn one_writer_at_a_time_and_the_usual_mistake_is_named() {
    let file = File::new("writer");
    let db = with_table(&file.url("?lock_timeout=100ms")).await;
    let tx = db.begin().await.unwrap();
    insert(&tx, 1).await.unwrap();
    assert_eq!(ids(&db).await, [0_i64; 0], "readers don't wait");
    let error = insert(&db, 2).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LockTimeout);
    assert!(error.to_string().contains("use `db` inside a transaction: use `tx` there"), "{error}");
    let report = db.begin_with(TxOptions { read_only: true, isolation: None }).await.unwrap();
    tx.commit().await.unwrap();
    insert(&db, 3).await.unwrap();
    assert_eq!(ids(&report).await, [1, 3]);
    insert(&db, 4).await.unwrap();
    assert_eq!(ids(&report).await, [1, 3], "one transaction, one view");
}

#[tokio::test]
async fn a_lock_of_another_process_is_waited_for_without_keeping_the_thread() {
    let file = File::new("foreign");
    let db = with_table(&file.url("?lock_timeout=2s")).await;
    let other = rusqlite::Connection::open(&file.0).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let release = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        other.execute_batch("COMMIT").unwrap();
    };
    let ((), by_key, tx) =
        tokio::join!(release, insert(&db, 1), db.transaction(async |tx| insert(&tx, 2).await));
    assert_eq!((by_key.unwrap(), tx.unwrap()), (1, 1));

    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let impatient = Db::connect(&file.url("?lock_timeout=50ms")).await.unwrap();
    let error = insert(&impatient, 3).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LockTimeout);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn memory_is_one_database_that_lives_as_long_as_its_handle() {
    let db = with_table("sqlite::memory:").await;
    let other = Db::connect("sqlite::memory:").await.unwrap();
    insert(&db, 1).await.unwrap();
    assert!(integers(&other, "SELECT id FROM t").await.is_err(), "each is its own");
    let cancelled = tokio::time::timeout(Duration::from_millis(20), run(&db, COUNT, vec![])).await;
    drop(cancelled);
    {
        let mut session = db.connection().await.unwrap();
        session.batch("PRAGMA foreign_keys = OFF; BEGIN; INSERT INTO t VALUES (2, 'x')").await.unwrap();
    }
    assert_eq!(ids(&db).await, [1]);
    assert_eq!(integers(&db, "PRAGMA foreign_keys").await.unwrap(), [1]);
}

#[tokio::test]
async fn a_file_has_a_write_ahead_log_and_foreign_keys() {
    let file = File::new("pragmas");
    let db = with_table(&file.url("")).await;
    assert_eq!(texts(&db, "PRAGMA journal_mode").await.unwrap(), ["wal"]);
    assert_eq!(integers(&db, "PRAGMA foreign_keys").await.unwrap(), [1]);
    assert_eq!(integers(&db, "PRAGMA synchronous").await.unwrap(), [1]);
    db.close().await;
    assert!(!file.0.with_extension("db-wal").exists(), "closing writes the log back");
}

#[tokio::test]
async fn a_read_only_database_refuses_to_write() {
    let file = File::new("read_only");
    let db = with_table(&file.url("")).await;
    insert(&db, 1).await.unwrap();
    let reader = Db::connect(&file.url("?read_only=true")).await.unwrap();
    assert_eq!(ids(&reader).await, [1]);
    let error = insert(&reader, 2).await.unwrap_err();
    assert!(error.to_string().contains("read-only"), "{error}");
    assert_eq!(ids(&reader.begin().await.unwrap()).await, [1]);
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended() {
    let db = with_table("sqlite::memory:?statement_timeout=50ms").await;
    let forever = COUNT.replace("200000", "2000000000");
    assert_eq!(integers(&db, &forever).await.unwrap_err().kind(), ErrorKind::StatementTimeout);
    let tx = db.begin().await.unwrap();
    insert(&tx, 1).await.unwrap();
    assert_eq!(integers(&tx, &forever).await.unwrap_err().kind(), ErrorKind::StatementTimeout);
    insert(&tx, 2).await.unwrap();
    let write = format!("INSERT INTO t (id) {}", forever.replace("SELECT i FROM", "SELECT -i FROM"));
    assert_eq!(run(&tx, &write, vec![]).await.unwrap_err().kind(), ErrorKind::StatementTimeout);
    // SQLite has rolled everything back (c3ref/interrupt.html): nothing may run outside of a transaction by mistake.
    let error = insert(&tx, 3).await.unwrap_err();
    assert!(error.to_string().contains("the database rolled it back"), "{error}");
    assert!(ids(&db).await.is_empty());
}

#[tokio::test]
async fn dates_of_others_are_read() {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    let sql = reading("SELECT '2009-01-02 00:00:00', '2009-01-02T00:00:00Z', '2009-01-02'");
    let rows =
        read(&db, &sql, vec![], |reader| Ok((reader.date_time()?, reader.timestamp()?, reader.date()?)))
            .await;
    let (a, b, c) = rows.unwrap().remove(0);
    assert_eq!(a, b.map(|moment| moment.naive_utc()));
    assert_eq!(a.map(|moment| moment.date()), c);
    let sql = reading("SELECT x'00112233445566778899aabbccddeeff', 1.5, '1e2'");
    let rows =
        read(&db, &sql, vec![], |reader| Ok((reader.uuid()?, reader.decimal()?, reader.decimal()?))).await;
    let (uuid, real, scientific) = rows.unwrap().remove(0);
    assert_eq!(uuid.unwrap().to_string(), "00112233-4455-6677-8899-aabbccddeeff");
    assert_eq!(
        (real.unwrap().to_string(), scientific.unwrap().to_string()),
        ("1.5".to_owned(), "100".to_owned())
    );
}

#[tokio::test]
async fn names_are_taken_literally_whatever_they_hold() {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    let name = "a \"b\"; DROP TABLE t; -- ü";
    let quoted = db.dialect().quote(name);
    run(&db, &format!("CREATE TABLE {quoted} ({quoted} TEXT)"), vec![]).await.unwrap();
    run(&db, &format!("INSERT INTO {quoted} VALUES ($1)"), vec![Value::Text("x".into())]).await.unwrap();
    assert_eq!(texts(&db, &format!("SELECT {quoted} FROM {quoted}")).await.unwrap(), ["x"]);
    assert_eq!(texts(&db, "SELECT name FROM sqlite_schema").await.unwrap(), [name]);
}

#[tokio::test]
async fn a_new_file_is_opened_by_many_at_once() {
    let file = File::new("many_openers");
    let url = file.url("");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let options = ConnectOptions::parse(&url).unwrap();
        tasks.spawn(async move { Connection::open(&options).await.map(|_| ()) });
    }
    for result in tasks.join_all().await {
        result.unwrap();
    }
}
