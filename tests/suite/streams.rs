//! Rows one after another: the same as all at once, in little memory.

use std::{io::Write as _, time::Duration};

use futures_util::{StreamExt as _, TryStreamExt as _};
use orm::{ConnectOptions, ErrorKind, Result, TxOptions, prelude::*};
use orm_tests::recorded;

use super::shop::{LogEntry, NewPost, NewTag, Post, Tag, User, people, shop};

orm_tests::portable!(shop:
    a_stream_gives_the_rows_that_all_gives,
    nothing_is_sent_before_the_first_row_is_asked_for,
    relations_are_loaded_five_hundred_rows_at_a_time,
    limit_and_offset_hold_with_relations,
    rows_without_a_key_have_no_stream_with_relations,
    a_stream_is_a_stream_of_futures,
    a_stream_ends_behind_its_first_error,
    a_stream_keeps_few_rows_in_memory,
    streams_that_are_dropped_give_their_connections_back,
    other_statements_run_beside_a_stream,
    a_stream_in_a_transaction_sees_what_it_wrote,
    a_statement_beside_a_stream_of_its_transaction_is_an_error,
    a_stream_dropped_half_way_rolls_its_transaction_back,
    a_stream_moves_to_another_task,
    rows_without_places_are_told_what_to_do_instead,
    rows_are_locked_while_they_are_streamed_with_relations,
    a_stream_has_the_one_connection_of_a_pool_until_its_end,
    a_stream_with_relations_leaves_no_transaction_behind,
    a_stream_that_takes_too_long_leaves_its_connection_clean,
    a_stream_in_a_savepoint_is_a_stream_of_its_transaction,
    a_wait_for_a_row_that_is_given_up_loses_nothing,
    a_stream_with_relations_keeps_every_order,
);

/// Posts of Ann and Bob in turns.
async fn posts(db: &Db, count: usize) -> Result<()> {
    let [ann, bob, _] = people(db).await?;
    let new = (0..count).map(|n| {
        let author = if n % 2 == 0 { &ann } else { &bob };
        NewPost { author_id: author.id, title: format!("post {n:05}") }
    });
    Post::insert_many(new).exec(db).await?;
    Ok(())
}

async fn tags(db: &Db, count: usize) -> Result<()> {
    Tag::insert_many((0..count).map(|n| NewTag { name: format!("{n:05}") })).exec(db).await?;
    Ok(())
}

async fn a_stream_gives_the_rows_that_all_gives(db: Db) -> Result<()> {
    // Less than a batch, one, some, and one more than some.
    for count in [0, 1, 64, 65, 1_000, 24] {
        User::query().delete().all_rows().exec(&db).await?;
        posts(&db, count).await?;
        let whole = Post::query().order_by(|p| p.title.asc());
        let streamed: Vec<Post> = whole.clone().stream(&db).try_collect().await?;
        assert_eq!(streamed.len(), count);
        assert_eq!(streamed, whole.all(&db).await?);
    }
    let joined = Post::query()
        .left_join(|p| p.editor)
        .order_by(|(p, _)| p.id.desc())
        .select(|(p, editor)| (p.title, editor.name))
        .limit(7);
    let streamed: Vec<(String, Option<String>)> = joined.clone().stream(&db).try_collect().await?;
    assert_eq!(streamed, joined.all(&db).await?);
    let grouped = Post::query().group_by(|p| p.author_id).select(|author, p| (author, p.views.count()));
    assert_eq!(grouped.stream(&db).count().await, 2);
    Ok(())
}

async fn nothing_is_sent_before_the_first_row_is_asked_for(db: Db) -> Result<()> {
    tags(&db, 3).await?;
    let ((), statements) = recorded(async { drop(Tag::query().stream(&db)) }).await;
    assert!(statements.is_empty(), "{statements:?}");
    let (rows, statements) = recorded(Tag::query().stream(&db).count()).await;
    assert_eq!((rows, statements.len()), (3, 1), "{statements:?}");
    Ok(())
}

