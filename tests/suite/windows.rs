//! Window functions and filtered aggregates, the same on every database.

use orm::{
    Bound, ErrorKind, Result, cume_dist, dense_rank, ntile, percent_rank, prelude::*, rank, row_number,
    window,
};

use super::shop::{NewPost, Post, people, shop};

orm_tests::portable!(shop:
    rows_are_numbered_within_their_partition,
    equal_rows_share_a_rank,
    parts_of_the_rows,
    rows_before_and_after,
    the_ends_of_a_frame,
    an_aggregate_runs_along_the_order,
    a_frame_of_rows,
    a_frame_of_values,
    a_frame_of_groups,
    nulls_are_ordered_in_windows_too,
    rows_are_ordered_by_a_window,
    a_window_in_a_filter_is_refused,
    a_window_over_an_expression_is_refused,
    an_aggregate_takes_a_part_of_its_group,
    a_filter_behind_no_aggregate_is_refused,
);

/// Posts 1 to 6: Ann's with 10, 10, 30 views, Bob's with 5, 40, 40; the third one is rated.
async fn posts(db: &Db) -> Result<()> {
    let [ann, bob, _] = people(db).await?;
    for (author, title, views) in
        [(&ann, "a", 10), (&ann, "b", 10), (&ann, "c", 30), (&bob, "d", 5), (&bob, "e", 40), (&bob, "f", 40)]
    {
        let new = NewPost { author_id: author.id, title: title.into() };
        Post::insert(new).set(|p| p.views.set(views)).exec(db).await?;
    }
    Post::query().filter(|p| p.title.eq("c")).update(|p| p.rating.set(4.0)).exec(db).await?;
    Ok(())
}

/// What an expression gives for each post, in the order of the titles.
async fn each<T: orm::ColumnValue>(db: &Db, pick: impl FnOnce(Columns<Post>) -> Expr<T>) -> Result<Vec<T>> {
    if !Post::query().exists(db).await? {
        posts(db).await?;
    }
    Post::query().order_by(|p| p.title.asc()).select(pick).all(db).await
}

async fn rows_are_numbered_within_their_partition(db: Db) -> Result<()> {
    let numbers = each(&db, |p| {
        row_number().over(window().partition_by(p.author_id).order_by((p.views.desc(), p.title.asc())))
    });
    assert_eq!(numbers.await?, [2, 3, 1, 3, 1, 2]);
    Ok(())
}

async fn equal_rows_share_a_rank(db: Db) -> Result<()> {
    assert_eq!(each(&db, |p| rank().over(window().order_by(p.views.asc()))).await?, [2, 2, 4, 1, 5, 5]);
    assert_eq!(each(&db, |p| dense_rank().over(window().order_by(p.views.asc()))).await?, [2, 2, 3, 1, 4, 4]);
    Ok(())
}

async fn parts_of_the_rows(db: Db) -> Result<()> {
    let percent = each(&db, |p| percent_rank().over(window().order_by(p.views.asc()))).await?;
    assert_eq!(percent, [0.2, 0.2, 0.6, 0.0, 0.8, 0.8]);
    let part = each(&db, |p| cume_dist().over(window().order_by(p.views.asc()))).await?;
    assert!((part[3] - 1.0 / 6.0).abs() < 1e-9 && (part[4] - 1.0).abs() < 1e-9, "{part:?}");
    let thirds = each(&db, |p| ntile(3).over(window().order_by((p.views.asc(), p.title.asc())))).await?;
    assert_eq!(thirds, [1, 2, 2, 1, 3, 3]);
    Ok(())
}

async fn rows_before_and_after(db: Db) -> Result<()> {
    let before = each(&db, |p| p.views.lag(1).over(window().order_by(p.title.asc()))).await?;
    assert_eq!(before, [None, Some(10), Some(10), Some(30), Some(5), Some(40)]);
    let after =
        each(&db, |p| p.title.lead(2).over(window().partition_by(p.author_id).order_by(p.title.asc())));
    let after = after.await?;
    assert_eq!(after[0].as_deref(), Some("c"));
    assert_eq!(after.iter().flatten().count(), 2);
    Ok(())
}

async fn the_ends_of_a_frame(db: Db) -> Result<()> {
    let whole = |p: Columns<Post>| {
        window().partition_by(p.author_id).order_by(p.title.asc()).rows(Bound::First, Bound::Last)
    };
    let first = each(&db, |p| p.views.first_value().over(whole(p))).await?;
    assert_eq!(first, [Some(10), Some(10), Some(10), Some(5), Some(5), Some(5)]);
    let last = each(&db, |p| p.views.last_value().over(whole(p))).await?;
    assert_eq!(last, [Some(30), Some(30), Some(30), Some(40), Some(40), Some(40)]);
    let second = each(&db, |p| p.views.nth_value(2).over(whole(p))).await?;
    assert_eq!(second, [Some(10), Some(10), Some(10), Some(40), Some(40), Some(40)]);
    Ok(())
}

