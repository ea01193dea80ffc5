//! Reading expressions, aggregates and groups.

use orm::{ErrorKind, Result, prelude::*};

use super::shop::{NewPost, Post, User, people, shop};

orm_tests::portable!(shop:
    a_select_reads_columns_and_expressions,
    a_select_takes_twelve_picks_and_nested_tuples,
    distinct_leaves_out_equal_rows,
    aggregates_read_all_rows,
    aggregates_of_no_rows_are_null,
    aggregates_skip_null,
    a_sum_of_integers_is_an_i64,
    a_sum_that_overflows_is_an_error,
    an_average_of_integers_is_a_float,
    rows_are_grouped_by_a_column,
    rows_are_grouped_by_several_columns_and_expressions,
    null_is_a_group,
    having_keeps_groups,
    groups_are_ordered_and_cut,
    groups_are_counted,
    a_group_of_a_join,
    an_aggregate_of_an_expression,
    aggregates_can_be_compared_and_combined,
);

/// Ann writes three posts (10, 20, 30 views), Bob one (5 views, rated).
async fn posts(db: &Db) -> Result<[User; 3]> {
    let users = people(db).await?;
    for (title, views) in [("a", 10), ("b", 20), ("b", 30)] {
        let post = NewPost { author_id: users[0].id, title: title.into() };
        Post::insert(post).set(|p| p.views.set(views)).exec(db).await?;
    }
    let post = NewPost { author_id: users[1].id, title: "c".into() };
    Post::insert(post).set(|p| (p.views.set(5), p.rating.set(2.5), p.published.set(true))).exec(db).await?;
    Ok(users)
}

async fn a_select_reads_columns_and_expressions(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    let one = User::query().filter(|u| u.id.eq(ann.id)).select(|u| u.name);
    assert_eq!(one.one(&db).await?, "Ann");
    let row = User::query().filter(|u| u.id.eq(ann.id)).select(|u| (u.id, u.email.upper(), u.bio, u.age + 1));
    assert_eq!(row.one(&db).await?, (ann.id, "ANN@X".to_owned(), Some("writes".to_owned()), 32));
    Ok(())
}

async fn a_select_takes_twelve_picks_and_nested_tuples(db: Db) -> Result<()> {
    people(&db).await?;
    let bob = User::query().filter(|u| u.name.eq("Bob"));
    let a = |u: Columns<User>| u.age;
    let row = bob.clone().select(|u| {
        (
            a(u),
            a(u) + 1,
            a(u) + 2,
            a(u) + 3,
            a(u) + 4,
            a(u) + 5,
            a(u) + 6,
            a(u) + 7,
            a(u) + 8,
            a(u) + 9,
            a(u) + 10,
            a(u) + 11,
        )
    });
    assert_eq!(row.one(&db).await?, (20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31));
    let row = bob.select(|u| ((u.name, u.age), (u.bio, (u.email, u.age))));
    assert_eq!(row.one(&db).await?, (("Bob".to_owned(), 20), (None, ("bob@x".to_owned(), 20))));
    Ok(())
}

async fn distinct_leaves_out_equal_rows(db: Db) -> Result<()> {
    posts(&db).await?;
    let titles = Post::query().order_by(|p| p.title.asc()).select(|p| p.title).distinct();
    assert_eq!(titles.clone().all(&db).await?, ["a", "b", "c"]);
    assert_eq!(titles.count(&db).await?, 3);
    assert_eq!(Post::query().distinct().count(&db).await?, 4);
    Ok(())
}

async fn aggregates_read_all_rows(db: Db) -> Result<()> {
    posts(&db).await?;
    let query = Post::query().aggregate(|p| {
        (count(), p.views.sum(), p.views.min(), p.views.max(), p.title.max(), p.title.count_distinct())
    });
    let row: (i64, Option<i64>, Option<i64>, Option<i64>, Option<String>, i64) = query.one(&db).await?;
    assert_eq!(row, (4, Some(65), Some(5), Some(30), Some("c".into()), 3));
    let published = Post::query().filter(|p| p.published.eq(true)).aggregate(|p| (count(), p.views.sum()));
    assert_eq!(published.one(&db).await?, (1, Some(5)));
    Ok(())
}

async fn aggregates_of_no_rows_are_null(db: Db) -> Result<()> {
    let row = Post::query()
        .aggregate(|p| {
            (count(), p.rating.count(), p.views.sum(), p.views.avg(), p.title.min(), p.rating.max())
        })
        .one(&db)
        .await?;
    assert_eq!(row, (0, 0, None, None, None, None));
    Ok(())
}

async fn aggregates_skip_null(db: Db) -> Result<()> {
    posts(&db).await?;
    let row = Post::query().aggregate(|p| (count(), p.rating.count(), p.rating.sum(), p.rating.avg()));
    assert_eq!(row.one(&db).await?, (4, 1, Some(2.5), Some(2.5)));
    Ok(())
}

async fn a_sum_of_integers_is_an_i64(db: Db) -> Result<()> {
    people(&db).await?;
    User::query().update(|u| u.age.set(i32::MAX)).all_rows().exec(&db).await?;
    let sum: Option<i64> = User::query().aggregate(|u| u.age.sum()).one(&db).await?;
    assert_eq!(sum, Some(3 * i64::from(i32::MAX)));
    Ok(())
}