async fn relations_are_loaded_five_hundred_rows_at_a_time(db: Db) -> Result<()> {
    posts(&db, 1_100).await?;
    let query = Post::query().order_by(|p| p.title.desc()).with(|p| p.author);
    let (streamed, statements) = recorded(query.clone().stream(&db).try_collect::<Vec<_>>()).await;
    assert_eq!(streamed?, query.all(&db).await?);
    let selects = statements.iter().filter(|sql| sql.starts_with("SELECT"));
    assert_eq!(selects.count(), 6, "two for each of 500, 500 and 100 rows: {statements:?}");
    Ok(())
}

async fn limit_and_offset_hold_with_relations(db: Db) -> Result<()> {
    posts(&db, 1_100).await?;
    for (limit, offset) in [(0, 0), (1, 7), (500, 1), (501, 0), (600, 550), (5_000, 3), (10, 2_000)] {
        let query = Post::query().order_by(|p| p.views.asc()).order_by(|p| p.id.asc());
        let query = query.limit(limit).offset(offset).with(|p| p.author);
        let streamed: Vec<_> = query.clone().stream(&db).try_collect().await?;
        assert_eq!(streamed, query.all(&db).await?, "{limit} rows behind {offset}");
    }
    let behind = Post::query().order_by(|p| p.id.asc()).offset(1_090).with(|p| p.author);
    assert_eq!(behind.stream(&db).count().await, 10);
    Ok(())
}

async fn rows_without_a_key_have_no_stream_with_relations(db: Db) -> Result<()> {
    let mut entries = LogEntry::query().with(|l| l.user).stream(&db);
    let error = entries.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    assert!(error.to_string().contains("no primary key"), "{error}");
    assert!(entries.next().await.is_none());
    let cut = Post::query().limit(1).join(|p| p.author).select(|(p, _)| p.id).limit(0).stream(&db);
    assert!(cut.collect::<Vec<_>>().await.iter().all(Result::is_err));
    assert_eq!(LogEntry::query().stream(&db).count().await, 0);
    Ok(())
}

async fn a_stream_is_a_stream_of_futures(db: Db) -> Result<()> {
    tags(&db, 300).await?;
    let names = Tag::query().order_by(|t| t.id.asc()).select(|t| t.name).stream(&db);
    let names = names.map_ok(|name| name.len()).chunks(100).map(|chunk| chunk.len());
    assert_eq!(names.collect::<Vec<_>>().await, [100, 100, 100]);
    Ok(())
}

async fn a_stream_ends_behind_its_first_error(db: Db) -> Result<()> {
    tags(&db, 400).await?;
    let names = |t: Columns<Tag>| orm::raw::<String>("NULLIF(?, ?)", (t.name, "00150"));
    let mut rows = Tag::query().order_by(|t| t.id.asc()).select(names).stream(&db);
    let mut count = 0;
    let error = loop {
        match rows.next().await {
            Some(Ok(_)) => count += 1,
            Some(Err(error)) => break error,
            None => panic!("the row that is NULL is an error"),
        }
    };
    assert!(count <= 150 && error.kind() == ErrorKind::InvalidValue, "{count} rows, then {error}");
    assert!(rows.next().await.is_none());
    let refused = Tag::query().filter(|_| orm::raw_cond("no_such_column = 1", ())).stream(&db);
    assert!(refused.collect::<Vec<_>>().await.iter().all(Result::is_err));
    assert_eq!(Tag::query().stream(&db).count().await, 400);
    Ok(())
}

/// What this process holds in memory, in bytes; `None` where the system does not say.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<usize>().ok().map(|kib| kib * 1024)
}

