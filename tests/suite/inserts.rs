//! Inserts that read what is there, and inserts of the rows of a query.

use std::collections::BTreeSet;

use orm::{Error, ErrorKind, Isolation, Result, TxOptions, prelude::*, value};

use super::shop::{
    Counter, NewCounter, NewPost, NewTag, NewUser, Post, Profile, Tag, User, people, post, shop,
};

orm_tests::portable!(shop:
    a_row_that_is_there_is_read,
    many_at_once_insert_a_row_once,
    a_row_that_is_there_is_read_within_a_transaction,
    what_is_refused_for_another_reason_is_an_error,
    a_row_that_cannot_be_found_again_is_refused,
    the_rows_of_a_query_are_inserted,
    the_rows_of_a_group_are_inserted_and_returned,
    a_missing_required_column_is_refused,
    texts_are_put_together,
    texts_are_put_together_with_anything_between,
    a_transaction_with_options,
    what_is_not_serializable_is_run_again,
    rows_by_hand_need_not_write_the_same_columns,
);

fn kind<T: std::fmt::Debug>(found: Result<T>) -> ErrorKind {
    found.map_err(|error: Error| error.kind()).unwrap_err()
}

fn tag(name: &str) -> orm::InsertOrGet<Tag> {
    Tag::insert(NewTag { name: name.into() }).on_conflict(|t| t.name).or_get()
}

async fn a_row_that_is_there_is_read(db: Db) -> Result<()> {
    let (rust, is_new) = tag("rust").exec(&db).await?;
    assert!(is_new);
    assert_eq!(tag("rust").exec(&db).await?, (rust, false));
    assert!(tag("Rust").exec(&db).await?.1);
    Ok(())
}

async fn many_at_once_insert_a_row_once(db: Db) -> Result<()> {
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { tag("wanted").exec(&db).await })
        })
        .collect();
    let (mut ids, mut new) = (BTreeSet::new(), 0);
    for task in tasks {
        let (tag, is_new) = task.await.expect("no task panics")?;
        ids.insert(tag.id);
        new += usize::from(is_new);
    }
    assert_eq!((ids.len(), new), (1, 1));
    Ok(())
}

/// On MariaDB a transaction reads as of its first read: another's row is there for an insert, and not for a plain SELECT.
async fn a_row_that_is_there_is_read_within_a_transaction(db: Db) -> Result<()> {
    if db.dialect() == orm::Dialect::Sqlite {
        // Nobody else writes while a transaction writes.
        return Ok(());
    }
    let tx = db.begin().await?;
    assert_eq!(Tag::query().count(&tx).await?, 0);
    let (theirs, _) = tag("meanwhile").exec(&db).await?;
    assert_eq!(tag("meanwhile").exec(&tx).await?, (theirs, false));
    tx.commit().await
}

async fn what_is_refused_for_another_reason_is_an_error(db: Db) -> Result<()> {
    let new = NewUser { email: "x@x".into(), name: "X".into() };
    let found = User::insert(new).set(|u| u.age.set(-1)).on_conflict(|u| u.email).or_get().exec(&db).await;
    assert_eq!(kind(found), ErrorKind::CheckViolation);
    Ok(())
}

async fn a_row_that_cannot_be_found_again_is_refused(db: Db) -> Result<()> {
    let any = Tag::insert(NewTag { name: "a".into() }).on_any_conflict().or_get().exec(&db).await;
    assert_eq!(kind(any), ErrorKind::InvalidQuery);
    let by_key = Counter::insert(NewCounter {}).on_conflict(|c| c.id).or_get().exec(&db).await;
    assert_eq!(kind(by_key), ErrorKind::InvalidQuery);
    assert_eq!(Tag::query().count(&db).await? + Counter::query().count(&db).await?, 0);
    Ok(())
}

async fn the_rows_of_a_query_are_inserted(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    post(&db, &ann, "a").await?;
    let copies = Post::query()
        .join(|p| p.author)
        .select(|(p, u)| (value(bob.id), p.title.concat(" by ").concat(u.name)));
    let insert = Post::insert_from(copies, |p| (p.author_id, p.title));
    assert_eq!(insert.exec(&db).await?, 1);
    let titles = Post::query().order_by(|p| p.id.asc()).select(|p| (p.author_id, p.title)).all(&db).await?;
    assert_eq!(titles, [(ann.id, "a".to_owned()), (bob.id, "a by Ann".to_owned())]);
    // A value for a column that may be NULL, and rows that are ordered and cut.
    let first = User::query().order_by(|u| u.age.desc()).limit(1).select(|u| (u.id, u.name));
    assert_eq!(Profile::insert_from(first, |p| (p.user_id, p.website)).exec(&db).await?, 1);
    let noted = User::query().select(|u| u.name);
    assert_eq!(Counter::insert_from(noted, |c| c.note).exec(&db).await?, 3);
    Ok(())
}

