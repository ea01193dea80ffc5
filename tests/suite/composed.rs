//! Queries made of queries: joins on any condition, subqueries, sets, recursion, and rows that are locked.

use orm::{
    Bound, Error, ErrorKind, Result, all_of, any_of, exists, prelude::*, row_number, value, when, window,
};

use super::shop::{Comment, NewComment, NewPost, Post, Profile, User, people, post, shop};

orm_tests::portable!(shop:
    a_recursion_keeps_equal_rows_if_it_is_asked_to,
    a_recursion_puts_a_path_together,
    a_right_join_keeps_what_has_no_match,
    a_full_join_keeps_both_sides,
    a_join_on_any_condition,
    a_model_is_joined_with_itself,
    eight_sources_are_joined,
    a_filter_before_a_right_join_is_refused,
    a_limit_before_a_join_is_refused,
    the_rows_of_a_query_are_joined,
    a_lateral_join_speaks_of_the_row_before,
    the_first_rows_of_each_group,
    a_group_of_groups,
    a_column_is_among_the_rows_of_a_query,
    not_in_is_null_beside_null,
    rows_are_asked_for_by_exists,
    a_query_is_a_value,
    a_comparison_with_any_and_all,
    sets_of_values,
    sets_of_models,
    the_parts_of_a_set_are_cut_by_themselves,
    a_set_of_sets,
    a_common_query_is_written_once,
    a_common_query_stands_on_another,
    a_tree_is_walked,
    numbers_are_counted_up,
    a_recursion_keeps_its_path,
    distinct_on_takes_the_first_of_each,
    a_shared_query_binds_its_values_once_and_others_theirs,
    group_keys_hold_values,
    a_column_of_another_query_is_refused,
    a_query_inside_another_one_loads_nothing,
    rows_of_a_query_are_not_written,
    rows_are_locked,
    what_cannot_be_locked_is_refused,
    a_window_where_none_can_be_is_refused,
);

/// Ann's "a" (10 views), "b" (30), Bob's "c" (20); Cy writes nothing; Bob comments on "a" and "b", Cy on "a".
async fn posts(db: &Db) -> Result<[User; 3]> {
    let people = people(db).await?;
    let [ann, bob, cy] = &people;
    for (author, title, views) in [(ann, "a", 10), (ann, "b", 30), (bob, "c", 20)] {
        let new = NewPost { author_id: author.id, title: title.into() };
        let post = Post::insert(new).set(|p| p.views.set(views)).exec(db).await?;
        let writers: &[&User] = match title {
            "a" => &[bob, cy],
            "b" => &[bob],
            _ => &[],
        };
        for writer in writers {
            let new = NewComment { post_id: post.id, author_id: writer.id, text: format!("{title}!") };
            Comment::insert(new).exec(db).await?;
        }
    }
    Ok(people)
}

fn owned<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}

/// The kind of an error that must be.
fn kind<T: std::fmt::Debug>(found: Result<T>) -> ErrorKind {
    found.map_err(|error: Error| error.kind()).unwrap_err()
}

async fn a_right_join_keeps_what_has_no_match(db: Db) -> Result<()> {
    posts(&db).await?;
    let rows = Post::query().right_join(|p| p.author).order_by(|(p, u)| (u.id.asc(), p.title.asc()));
    let rows: Vec<(Option<String>, String)> = rows.select(|(p, u)| (p.title, u.name)).all(&db).await?;
    let titles: Vec<_> = rows.iter().map(|(title, _)| title.as_deref()).collect();
    assert_eq!(titles, [Some("a"), Some("b"), Some("c"), None]);
    assert_eq!(rows[3].1, "Cy");
    // Behind it, a filter is one of the joined rows.
    let silent = Post::query().right_join(|p| p.author).filter(|(p, _)| p.id.is_null());
    assert_eq!(silent.select(|(_, u)| u.name).all(&db).await?, ["Cy"]);
    Ok(())
}