async fn an_aggregate_runs_along_the_order(db: Db) -> Result<()> {
    let sums = each(&db, |p| p.views.sum().over(window().order_by(p.title.asc()))).await?;
    assert_eq!(sums, [Some(10), Some(20), Some(50), Some(55), Some(95), Some(135)]);
    let of_author = each(&db, |p| p.views.avg().over(window().partition_by(p.author_id))).await?;
    assert!((of_author[0].unwrap_or_default() - 50.0 / 3.0).abs() < 1e-4, "{of_author:?}");
    assert_eq!(each(&db, |_| count().over(window())).await?, [6; 6]);
    // Arithmetic goes on with what a window gives.
    let share = each(&db, |p| p.views * 100 / p.views.sum().over(window())).await?;
    assert_eq!(share, [Some(7), Some(7), Some(22), Some(3), Some(29), Some(29)]);
    Ok(())
}

async fn a_frame_of_rows(db: Db) -> Result<()> {
    let near = |p: Columns<Post>| window().order_by(p.title.asc()).rows(Bound::Before(1), Bound::After(1));
    let sums = each(&db, |p| p.views.sum().over(near(p))).await?;
    assert_eq!(sums, [Some(20), Some(50), Some(45), Some(75), Some(85), Some(80)]);
    let rest = |p: Columns<Post>| window().order_by(p.title.asc()).rows(Bound::Current, Bound::Last);
    assert_eq!(each(&db, |p| count().over(rest(p))).await?, [6, 5, 4, 3, 2, 1]);
    Ok(())
}

async fn a_frame_of_values(db: Db) -> Result<()> {
    let near = |p: Columns<Post>| window().order_by(p.views.asc()).range(Bound::Before(5), Bound::After(10));
    assert_eq!(each(&db, |p| count().over(near(p))).await?, [3, 3, 3, 3, 2, 2]);
    Ok(())
}

async fn a_frame_of_groups(db: Db) -> Result<()> {
    posts(&db).await?;
    let near = |p: Columns<Post>| window().order_by(p.views.asc()).groups(Bound::Before(1), Bound::Current);
    let counts = each(&db, |p| count().over(near(p))).await;
    if db.dialect().capabilities().group_frames {
        assert_eq!(counts?, [3, 3, 3, 1, 3, 3]);
    } else {
        assert_eq!(counts.unwrap_err().kind(), ErrorKind::Unsupported);
    }
    Ok(())
}

async fn nulls_are_ordered_in_windows_too(db: Db) -> Result<()> {
    let first = |p: Columns<Post>| window().order_by((p.rating.desc().nulls_first(), p.title.asc()));
    assert_eq!(each(&db, |p| row_number().over(first(p))).await?, [1, 2, 6, 3, 4, 5]);
    let last = |p: Columns<Post>| window().order_by((p.rating.asc().nulls_last(), p.title.asc()));
    assert_eq!(each(&db, |p| row_number().over(last(p))).await?, [2, 3, 1, 4, 5, 6]);
    Ok(())
}

async fn rows_are_ordered_by_a_window(db: Db) -> Result<()> {
    posts(&db).await?;
    let place = |p: Columns<Post>| {
        row_number().over(window().partition_by(p.author_id).order_by((p.views.asc(), p.title.asc())))
    };
    let titles = Post::query().order_by(|p| (place(p).asc(), p.title.asc())).select(|p| p.title);
    assert_eq!(titles.all(&db).await?, ["a", "d", "b", "e", "c", "f"]);
    Ok(())
}

async fn a_window_in_a_filter_is_refused(db: Db) -> Result<()> {
    let found =
        Post::query().filter(|p| row_number().over(window().order_by(p.id.asc())).eq(1)).all(&db).await;
    assert_eq!(found.unwrap_err().kind(), ErrorKind::InvalidQuery);
    Ok(())
}

async fn a_window_over_an_expression_is_refused(db: Db) -> Result<()> {
    let found = Post::query().select(|p| (p.views.sum() + 1).over(window())).all(&db).await;
    assert_eq!(found.unwrap_err().kind(), ErrorKind::InvalidQuery);
    Ok(())
}

async fn an_aggregate_takes_a_part_of_its_group(db: Db) -> Result<()> {
    posts(&db).await?;
    let rows = Post::query()
        .group_by(|p| p.author_id)
        .order_by(|author, _| author.asc())
        .select(|_, p| (count(), count().filter(p.views.gt(20)), p.views.sum().filter(p.title.eq("d"))));
    assert_eq!(rows.all(&db).await?, [(3, 1, None), (3, 2, Some(5))]);
    let distinct = Post::query().aggregate(|p| p.views.count_distinct().filter(p.views.ge(10)));
    assert_eq!(distinct.one(&db).await?, 3);
    Ok(())
}

async fn a_filter_behind_no_aggregate_is_refused(db: Db) -> Result<()> {
    let found = Post::query().aggregate(|p| (p.views.sum() + 1).filter(p.views.gt(1))).one(&db).await;
    assert_eq!(found.unwrap_err().kind(), ErrorKind::InvalidQuery);
    Ok(())
}
