//! Transactions and savepoints, the same on every database.

use super::support::{integers, run};
use orm_core::{Db, Error, ErrorKind, Executor, Result, Value};

/// One that is empty but for a table `t`.
async fn db() -> Db {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    super::support::batch(&db, "CREATE TABLE t (id INTEGER PRIMARY KEY)").await;
    db
}

async fn insert(on: &impl Executor, id: i64) -> Result<u64> {
    run(on, "INSERT INTO t VALUES ($1)", vec![Value::I64(id)]).await
}

#[tokio::test]
async fn a_transaction_commits_when_its_function_succeeds_and_rolls_back_when_it_fails() {
    let db = db().await;
    db.transaction(async |tx| insert(&tx, 1).await).await.unwrap();
    let failed: Result<()> = db
        .transaction(async |tx| {
            insert(&tx, 2).await?;
            Err(Error::invalid_query("no"))
        })
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::InvalidQuery);
    assert_eq!(integers(&db, "SELECT id FROM t").await.unwrap(), [1]);
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
            Ok(())
        })
        .await?;
        db.retry(async |tx| insert(&tx, if first == "a" { 201 } else { 0 }).await).await?;
        db.try_transaction(async |tx| -> Result<(), Error> { insert(&tx, 300).await.map(|_| ()) }).await?;
        Ok(count)
    }
    let db = db().await;
    let task = tokio::spawn(handler(db.clone(), vec!["a".to_owned(), "b".to_owned(), "a".to_owned()]));
    assert_eq!(task.await.unwrap().unwrap(), 2);
    assert_eq!(integers(&db, "SELECT id FROM t ORDER BY id").await.unwrap(), [0, 1, 2, 100, 201, 300]);
}
