//! Changing rows to what stands beside them: in joined rows, or in a list.

use chrono::{DateTime, Utc};
use orm::{ErrorKind, Result, prelude::*};
use orm_schema::Schema;
use orm_tests::recorded;
use uuid::Uuid;

use super::shop::{
    Delivery, LogEntry, NewDelivery, NewOrderLine, NewPost, OrderLine, Post, User, people, post, shop_and,
};

orm_tests::portable!(shop_and_things:
    what_is_written_is_read_from_a_joined_row,
    a_join_picks_the_rows_that_are_written,
    rows_without_a_match_are_written_through_a_left_join,
    a_row_with_several_matches_is_written_once,
    a_row_is_written_from_the_rows_of_a_query,
    rows_changed_through_a_join_are_returned,
    a_joined_update_is_ordered_and_cut,
    rows_are_deleted_through_a_join,
    an_update_of_a_left_join_without_a_filter_is_refused,
    many_rows_get_values_of_their_own,
    many_rows_are_few_statements,
    many_rows_are_changed_all_or_none,
    no_rows_are_no_statement,
    a_key_that_stands_twice_is_refused,
    keys_of_several_fields_get_values_of_their_own,
    every_type_of_value_is_written_to_many_rows,
    groups_and_aggregates_are_not_written,
    a_lock_is_no_part_of_an_update,
    a_joined_row_is_not_written,
    a_cut_says_which_joined_row_is_read,
    every_row_is_counted_once_however_many_rows_match,
);

#[derive(Debug, Clone, Copy, PartialEq, Enum)]
pub enum State {
    Draft,
    Done,
}

/// Found by a text, with something of most types.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Thing {
    #[orm(primary_key)]
    pub code: String,
    pub state: State,
    pub at: DateTime<Utc>,
    pub token: Uuid,
    pub bytes: Option<Vec<u8>>,
    pub weight: Option<f64>,
    pub data: Option<orm::Json<Vec<i64>>>,
}

fn shop_and_things() -> Schema {
    shop_and(&[Thing::TABLE])
}

async fn titles(db: &Db) -> Result<Vec<String>> {
    Post::query().order_by(|p| p.id.asc()).select(|p| p.title).all(db).await
}

async fn what_is_written_is_read_from_a_joined_row(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for (author, title) in [(&ann, "a"), (&bob, "b"), (&ann, "c")] {
        post(&db, author, title).await?;
    }
    let update = Post::query().join(|p| p.author).filter(|(p, _)| p.title.ne("c")).update(|(p, u)| {
        (p.title.set(p.title.concat(" by ").concat(u.name)), p.views.set(p.views + 7), p.rating.set(1.5))
    });
    assert_eq!(update.exec(&db).await?, 2);
    assert_eq!(titles(&db).await?, ["a by Ann", "b by Bob", "c"]);
    let first = Post::query().order_by(|p| p.id.asc()).first(&db).await?.unwrap();
    assert_eq!((first.views, first.rating), (7, Some(1.5)));
    Ok(())
}

async fn a_join_picks_the_rows_that_are_written(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for (author, title) in [(&ann, "a"), (&bob, "b")] {
        post(&db, author, title).await?;
    }
    let of_bob = Post::query().join(|p| p.author).filter(|(_, u)| u.name.eq("Bob"));
    assert_eq!(of_bob.clone().update(|(p, _)| p.title.set("x")).exec(&db).await?, 1);
    assert_eq!(titles(&db).await?, ["a", "x"]);
    // Both values are those from before, whatever the order.
    let swapped =
        of_bob.update(|(p, u)| (p.views.set(u.age.cast::<i64>()), p.title.set(p.title.concat("!"))));
    assert_eq!(swapped.exec(&db).await?, 1);
    assert_eq!(titles(&db).await?, ["a", "x!"]);
    Ok(())
}

async fn rows_without_a_match_are_written_through_a_left_join(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    post(&db, &ann, "a").await?;
    let update = User::query().left_join(|u| u.posts).update(|(u, p)| u.bio.set(p.title)).all_rows();
    assert_eq!(update.exec(&db).await?, 3);
    let bios = User::query().order_by(|u| u.id.asc()).select(|u| u.bio).all(&db).await?;
    assert_eq!(bios, [Some("a".to_owned()), None, None]);
    Ok(())
}

async fn a_row_with_several_matches_is_written_once(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    for title in ["a", "b", "c"] {
        post(&db, &ann, title).await?;
    }
    let update = User::query().join(|u| u.posts).update(|(u, p)| (u.bio.set(p.title), u.age.set(u.age + 1)));
    assert_eq!(update.exec(&db).await?, 1);
    let ann = User::find(ann.id).one(&db).await?;
    assert_eq!(ann.age, 32);
    assert!(["a", "b", "c"].contains(&ann.bio.unwrap().as_str()));
    Ok(())
}