async fn a_full_join_keeps_both_sides(db: Db) -> Result<()> {
    posts(&db).await?;
    let rows = Post::query().full_join_on::<User>(|(p, u)| p.author_id.eq(u.id).and(p.views.ge(20)));
    let rows = rows.select(|(p, u)| (p.title, u.name)).all(&db).await;
    if !db.dialect().capabilities().full_join {
        assert_eq!(kind(rows), ErrorKind::Unsupported);
        return Ok(());
    }
    let mut rows: Vec<(Option<String>, Option<String>)> = rows?;
    rows.sort();
    let pair = |title: Option<&str>, name: Option<&str>| (title.map(str::to_owned), name.map(str::to_owned));
    assert_eq!(
        rows,
        [
            pair(None, Some("Cy")),
            pair(Some("a"), None),
            pair(Some("b"), Some("Ann")),
            pair(Some("c"), Some("Bob"))
        ]
    );
    Ok(())
}

async fn a_join_on_any_condition(db: Db) -> Result<()> {
    posts(&db).await?;
    let above = Post::query().join_on::<Post>(|(p, other)| p.views.gt(other.views));
    let above = above.order_by(|(p, other)| (p.title.asc(), other.title.asc()));
    assert_eq!(
        above.select(|(p, other)| p.title.concat(other.title)).all(&db).await?,
        owned(["ba", "bc", "ca"])
    );
    let rows = User::query().left_join_on::<Post>(|(u, p)| p.author_id.eq(u.id).and(p.views.gt(25)));
    let rows = rows.order_by(|(u, _)| u.id.asc()).select(|(_, p)| p.title);
    assert_eq!(rows.all(&db).await?, [Some("b".to_owned()), None, None]);
    Ok(())
}

async fn a_model_is_joined_with_itself(db: Db) -> Result<()> {
    posts(&db).await?;
    let pairs = User::query().join_on::<User>(|(u, boss)| u.manager_id.eq(boss.id.nullable()));
    let pairs = pairs.order_by(|(u, _)| u.id.asc()).select(|(u, boss)| (u.name, boss.name));
    let ann = |name: &str| (name.to_owned(), "Ann".to_owned());
    assert_eq!(pairs.all(&db).await?, [ann("Bob"), ann("Cy")]);
    Ok(())
}

async fn eight_sources_are_joined(db: Db) -> Result<()> {
    posts(&db).await?;
    let query = Comment::query()
        .join(|c| c.post)
        .join(|(_, p)| p.author)
        .left_join(|(.., u)| u.manager)
        .left_join(|(_, _, u, _)| u.profile)
        .join_on::<User>(|(c, .., writer)| c.author_id.eq(writer.id))
        .left_join(|(.., writer)| writer.manager)
        .left_join_on::<Profile>(|(.., boss, profile)| profile.user_id.nullable().eq(boss.id));
    let rows = query
        .order_by(|(c, ..)| c.id.asc())
        .select(|(c, p, author, _, _, writer, boss, profile)| {
            (c.text, p.title, author.name, writer.name, boss.name, profile.website)
        })
        .all(&db)
        .await?;
    assert_eq!(rows.len(), 3);
    let row = |text: &str, title: &str, writer: &str| {
        (text.to_owned(), title.to_owned(), "Ann".to_owned(), writer.to_owned(), Some("Ann".to_owned()), None)
    };
    assert_eq!(rows, [row("a!", "a", "Bob"), row("a!", "a", "Cy"), row("b!", "b", "Bob")]);
    Ok(())
}

async fn a_filter_before_a_right_join_is_refused(db: Db) -> Result<()> {
    let query = Post::query().filter(|p| p.views.gt(1)).right_join(|p| p.author);
    assert_eq!(kind(query.select(|(_, u)| u.id).all(&db).await), ErrorKind::InvalidQuery);
    Ok(())
}

async fn a_limit_before_a_join_is_refused(db: Db) -> Result<()> {
    let query = Post::query().limit(1).join(|p| p.author);
    assert_eq!(kind(query.select(|(_, u)| u.id).all(&db).await), ErrorKind::InvalidQuery);
    Ok(())
}

