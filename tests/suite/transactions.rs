//! Transactions: what they keep, what they undo, and what they leave behind.

use std::sync::atomic::{AtomicU32, Ordering};

use orm::{Error, ErrorKind, Isolation, Result, TxOptions, prelude::*};

use super::shop::{Counter, NewCounter, NewTag, Tag, shop};

orm_tests::portable!(shop:
    what_is_committed_stays,
    what_is_rolled_back_is_gone,
    a_dropped_transaction_rolls_back,
    a_function_that_succeeds_commits_and_one_that_fails_rolls_back,
    a_function_with_another_error_type_rolls_back,
    a_panic_rolls_back,
    a_savepoint_is_undone_by_itself,
    a_savepoint_that_is_dropped_is_undone,
    savepoints_nest,
    while_a_savepoint_is_open_only_it_may_be_used,
    a_transaction_that_is_over_is_an_error,
    a_function_may_end_its_transaction_by_itself,
    a_failed_statement_inside_a_savepoint_spoils_only_that,
    others_do_not_see_what_is_not_committed,
    a_read_only_transaction_refuses_to_write,
    queries_and_writes_of_every_kind_run_inside,
    a_function_takes_a_database_or_a_transaction,
    retry_runs_again_what_may_succeed,
    retry_gives_up_on_other_errors,
    a_transaction_captures_references_and_is_spawned,
    a_handler_of_axum_runs_a_transaction,
    statements_on_clones_run_one_after_another,
);

fn tag(name: &str) -> NewTag {
    NewTag { name: name.into() }
}

async fn tags(db: &impl Executor) -> Result<Vec<String>> {
    Tag::query().order_by(|t| t.id.asc()).select(|t| t.name).all(db).await
}

async fn what_is_committed_stays(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    Tag::insert(tag("red")).exec(&tx).await?;
    assert_eq!(tags(&tx).await?, ["red"]);
    tx.commit().await?;
    assert_eq!(tags(&db).await?, ["red"]);
    Ok(())
}

async fn what_is_rolled_back_is_gone(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    Tag::insert(tag("red")).exec(&tx).await?;
    tx.rollback().await?;
    assert_eq!(tags(&db).await?, [""; 0]);
    Ok(())
}

async fn a_dropped_transaction_rolls_back(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    Tag::insert(tag("red")).exec(&tx).await?;
    let clone = tx.clone();
    drop(tx);
    assert_eq!(tags(&clone).await?, ["red"], "a clone keeps it open");
    drop(clone);
    assert_eq!(tags(&db).await?, [""; 0]);
    Tag::insert(tag("blue")).exec(&db).await?;
    Ok(())
}

async fn a_function_that_succeeds_commits_and_one_that_fails_rolls_back(db: Db) -> Result<()> {
    let red = db.transaction(async |tx| Tag::insert(tag("red")).exec(&tx).await).await?;
    assert_eq!(red.name, "red");
    let failed: Result<()> = db
        .transaction(async |tx| {
            Tag::insert(tag("blue")).exec(&tx).await?;
            Tag::insert(tag("red")).exec(&tx).await?;
            Ok(())
        })
        .await;
    assert!(failed.unwrap_err().is_unique_violation());
    assert_eq!(tags(&db).await?, ["red"]);
    Ok(())
}

