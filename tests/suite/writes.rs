//! Updates and deletes by a query: no clause is ignored, and no row is written by accident.

use orm::{ErrorKind, Result, prelude::*};
use orm_tests::recorded;

use super::shop::{NewOrderLine, NewUser, OrderLine, Post, User, people, post, shop};

orm_tests::portable!(shop:
    a_write_without_a_filter_is_an_error,
    all_rows_means_all_rows,
    a_filter_on_a_relation_picks_rows,
    a_limit_and_an_order_pick_rows,
    an_offset_picks_rows,
    a_limit_alone_is_a_choice,
    a_composite_key_is_picked_by_limit,
    a_filter_holds_beside_a_limit,
    several_columns_are_written_at_once,
    a_column_is_written_from_a_question,
    a_write_loads_no_relations,
    a_column_of_another_query_is_an_error,
    an_update_of_nothing_sends_nothing,
    a_computed_value_that_does_not_fit_is_an_error,
    a_computed_null_is_written,
    an_update_returns_rows_by_their_keys_or_is_refused,
    rows_of_an_update_are_those_that_it_changed,
);

async fn four_posts(db: &Db) -> Result<User> {
    let [ann, bob, _] = people(db).await?;
    for title in ["a", "b", "c"] {
        post(db, &ann, title).await?;
    }
    post(db, &bob, "d").await?;
    Ok(ann)
}

async fn titles(db: &Db) -> Result<String> {
    Ok(Post::query().order_by(|p| p.title.asc()).select(|p| p.title).all(db).await?.concat())
}

async fn published(db: &Db) -> Result<String> {
    let published = Post::query().filter(|p| p.published.eq(true)).order_by(|p| p.title.asc());
    Ok(published.select(|p| p.title).all(db).await?.concat())
}

async fn a_write_without_a_filter_is_an_error(db: Db) -> Result<()> {
    four_posts(&db).await?;
    let (deleted, statements) = recorded(Post::query().delete().exec(&db)).await;
    let error = deleted.unwrap_err();
    assert_eq!((error.kind(), statements.len()), (ErrorKind::InvalidQuery, 0));
    assert!(error.to_string().contains("every row of `Post`"), "{error}");
    assert!(error.to_string().contains("`.all_rows()`"), "{error}");
    let (updated, statements) = recorded(Post::query().update(|p| p.views.set(1)).exec(&db)).await;
    assert_eq!((updated.unwrap_err().kind(), statements.len()), (ErrorKind::InvalidQuery, 0));
    assert_eq!(titles(&db).await?, "abcd");
    Ok(())
}

async fn all_rows_means_all_rows(db: Db) -> Result<()> {
    four_posts(&db).await?;
    assert_eq!(Post::query().update(|p| p.published.set(true)).all_rows().exec(&db).await?, 4);
    assert_eq!(published(&db).await?, "abcd");
    assert_eq!(Post::query().delete().all_rows().exec(&db).await?, 4);
    assert_eq!(titles(&db).await?, "");
    Ok(())
}

async fn a_filter_on_a_relation_picks_rows(db: Db) -> Result<()> {
    four_posts(&db).await?;
    let of_adults = Post::query().filter(|p| p.author.any(|u| u.age.gt(25)));
    assert_eq!(of_adults.update(|p| p.published.set(true)).exec(&db).await?, 3);
    assert_eq!(published(&db).await?, "abc");
    assert_eq!(User::query().filter(|u| u.posts.exists().not()).delete().exec(&db).await?, 1);
    assert_eq!(User::query().count(&db).await?, 2);
    let managers = User::query().filter(|u| u.reports.any(|r| r.age.lt(u.age)));
    assert_eq!(managers.update(|u| u.age.set(u.age + 1)).exec(&db).await?, 1);
    Ok(())
}

async fn a_limit_and_an_order_pick_rows(db: Db) -> Result<()> {
    four_posts(&db).await?;
    let last_two = Post::query().order_by(|p| p.title.desc()).limit(2);
    assert_eq!(last_two.clone().update(|p| p.published.set(true)).exec(&db).await?, 2);
    assert_eq!(published(&db).await?, "cd");
    assert_eq!(last_two.delete().exec(&db).await?, 2);
    assert_eq!(titles(&db).await?, "ab");
    Ok(())
}