async fn the_rows_of_a_query_are_joined(db: Db) -> Result<()> {
    posts(&db).await?;
    let totals = Post::query().group_by(|p| p.author_id).select(|author, p| (author, count(), p.views.max()));
    let rows = User::query().left_join_query(totals, |(u, (author, ..))| author.eq(u.id));
    let rows = rows.order_by(|(u, _)| u.id.asc()).select(|(u, (_, posts, most))| (u.name, posts.or(0), most));
    let row = |name: &str, posts, most| (name.to_owned(), posts, most);
    assert_eq!(rows.all(&db).await?, [row("Ann", 2, Some(30)), row("Bob", 1, Some(20)), row("Cy", 0, None)]);
    // Whole models, cut before they are joined.
    let most = Post::query().order_by(|p| p.views.desc()).limit(1);
    let author =
        User::query().join_query(most, |(u, p)| p.author_id.eq(u.id)).select(|(u, p)| (u.name, p.title));
    assert_eq!(author.all(&db).await?, [("Ann".to_owned(), "b".to_owned())]);
    Ok(())
}

async fn a_lateral_join_speaks_of_the_row_before(db: Db) -> Result<()> {
    posts(&db).await?;
    let rows = User::query().left_join_lateral(|u| {
        Post::query().filter(move |p| p.author_id.eq(u.id)).order_by(|p| p.views.desc()).limit(1)
    });
    let rows = rows.order_by(|(u, _)| u.id.asc()).select(|(_, p)| p.title).all(&db).await;
    if db.dialect().capabilities().lateral {
        assert_eq!(rows?, [Some("b".to_owned()), Some("c".to_owned()), None]);
    } else {
        assert_eq!(kind(rows), ErrorKind::Unsupported);
    }
    Ok(())
}

async fn the_first_rows_of_each_group(db: Db) -> Result<()> {
    posts(&db).await?;
    let numbered = Post::query().select(|p| {
        (p.title, row_number().over(window().partition_by(p.author_id).order_by(p.views.desc())))
    });
    let first = numbered.subquery().filter(|(_, place)| place.eq(1)).order_by(|(title, _)| title.asc());
    assert_eq!(first.clone().select(|(title, _)| title).all(&db).await?, owned(["b", "c"]));
    assert_eq!(first.clone().count(&db).await?, 2);
    assert!(first.clone().exists(&db).await?);
    assert_eq!(first.all(&db).await?[0], ("b".to_owned(), 1));
    Ok(())
}

async fn a_group_of_groups(db: Db) -> Result<()> {
    posts(&db).await?;
    let per_author = Post::query().group_by(|p| p.author_id).select(|_, _| count()).subquery();
    let spread = per_author.group_by(|posts| posts).order_by(|posts, _| posts.asc());
    assert_eq!(spread.select(|posts, _| (posts, count())).all(&db).await?, [(1, 1), (2, 1)]);
    let most = Post::query().group_by(|p| p.author_id).select(|_, p| p.views.sum()).subquery();
    assert_eq!(most.aggregate(|views| views.max()).one(&db).await?, Some(40));
    Ok(())
}

async fn a_column_is_among_the_rows_of_a_query(db: Db) -> Result<()> {
    posts(&db).await?;
    let popular = Post::query().filter(|p| p.views.ge(20)).select(|p| p.author_id);
    let writers = User::query().filter(|u| u.id.is_in_query(popular.clone())).order_by(|u| u.id.asc());
    assert_eq!(writers.select(|u| u.name).all(&db).await?, owned(["Ann", "Bob"]));
    let others = User::query().filter(|u| u.id.is_not_in_query(popular)).select(|u| u.name);
    assert_eq!(others.all(&db).await?, owned(["Cy"]));
    // With a limit of its own.
    let top = Post::query().order_by(|p| p.views.desc()).limit(1).select(|p| p.author_id);
    assert_eq!(
        User::query().filter(|u| u.id.is_in_query(top)).select(|u| u.name).all(&db).await?,
        owned(["Ann"])
    );
    // A change of rows takes the same condition.
    let silent = Post::query().select(|p| p.author_id);
    let changed = User::query().filter(|u| u.id.is_not_in_query(silent)).update(|u| u.age.set(1));
    assert_eq!(changed.exec(&db).await?, 1);
    Ok(())
}