async fn a_row_is_written_from_the_rows_of_a_query(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for (author, title) in [(&ann, "a"), (&ann, "b"), (&bob, "c")] {
        post(&db, author, title).await?;
    }
    let counted = Post::query().group_by(|p| p.author_id).select(|author, _| (author, orm::count()));
    let update = User::query()
        .join_query(counted, |(u, (author, _))| u.id.eq(author))
        .update(|(u, (_, posts))| u.bio.set(posts.cast::<String>()));
    assert_eq!(update.exec(&db).await?, 2);
    let bios = User::query().order_by(|u| u.id.asc()).select(|u| u.bio).all(&db).await?;
    assert_eq!(bios, [Some("2".to_owned()), Some("1".to_owned()), None]);
    Ok(())
}

async fn rows_changed_through_a_join_are_returned(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for (author, title) in [(&ann, "a"), (&bob, "b")] {
        post(&db, author, title).await?;
    }
    let update =
        Post::query().join(|p| p.author).filter(|(_, u)| u.age.gt(25)).update(|(p, u)| p.title.set(u.name));
    let changed = update.returning(&db).await?;
    assert_eq!(changed.len(), 1);
    assert_eq!((changed[0].author_id, changed[0].title.as_str()), (ann.id, "Ann"));
    Ok(())
}

async fn a_joined_update_is_ordered_and_cut(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for (author, title) in [(&ann, "a"), (&bob, "b"), (&ann, "c")] {
        post(&db, author, title).await?;
    }
    let latest = Post::query().join(|p| p.author).order_by(|(p, _)| p.id.desc()).limit(2);
    assert_eq!(latest.update(|(p, u)| p.title.set(u.name)).exec(&db).await?, 2);
    assert_eq!(titles(&db).await?, ["a", "Bob", "Ann"]);
    Ok(())
}

async fn rows_are_deleted_through_a_join(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for (author, title) in [(&ann, "a"), (&bob, "b"), (&ann, "c")] {
        post(&db, author, title).await?;
    }
    let of_ann = Post::query().join(|p| p.author).filter(|(_, u)| u.name.eq("Ann")).delete();
    assert_eq!(of_ann.exec(&db).await?, 2);
    assert_eq!(titles(&db).await?, ["b"]);
    Ok(())
}

async fn an_update_of_a_left_join_without_a_filter_is_refused(db: Db) -> Result<()> {
    let (refused, statements) =
        recorded(User::query().left_join(|u| u.posts).update(|(u, p)| u.bio.set(p.title)).exec(&db)).await;
    assert_eq!((refused.unwrap_err().kind(), statements.len()), (ErrorKind::InvalidQuery, 0));
    let unkeyed = LogEntry::query().join(|l| l.user).update(|(l, u)| l.text.set(u.name)).exec(&db).await;
    assert!(unkeyed.unwrap_err().to_string().contains("`LogEntry` has no primary key"));
    Ok(())
}

async fn many_rows_get_values_of_their_own(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let mut ids = Vec::new();
    for title in ["a", "b", "c"] {
        ids.push(post(&db, &ann, title).await?.id);
    }
    let rows = [
        (ids[0], ("one".to_owned(), Some(1.5))),
        (ids[2], ("three".to_owned(), None)),
        (-1, ("none".to_owned(), None)),
    ];
    assert_eq!(Post::update_many(rows, |p| (p.title, p.rating)).exec(&db).await?, 2);
    assert_eq!(titles(&db).await?, ["one", "b", "three"]);
    assert_eq!(Post::update_many([(ids[1], 9)], |p| p.views).exec(&db).await?, 1);
    let views = Post::query().order_by(|p| p.id.asc()).select(|p| (p.views, p.rating)).all(&db).await?;
    assert_eq!(views, [(0, Some(1.5)), (9, None), (0, None)]);
    Ok(())
}

async fn many_rows_are_few_statements(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let new = (0..1_000).map(|n| NewPost { author_id: ann.id, title: format!("{n}") });
    Post::insert_many(new).exec(&db).await?;
    let ids = Post::query().order_by(|p| p.id.asc()).select(|p| p.id).all(&db).await?;
    let rows: Vec<(i64, (String, i64))> =
        ids.iter().map(|id| (*id, (format!("post {id}"), id * 2))).collect();
    let (changed, statements) = recorded(Post::update_many(rows, |p| (p.title, p.views)).exec(&db)).await;
    assert_eq!(changed?, 1_000);
    let updates = statements.iter().filter(|sql| sql.starts_with("UPDATE")).count();
    assert_eq!(updates, if db.dialect().capabilities().array_parameters { 1 } else { 8 });
    let wrong = Post::query()
        .filter(|p| p.views.ne(p.id * 2).or(p.title.ne(orm::value("post ").concat(p.id.cast::<String>()))));
    assert_eq!(wrong.count(&db).await?, 0);
    Ok(())
}