async fn an_offset_picks_rows(db: Db) -> Result<()> {
    four_posts(&db).await?;
    let middle = Post::query().order_by(|p| p.title.asc()).offset(1).limit(2);
    assert_eq!(middle.update(|p| p.published.set(true)).exec(&db).await?, 2);
    assert_eq!(published(&db).await?, "bc");
    assert_eq!(Post::query().order_by(|p| p.title.asc()).offset(1).delete().exec(&db).await?, 3);
    assert_eq!(titles(&db).await?, "a");
    Ok(())
}

async fn a_limit_alone_is_a_choice(db: Db) -> Result<()> {
    four_posts(&db).await?;
    assert_eq!(Post::query().limit(3).delete().exec(&db).await?, 3);
    assert_eq!(Post::query().count(&db).await?, 1);
    assert_eq!(Post::query().limit(0).delete().exec(&db).await?, 0);
    Ok(())
}

async fn a_composite_key_is_picked_by_limit(db: Db) -> Result<()> {
    let line = |no: &str, line| NewOrderLine { order_no: no.into(), line, amount: 1 };
    OrderLine::insert_many([line("A", 1), line("A", 2), line("B", 1), line("B", 2)]).exec(&db).await?;
    let last = OrderLine::query().order_by(|l| (l.order_no.desc(), l.line.asc())).limit(1);
    assert_eq!(last.clone().update(|l| l.amount.set(9)).exec(&db).await?, 1);
    assert_eq!(OrderLine::find(("B".to_owned(), 1)).one(&db).await?.amount, 9);
    let gone = last.delete().returning(&db).await?;
    assert_eq!(gone, [OrderLine { order_no: "B".into(), line: 1, amount: 9 }]);
    assert_eq!(OrderLine::query().count(&db).await?, 3);
    Ok(())
}

async fn a_filter_holds_beside_a_limit(db: Db) -> Result<()> {
    let ann = four_posts(&db).await?;
    let of_ann = Post::query().filter(|p| p.author_id.eq(ann.id)).order_by(|p| p.title.desc());
    let rows = of_ann.limit(1).update(|p| (p.published.set(true), p.title.set("z"))).returning(&db).await?;
    assert_eq!((rows.len(), rows[0].title.as_str(), rows[0].published), (1, "z", true));
    assert_eq!(titles(&db).await?, "abdz");
    Ok(())
}

async fn several_columns_are_written_at_once(db: Db) -> Result<()> {
    four_posts(&db).await?;
    let a = Post::query().filter(|p| p.title.eq("a"));
    let (changed, statements) = recorded(
        a.update(|p| {
            (p.views.set(p.views + 7), p.published.set(true), p.rating.set(0.5), p.editor_id.set_null())
        })
        .exec(&db),
    )
    .await;
    assert_eq!((changed?, statements.len()), (1, 1));
    let row =
        Post::query().filter(|p| p.title.eq("a")).select(|p| (p.views, p.published, p.rating, p.editor_id));
    assert_eq!(row.one(&db).await?, (7, true, Some(0.5), None));
    let list = Post::query().filter(|p| p.title.eq("b")).update(|p| vec![p.views.set(1), p.title.set("y")]);
    assert_eq!(list.exec(&db).await?, 1);
    assert_eq!(titles(&db).await?, "acdy");
    Ok(())
}

async fn a_column_is_written_from_a_question(db: Db) -> Result<()> {
    four_posts(&db).await?;
    let written = Post::query().update(|p| p.views.set(p.comments.count() + 1)).all_rows();
    assert_eq!(written.exec(&db).await?, 4);
    assert_eq!(Post::query().filter(|p| p.views.eq(1)).count(&db).await?, 4);
    Ok(())
}