async fn not_in_is_null_beside_null(db: Db) -> Result<()> {
    posts(&db).await?;
    let managers = User::query().select(|u| u.manager_id);
    assert_eq!(User::query().filter(|u| u.id.is_not_in_query(managers)).count(&db).await?, 0);
    let nobodys = |u: Columns<User>| {
        exists(User::query().filter(move |other| other.manager_id.eq(u.id.nullable()))).not()
    };
    assert_eq!(User::query().filter(nobodys).count(&db).await?, 2);
    Ok(())
}

async fn rows_are_asked_for_by_exists(db: Db) -> Result<()> {
    posts(&db).await?;
    let busy = |u: Columns<User>| {
        exists(
            Post::query()
                .filter(move |p| p.author_id.eq(u.id))
                .group_by(|p| p.author_id)
                .having(|_, _| count().gt(1))
                .select(|a, _| a),
        )
    };
    assert_eq!(User::query().filter(busy).select(|u| u.name).all(&db).await?, owned(["Ann"]));
    let selected = User::query().order_by(|u| u.id.asc()).select(|u| busy(u).or_false());
    assert_eq!(selected.all(&db).await?, [true, false, false]);
    Ok(())
}

async fn a_query_is_a_value(db: Db) -> Result<()> {
    posts(&db).await?;
    let most = |u: Columns<User>| {
        Post::query().filter(move |p| p.author_id.eq(u.id)).aggregate(|p| p.views.max()).as_value()
    };
    let rows = User::query().order_by(|u| u.id.asc()).select(|u| (most(u), most(u).or(0) + 1));
    assert_eq!(rows.all(&db).await?, [(Some(30), 31), (Some(20), 21), (None, 1)]);
    let average = Post::query().aggregate(|p| p.views.avg()).as_value();
    let above = Post::query().filter(|p| p.views.cast::<f64>().gt(average)).select(|p| p.title);
    assert_eq!(above.all(&db).await?, owned(["b"]));
    User::query()
        .filter(|u| u.name.eq("Bob"))
        .update(|u| u.age.set(most(u).cast::<i32>().or(7)))
        .exec(&db)
        .await?;
    assert_eq!(User::query().filter(|u| u.name.eq("Bob")).one(&db).await?.age, 20);
    Ok(())
}

async fn a_comparison_with_any_and_all(db: Db) -> Result<()> {
    posts(&db).await?;
    let views = || Post::query().filter(|p| p.title.ne("b")).select(|p| p.views);
    let all = Post::query().filter(|p| p.views.gt(all_of(views()))).select(|p| p.title).all(&db).await;
    let any = Post::query().filter(|p| p.views.gt(any_of(views()))).order_by(|p| p.title.asc());
    let any = any.select(|p| p.title).all(&db).await;
    if db.dialect().capabilities().quantified {
        assert_eq!((all?, any?), (owned(["b"]), owned(["b", "c"])));
    } else {
        assert_eq!((kind(all), kind(any)), (ErrorKind::Unsupported, ErrorKind::Unsupported));
    }
    Ok(())
}

async fn sets_of_values(db: Db) -> Result<()> {
    posts(&db).await?;
    let ids = |least: i64| Post::query().filter(move |p| p.views.ge(least)).select(|p| p.author_id);
    let names = User::query().select(|u| u.id);
    let sorted = |query: orm::Query<orm::Derived<i64>, orm::Picked<i64>>| query.order_by(|id| id.asc());
    assert_eq!(sorted(ids(0).union(ids(20))).all(&db).await?, [1, 2]);
    assert_eq!(sorted(ids(0).union_all(ids(20))).all(&db).await?, [1, 1, 1, 2, 2]);
    assert_eq!(sorted(names.clone().except(ids(0))).all(&db).await?, [3]);
    assert_eq!(sorted(names.clone().intersect(ids(30))).all(&db).await?, [1]);
    assert_eq!(sorted(names.union(ids(0))).filter(|id| id.gt(1)).limit(1).all(&db).await?, [2]);
    Ok(())
}

