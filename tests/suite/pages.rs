//! Pages by number: rows and totals.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use orm::{Dialect, ErrorKind, Page, Result, prelude::*};
use orm_tests::recorded;

use super::shop::{LogEntry, NewLogEntry, NewPost, NewTag, Post, Tag, User, people, shop};

orm_tests::portable!(shop:
    a_page_tells_its_rows_and_the_total,
    a_page_is_one_count_and_one_select,
    a_page_behind_the_last_is_empty,
    rows_equal_in_the_order_are_on_one_page_each,
    relations_projections_and_picks_have_pages,
    joins_groups_and_distinct_rows_have_pages,
    rows_without_a_key_need_an_order,
    a_page_that_makes_no_sense_is_refused,
    a_page_inside_a_transaction_sees_what_it_wrote,
    rows_and_total_are_of_one_moment,
);

/// Ten posts, whose views are equal in threes.
async fn posts(db: &Db) -> Result<()> {
    let [ann, bob, _] = people(db).await?;
    for n in 0..10 {
        let author = if n % 2 == 0 { &ann } else { &bob };
        let new = NewPost { author_id: author.id, title: format!("post {n}") };
        Post::insert(new).set(|p| p.views.set(n / 3)).exec(db).await?;
    }
    Ok(())
}

async fn a_page_tells_its_rows_and_the_total(db: Db) -> Result<()> {
    posts(&db).await?;
    let titles = Post::query().order_by(|p| p.title.asc()).select(|p| p.title);
    let page = titles.clone().page(2, 4).fetch(&db).await?;
    let items = ["post 4", "post 5", "post 6", "post 7"].map(str::to_owned).to_vec();
    assert_eq!(page, Page { items, total: 10, number: 2, size: 4, pages: 3 });
    let last = titles.clone().page(3, 4).fetch(&db).await?;
    assert_eq!((last.items.len(), last.total, last.pages), (2, 10, 3));
    let whole = titles.filter(|p| p.views.eq(0)).page(1, 3).fetch(&db).await?;
    assert_eq!((whole.items.len(), whole.total, whole.pages), (3, 3, 1));
    Ok(())
}

async fn a_page_is_one_count_and_one_select(db: Db) -> Result<()> {
    posts(&db).await?;
    let (page, statements) = recorded(Post::query().page(1, 4).fetch(&db)).await;
    assert_eq!((page?.items.len(), statements.len()), (4, 2), "{statements:?}");
    assert!(statements[0].starts_with("SELECT count(*)") && !statements[0].contains("ORDER BY"));
    Ok(())
}

async fn a_page_behind_the_last_is_empty(db: Db) -> Result<()> {
    posts(&db).await?;
    let (page, statements) = recorded(Post::query().page(4, 4).fetch(&db)).await;
    let page = page?;
    assert_eq!((page.items.len(), page.total, page.pages, statements.len()), (0, 10, 3, 1));
    assert_eq!(Post::query().page(u64::MAX, u64::MAX).fetch(&db).await?.items, []);
    let none = Post::query().filter(|p| p.views.lt(0)).page(1, 4).fetch(&db).await?;
    assert_eq!((none.total, none.pages), (0, 0));
    Ok(())
}

async fn rows_equal_in_the_order_are_on_one_page_each(db: Db) -> Result<()> {
    posts(&db).await?;
    let ordered = Post::query().order_by(|p| p.views.desc());
    let ids = ordered.clone().order_by(|p| p.id.asc()).select(|p| p.id).all(&db).await?;
    for size in 1..=4 {
        let mut found = Vec::new();
        for number in 1.. {
            let page = ordered.clone().page(number, size).fetch(&db).await?;
            found.extend(page.items.iter().map(|post| post.id));
            if number >= page.pages {
                break;
            }
        }
        assert_eq!(found, ids, "pages of {size}");
    }
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = User)]
struct Author {
    name: String,
    #[orm(expr = |u| u.posts.count())]
    post_count: i64,
    #[orm(with = |u| u.posts.order_by(|p| p.id.asc()).limit(1))]
    posts: Vec<Post>,
}