async fn a_write_loads_no_relations(db: Db) -> Result<()> {
    let ann = four_posts(&db).await?;
    let query = Post::query().filter(|p| p.author_id.eq(ann.id)).with(|p| p.author);
    let error = query.clone().delete().exec(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    assert!(error.to_string().contains("leave out `with`"), "{error}");
    assert!(query.update(|p| p.views.set(1)).exec(&db).await.is_err());
    assert_eq!(titles(&db).await?, "abcd");
    Ok(())
}

async fn a_column_of_another_query_is_an_error(db: Db) -> Result<()> {
    four_posts(&db).await?;
    let mut smuggled = None;
    let other = Post::query().filter(|p| {
        smuggled = Some(p);
        p.views.eq(0)
    });
    let stranger = smuggled.unwrap();
    let errors = [
        Post::query().filter(|_| stranger.views.eq(0)).all(&db).await.err(),
        Post::query().order_by(|_| stranger.views.asc()).all(&db).await.err(),
        Post::query().select(|_| stranger.views).all(&db).await.err(),
        Post::query().filter(|p| p.id.ge(0)).update(|_| stranger.views.set(1)).exec(&db).await.err(),
        Post::query().filter(|p| p.id.ge(0)).update(|p| p.views.set(stranger.views)).exec(&db).await.err(),
        Post::query().filter(|_| stranger.views.eq(0)).update(|p| p.views.set(1)).exec(&db).await.err(),
        Post::query().filter(|_| stranger.views.eq(0)).delete().exec(&db).await.err(),
        Post::query().filter(|p| p.comments.any(|_| stranger.views.eq(0))).all(&db).await.err(),
        Post::query().with(|_| stranger.author).all(&db).await.err(),
        Post::query().join(|_| stranger.author).select(|(p, _)| p.id).all(&db).await.err(),
    ];
    for (at, error) in errors.into_iter().enumerate() {
        let error = error.unwrap_or_else(|| panic!("case {at} went through"));
        assert_eq!(error.kind(), ErrorKind::InvalidQuery, "case {at}: {error}");
        assert!(error.to_string().contains("another query"), "case {at}: {error}");
    }
    assert_eq!(other.count(&db).await?, 4);
    Ok(())
}

async fn an_update_of_nothing_sends_nothing(db: Db) -> Result<()> {
    let ann = four_posts(&db).await?;
    let nothing: Vec<orm::Assign> = Vec::new();
    let (changed, statements) = recorded(ann.update(|_| nothing).exec(&db)).await;
    assert_eq!((changed?, statements.len()), (0, 0));
    let only_if = |views: Option<i64>| {
        Post::query().filter(|p| p.title.eq("a")).update(move |p| views.map(|v| p.views.set(v)))
    };
    assert_eq!(only_if(None).exec(&db).await?, 0);
    assert_eq!(only_if(Some(3)).exec(&db).await?, 1);
    Ok(())
}

async fn a_computed_value_that_does_not_fit_is_an_error(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let post = post(&db, &ann, "a").await?;
    let again = || User::insert(NewUser { email: ann.email.clone(), name: "Ann".into() });
    let errors = [
        ann.update(|u| u.age.set(u.age + i32::MAX)).exec(&db).await.err(),
        ann.update(|u| u.age.set(u.age * -1 - i32::MAX)).exec(&db).await.err(),
        post.update(|p| p.views.set(p.views + 1 + i64::MAX)).exec(&db).await.err(),
        again()
            .on_conflict(|u| u.email)
            .do_update(|old, _| old.age.set(old.age + i32::MAX))
            .exec(&db)
            .await
            .err(),
    ];
    for (at, error) in errors.into_iter().enumerate() {
        let error = error.unwrap_or_else(|| panic!("case {at} went through"));
        assert_eq!(error.kind(), ErrorKind::InvalidValue, "case {at}: {error}");
    }
    assert_eq!(User::find(ann.id).one(&db).await?, ann);
    assert_eq!(Post::find(post.id).one(&db).await?, post);
    Ok(())
}

async fn a_computed_null_is_written(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let post = post(&db, &ann, "a").await?;
    assert_eq!(post.update(|p| p.editor_id.set(p.editor_id + 1)).exec(&db).await?, 1);
    assert_eq!(Post::find(post.id).one(&db).await?.editor_id, None);
    Ok(())
}

async fn an_update_returns_rows_by_their_keys_or_is_refused(db: Db) -> Result<()> {
    let [.., cy] = people(&db).await?;
    let moved = cy.id + 1_000;
    let (rows, statements) = recorded(cy.update(|u| u.id.set(moved)).returning(&db)).await;
    if db.dialect().capabilities().returning.update {
        assert_eq!(rows?, [User { id: moved, ..cy }]);
    } else {
        assert_eq!((rows.unwrap_err().kind(), statements.len()), (ErrorKind::Unsupported, 0));
    }
    Ok(())
}

/// What the update changes may be what it is filtered by.
async fn rows_of_an_update_are_those_that_it_changed(db: Db) -> Result<()> {
    four_posts(&db).await?;
    let drafts = Post::query().filter(|p| p.published.eq(false)).order_by(|p| p.title.desc()).limit(2);
    let mut rows = drafts.update(|p| p.published.set(true)).returning(&db).await?;
    rows.sort_by(|a, b| a.title.cmp(&b.title));
    let found: Vec<_> = rows.iter().map(|p| (p.title.as_str(), p.published)).collect();
    assert_eq!(found, [("c", true), ("d", true)]);
    assert_eq!(published(&db).await?, "cd");
    Ok(())
}