async fn sets_of_models(db: Db) -> Result<()> {
    posts(&db).await?;
    let popular = Post::query().filter(|p| p.views.ge(20));
    let early = Post::query().filter(|p| p.title.lt("c"));
    let both = early.clone().union(popular.clone()).order_by(|p| p.title.asc());
    assert_eq!(both.clone().count(&db).await?, 3);
    let rows: Vec<(Post, User)> = both.with(|p| p.author).all(&db).await?;
    assert_eq!((rows[2].0.title.as_str(), rows[2].1.name.as_str()), ("c", "Bob"));
    assert_eq!(early.clone().intersect(popular.clone()).one(&db).await?.title, "b");
    assert_eq!(early.except(popular).one(&db).await?.title, "a");
    Ok(())
}

async fn the_parts_of_a_set_are_cut_by_themselves(db: Db) -> Result<()> {
    posts(&db).await?;
    let least = Post::query().order_by(|p| p.views.asc()).limit(1).select(|p| p.title);
    let most = Post::query().order_by(|p| p.views.desc()).limit(1).select(|p| p.title);
    let ends = least.union(most).order_by(|title| title.desc());
    assert_eq!(ends.all(&db).await?, owned(["b", "a"]));
    let models = Post::query()
        .order_by(|p| p.views.asc())
        .limit(1)
        .union_all(Post::query().offset(1).order_by(|p| p.id.asc()));
    assert_eq!(models.order_by(|p| p.id.asc()).select(|p| p.title).all(&db).await?, owned(["a", "b", "c"]));
    Ok(())
}

async fn a_set_of_sets(db: Db) -> Result<()> {
    posts(&db).await?;
    let titled = |title: &'static str| Post::query().filter(move |p| p.title.eq(title)).select(|p| p.title);
    let nested = titled("a").union(titled("b")).except(titled("b").union(titled("c")));
    assert_eq!(nested.all(&db).await?, owned(["a"]));
    Ok(())
}

async fn a_common_query_is_written_once(db: Db) -> Result<()> {
    posts(&db).await?;
    let totals = Post::query().group_by(|p| p.author_id).select(|author, p| (author, p.views.sum())).common();
    let most = totals.clone().aggregate(|(_, views)| views.max());
    let best = totals.filter(|(_, views)| views.eq(most.as_value()));
    let query = User::query()
        .join_query(best, |(u, (author, _))| author.eq(u.id))
        .select(|(u, (_, views))| (u.name, views));
    let sql = query.to_sql(db.dialect())?;
    assert_eq!((sql.matches("GROUP BY").count(), sql.starts_with("WITH")), (1, true), "{sql}");
    assert_eq!(query.all(&db).await?, [("Ann".to_owned(), Some(40))]);
    Ok(())
}

async fn a_common_query_stands_on_another(db: Db) -> Result<()> {
    posts(&db).await?;
    let posts_of = Post::query().select(|p| (p.author_id, p.views)).common();
    let totals =
        posts_of.clone().group_by(|(author, _)| author).select(|author, (_, views)| (author, views.sum()));
    let best = totals.common().filter(|(_, views)| views.ge(40));
    let rows = posts_of
        .join_query(best, |((author, _), (best, _))| author.eq(best))
        .order_by(|((_, views), _)| views.asc());
    assert_eq!(
        rows.select(|((_, views), (_, total))| (views, total)).all(&db).await?,
        [(10, Some(40)), (30, Some(40))]
    );
    Ok(())
}

async fn a_tree_is_walked(db: Db) -> Result<()> {
    let [ann, bob, cy] = posts(&db).await?;
    let dee = cy.update(|u| u.manager_id.set(bob.id));
    dee.exec(&db).await?;
    let below = User::find(ann.id).recursive(|u| u.reports).order_by(|u| u.id.asc());
    assert_eq!(below.select(|u| u.name).all(&db).await?, owned(["Ann", "Bob", "Cy"]));
    let above =
        User::find(cy.id).recursive(|u| u.manager).filter(|u| u.id.ne(cy.id)).order_by(|u| u.id.asc());
    assert_eq!(above.clone().count(&db).await?, 2);
    let rows: Vec<(User, Vec<Post>)> = above.with(|u| u.posts).all(&db).await?;
    assert_eq!((rows[0].1.len(), rows[1].1.len()), (2, 1));
    // Round and round: each row is found once.
    ann.update(|u| u.manager_id.set(cy.id)).exec(&db).await?;
    assert_eq!(User::find(ann.id).recursive(|u| u.reports).count(&db).await?, 3);
    Ok(())
}

