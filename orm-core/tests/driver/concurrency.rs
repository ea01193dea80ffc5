//! Pools, cancelled futures, and several at a time.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use orm_core::{Db, Dialect, ErrorKind, Value};

use super::support::{databases_with_table, ids, insert, mariadb_options, postgres_options, run, spelled};

/// A database with one connection, for which nobody waits long.
async fn narrow(test: &str) -> Vec<Db> {
    let mut databases = Vec::new();
    if cfg!(feature = "sqlite") {
        databases
            .push(Db::connect("sqlite::memory:?acquire_timeout=100ms&lock_timeout=100ms").await.unwrap());
    }
    if let Some(options) = postgres_options(test).await {
        let options = options.max_connections(1).acquire_timeout(Duration::from_millis(100));
        databases.push(Db::connect_with(options).await.unwrap());
    }
    if let Some(options) = mariadb_options(test).await {
        let options = options.max_connections(1).acquire_timeout(Duration::from_millis(100));
        databases.push(Db::connect_with(options).await.unwrap());
    }
    databases
}

#[tokio::test]
async fn an_exhausted_pool_names_the_usual_mistake() {
    for db in narrow("exhausted").await {
        let tx = db.begin().await.unwrap();
        let started = Instant::now();
        let error = super::support::integers(&db, "SELECT 1").await.unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(2));
        assert_eq!(error.kind(), ErrorKind::PoolTimeout);
        assert!(error.to_string().contains("use `db` inside a transaction: use `tx` there"), "{error}");
        drop(tx);
        assert_eq!(super::support::integers(&db, "SELECT 1").await.unwrap(), [1]);
    }
}

#[tokio::test]
async fn after_close_nothing_runs() {
    for db in databases_with_table("closed").await {
        db.close().await;
        let error = insert(&db, 1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert!(error.to_string().contains("closed by `Db::close`"), "{error}");
    }
}

/// Something that takes seconds.
fn slow(db: &Db) -> &'static str {
    match db.dialect() {
        Dialect::Sqlite => {
            "INSERT INTO t (id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000000) \
             SELECT i FROM n WHERE i < 0"
        }
        Dialect::Postgres => "INSERT INTO t (id) SELECT 1 FROM pg_sleep(20)",
        Dialect::MariaDb | Dialect::MySql => "INSERT INTO t (id) SELECT 7 + SLEEP(20)",
    }
}

#[tokio::test]
async fn a_cancelled_statement_leaves_the_database_usable() {
    for db in databases_with_table("cancelled").await {
        insert(&db, 1).await.unwrap();
        let started = Instant::now();
        let cancelled = tokio::time::timeout(Duration::from_millis(100), run(&db, slow(&db), vec![])).await;
        assert!(cancelled.is_err());
        insert(&db, 2).await.unwrap();
        assert_eq!(ids(&db).await, [1, 2]);
        assert!(started.elapsed() < Duration::from_secs(5), "the statement was not interrupted");
    }
}

#[tokio::test]
async fn a_statement_cancelled_inside_a_transaction_ends_it() {
    for db in databases_with_table("cancelled_tx").await {
        let tx = db.begin().await.unwrap();
        insert(&tx, 1).await.unwrap();
        let cancelled = tokio::time::timeout(Duration::from_millis(100), run(&tx, slow(&db), vec![])).await;
        assert!(cancelled.is_err());
        assert_eq!(insert(&tx, 2).await.unwrap_err().kind(), ErrorKind::Transaction);
        assert_eq!(tx.commit().await.unwrap_err().kind(), ErrorKind::Transaction);
        insert(&db, 3).await.unwrap();
        assert_eq!(ids(&db).await, [3]);
    }
}