async fn a_stream_keeps_few_rows_in_memory(db: Db) -> Result<()> {
    const MEGABYTE: usize = 1 << 20;
    let long = "x".repeat(4_000);
    Tag::insert_many((0..400).map(|n| NewTag { name: format!("{n}") })).exec(&db).await?;
    // 160 000 rows of 4 kB: 640 MB.
    let squared = Tag::query()
        .join_on::<Tag>(|(one, _)| one.id.ge(0))
        .select(|(one, other)| (one.id, other.id, orm::value(long.as_str())));
    let Some(before) = resident() else {
        let said =
            writeln!(std::io::stderr(), "left out: the system does not tell what a process holds in memory");
        assert!(said.is_ok());
        return Ok(());
    };
    let (mut rows, mut most) = (squared.stream(&db), before);
    let mut count = 0;
    while let Some(row) = rows.next().await {
        count += usize::from(row?.2.len() == 4_000);
        if count % 1_000 == 0 {
            most = most.max(resident().unwrap_or(usize::MAX));
        }
    }
    assert_eq!(count, 160_000);
    let more = most - before;
    assert!(more < 200 * MEGABYTE, "{} MB more than before", more / MEGABYTE);
    Ok(())
}

async fn streams_that_are_dropped_give_their_connections_back(_: Db, url: String) -> Result<()> {
    let db = Db::connect_with(ConnectOptions::parse(&url)?.max_connections(2)).await?;
    tags(&db, 2_000).await?;
    for read in (0..40).map(|n| n * 17 % 300) {
        let rows: Vec<Tag> = Tag::query().stream(&db).take(read).try_collect().await?;
        assert_eq!(rows.len(), read);
    }
    // Both of them at once.
    let reading = || TxOptions { read_only: true, ..TxOptions::default() };
    let (one, other) = (db.begin_with(reading()).await?, db.begin_with(reading()).await?);
    one.rollback().await?;
    other.rollback().await?;
    db.close().await;
    Ok(())
}

async fn other_statements_run_beside_a_stream(db: Db) -> Result<()> {
    tags(&db, 1_000).await?;
    let mut tags = Tag::query().order_by(|t| t.id.asc()).stream(&db);
    let mut count = 0;
    while let Some(tag) = tags.next().await {
        if count % 100 == 0 {
            tag?.update(|t| t.name.set(format!("changed {count}"))).exec(&db).await?;
        }
        count += 1;
    }
    assert_eq!(count, 1_000);
    assert_eq!(Tag::query().filter(|t| t.name.starts_with("changed")).count(&db).await?, 10);
    Ok(())
}

async fn a_stream_in_a_transaction_sees_what_it_wrote(db: Db) -> Result<()> {
    people(&db).await?;
    let tx = db.begin().await?;
    Tag::insert(NewTag { name: "red".into() }).exec(&tx).await?;
    assert_eq!(Tag::query().stream(&tx).count().await, 1);
    // With relations, statements may run between the rows.
    let mut users = User::query().order_by(|u| u.id.asc()).with(|u| u.posts).stream(&tx);
    while let Some(user) = users.next().await {
        let (user, _) = user?;
        user.update(|u| u.name.set("changed")).exec(&tx).await?;
    }
    drop(users);
    tx.commit().await?;
    assert_eq!(User::query().filter(|u| u.name.eq("changed")).count(&db).await?, 3);
    Ok(())
}

async fn a_statement_beside_a_stream_of_its_transaction_is_an_error(db: Db) -> Result<()> {
    tags(&db, 1_000).await?;
    let tx = db.begin().await?;
    let mut tags = Tag::query().stream(&tx);
    tags.next().await.unwrap()?;
    let beside = [
        Tag::query().count(&tx).await.map(|_| ()),
        tx.transaction(async |_| Ok(())).await,
        Tag::query().stream(&tx).next().await.unwrap().map(|_| ()),
    ];
    for result in beside {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transaction);
        assert!(error.to_string().contains("a stream is open"), "{error}");
    }
    assert_eq!(tags.count().await, 999);
    assert_eq!(Tag::query().count(&tx).await?, 1_000);
    tx.commit().await
}

async fn a_stream_dropped_half_way_rolls_its_transaction_back(db: Db) -> Result<()> {
    tags(&db, 1_000).await?;
    let tx = db.begin().await?;
    Tag::insert(NewTag { name: "red".into() }).exec(&tx).await?;
    let mut rows = Tag::query().stream(&tx);
    rows.next().await.unwrap()?;
    drop(rows);
    let error = Tag::query().count(&tx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transaction, "{error}");
    assert!(tx.commit().await.is_err());
    assert_eq!(Tag::query().count(&db).await?, 1_000);
    Ok(())
}