async fn numbers_are_counted_up(db: Db) -> Result<()> {
    people(&db).await?;
    let (first, last) = (3_i64, 7_i64);
    let numbers = User::find(1)
        .select(|_| value(first))
        .recursive(|found| found.filter(|n| n.lt(last)).select(|n| n + 1));
    assert_eq!(numbers.clone().order_by(|n| n.asc()).all(&db).await?, [3, 4, 5, 6, 7]);
    assert_eq!(numbers.aggregate(|n| n.sum()).one(&db).await?, Some(25));
    Ok(())
}

async fn a_recursion_puts_a_path_together(db: Db) -> Result<()> {
    let [_, bob, cy] = posts(&db).await?;
    cy.update(|u| u.manager_id.set(bob.id)).exec(&db).await?;
    let top = User::query().filter(|u| u.manager_id.is_null()).select(|u| (u.id, value("")));
    let paths = top.recursive(|found| {
        found
            .join_on::<User>(|((id, _), u)| u.manager_id.eq(id.nullable()))
            .select(|((_, path), u)| (u.id, path.concat("/").concat(u.name)))
    });
    let paths = paths.order_by(|(_, path)| path.asc()).select(|(_, path)| path);
    assert_eq!(paths.all(&db).await?, ["", "/Bob", "/Bob/Cy"]);
    Ok(())
}

async fn a_recursion_keeps_equal_rows_if_it_is_asked_to(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    for views in [10, 5] {
        let new = NewPost { author_id: ann.id, title: format!("{views}") };
        Post::insert(new).set(|p| p.views.set(views)).exec(&db).await?;
    }
    let start = || Post::query().select(|p| p.views);
    let each = start().recursive(|found| found.filter(|n| n.gt(1)).select(|n| n / 2));
    let all = start().recursive_all(|found| found.filter(|n| n.gt(1)).select(|n| n / 2));
    assert_eq!(each.order_by(|n| n.desc()).all(&db).await?, [10, 5, 2, 1]);
    assert_eq!(all.order_by(|n| n.desc()).all(&db).await?, [10, 5, 5, 2, 2, 1, 1]);
    Ok(())
}

async fn a_recursion_keeps_its_path(db: Db) -> Result<()> {
    let [_, bob, cy] = posts(&db).await?;
    cy.update(|u| u.manager_id.set(bob.id)).exec(&db).await?;
    let top = User::query().filter(|u| u.manager_id.is_null()).select(|u| (u.id, value(0_i64)));
    let depths = top.recursive(|found| {
        found
            .join_on::<User>(|((id, _), u)| u.manager_id.eq(id.nullable()))
            .select(|((_, depth), u)| (u.id, depth + 1))
    });
    let rows =
        User::query().join_query(depths, |(u, (id, _))| u.id.eq(id)).order_by(|(_, (_, depth))| depth.desc());
    let rows = rows.select(|(u, (_, depth))| (u.name, depth));
    let row = |name: &str, depth| (name.to_owned(), depth);
    assert_eq!(rows.all(&db).await?, [row("Cy", 2), row("Bob", 1), row("Ann", 0)]);
    Ok(())
}

async fn distinct_on_takes_the_first_of_each(db: Db) -> Result<()> {
    posts(&db).await?;
    let first = Post::query().distinct_on(|p| p.author_id).order_by(|p| p.views.desc()).select(|p| p.title);
    let found = first.all(&db).await;
    if db.dialect().capabilities().distinct_on {
        assert_eq!(found?, owned(["b", "c"]));
    } else {
        assert_eq!(kind(found), ErrorKind::Unsupported);
    }
    Ok(())
}