#[tokio::test]
async fn a_cancelled_session_is_over() {
    for db in databases_with_table("cancelled_session").await {
        let mut session = db.connection().await.unwrap();
        let cancelled = tokio::time::timeout(Duration::from_millis(100), session.batch(slow(&db))).await;
        assert!(cancelled.is_err());
        let error = session.batch("SELECT 1").await.unwrap_err();
        assert!(error.to_string().contains("the session is over"), "{error}");
        drop(session);
        insert(&db, 1).await.unwrap();
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_write_at_a_time() {
    for db in databases_with_table("many").await {
        let mut tasks = tokio::task::JoinSet::new();
        for id in 0..100 {
            let db = db.clone();
            tasks.spawn(async move {
                db.transaction(async |tx| {
                    insert(&tx, id).await?;
                    insert(&tx, id + 1000).await
                })
                .await
                .unwrap();
                ids(&db).await.len()
            });
        }
        assert!(tasks.join_all().await.into_iter().all(|seen| seen >= 2));
        assert_eq!(ids(&db).await.len(), 200);
    }
}

#[tokio::test]
async fn a_session_runs_batches_statements_and_queries() {
    for db in databases_with_table("session").await {
        let mut session = db.connection().await.unwrap();
        session.batch("BEGIN; INSERT INTO t (id) VALUES (1); INSERT INTO t (id) VALUES (2)").await.unwrap();
        let delete = spelled(db.dialect(), "DELETE FROM t WHERE id = $1");
        let deleted = session.execute(&delete, vec![Value::I64(1)]).await.unwrap();
        session.batch("COMMIT").await.unwrap();
        let rows = session.rows("SELECT id FROM t", vec![], |reader| reader.i64()).await.unwrap();
        assert_eq!((deleted, rows), (1, vec![Some(2)]));

        session.batch("BEGIN; INSERT INTO t (id) VALUES (3)").await.unwrap();
        drop(session);
        assert_eq!(ids(&db).await, [2]);
    }
}

#[tokio::test]
async fn counts_are_those_of_the_statement() {
    for db in databases_with_table("counts").await {
        assert_eq!(run(&db, "INSERT INTO t (id) VALUES (1), (2), (3)", vec![]).await.unwrap(), 3);
        assert_eq!(run(&db, "UPDATE t SET name = 'x' WHERE id > 1", vec![]).await.unwrap(), 2);
        assert_eq!(run(&db, "CREATE TABLE other (id BIGINT)", vec![]).await.unwrap(), 0);
        assert_eq!(run(&db, "DELETE FROM t WHERE id = 9", vec![]).await.unwrap(), 0);
        let nothing = match db.dialect() {
            Dialect::Sqlite | Dialect::Postgres => "INSERT INTO t (id) VALUES (1) ON CONFLICT DO NOTHING",
            Dialect::MariaDb | Dialect::MySql => "INSERT IGNORE INTO t (id) VALUES (1)",
        };
        assert_eq!(run(&db, nothing, vec![]).await.unwrap(), 0);
        assert_eq!(run(&db, "DELETE FROM t", vec![]).await.unwrap(), 3);
    }
}

/// Keeps every event as text.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Events {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "orm::statement"
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn event(&self, event: &tracing::Event<'_>) {
        struct Fields(String);
        impl tracing::field::Visit for Fields {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.0.push_str(&format!("{field}={value:?} "));
            }
        }
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test]
async fn each_statement_is_one_event_without_its_values() {
    for db in databases_with_table("events").await {
        let events = Events::default();
        let guard = tracing::subscriber::set_default(events.clone());
        let values = || vec![Value::I64(1), Value::Text("secret".to_owned())];
        run(&db, "INSERT INTO t (id, name) VALUES ($1, $2)", values()).await.unwrap();
        run(&db, "INSERT INTO t (id, name) VALUES ($1, $2)", values()).await.unwrap_err();
        ids(&db).await;
        drop(guard);
        let events = events.0.lock().unwrap().clone();
        assert_eq!(events.len(), 3, "{events:?}");
        assert!(events[0].contains("affected=1") && events[1].contains("UniqueViolation"), "{events:?}");
        assert!(events[2].contains("SELECT id FROM t") && events[2].contains("rows=1"), "{events:?}");
        assert!(!events.concat().contains("secret"), "{events:?}");
    }
}