async fn many_rows_are_changed_all_or_none(db: Db) -> Result<()> {
    let [ann, bob, cy] = people(&db).await?;
    let emails = |email: &str| [(ann.id, "new@x".to_owned()), (bob.id, email.to_owned())];
    let error = User::update_many(emails(&cy.email), |u| u.email).exec(&db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(User::find(ann.id).one(&db).await?.email, ann.email);
    assert_eq!(User::update_many(emails("bob@new"), |u| u.email).exec(&db).await?, 2);
    Ok(())
}

async fn no_rows_are_no_statement(db: Db) -> Result<()> {
    let (changed, statements) =
        recorded(Post::update_many(Vec::<(i64, i64)>::new(), |p| p.views).exec(&db)).await;
    assert_eq!((changed?, statements.len()), (0, 0));
    Ok(())
}

async fn a_key_that_stands_twice_is_refused(db: Db) -> Result<()> {
    let (refused, statements) =
        recorded(Post::update_many([(1, 1), (2, 1), (1, 3)], |p| p.views).exec(&db)).await;
    let error = refused.unwrap_err();
    assert_eq!((error.kind(), statements.len()), (ErrorKind::InvalidQuery, 0));
    assert!(error.to_string().contains("two of the rows are for one row of `Post`"), "{error}");
    let error = Post::update_many([(1, 2)], |p| p.id).exec(&db).await.unwrap_err();
    assert!(error.to_string().contains("`Post.id` is part of the key"), "{error}");
    Ok(())
}

async fn keys_of_several_fields_get_values_of_their_own(db: Db) -> Result<()> {
    for line in 1..=3 {
        OrderLine::insert(NewOrderLine { order_no: "A'1".into(), line, amount: 1 }).exec(&db).await?;
    }
    let rows = [(("A'1".to_owned(), 1), 10), (("A'1".to_owned(), 3), 30), (("a'1".to_owned(), 2), 20)];
    assert_eq!(OrderLine::update_many(rows, |l| l.amount).exec(&db).await?, 2);
    let amounts = OrderLine::query().order_by(|l| l.line.asc()).select(|l| l.amount).all(&db).await?;
    assert_eq!(amounts, [10, 1, 30]);
    Delivery::insert(NewDelivery { order_no: "A'1".into(), line: 3, amount: 0 }).exec(&db).await?;
    let update = Delivery::query().join(|d| d.order_line).update(|(d, l)| d.amount.set(l.amount - 1));
    assert_eq!(update.exec(&db).await?, 1);
    assert_eq!(Delivery::query().select(|d| d.amount).one(&db).await?, 29);
    Ok(())
}

async fn every_type_of_value_is_written_to_many_rows(db: Db) -> Result<()> {
    let at = DateTime::from_timestamp(1_700_000_000, 123_456_000).unwrap();
    let thing = |code: &str| Thing {
        code: code.into(),
        state: State::Draft,
        at: DateTime::UNIX_EPOCH,
        token: Uuid::nil(),
        bytes: None,
        weight: None,
        data: None,
    };
    for code in ["é\\'\"", "b", "c"] {
        Thing::insert(thing(code)).exec(&db).await?;
    }
    let full = Thing {
        state: State::Done,
        at,
        token: Uuid::from_u128(7),
        bytes: Some(vec![0, 255, 39]),
        weight: Some(-0.5),
        data: Some(orm::Json(vec![1, 2])),
        ..thing("é\\'\"")
    };
    let empty = thing("b");
    let rows = [&full, &empty].map(|thing| {
        let thing = thing.clone();
        (thing.code, (thing.state, thing.at, thing.token, thing.bytes, thing.weight, thing.data))
    });
    let update = Thing::update_many(rows, |t| (t.state, t.at, t.token, t.bytes, t.weight, t.data));
    assert_eq!(update.exec(&db).await?, 2);
    assert_eq!(Thing::find("é\\'\"").one(&db).await?, full);
    assert_eq!(Thing::find("b").one(&db).await?, empty);
    assert_eq!(Thing::find("c").one(&db).await?, thing("c"));
    Ok(())
}

async fn groups_and_aggregates_are_not_written(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    post(&db, &ann, "a").await?;
    let none = || {
        let groups = Post::query().filter(|p| p.views.eq(0)).group_by(|p| p.author_id);
        groups.having(|_, _| orm::count().gt(100)).select(|author, _| author)
    };
    assert!(none().all(&db).await?.is_empty());
    let total = || Post::query().filter(|p| p.views.eq(0)).aggregate(|_| orm::count());
    let refused = [
        none().update(|p| p.views.set(9)).exec(&db).await.map(|_| ()),
        none().delete().exec(&db).await.map(|_| ()),
        none().update(|p| p.views.set(9)).returning(&db).await.map(|_| ()),
        total().delete().exec(&db).await.map(|_| ()),
    ];
    for result in refused {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::InvalidQuery);
    }
    assert_eq!(Post::query().select(|p| p.views).all(&db).await?, [0]);
    Ok(())
}