/// The same text, first with one query in two places, then with two queries: the second must not get one value twice.
async fn a_shared_query_binds_its_values_once_and_others_theirs(db: Db) -> Result<()> {
    posts(&db).await?;
    let with_title = |title: &'static str| {
        move |u: Columns<User>| {
            exists(Post::query().filter(move |p| p.author_id.eq(u.id).and(p.title.eq(title))))
        }
    };
    for _ in 0..2 {
        let shared = User::query().filter(|u| {
            let a = with_title("a")(u);
            a.clone().and(a)
        });
        assert_eq!(shared.count(&db).await?, 1);
        let other = User::query().filter(|u| with_title("a")(u).and(with_title("c")(u)));
        assert_eq!(other.count(&db).await?, 0);
        let both = User::query().filter(|u| with_title("a")(u).and(with_title("b")(u)));
        assert_eq!(both.count(&db).await?, 1);
    }
    let cut = |rows: u64| Post::query().order_by(|p| p.id.asc()).offset(rows).select(|p| p.title);
    assert_eq!(cut(1).union_all(cut(2)).count(&db).await?, 3);
    let cut = |rows: u64, most: u64| {
        Post::query().order_by(|p| p.id.asc()).limit(most).offset(rows).select(|p| p.title)
    };
    assert_eq!(cut(1, 1).union_all(cut(0, 2)).count(&db).await?, 3);
    Ok(())
}

async fn group_keys_hold_values(db: Db) -> Result<()> {
    posts(&db).await?;
    let by_size = Post::query().group_by(|p| when(p.views.ge(20), "large").otherwise("small"));
    let by_size = by_size.having(|size, _| size.ne("tiny")).order_by(|size, _| size.asc());
    let rows = by_size.select(|size, p| (size.clone(), size.concat("!"), count(), p.views.sum()));
    let row = |size: &str, posts, views| (size.to_owned(), format!("{size}!"), posts, Some(views));
    assert_eq!(rows.all(&db).await?, [row("large", 2, 50), row("small", 1, 10)]);
    let by_bio = User::query().group_by(|u| u.bio.or("nothing")).order_by(|bio, _| bio.asc());
    let rows = by_bio.select(|bio, _| (bio, count())).all(&db).await?;
    assert_eq!(rows, [("nothing".to_owned(), 2), ("writes".to_owned(), 1)]);
    Ok(())
}

async fn a_column_of_another_query_is_refused(db: Db) -> Result<()> {
    let mut stolen = None;
    let _ = Post::query().filter(|p| {
        stolen = Some(p.views);
        p.id.eq(1)
    });
    let stolen = stolen.unwrap();
    let inside =
        User::query().filter(|u| exists(Post::query().filter(|p| p.author_id.eq(u.id).and(stolen.gt(1)))));
    assert_eq!(kind(inside.all(&db).await), ErrorKind::InvalidQuery);
    // What is joined does not speak of what it is joined to, but by a lateral join.
    let joined = User::query().filter(|_| Cond::all(Vec::<Cond>::new()));
    let mut outer = None;
    let joined = joined.filter(|u| {
        outer = Some(u.id);
        u.id.gt(0)
    });
    let outer = outer.unwrap();
    let joined =
        joined.join_query(Post::query().filter(|p| p.author_id.eq(outer)), |(u, p)| p.author_id.eq(u.id));
    assert_eq!(kind(joined.select(|(_, p)| p.id).all(&db).await), ErrorKind::InvalidQuery);
    Ok(())
}

async fn a_query_inside_another_one_loads_nothing(db: Db) -> Result<()> {
    let query =
        User::query().filter(|u| exists(Post::query().filter(|p| p.author_id.eq(u.id)).with(|p| p.author)));
    assert_eq!(kind(query.all(&db).await), ErrorKind::InvalidQuery);
    Ok(())
}

