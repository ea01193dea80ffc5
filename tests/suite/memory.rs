//! SQLite in memory: one connection, gone with its last handle.

use orm::{Db, ErrorKind, Result, prelude::*};
use orm_schema::Schema;

use super::shop::{NewPost, NewTag, Post, Tag, User, people, shop};

/// No tables in the file that the runner makes: these tests open a database of their own.
fn nothing() -> Schema {
    Schema::default()
}

orm_tests::on_database!(sqlite, Sqlite, nothing:
    a_database_in_memory_does_everything_on_its_one_connection,
    two_databases_in_memory_know_nothing_of_each_other,
    using_the_database_inside_its_own_transaction_is_an_error_that_says_so,
    tasks_share_the_one_connection,
);

async fn in_memory(parameters: &str) -> Result<Db> {
    let db = Db::connect(&format!("sqlite::memory:{parameters}")).await?;
    orm_tests::schema::create(&mut db.connection().await?, db.dialect(), &shop()).await;
    Ok(db)
}

async fn a_database_in_memory_does_everything_on_its_one_connection(_: Db) -> Result<()> {
    let db = in_memory("").await?;
    let [ann, ..] = people(&db).await?;
    Post::insert_many((0..1_000).map(|n| NewPost { author_id: ann.id, title: format!("{n}") }))
        .exec(&db)
        .await?;
    let (user, posts) = User::find(ann.id).with(|u| u.posts).one(&db).await?;
    assert_eq!((user, posts.len()), (ann.clone(), 1_000));
    db.transaction(async |tx| {
        Post::query().filter(|p| p.title.ends_with("7")).delete().exec(&tx).await?;
        tx.transaction(async |tx| ann.delete().exec(&tx).await).await
    })
    .await?;
    assert_eq!(Post::query().count(&db).await?, 0);
    Ok(())
}

async fn two_databases_in_memory_know_nothing_of_each_other(_: Db) -> Result<()> {
    let (one, other) = (in_memory("").await?, in_memory("").await?);
    Tag::insert(NewTag { name: "red".into() }).exec(&one).await?;
    assert_eq!((Tag::query().count(&one).await?, Tag::query().count(&other).await?), (1, 0));
    Ok(())
}

async fn using_the_database_inside_its_own_transaction_is_an_error_that_says_so(_: Db) -> Result<()> {
    let db = in_memory("?acquire_timeout=50ms&lock_timeout=50ms").await?;
    let tx = db.begin().await?;
    let error = Tag::insert(NewTag { name: "red".into() }).exec(&db).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::PoolTimeout | ErrorKind::LockTimeout), "{error:?}");
    assert!(error.to_string().contains("use `tx`"), "{error}");
    tx.rollback().await?;
    Tag::insert(NewTag { name: "red".into() }).exec(&db).await?;
    Ok(())
}

async fn tasks_share_the_one_connection(_: Db) -> Result<()> {
    let db = in_memory("").await?;
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                db.transaction(async |tx| {
                    Tag::insert(NewTag { name: format!("{n}") }).exec(&tx).await?;
                    Tag::query().count(&tx).await
                })
                .await
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap()? > 0);
    }
    assert_eq!(Tag::query().count(&db).await?, 20);
    Ok(())
}