async fn relations_projections_and_picks_have_pages(db: Db) -> Result<()> {
    posts(&db).await?;
    let users = User::query().order_by(|u| u.name.asc());
    let (page, statements) = recorded(users.clone().with(|u| u.posts).page(1, 2).fetch(&db)).await;
    let page = page?;
    assert_eq!((page.items[1].0.name.as_str(), page.items[1].1.len(), page.total), ("Bob", 5, 3));
    assert_eq!(statements.len(), 3);
    let page = users.load::<Author>().page(1, 1).fetch(&db).await?;
    let author = &page.items[0];
    assert_eq!((author.name.as_str(), author.post_count, author.posts.len()), ("Ann", 5, 1));
    Ok(())
}

async fn joins_groups_and_distinct_rows_have_pages(db: Db) -> Result<()> {
    posts(&db).await?;
    let joined = User::query().left_join(|u| u.posts).select(|(u, p)| (u.name, p.title));
    let page = joined.clone().page(2, 5).fetch(&db).await?;
    assert_eq!((page.items.len(), page.total), (5, 11));
    assert!(page.items.iter().all(|(name, _)| name == "Bob"));
    let grouped = Post::query().group_by(|p| p.views).select(|views, _| (views, count()));
    assert_eq!(grouped.clone().page(2, 2).fetch(&db).await?.items, [(2, 3), (3, 1)]);
    let by_count = Post::query().group_by(|p| p.views).order_by(|_, _| count().desc());
    let by_count = by_count.select(|views, _| views).page(1, 3).fetch(&db).await?;
    assert_eq!((by_count.items, by_count.total), (vec![0, 1, 2], 4));
    let distinct =
        Post::query().select(|p| (p.author_id, p.published)).distinct().page(2, 1).fetch(&db).await?;
    assert_eq!((distinct.items.len(), distinct.total), (1, 2));
    assert_eq!(Post::query().aggregate(|_| count()).page(1, 5).fetch(&db).await?.items, [10]);
    Ok(())
}

async fn rows_without_a_key_need_an_order(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    LogEntry::insert_many(["b", "a"].map(|text| NewLogEntry { user_id: ann.id, text: text.into() }))
        .exec(&db)
        .await?;
    let (page, statements) = recorded(LogEntry::query().page(1, 1).fetch(&db)).await;
    let error = page.unwrap_err();
    assert_eq!((error.kind(), statements.len()), (ErrorKind::InvalidQuery, 0));
    assert!(error.to_string().contains("`LogEntry` has no primary key"), "{error}");
    let page = LogEntry::query().order_by(|l| l.text.asc()).page(1, 1).fetch(&db).await?;
    assert_eq!((page.items[0].text.as_str(), page.total), ("a", 2));
    Ok(())
}

async fn a_page_that_makes_no_sense_is_refused(db: Db) -> Result<()> {
    let tags = Tag::query;
    for (paged, why) in [
        (tags().page(0, 1), "counted from 1"),
        (tags().page(1, 0), "at least one row"),
        (tags().limit(3).page(1, 1), "leave out `limit`"),
        (tags().offset(3).page(1, 1), "leave out `limit`"),
    ] {
        assert!(paged.to_sql(Dialect::Sqlite).is_err());
        let (page, statements) = recorded(paged.fetch(&db)).await;
        let error = page.unwrap_err();
        assert_eq!((error.kind(), statements.len()), (ErrorKind::InvalidQuery, 0));
        assert!(error.to_string().contains(why), "{error}");
    }
    Ok(())
}

async fn a_page_inside_a_transaction_sees_what_it_wrote(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    Tag::insert(NewTag { name: "a".into() }).exec(&tx).await?;
    assert_eq!(Tag::query().page(1, 5).fetch(&tx).await?.total, 1);
    Tag::insert(NewTag { name: "b".into() }).exec(&tx).await?;
    tx.rollback().await?;
    assert_eq!(Tag::query().page(1, 5).fetch(&db).await?.total, 0);
    Ok(())
}

async fn rows_and_total_are_of_one_moment(db: Db) -> Result<()> {
    let done = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (db, done) = (db.clone(), Arc::clone(&done));
        async move {
            for n in 0.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                Tag::insert(NewTag { name: format!("{n}") }).exec(&db).await?;
            }
            Ok::<_, orm::Error>(())
        }
    });
    for _ in 0..100 {
        let page = Tag::query().page(1, 1_000_000).fetch(&db).await?;
        assert_eq!(u64::try_from(page.items.len()).ok(), Some(page.total));
    }
    done.store(true, Ordering::Relaxed);
    writer.await.unwrap()
}