async fn a_sum_that_overflows_is_an_error(db: Db) -> Result<()> {
    posts(&db).await?;
    Post::query().update(|p| p.views.set(i64::MAX)).all_rows().exec(&db).await?;
    let error = Post::query().aggregate(|p| p.views.sum()).one(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
    Ok(())
}

async fn an_average_of_integers_is_a_float(db: Db) -> Result<()> {
    posts(&db).await?;
    let averages = Post::query().aggregate(|p| (p.views.avg(), p.views.max()));
    assert_eq!(averages.one(&db).await?, (Some(16.25), Some(30)));
    Ok(())
}

async fn rows_are_grouped_by_a_column(db: Db) -> Result<()> {
    let [ann, bob, _] = posts(&db).await?;
    let rows: Vec<(i64, i64, Option<i64>)> = Post::query()
        .group_by(|p| p.author_id)
        .order_by(|author, _| author.asc())
        .select(|author, p| (author, count(), p.views.sum()))
        .all(&db)
        .await?;
    assert_eq!(rows, [(ann.id, 3, Some(60)), (bob.id, 1, Some(5))]);
    Ok(())
}

async fn rows_are_grouped_by_several_columns_and_expressions(db: Db) -> Result<()> {
    let [ann, bob, _] = posts(&db).await?;
    let rows = Post::query()
        .group_by(|p| (p.author_id, p.title.upper()))
        .order_by(|(author, title), _| (author.asc(), title.asc()))
        .select(|(author, title), p| (author, title, p.views.max()))
        .all(&db)
        .await?;
    let row = |author: &User, title: &str, views| (author.id, title.to_owned(), Some(views));
    assert_eq!(rows, [row(&ann, "A", 10), row(&ann, "B", 30), row(&bob, "C", 5)]);
    Ok(())
}

async fn null_is_a_group(db: Db) -> Result<()> {
    let [ann, _, _] = posts(&db).await?;
    let rows: Vec<(Option<i64>, i64)> = User::query()
        .group_by(|u| u.manager_id)
        .order_by(|manager, _| manager.asc().nulls_first())
        .select(|manager, _| (manager, count()))
        .all(&db)
        .await?;
    assert_eq!(rows, [(None, 1), (Some(ann.id), 2)]);
    Ok(())
}

async fn having_keeps_groups(db: Db) -> Result<()> {
    posts(&db).await?;
    let titles = |least: i64| {
        Post::query()
            .group_by(|p| p.title)
            .having(move |_, p| p.views.sum().ge(least))
            .having(|title, _| title.ne("x"))
            .order_by(|title, _| title.asc())
            .select(|title, _| title)
    };
    assert_eq!(titles(10).all(&db).await?, ["a", "b"]);
    assert_eq!(titles(50).all(&db).await?, ["b"]);
    assert!(titles(99).all(&db).await?.is_empty());
    Ok(())
}

async fn groups_are_ordered_and_cut(db: Db) -> Result<()> {
    posts(&db).await?;
    let busiest = Post::query()
        .group_by(|p| p.title)
        .order_by(|title, p| (p.views.sum().desc(), title.asc()))
        .select(|title, p| (title, p.views.sum()));
    assert_eq!(busiest.clone().limit(1).all(&db).await?, [("b".to_owned(), Some(50))]);
    assert_eq!(busiest.clone().first(&db).await?, Some(("b".to_owned(), Some(50))));
    assert_eq!(busiest.offset(1).all(&db).await?.len(), 2);
    Ok(())
}

async fn groups_are_counted(db: Db) -> Result<()> {
    posts(&db).await?;
    let groups = Post::query().group_by(|p| p.title).select(|title, _| title);
    assert_eq!((groups.clone().count(&db).await?, groups.exists(&db).await?), (3, true));
    let none = Post::query().group_by(|p| p.title).having(|_, _| count().gt(9)).select(|title, _| title);
    assert_eq!((none.clone().count(&db).await?, none.clone().exists(&db).await?), (0, false));
    assert_eq!(none.one(&db).await.unwrap_err().kind(), ErrorKind::NotFound);
    Ok(())
}

async fn a_group_of_a_join(db: Db) -> Result<()> {
    posts(&db).await?;
    let rows = User::query()
        .left_join(|u| u.posts)
        .group_by(|(u, _)| u.name)
        .order_by(|name, _| name.asc())
        .select(|name, (_, p)| (name, p.id.count(), p.views.sum()))
        .all(&db)
        .await?;
    let row = |name: &str, posts, views| (name.to_owned(), posts, views);
    assert_eq!(rows, [row("Ann", 3, Some(60)), row("Bob", 1, Some(5)), row("Cy", 0, None)]);
    Ok(())
}

async fn an_aggregate_of_an_expression(db: Db) -> Result<()> {
    posts(&db).await?;
    let row =
        Post::query().aggregate(|p| ((p.views * 2).sum(), p.title.length().max(), p.rating.or(0.0).sum()));
    assert_eq!(row.one(&db).await?, (Some(130), Some(1), Some(2.5)));
    Ok(())
}

async fn aggregates_can_be_compared_and_combined(db: Db) -> Result<()> {
    posts(&db).await?;
    let row = Post::query().aggregate(|p| {
        (p.views.sum() - p.views.max(), p.views.max().gt(p.views.min()).or_false(), p.rating.sum().or(0.0))
    });
    assert_eq!(row.one(&db).await?, (Some(35), true, 2.5));
    Ok(())
}