/// The text of a locked one once took the place of the other's in the cache.
async fn a_lock_is_no_part_of_an_update(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    for title in ["a", "b"] {
        post(&db, &ann, title).await?;
    }
    let first = || Post::query().filter(|p| p.views.eq(0)).order_by(|p| p.id.asc()).limit(1);
    let error = first().for_update_skip_locked().update(|p| p.title.set("x")).exec(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    assert!(error.to_string().contains("leave out the lock"), "{error}");
    assert!(first().for_update().delete().exec(&db).await.is_err());
    assert_eq!(first().update(|p| p.title.set("x")).exec(&db).await?, 1);
    assert_eq!(titles(&db).await?, ["x", "b"]);
    Ok(())
}

async fn a_joined_row_is_not_written(db: Db) -> Result<()> {
    let error =
        Post::query().join(|p| p.author).update(|(_, u)| u.name.set("x")).exec(&db).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`User.name` belongs to a joined row, which is only read: an update writes the first model, `Post`"
    );
    Ok(())
}

async fn a_cut_says_which_joined_row_is_read(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for (author, title) in [(&ann, "a"), (&ann, "b"), (&bob, "d"), (&ann, "e"), (&bob, "f")] {
        post(&db, author, title).await?;
    }
    for (descending, offset, title) in [(false, 0, "a"), (true, 0, "f"), (true, 1, "e"), (false, 2, "d")] {
        let by_title = User::query().join(|u| u.posts);
        let by_title = by_title.order_by(|(_, p)| if descending { p.title.desc() } else { p.title.asc() });
        let update = by_title.limit(1).offset(offset).update(|(u, p)| u.bio.set(p.title));
        let changed = update.returning(&db).await;
        if offset > 0 && !db.dialect().capabilities().returning.update {
            assert_eq!(changed.unwrap_err().kind(), ErrorKind::Unsupported);
            continue;
        }
        let bios: Vec<_> = changed?.into_iter().map(|user| user.bio).collect();
        assert_eq!(bios, [Some(title.to_owned())]);
    }
    Ok(())
}

async fn every_row_is_counted_once_however_many_rows_match(db: Db) -> Result<()> {
    let users = (0..60).map(|n| super::shop::NewUser { email: format!("{n}"), name: format!("{n}") });
    User::insert_many(users).exec(&db).await?;
    let ids = User::query().select(|u| u.id).all(&db).await?;
    // Matches of one user are not beside each other.
    let new = (0..600_usize).map(|n| NewPost { author_id: ids[n * 7 % 60], title: format!("{n}") });
    Post::insert_many(new).exec(&db).await?;
    let update = User::query().join(|u| u.posts).update(|(u, p)| (u.bio.set(p.title), u.age.set(u.age + 1)));
    assert_eq!(update.exec(&db).await?, 60);
    assert_eq!(User::query().filter(|u| u.age.eq(19)).count(&db).await?, 60);
    let update = User::query()
        .join(|u| u.posts)
        .order_by(|(_, p)| p.id.desc())
        .update(|(u, p)| (u.bio.set(p.title), u.age.set(u.age + 1)));
    assert_eq!(update.exec(&db).await?, 60);
    assert_eq!(User::query().filter(|u| u.age.eq(20)).count(&db).await?, 60);
    // Through a table in between, where what is given is not read.
    let update = User::query().join(|u| u.posts).update(|(u, _)| u.bio.set("x"));
    assert_eq!(update.exec(&db).await?, 60);
    // Nothing changes.
    let update = User::query().join(|u| u.posts).update(|(u, _)| u.bio.set(u.bio));
    assert_eq!(update.exec(&db).await?, 60);
    let deleted = User::query().join(|u| u.posts).delete();
    assert_eq!(deleted.exec(&db).await?, 60);
    Ok(())
}