async fn rows_of_a_query_are_not_written(db: Db) -> Result<()> {
    let [ann, ..] = posts(&db).await?;
    let deleted = Post::query().union(Post::query()).filter(|p| p.views.gt(0)).delete().exec(&db).await;
    assert_eq!(kind(deleted), ErrorKind::InvalidQuery);
    let updated = User::find(ann.id).recursive(|u| u.reports).update(|u| u.age.set(1)).exec(&db).await;
    assert_eq!(kind(updated), ErrorKind::InvalidQuery);
    let common = Post::query().select(|p| p.author_id).common();
    let deleted = User::query().filter(|u| u.id.is_in_query(common.select(|id| id))).delete().exec(&db).await;
    assert_eq!(kind(deleted), ErrorKind::InvalidQuery);
    assert_eq!(Post::query().count(&db).await?, 3);
    Ok(())
}

async fn rows_are_locked(db: Db) -> Result<()> {
    let [ann, bob, _] = posts(&db).await?;
    db.transaction(async |tx| {
        let locked = User::find(ann.id).for_update().one(&tx).await?;
        assert_eq!(locked.name, "Ann");
        let joined = Post::query().left_join(|p| p.author).filter(|(p, _)| p.title.eq("c")).for_share();
        assert_eq!(joined.select(|(_, u)| u.name).one(&tx).await?.as_deref(), Some("Bob"));
        if db.dialect().capabilities().row_locks {
            let other = db.begin().await?;
            let free = User::query().filter(|u| u.id.is_in([ann.id, 3])).for_update_skip_locked();
            assert_eq!(free.select(|u| u.id).all(&other).await?, [3]);
            let taken = User::find(ann.id).for_update_nowait().one(&other).await;
            assert_eq!(kind(taken), ErrorKind::LockTimeout);
            other.rollback().await?;
        }
        Ok(())
    })
    .await?;
    // Free again.
    assert_eq!(User::find(bob.id).for_update_nowait().one(&db).await?.name, "Bob");
    Ok(())
}

async fn what_cannot_be_locked_is_refused(db: Db) -> Result<()> {
    for found in [
        User::query().distinct().for_update().select(|u| u.age).all(&db).await.map(|_| ()),
        User::query().for_update().aggregate(|u| u.age.max()).all(&db).await.map(|_| ()),
        User::query().union(User::query()).for_update().all(&db).await.map(|_| ()),
        User::query()
            .filter(|u| u.id.is_in_query(User::query().for_update().select(|u| u.id)))
            .all(&db)
            .await
            .map(|_| ()),
    ] {
        assert_eq!(kind(found), ErrorKind::InvalidQuery);
    }
    // How many there are is no matter of locks.
    assert_eq!(User::query().for_update().count(&db).await?, 0);
    Ok(())
}

async fn a_window_where_none_can_be_is_refused(db: Db) -> Result<()> {
    let place = |p: Columns<Post>| row_number().over(window().order_by(p.id.asc()));
    for found in [
        Post::query().filter(|p| place(p).eq(1)).all(&db).await.map(|_| ()),
        Post::query().group_by(place).select(|_, _| count()).all(&db).await.map(|_| ()),
        Post::query().aggregate(|p| place(p).max()).one(&db).await.map(|_| ()),
        Post::query()
            .join_on::<Post>(|(p, other)| place(p).eq(other.id))
            .select(|(p, _)| p.id)
            .all(&db)
            .await
            .map(|_| ()),
        User::query().filter(|u| u.posts.any(|p| place(p).eq(1))).all(&db).await.map(|_| ()),
        Post::query().filter(|p| p.id.gt(0)).update(|p| p.views.set(place(p))).exec(&db).await.map(|_| ()),
        Post::query()
            .select(|p| p.id.sum().over(window().rows(Bound::After(1), Bound::Before(1))))
            .all(&db)
            .await
            .map(|_| ()),
        Post::query()
            .select(|p| p.id.sum().over(window().range(Bound::Before(1), Bound::Current)))
            .all(&db)
            .await
            .map(|_| ()),
    ] {
        assert_eq!(kind(found), ErrorKind::InvalidQuery);
    }
    let author = people(&db).await?;
    post(&db, &author[0], "a").await?;
    assert_eq!(Post::query().order_by(|p| place(p).asc()).count(&db).await?, 1);
    Ok(())
}
