//! Transactions and savepoints, the same on every database.

use std::sync::atomic::{AtomicU32, Ordering};

use orm_core::{Db, Error, ErrorKind, Executor, Result, TxOptions};

use super::support::{databases_with_table, ids, insert, run};

#[tokio::test]
async fn a_transaction_commits_when_its_function_succeeds_and_rolls_back_when_it_fails() {
    for db in databases_with_table("commits").await {
        db.transaction(async |tx| insert(&tx, 1).await).await.unwrap();
        let failed: Result<()> = db
            .transaction(async |tx| {
                insert(&tx, 2).await?;
                Err(Error::invalid_query("no"))
            })
            .await;
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::InvalidQuery);
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spawned_transaction_may_capture_references() {
    async fn handler(db: Db, names: Vec<String>) -> Result<usize> {
        let first = &names[0];
        let mut count = 0;
        db.transaction(async |tx| {
            for (id, name) in (0..).zip(&names) {
                insert(&tx, id).await?;
                count += usize::from(name == first);
            }
            tx.transaction(async |tx| insert(&tx, 100).await).await?;
            tx.handle().atomically(async |tx| insert(&tx, if first == "a" { 101 } else { 0 }).await).await?;
            Ok(())
        })
        .await?;
        db.handle().atomically(async |tx| insert(&tx, if first == "a" { 102 } else { 0 }).await).await?;
        db.retry(async |tx| insert(&tx, if first == "a" { 201 } else { 0 }).await).await?;
        db.try_transaction(async |tx| -> Result<(), Error> { insert(&tx, 300).await.map(|_| ()) }).await?;
        let mut connection = db.connection().await?;
        connection.batch("SELECT 1").await?;
        connection.rows("SELECT 1", vec![], |reader| reader.i64()).await?;
        Ok(count)
    }
    for db in databases_with_table("spawned").await {
        let task = tokio::spawn(handler(db.clone(), vec!["a".to_owned(), "b".to_owned(), "a".to_owned()]));
        assert_eq!(task.await.unwrap().unwrap(), 2);
        assert_eq!(ids(&db).await, [0, 1, 2, 100, 101, 102, 201, 300]);
    }
}

#[tokio::test]
async fn a_function_may_be_a_closure_that_returns_a_future() {
    for db in databases_with_table("closure").await {
        db.transaction(|tx| async move { insert(&tx, 1).await }).await.unwrap();
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test]
async fn a_dropped_transaction_is_rolled_back() {
    for db in databases_with_table("dropped").await {
        let tx = db.begin().await.unwrap();
        insert(&tx, 1).await.unwrap();
        drop(tx);
        insert(&db, 2).await.unwrap();
        assert_eq!(ids(&db).await, [2]);
    }
}

#[tokio::test]
async fn a_savepoint_is_rolled_back_alone() {
    for db in databases_with_table("savepoint").await {
        let tx = db.begin().await.unwrap();
        insert(&tx, 1).await.unwrap();
        let inner = tx.begin().await.unwrap();
        insert(&inner, 2).await.unwrap();
        let innermost = inner.begin().await.unwrap();
        insert(&innermost, 3).await.unwrap();
        innermost.commit().await.unwrap();
        inner.rollback().await.unwrap();
        let kept = tx.begin().await.unwrap();
        insert(&kept, 4).await.unwrap();
        kept.commit().await.unwrap();
        drop(tx.begin().await.unwrap());
        insert(&tx, 5).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1, 4, 5]);
    }
}

#[tokio::test]
async fn a_dropped_savepoint_is_rolled_back_before_the_next_statement() {
    for db in databases_with_table("abandoned").await {
        let tx = db.begin().await.unwrap();
        let inner = tx.begin().await.unwrap();
        insert(&inner, 1).await.unwrap();
        let innermost = inner.begin().await.unwrap();
        insert(&innermost, 2).await.unwrap();
        drop((inner, innermost));
        insert(&tx, 3).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ids(&db).await, [3]);
    }
}

#[tokio::test]
async fn an_error_inside_a_savepoint_leaves_the_transaction_usable() {
    for db in databases_with_table("savepoint_error").await {
        let tx = db.begin().await.unwrap();
        insert(&tx, 1).await.unwrap();
        let failed = tx.transaction(async |tx| insert(&tx, 1).await).await;
        assert!(failed.unwrap_err().is_unique_violation());
        insert(&tx, 2).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1, 2]);
    }
}

#[tokio::test]
async fn while_a_savepoint_is_open_only_it_may_be_used() {
    for db in databases_with_table("busy").await {
        let tx = db.begin().await.unwrap();
        let inner = tx.begin().await.unwrap();
        let error = insert(&tx, 1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transaction);
        assert!(error.to_string().contains("a savepoint is open inside"));
        insert(&inner, 2).await.unwrap();
        inner.commit().await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ids(&db).await, [2]);
    }
}

#[tokio::test]
async fn a_transaction_that_is_over_says_so() {
    for db in databases_with_table("over").await {
        let tx = db.begin().await.unwrap();
        let copy = tx.clone();
        tx.commit().await.unwrap();
        let error = insert(&copy, 1).await.unwrap_err();
        assert_eq!(error.to_string(), "the transaction is over: it was committed");
        let smuggled = db.transaction(async |tx| tx.begin().await).await;
        assert!(smuggled.unwrap_err().to_string().contains("a savepoint is open inside"));
    }
}