async fn the_rows_of_a_group_are_inserted_and_returned(db: Db) -> Result<()> {
    people(&db).await?;
    let ages = User::query().group_by(|u| u.age.ge(21).or_false()).select(|_, u| u.name.max().or("nobody"));
    let insert = Tag::insert_from(ages, |t| t.name);
    let inserted = insert.returning(&db).await;
    if db.dialect().capabilities().returning.insert {
        let mut names: Vec<_> = inserted?.into_iter().map(|tag| tag.name).collect();
        names.sort();
        assert_eq!(names, ["Bob", "Cy"]);
    } else {
        assert_eq!(kind(inserted), ErrorKind::Unsupported);
    }
    Ok(())
}

async fn a_missing_required_column_is_refused(db: Db) -> Result<()> {
    let found = Post::insert_from(User::query().select(|u| u.name), |p| p.title).exec(&db).await.unwrap_err();
    assert!(found.to_string().contains("`Post.author_id` has no default"), "{found}");
    Ok(())
}

async fn texts_are_put_together(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for (author, title) in [(&ann, "b"), (&ann, "a"), (&bob, "c")] {
        Post::insert(NewPost { author_id: author.id, title: title.into() }).exec(&db).await?;
    }
    let per_author = Post::query()
        .group_by(|p| p.author_id)
        .order_by(|author, _| author.asc())
        .select(|_, p| (p.title.string_agg(", ", p.title.asc()), p.title.string_agg("", p.id.desc())));
    let pair = |one: &str, other: &str| (Some(one.to_owned()), Some(other.to_owned()));
    assert_eq!(per_author.all(&db).await?, [pair("a, b", "ab"), pair("c", "c")]);
    let bios = User::query().aggregate(|u| {
        (u.bio.string_agg("/", u.id.asc()), u.name.string_agg("/", u.id.asc()).filter(u.age.lt(0)))
    });
    assert_eq!(bios.one(&db).await?, (Some("writes".to_owned()), None));
    Ok(())
}

async fn texts_are_put_together_with_anything_between(db: Db) -> Result<()> {
    people(&db).await?;
    for between in ["'", "\\", "\\'", "''; --", "? $1 {0} \"", "`", "[?]", "\n", "ü"] {
        let names = User::query().aggregate(|u| u.name.string_agg(between, u.id.asc())).one(&db).await?;
        assert_eq!(names, Some(["Ann", "Bob", "Cy"].join(between)), "{between:?}");
    }
    Ok(())
}

async fn a_transaction_with_options(db: Db) -> Result<()> {
    people(&db).await?;
    let options = TxOptions { read_only: true, ..TxOptions::default() };
    let written =
        db.transaction_with(options, async |tx| User::query().delete().all_rows().exec(&tx).await).await;
    assert!(written.is_err());
    assert_eq!(db.transaction_with(options, async |tx| User::query().count(&tx).await).await?, 3);
    Ok(())
}

/// Two read the sum and write it: one of them has to begin again.
async fn what_is_not_serializable_is_run_again(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let options = TxOptions { isolation: Some(Isolation::Serializable), ..TxOptions::default() };
    let tasks: Vec<_> = (0..2)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                db.retry_with(options, async |tx| {
                    let age = User::find(ann.id).select(|u| u.age).one(&tx).await?;
                    tokio::task::yield_now().await;
                    User::find(ann.id).update(|u| u.age.set(age + 1)).exec(&tx).await
                })
                .await
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no task panics")?;
    }
    assert_eq!(User::find(ann.id).one(&db).await?.age, 33);
    Ok(())
}

/// A row that is written by hand, with columns that not every row has.
struct ByHand(&'static str, Option<&'static str>, Option<i32>);

impl orm::Insertable<User> for ByHand {
    fn write(self, row: &mut orm::RowBuilder) {
        NewUser { email: self.0.into(), name: self.0.into() }.write(row);
        let columns = User::columns::<orm::Plain>(0);
        if let Some(bio) = self.1 {
            row.set_column(columns.bio, bio);
        }
        if let Some(age) = self.2 {
            row.set_column(columns.age, age);
        }
    }
}

async fn rows_by_hand_need_not_write_the_same_columns(db: Db) -> Result<()> {
    let rows = || {
        [
            ByHand("a", Some("bio"), None),
            ByHand("b", None, Some(77)),
            ByHand("c", None, None),
            ByHand("d", None, Some(1)),
        ]
    };
    assert_eq!(User::insert_many(rows()).exec(&db).await?, 4);
    let read = User::query().order_by(|u| u.email.asc()).select(|u| (u.bio, u.age));
    let expected = [(Some("bio".to_owned()), 18), (None, 77), (None, 18), (None, 1)];
    assert_eq!(read.clone().all(&db).await?, expected);
    let upsert = User::insert_many(rows())
        .on_conflict(|u| u.email)
        .do_update(|old, new| old.name.set(new.name.concat("!")));
    assert_eq!(upsert.exec(&db).await?, 4);
    assert_eq!(read.all(&db).await?, expected);
    assert_eq!(User::query().filter(|u| u.name.ends_with("!")).count(&db).await?, 4);
    Ok(())
}