#[derive(Debug)]
enum AppError {
    Database(Error),
    Refused,
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

async fn a_function_with_another_error_type_rolls_back(db: Db) -> Result<()> {
    let refused = db
        .try_transaction(async |tx| -> Result<(), AppError> {
            Tag::insert(tag("red")).exec(&tx).await?;
            Err(AppError::Refused)
        })
        .await;
    assert!(matches!(refused, Err(AppError::Refused)));
    let failed =
        db.try_transaction(async |tx| -> Result<Tag, AppError> { Ok(Tag::find(4711).one(&tx).await?) }).await;
    assert!(matches!(failed, Err(AppError::Database(error)) if error.is_not_found()));
    assert_eq!(tags(&db).await?, [""; 0]);
    Ok(())
}

async fn a_panic_rolls_back(db: Db) -> Result<()> {
    let inner = db.clone();
    let task = tokio::spawn(async move {
        inner
            .transaction(async |tx| -> Result<()> {
                Tag::insert(tag("red")).exec(&tx).await?;
                panic!("on purpose");
            })
            .await
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(tags(&db).await?, [""; 0]);
    Tag::insert(tag("red")).exec(&db).await?;
    Ok(())
}

async fn a_savepoint_is_undone_by_itself(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    Tag::insert(tag("red")).exec(&tx).await?;
    let savepoint = tx.begin().await?;
    Tag::insert(tag("blue")).exec(&savepoint).await?;
    savepoint.rollback().await?;
    let savepoint = tx.begin().await?;
    Tag::insert(tag("green")).exec(&savepoint).await?;
    savepoint.commit().await?;
    tx.commit().await?;
    assert_eq!(tags(&db).await?, ["red", "green"]);
    Ok(())
}

async fn a_savepoint_that_is_dropped_is_undone(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    Tag::insert(tag("red")).exec(&tx).await?;
    let savepoint = tx.begin().await?;
    Tag::insert(tag("blue")).exec(&savepoint).await?;
    drop(savepoint);
    assert_eq!(tags(&tx).await?, ["red"]);
    tx.commit().await?;
    assert_eq!(tags(&db).await?, ["red"]);
    Ok(())
}

async fn savepoints_nest(db: Db) -> Result<()> {
    db.transaction(async |tx| {
        Tag::insert(tag("a")).exec(&tx).await?;
        let outer: Result<()> = tx
            .transaction(async |tx| {
                Tag::insert(tag("b")).exec(&tx).await?;
                tx.transaction(async |tx| Tag::insert(tag("c")).exec(&tx).await).await?;
                assert_eq!(tags(&tx).await?, ["a", "b", "c"]);
                Err(Error::invalid_query("undo"))
            })
            .await;
        assert_eq!(outer.unwrap_err().kind(), ErrorKind::InvalidQuery);
        tx.transaction(async |tx| Tag::insert(tag("d")).exec(&tx).await).await?;
        Ok(())
    })
    .await?;
    assert_eq!(tags(&db).await?, ["a", "d"]);
    Ok(())
}

async fn while_a_savepoint_is_open_only_it_may_be_used(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    let savepoint = tx.begin().await?;
    let error = Tag::insert(tag("red")).exec(&tx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transaction);
    assert!(error.to_string().contains("savepoint"), "{error}");
    Tag::insert(tag("blue")).exec(&savepoint).await?;
    savepoint.commit().await?;
    Tag::insert(tag("green")).exec(&tx).await?;
    tx.commit().await?;
    assert_eq!(tags(&db).await?, ["blue", "green"]);
    Ok(())
}

async fn a_transaction_that_is_over_is_an_error(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    let clone = tx.clone();
    tx.commit().await?;
    let error = tags(&clone).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transaction);
    assert!(error.to_string().contains("committed"), "{error}");
    assert_eq!(clone.clone().commit().await.unwrap_err().kind(), ErrorKind::Transaction);
    assert_eq!(clone.begin().await.unwrap_err().kind(), ErrorKind::Transaction);
    let tx = db.begin().await?;
    let clone = tx.clone();
    tx.rollback().await?;
    let error = tags(&clone).await.unwrap_err();
    assert!(error.to_string().contains("rolled back"), "{error}");
    let leaked = db.transaction(async |tx| Ok(tx)).await?;
    assert_eq!(tags(&leaked).await.unwrap_err().kind(), ErrorKind::Transaction);
    Ok(())
}

async fn a_function_may_end_its_transaction_by_itself(db: Db) -> Result<()> {
    db.transaction(async |tx| {
        Tag::insert(tag("red")).exec(&tx).await?;
        tx.rollback().await
    })
    .await?;
    db.transaction(async |tx| {
        Tag::insert(tag("blue")).exec(&tx).await?;
        tx.commit().await
    })
    .await?;
    assert_eq!(tags(&db).await?, ["blue"]);
    Ok(())
}

async fn a_failed_statement_inside_a_savepoint_spoils_only_that(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    Tag::insert(tag("red")).exec(&tx).await?;
    for name in ["red", "blue"] {
        let savepoint = tx.begin().await?;
        match Tag::insert(tag(name)).exec(&savepoint).await {
            Ok(_) => savepoint.commit().await?,
            Err(_) => savepoint.rollback().await?,
        }
    }
    tx.commit().await?;
    assert_eq!(tags(&db).await?, ["red", "blue"]);
    Ok(())
}

async fn others_do_not_see_what_is_not_committed(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    Tag::insert(tag("red")).exec(&tx).await?;
    assert_eq!(tags(&db).await?, [""; 0]);
    tx.commit().await?;
    assert_eq!(tags(&db).await?, ["red"]);
    Ok(())
}

async fn a_read_only_transaction_refuses_to_write(db: Db) -> Result<()> {
    Tag::insert(tag("red")).exec(&db).await?;
    let tx = db.begin_with(TxOptions { read_only: true, isolation: Some(Isolation::RepeatableRead) }).await?;
    assert_eq!(tags(&tx).await?, ["red"]);
    assert!(Tag::insert(tag("blue")).exec(&tx).await.is_err());
    drop(tx);
    Tag::insert(tag("blue")).exec(&db).await?;
    assert_eq!(tags(&db).await?, ["red", "blue"]);
    Ok(())
}

async fn queries_and_writes_of_every_kind_run_inside(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    Tag::insert_many((0..300).map(|n| tag(&format!("{n}")))).exec(&tx).await?;
    assert_eq!(Tag::insert_many([tag("a"), tag("b")]).returning(&tx).await?.len(), 2);
    assert_eq!(Tag::query().with(|t| t.posts).all(&tx).await?.len(), 302);
    assert_eq!((Tag::query().count(&tx).await?, Tag::query().exists(&tx).await?), (302, true));
    let a = Tag::query().filter(|t| t.name.eq("a")).one(&tx).await?;
    a.update(|t| t.name.set("c")).exec(&tx).await?;
    assert_eq!(Tag::insert(tag("c")).on_conflict(|t| t.name).do_nothing().exec(&tx).await?, None);
    assert_eq!(Tag::query().filter(|t| t.name.ne("c")).delete().exec(&tx).await?, 301);
    tx.commit().await?;
    assert_eq!(tags(&db).await?, ["c"]);
    Ok(())
}

async fn a_function_takes_a_database_or_a_transaction(db: Db) -> Result<()> {
    async fn add(on: &impl Executor, name: &str) -> Result<i64> {
        Tag::insert(tag(name)).exec(on).await?;
        Tag::query().count(on).await
    }
    assert_eq!(add(&db, "red").await?, 1);
    let tx = db.begin().await?;
    assert_eq!(add(&tx, "blue").await?, 2);
    assert_eq!(add(&&tx, "green").await?, 3);
    tx.rollback().await?;
    assert_eq!(tags(&db).await?, ["red"]);
    Ok(())
}

async fn retry_runs_again_what_may_succeed(db: Db) -> Result<()> {
    let runs = AtomicU32::new(0);
    let result = db
        .retry(async |tx| {
            Tag::insert(tag("red")).exec(&tx).await?;
            match runs.fetch_add(1, Ordering::Relaxed) {
                0 | 1 => Err(Error::new(ErrorKind::Serialization, "again")),
                run => Ok(run),
            }
        })
        .await?;
    assert_eq!((result, tags(&db).await?), (2, vec!["red".to_owned()]));
    Ok(())
}

async fn retry_gives_up_on_other_errors(db: Db) -> Result<()> {
    let runs = AtomicU32::new(0);
    let result: Result<()> = db
        .retry(async |_| {
            runs.fetch_add(1, Ordering::Relaxed);
            Err(Error::new(ErrorKind::NotFound, "no"))
        })
        .await;
    assert_eq!((result.unwrap_err().kind(), runs.swap(0, Ordering::Relaxed)), (ErrorKind::NotFound, 1));
    let result: Result<()> = db
        .retry(async |_| {
            runs.fetch_add(1, Ordering::Relaxed);
            Err(Error::new(ErrorKind::LockTimeout, "locked"))
        })
        .await;
    assert_eq!((result.unwrap_err().kind(), runs.load(Ordering::Relaxed)), (ErrorKind::LockTimeout, 6));
    Ok(())
}

/// What a program does in a task: captures references, counts, and calls a function with the transaction.
async fn add_all(db: Db, names: Vec<String>) -> Result<usize> {
    async fn add(tx: &Tx, name: &str) -> Result<Tag> {
        Tag::insert(tag(name)).exec(tx).await
    }
    let first = &names[0];
    let mut added = 0;
    db.transaction(async |tx| {
        for name in &names {
            add(&tx, name).await?;
            added += 1;
        }
        tx.transaction(async |tx| add(&tx, &format!("{first}!")).await).await?;
        Ok(())
    })
    .await?;
    db.retry(async |tx| add(&tx, &format!("{first}?")).await).await?;
    db.try_transaction(async |tx| -> Result<(), AppError> {
        add(&tx, &format!("{first}.")).await?;
        Ok(())
    })
    .await
    .map_err(|error| match error {
        AppError::Database(error) => error,
        AppError::Refused => Error::invalid_query("refused"),
    })?;
    Ok(added)
}

async fn a_transaction_captures_references_and_is_spawned(db: Db) -> Result<()> {
    let task = tokio::spawn(add_all(db.clone(), vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(task.await.unwrap()?, 2);
    assert_eq!(tags(&db).await?, ["a", "b", "a!", "a?", "a."]);
    Ok(())
}

async fn a_handler_of_axum_runs_a_transaction(db: Db) -> Result<()> {
    use axum::{Json, Router, extract::State, http::StatusCode, routing::post};

    async fn handler(State(db): State<Db>, Json(names): Json<Vec<String>>) -> Result<String, StatusCode> {
        let greeting = String::from("added");
        let count = db
            .transaction(async |tx| {
                for name in &names {
                    Tag::insert(NewTag { name: name.clone() }).exec(&tx).await?;
                }
                Ok(format!("{greeting} {}", names.len()))
            })
            .await;
        let spawned = tokio::spawn(add_all(db, vec!["spawned".to_owned()]));
        spawned.await.ok().and_then(Result::ok).ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        count.map_err(|_| StatusCode::CONFLICT)
    }

    // A server answers on a port of its own; the request is written by hand, to need no client.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/tags", post(handler)).with_state(db.clone());
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let answer = request(address, r#"["red","blue"]"#).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with("added 2"), "{answer}");
    server.abort();
    assert_eq!(Tag::query().count(&db).await?, 6);
    Ok(())
}

async fn request(address: std::net::SocketAddr, body: &str) -> std::io::Result<String> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let head = "POST /tags HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nConnection: close\r\n";
    stream.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

async fn statements_on_clones_run_one_after_another(db: Db) -> Result<()> {
    let counter = Counter::insert(NewCounter {}).exec(&db).await?;
    let tx = db.begin().await?;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (tx, counter) = (tx.clone(), counter.clone());
            tokio::spawn(async move { counter.update(|c| c.hits.set(c.hits + 1)).exec(&tx).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap()?, 1);
    }
    tx.commit().await?;
    assert_eq!(Counter::find(counter.id).one(&db).await?.hits, 20);
    Ok(())
}
