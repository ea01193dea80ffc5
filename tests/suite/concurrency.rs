//! Many at once, and some given up half-way.

use std::{
    sync::{Arc, atomic::AtomicU32, atomic::Ordering},
    time::Duration,
};

use orm::{ErrorKind, Isolation, Result, TxOptions, prelude::*};

use super::shop::{Counter, NewCounter, NewTag, Tag, shop};

orm_tests::portable!(shop:
    tasks_write_and_read_at_once,
    futures_of_queries_are_joined,
    transactions_that_count_lose_nothing,
    two_handles_of_one_database_write_at_once,
    futures_dropped_at_any_moment_leave_nothing_locked,
    transactions_dropped_at_any_moment_leave_nothing_locked,
    more_tasks_than_connections_wait_for_their_turn,
    a_closed_database_is_an_error,
);

async fn tasks_write_and_read_at_once(db: Db) -> Result<()> {
    let tasks: Vec<_> = (0..40)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                let tag = Tag::insert(NewTag { name: format!("tag {n}") }).exec(&db).await?;
                Tag::query().count(&db).await?;
                Tag::find(tag.id).one(&db).await
            })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap()?.name, format!("tag {n}"));
    }
    assert_eq!(Tag::query().count(&db).await?, 40);
    Ok(())
}

async fn futures_of_queries_are_joined(db: Db) -> Result<()> {
    Tag::insert_many(["a", "b"].map(|name| NewTag { name: name.into() })).exec(&db).await?;
    let (count, first, exists) = tokio::join!(
        Tag::query().count(&db),
        Tag::query().order_by(|t| t.name.desc()).first(&db),
        Tag::query().filter(|t| t.name.eq("c")).exists(&db),
    );
    assert_eq!((count?, first?.map(|tag| tag.name), exists?), (2, Some("b".to_owned()), false));
    let finding = ["b", "a"].map(|name| Tag::query().filter(|t| t.name.eq(name)).one(&db));
    let found = futures_util::future::try_join_all(finding).await?;
    assert_eq!(found.into_iter().map(|tag| tag.name).collect::<String>(), "ba");
    Ok(())
}

/// Reads, then writes what it read plus one: only a serial order adds up.
async fn add_one(db: &Db, id: i64) -> Result<()> {
    loop {
        let options = TxOptions { isolation: Some(Isolation::Serializable), ..TxOptions::default() };
        let tx = db.begin_with(options).await?;
        let result = async {
            let counter = Counter::find(id).one(&tx).await?;
            counter.update(|c| c.hits.set(counter.hits + 1)).exec(&tx).await?;
            tx.commit().await
        };
        match result.await {
            Err(error) if error.kind() == ErrorKind::Serialization => {}
            result => return result,
        }
    }
}

async fn transactions_that_count_lose_nothing(db: Db) -> Result<()> {
    let counter = Counter::insert(NewCounter {}).exec(&db).await?;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    add_one(&db, counter.id).await?;
                }
                Ok::<_, orm::Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap()?;
    }
    assert_eq!(Counter::find(counter.id).one(&db).await?.hits, 40);
    Ok(())
}