#[tokio::test]
async fn a_function_may_end_its_transaction_by_itself() {
    for db in databases_with_table("by_itself").await {
        db.transaction(async |tx| {
            insert(&tx, 1).await?;
            tx.commit().await
        })
        .await
        .unwrap();
        db.transaction(async |tx| {
            insert(&tx, 2).await?;
            tx.rollback().await
        })
        .await
        .unwrap();
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test]
async fn statements_on_one_transaction_run_one_after_another() {
    for db in databases_with_table("joined").await {
        let tx = db.begin().await.unwrap();
        let (a, b, c) = tokio::join!(insert(&tx, 1), insert(&tx, 2), insert(&tx, 3));
        assert_eq!((a.unwrap(), b.unwrap(), c.unwrap()), (1, 1, 1));
        tx.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1, 2, 3]);
    }
}

#[tokio::test]
async fn a_transaction_is_run_again_after_a_serialization_error_and_not_after_others() {
    for db in databases_with_table("retried").await {
        let runs = AtomicU32::new(0);
        let done = db
            .retry(async |tx| {
                let run = runs.fetch_add(1, Ordering::Relaxed);
                insert(&tx, run.into()).await?;
                if run < 2 { Err(Error::new(ErrorKind::Serialization, "again")) } else { Ok(run) }
            })
            .await;
        assert_eq!(done.unwrap(), 2);
        assert_eq!(ids(&db).await, [2]);

        let failed =
            db.retry(async |tx| insert(&tx, i64::from(runs.fetch_add(1, Ordering::Relaxed)) - 1).await).await;
        assert!(failed.unwrap_err().is_unique_violation());
        assert_eq!(runs.load(Ordering::Relaxed), 4);
    }
}

#[tokio::test]
async fn a_read_only_transaction_refuses_to_write() {
    for db in databases_with_table("read_only").await {
        let tx = db.begin_with(TxOptions { read_only: true, isolation: None }).await.unwrap();
        assert!(ids(&tx).await.is_empty());
        assert_eq!(insert(&tx, 1).await.unwrap_err().kind(), ErrorKind::Transaction);
        drop(tx);
        insert(&db, 2).await.unwrap();
        assert_eq!(ids(&db).await, [2]);
    }
}

#[tokio::test]
async fn a_commit_that_fails_rolls_back() {
    for db in databases_with_table("deferred").await {
        // No constraint of MariaDB can wait until the end.
        if db.dialect() == orm_core::Dialect::MariaDb {
            continue;
        }
        run(&db, "CREATE TABLE c (t BIGINT REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)", vec![])
            .await
            .unwrap();
        let tx = db.begin().await.unwrap();
        insert(&tx, 1).await.unwrap();
        run(&tx, "INSERT INTO c VALUES (7)", vec![]).await.unwrap();
        assert_eq!(tx.commit().await.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
        assert!(ids(&db).await.is_empty());
    }
}

#[tokio::test]
async fn several_statements_happen_together_or_not_at_all() {
    for db in databases_with_table("atomically").await {
        let twice = async |tx: orm_core::Tx| -> Result<()> {
            insert(&tx, 1).await?;
            insert(&tx, 1).await.map(|_| ())
        };
        assert!(db.handle().atomically(twice).await.unwrap_err().is_unique_violation());
        assert!(ids(&db).await.is_empty());

        let tx = db.begin().await.unwrap();
        assert!(tx.handle().atomically(twice).await.unwrap_err().is_unique_violation());
        if db.dialect().capabilities().error_aborts_transaction {
            let error = tx.commit().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Transaction);
            assert!(error.to_string().contains("cannot be committed"));
        } else {
            tx.commit().await.unwrap();
        }
        assert!(ids(&db).await.is_empty());
    }
}

#[tokio::test]
async fn a_panic_inside_a_transaction_rolls_it_back() {
    for db in databases_with_table("panics").await {
        let inside = db.clone();
        let task = tokio::spawn(async move {
            inside
                .transaction(async |tx| -> Result<()> {
                    insert(&tx, 1).await?;
                    panic!("the panic of this test")
                })
                .await
        });
        assert!(task.await.unwrap_err().is_panic());
        insert(&db, 2).await.unwrap();
        assert_eq!(ids(&db).await, [2]);
    }
}

#[tokio::test]
async fn a_batch_without_a_statement_does_nothing() {
    for db in databases_with_table("empty_batch").await {
        let mut session = db.connection().await.unwrap();
        for sql in ["", " \n", "-- nothing", "/* nothing */", "-- one\n /* two */ -- three\n"] {
            session.batch(sql).await.unwrap_or_else(|error| panic!("{sql:?}: {error}"));
        }
        for (id, rest) in [";", "; ", "; -- the end", "; /* the end */ -- of it\n"].iter().enumerate() {
            let sql = format!("INSERT INTO t (id) VALUES ({id}){rest}");
            session.batch(&sql).await.unwrap_or_else(|error| panic!("{sql:?}: {error}"));
        }
        drop(session);
        assert_eq!(ids(&db).await, [0, 1, 2, 3]);
    }
}