async fn a_stream_moves_to_another_task(db: Db) -> Result<()> {
    tags(&db, 500).await?;
    let mut rows = Tag::query().order_by(|t| t.id.asc()).stream(&db);
    let first = rows.next().await.unwrap()?;
    let rest = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        rows.try_collect::<Vec<_>>().await
    });
    assert_eq!((first.name.as_str(), rest.await.unwrap()?.len()), ("00000", 499));
    Ok(())
}

async fn rows_without_places_are_told_what_to_do_instead(db: Db) -> Result<()> {
    posts(&db, 3).await?;
    let distinct = Post::query().distinct().with(|p| p.author).stream(&db).next().await.unwrap();
    let twice = Post::query().union_all(Post::query()).with(|p| p.author).stream(&db).next().await.unwrap();
    for error in [distinct.unwrap_err(), twice.unwrap_err()] {
        assert!(error.to_string().contains("stream them without relations"), "{error}");
    }
    Ok(())
}

async fn rows_are_locked_while_they_are_streamed_with_relations(db: Db) -> Result<()> {
    posts(&db, 3).await?;
    let locked = || Post::query().for_update().with(|p| p.author);
    assert_eq!(locked().stream(&db).try_collect::<Vec<_>>().await?.len(), 3);
    assert_eq!(locked().page(1, 2).fetch(&db).await?.items.len(), 2);
    Ok(())
}

async fn a_stream_has_the_one_connection_of_a_pool_until_its_end(db: Db, url: String) -> Result<()> {
    tags(&db, 2_000).await?;
    let one = Db::connect_with(
        ConnectOptions::parse(&url)?.max_connections(1).acquire_timeout(Duration::from_millis(300)),
    )
    .await?;
    let mut rows = Tag::query().order_by(|t| t.id.asc()).stream(&one);
    rows.next().await.unwrap()?;
    let error = Tag::query().count(&one).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout, "{error}");
    assert_eq!(rows.by_ref().take(999).count().await, 999);
    // A stream that has come to its end gives its connection back although it is still there.
    assert_eq!(rows.by_ref().count().await, 1_000);
    assert_eq!(Tag::query().count(&one).await?, 2_000);
    drop(rows);
    for _ in 0..20 {
        let mut rows = Tag::query().stream(&one);
        rows.next().await.unwrap()?;
        drop(rows);
        assert_eq!(Tag::query().count(&one).await?, 2_000);
    }
    one.close().await;
    Ok(())
}

async fn a_stream_with_relations_leaves_no_transaction_behind(db: Db, url: String) -> Result<()> {
    posts(&db, 1_100).await?;
    let one = Db::connect_with(
        ConnectOptions::parse(&url)?.max_connections(1).acquire_timeout(Duration::from_secs(5)),
    )
    .await?;
    for read in [0, 1, 500, 501, 1_000, 1_001] {
        let mut rows = Post::query().with(|p| p.author).stream(&one);
        for _ in 0..read {
            rows.next().await.unwrap()?;
        }
        drop(rows);
        // Not read-only, no transaction left.
        assert_eq!(
            Post::query().filter(|p| p.id.gt(0)).update(|p| p.views.set(read)).exec(&one).await?,
            1_100
        );
    }
    assert_eq!(Post::query().with(|p| p.author).stream(&one).count().await, 1_100);
    one.close().await;
    Ok(())
}