async fn two_handles_of_one_database_write_at_once(db: Db, url: String) -> Result<()> {
    let other = Db::connect(&url).await?;
    let tasks: Vec<_> = [db.clone(), other.clone()]
        .into_iter()
        .enumerate()
        .map(|(of, db)| {
            tokio::spawn(async move {
                for n in 0..30 {
                    let name = format!("{of} {n}");
                    db.transaction(async |tx| Tag::insert(NewTag { name: name.clone() }).exec(&tx).await)
                        .await?;
                }
                Ok::<_, orm::Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap()?;
    }
    assert_eq!((Tag::query().count(&db).await?, Tag::query().count(&other).await?), (60, 60));
    other.close().await;
    Ok(())
}

/// Polls a future that many times, then drops it.
pub(super) async fn give_up_after<T>(polls: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut future = Box::pin(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return std::task::Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

async fn futures_dropped_at_any_moment_leave_nothing_locked(db: Db) -> Result<()> {
    let finished = AtomicU32::new(0);
    for round in 0..60 {
        let polls = round % 12;
        let insert = Tag::insert(NewTag { name: format!("tag {round}") }).exec(&db);
        if give_up_after(polls, insert).await.is_some() {
            finished.fetch_add(1, Ordering::Relaxed);
        }
        let many = Tag::insert_many((0..300).map(|n| NewTag { name: format!("{round} {n}") }));
        give_up_after(polls, many.exec(&db)).await;
        give_up_after(polls, Tag::query().with(|t| t.posts).all(&db)).await;
    }
    let single = Tag::query().filter(|t| t.name.starts_with("tag ")).count(&db).await?;
    assert!(single >= finished.load(Ordering::Relaxed).into());
    let bulk = Tag::query().filter(|t| t.name.starts_with("tag ").not()).count(&db).await?;
    assert_eq!(bulk % 300, 0, "a bulk insert happens as a whole or not at all");
    still_works(&db).await
}

async fn transactions_dropped_at_any_moment_leave_nothing_locked(db: Db) -> Result<()> {
    for round in 0..60 {
        let work = db.transaction(async |tx| {
            Tag::insert(NewTag { name: format!("a {round}") }).exec(&tx).await?;
            let inner =
                tx.transaction(async |tx| Tag::insert(NewTag { name: format!("b {round}") }).exec(&tx).await);
            inner.await?;
            Tag::query().count(&tx).await
        });
        give_up_after(round % 20, work).await;
    }
    let of = async |letter: &'static str| {
        Tag::query().filter(move |t| t.name.starts_with(letter)).count(&db).await
    };
    assert_eq!(of("a").await?, of("b").await?, "a transaction happens as a whole or not at all");
    still_works(&db).await
}

/// A write goes through, and within the time that a lock would have.
async fn still_works(db: &Db) -> Result<()> {
    db.transaction(async |tx| {
        Tag::insert(NewTag { name: "the end".into() }).exec(&tx).await?;
        Tag::query().delete().all_rows().exec(&tx).await
    })
    .await?;
    Ok(())
}

async fn more_tasks_than_connections_wait_for_their_turn(_: Db, url: String) -> Result<()> {
    let mark = if url.contains('?') { '&' } else { '?' };
    let db = Db::connect(&format!("{url}{mark}max_connections=2&acquire_timeout=100ms")).await?;
    let held = Arc::new((db.begin_with(reader()).await?, db.begin_with(reader()).await?));
    let error = Tag::query().count(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout, "{error}");
    assert!(error.to_string().contains("inside a transaction: use `tx`"), "{error}");
    let waiting = tokio::spawn({
        let db = Db::connect(&format!("{url}{mark}max_connections=1&acquire_timeout=60s")).await?;
        async move {
            let first = db.begin_with(reader()).await?;
            let second = tokio::spawn({
                let db = db.clone();
                async move { Tag::query().count(&db).await }
            });
            tokio::time::sleep(Duration::from_millis(20)).await;
            drop(first);
            second.await.unwrap()
        }
    });
    assert_eq!(waiting.await.unwrap()?, 0);
    drop(held);
    assert_eq!(Tag::query().count(&db).await?, 0);
    db.close().await;
    Ok(())
}

fn reader() -> TxOptions {
    TxOptions { read_only: true, ..TxOptions::default() }
}

async fn a_closed_database_is_an_error(_: Db, url: String) -> Result<()> {
    let db = Db::connect(&url).await?;
    db.close().await;
    let error = Tag::query().count(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    Ok(())
}

/// What only PostgreSQL has: several writers, and levels of isolation.
mod several_writers {
    use std::sync::atomic::{AtomicU32, Ordering};

    use orm::{ErrorKind, Isolation, Result, TxOptions, prelude::*};
    use tokio::sync::Barrier;

    use crate::suite::shop::{Counter, NewCounter, NewTag, Tag, shop};

    orm_tests::on_database!(postgres, Postgres, shop:
        two_that_read_and_write_are_serialized,
        retry_runs_a_serialization_failure_again,
        a_statement_that_fails_spoils_its_transaction,
        repeatable_read_sees_one_moment,
        statements_and_locks_time_out,
    );

    fn serializable() -> TxOptions {
        TxOptions { isolation: Some(Isolation::Serializable), ..TxOptions::default() }
    }

    async fn two_that_read_and_write_are_serialized(db: Db) -> Result<()> {
        let counter = Counter::insert(NewCounter {}).exec(&db).await?;
        let (a, b) = (db.begin_with(serializable()).await?, db.begin_with(serializable()).await?);
        Counter::find(counter.id).one(&a).await?;
        Counter::find(counter.id).one(&b).await?;
        counter.update(|c| c.hits.set(1)).exec(&a).await?;
        a.commit().await?;
        let error = counter.update(|c| c.hits.set(2)).exec(&b).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Serialization);
        assert!(error.is_retryable());
        Ok(())
    }

    /// Both read before either writes, so one of them fails the first time.
    async fn retry_runs_a_serialization_failure_again(db: Db) -> Result<()> {
        let counter = Counter::insert(NewCounter {}).exec(&db).await?;
        let (both_have_read, runs) = (Barrier::new(2), AtomicU32::new(0));
        let add = || {
            db.retry(async |tx| {
                tx_is_serializable(&tx).await?;
                let hits = Counter::find(counter.id).one(&tx).await?.hits;
                if runs.fetch_add(1, Ordering::Relaxed) < 2 {
                    both_have_read.wait().await;
                }
                counter.update(|c| c.hits.set(hits + 1)).exec(&tx).await
            })
        };
        let (a, b) = tokio::join!(add(), add());
        assert_eq!((a?, b?), (1, 1));
        assert_eq!(Counter::find(counter.id).one(&db).await?.hits, 2);
        assert_eq!(runs.load(Ordering::Relaxed), 3);
        Ok(())
    }

    async fn tx_is_serializable(tx: &Tx) -> Result<()> {
        let sql = orm::Sql::new("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", orm::Access::Write);
        tx.handle().execute(orm::Statement::new(sql.into(), vec![])).await.map(|_| ())
    }

    async fn a_statement_that_fails_spoils_its_transaction(db: Db) -> Result<()> {
        let tx = db.begin().await?;
        Tag::insert(NewTag { name: "red".into() }).exec(&tx).await?;
        assert!(
            Tag::insert(NewTag { name: "red".into() }).exec(&tx).await.unwrap_err().is_unique_violation()
        );
        assert!(Tag::query().count(&tx).await.is_err());
        assert!(tx.commit().await.is_err(), "a commit that rolled back says so");
        assert_eq!(Tag::query().count(&db).await?, 0);
        Ok(())
    }

    async fn repeatable_read_sees_one_moment(db: Db) -> Result<()> {
        let options = TxOptions { isolation: Some(Isolation::RepeatableRead), ..TxOptions::default() };
        let tx = db.begin_with(options).await?;
        assert_eq!(Tag::query().count(&tx).await?, 0);
        Tag::insert(NewTag { name: "red".into() }).exec(&db).await?;
        assert_eq!(Tag::query().count(&tx).await?, 0);
        tx.commit().await?;
        let tx = db.begin().await?;
        assert_eq!(Tag::query().count(&tx).await?, 1);
        Tag::insert(NewTag { name: "blue".into() }).exec(&db).await?;
        assert_eq!(Tag::query().count(&tx).await?, 2, "the default sees what is committed");
        Ok(())
    }

    async fn statements_and_locks_time_out(_: Db, url: String) -> Result<()> {
        let mark = if url.contains('?') { '&' } else { '?' };
        let db = Db::connect(&format!("{url}{mark}statement_timeout=50ms&lock_timeout=50ms")).await?;
        let error = db.connection().await?.batch("SELECT pg_sleep(30)").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StatementTimeout, "{error}");
        let counter = Counter::insert(NewCounter {}).exec(&db).await?;
        let holder = db.begin().await?;
        counter.update(|c| c.hits.set(1)).exec(&holder).await?;
        let error = counter.update(|c| c.hits.set(2)).exec(&db).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::LockTimeout | ErrorKind::StatementTimeout), "{error:?}");
        Ok(())
    }
}