async fn a_stream_that_takes_too_long_leaves_its_connection_clean(db: Db, url: String) -> Result<()> {
    tags(&db, 600).await?;
    let one = Db::connect_with(
        ConnectOptions::parse(&url)?
            .max_connections(1)
            .statement_timeout(Duration::from_millis(300))
            .acquire_timeout(Duration::from_secs(5)),
    )
    .await?;
    let long = "x".repeat(1_000);
    for in_tx in [false, true] {
        let tx = one.begin().await?;
        let squared = Tag::query()
            .join_on::<Tag>(|(one, _)| one.id.ge(0))
            .select(|(one, other)| (one.id, other.id, orm::value(long.as_str())));
        let mut rows = if in_tx { squared.stream(&tx) } else { squared.stream(&one) };
        if in_tx {
            drop(tx);
        } else {
            tx.rollback().await?;
        }
        let mut count = 0;
        let error = loop {
            match rows.next().await {
                Some(Ok(_)) => {
                    count += 1;
                    if count % 64 == 0 {
                        tokio::time::sleep(Duration::from_millis(2)).await;
                    }
                }
                Some(Err(error)) => break Some(error),
                None => break None,
            }
        };
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::StatementTimeout, "{error}, {count}");
        assert!(rows.next().await.is_none());
        drop(rows);
        assert_eq!(Tag::query().count(&one).await?, 600);
    }
    one.close().await;
    Ok(())
}

async fn a_stream_in_a_savepoint_is_a_stream_of_its_transaction(db: Db) -> Result<()> {
    tags(&db, 1_000).await?;
    let tx = db.begin().await?;
    Tag::insert(NewTag { name: "outer".into() }).exec(&tx).await?;
    let savepoint = tx.begin().await?;
    Tag::insert(NewTag { name: "inner".into() }).exec(&savepoint).await?;
    // The outer one may not stream.
    let error = Tag::query().stream(&tx).next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transaction);
    assert_eq!(Tag::query().stream(&savepoint).count().await, 1_002);
    savepoint.rollback().await?;
    assert_eq!(Tag::query().stream(&tx).count().await, 1_001);
    let savepoint = tx.begin().await?;
    let mut rows = Tag::query().stream(&savepoint);
    rows.next().await.unwrap()?;
    assert!(savepoint.clone().commit().await.is_err());
    drop(rows);
    let error = Tag::query().count(&savepoint).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transaction, "{error}");
    drop(savepoint);
    assert!(Tag::query().count(&tx).await.is_err());
    assert!(tx.commit().await.is_err());
    assert_eq!(Tag::query().count(&db).await?, 1_000);
    Ok(())
}

async fn a_wait_for_a_row_that_is_given_up_loses_nothing(db: Db) -> Result<()> {
    tags(&db, 1_000).await?;
    let tx = db.begin().await?;
    let mut rows = Tag::query().stream(&tx);
    // A future of `next` that is dropped loses nothing.
    let mut count = 0;
    loop {
        match tokio::time::timeout(Duration::from_micros(1), rows.next()).await {
            Err(_) => {}
            Ok(None) => break,
            Ok(Some(row)) => {
                row?;
                count += 1;
            }
        }
    }
    assert_eq!(count, 1_000);
    tx.commit().await
}

async fn a_stream_with_relations_keeps_every_order(db: Db) -> Result<()> {
    posts(&db, 1_300).await?;
    let ids = Post::query().order_by(|p| p.id.asc()).select(|p| p.id).all(&db).await?;
    let rows = ids.iter().zip(0_i32..).map(|(id, n)| {
        (*id, (if n % 3 == 0 { None } else { Some(f64::from(n % 7) * 0.1) }, i64::from(n % 11)))
    });
    Post::update_many(rows.collect::<Vec<_>>(), |p| (p.rating, p.views)).exec(&db).await?;
    let base = || Post::query();
    let orders = [
        base().order_by(|p| p.rating.asc()),
        base().order_by(|p| p.rating.desc()),
        base().order_by(|p| p.rating.asc().nulls_last()),
        base().order_by(|p| p.rating.desc().nulls_first()).order_by(|p| p.views.desc()),
        base().order_by(|p| (p.views % 3).desc()),
        base().order_by(|p| p.editor_id.asc()),
        base().order_by(|p| p.published.desc()),
        base().order_by(|p| p.tags.count().asc()).order_by(|p| p.title.upper().desc()),
    ];
    for (n, order) in orders.into_iter().enumerate() {
        let order = order.order_by(|p| p.id.asc()).with(|p| p.author);
        let streamed: Vec<_> = order.clone().stream(&db).try_collect().await?;
        assert_eq!(streamed.len(), 1_300, "{n}");
        assert!(streamed == order.all(&db).await?, "{n}");
    }
    Ok(())
}
