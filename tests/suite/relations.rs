//! Loading relations beside rows, and asking about them.

use orm::{ErrorKind, Result, prelude::*};
use orm_tests::recorded;

use super::shop::{
    Comment, Delivery, LogEntry, NewComment, NewDelivery, NewLogEntry, NewOrderLine, NewPost, NewPostTag,
    NewProfile, NewTag, NewUser, OrderLine, Post, PostTag, Profile, Tag, User, people, post, shop,
};

orm_tests::portable!(shop:
    a_has_many_is_loaded_as_a_list,
    a_belongs_to_is_loaded_as_the_row,
    an_optional_belongs_to_is_loaded_as_an_option,
    a_has_one_is_loaded_as_an_option,
    a_many_to_many_is_loaded_from_both_sides,
    a_relation_over_a_composite_key_is_loaded,
    a_self_relation_is_loaded_both_ways,
    several_relations_are_loaded_side_by_side,
    relations_are_loaded_inside_relations,
    a_relation_is_filtered_and_ordered,
    a_required_relation_that_is_filtered_becomes_optional,
    a_relation_is_limited_for_each_row,
    a_relation_is_offset_for_each_row,
    a_limit_without_an_order_goes_by_the_key,
    a_many_to_many_is_limited_for_each_row,
    a_nested_relation_is_limited_for_each_row,
    rows_that_share_a_parent_all_get_it,
    a_row_through_two_join_rows_is_given_to_both,
    a_row_that_should_be_there_and_is_not_is_an_error,
    no_rows_load_no_relations,
    a_page_loads_the_relations_of_its_rows,
    one_statement_for_each_relation,
    more_than_ten_thousand_keys_are_loaded,
    any_none_and_every_ask_about_rows,
    every_counts_null_as_a_failure,
    exists_and_count_ask_about_rows,
    a_question_nests,
    a_question_goes_through_a_join_table,
    a_question_about_a_self_relation,
    a_question_over_a_composite_key,
    a_filtered_relation_is_asked_about,
    rows_are_ordered_by_a_count,
    a_belongs_to_is_asked_about,
);

/// Ann's posts `a` (comments of Bob and Cy) and `b`; Bob's post `c` (comment of Ann).
async fn posts(db: &Db) -> Result<([User; 3], [Post; 3])> {
    let users = people(db).await?;
    let [ann, bob, cy] = &users;
    let posts = [post(db, ann, "a").await?, post(db, ann, "b").await?, post(db, bob, "c").await?];
    for (at, author, text) in [(0, bob, "hm"), (0, cy, "oh"), (2, ann, "nice")] {
        let comment = NewComment { post_id: posts[at].id, author_id: author.id, text: text.into() };
        Comment::insert(comment).exec(db).await?;
    }
    Ok((users, posts))
}

fn titles(posts: &[Post]) -> Vec<&str> {
    posts.iter().map(|post| post.title.as_str()).collect()
}

async fn a_has_many_is_loaded_as_a_list(db: Db) -> Result<()> {
    let ([ann, _, cy], _) = posts(&db).await?;
    let rows: Vec<(User, Vec<Post>)> =
        User::query().with(|u| u.posts.order_by(|p| p.id.asc())).order_by(|u| u.id.asc()).all(&db).await?;
    assert_eq!(rows[0].0, ann);
    let loaded: Vec<_> = rows.iter().map(|(user, posts)| (user.name.as_str(), titles(posts))).collect();
    assert_eq!(loaded, [("Ann", vec!["a", "b"]), ("Bob", vec!["c"]), ("Cy", vec![])]);
    assert_eq!(User::find(cy.id).with(|u| u.posts).one(&db).await?, (cy, vec![]));
    Ok(())
}

async fn a_belongs_to_is_loaded_as_the_row(db: Db) -> Result<()> {
    let ([ann, bob, _], _) = posts(&db).await?;
    let rows: Vec<(Post, User)> = Post::query().with(|p| p.author).order_by(|p| p.id.asc()).all(&db).await?;
    let authors: Vec<User> = rows.into_iter().map(|(_, author)| author).collect();
    assert_eq!(authors, [ann.clone(), ann, bob]);
    Ok(())
}

async fn an_optional_belongs_to_is_loaded_as_an_option(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let rows: Vec<(User, Option<User>)> =
        User::query().with(|u| u.manager).order_by(|u| u.id.asc()).all(&db).await?;
    let managers: Vec<Option<User>> = rows.into_iter().map(|(_, manager)| manager).collect();
    assert_eq!(managers, [None, Some(ann.clone()), Some(ann)]);
    Ok(())
}

async fn a_has_one_is_loaded_as_an_option(db: Db) -> Result<()> {
    let [_, bob, _] = people(&db).await?;
    let profile = Profile::insert(NewProfile { user_id: bob.id, website: "b.org".into() }).exec(&db).await?;
    let rows: Vec<(User, Option<Profile>)> =
        User::query().with(|u| u.profile).order_by(|u| u.id.asc()).all(&db).await?;
    let profiles: Vec<Option<Profile>> = rows.into_iter().map(|(_, profile)| profile).collect();
    assert_eq!(profiles, [None, Some(profile.clone()), None]);
    assert_eq!(Profile::query().with(|p| p.user).one(&db).await?, (profile, bob));
    Ok(())
}

/// `a` is red and blue, `b` is blue, `c` is not tagged; nothing is green.
async fn tags(db: &Db) -> Result<()> {
    let (_, posts) = posts(db).await?;
    for (name, on) in [("red", vec![0]), ("blue", vec![0, 1]), ("green", vec![])] {
        let tag = Tag::insert(NewTag { name: name.into() }).exec(db).await?;
        let rows = on.into_iter().map(|at: usize| NewPostTag { post_id: posts[at].id, tag_id: tag.id });
        PostTag::insert_many(rows).exec(db).await?;
    }
    Ok(())
}

async fn a_many_to_many_is_loaded_from_both_sides(db: Db) -> Result<()> {
    tags(&db).await?;
    let by_name = |p: Columns<Post>| p.tags.order_by(|t| t.name.asc());
    let rows = Post::query().with(by_name).order_by(|p| p.id.asc()).all(&db).await?;
    let names: Vec<Vec<&str>> =
        rows.iter().map(|(_, tags)| tags.iter().map(|tag| tag.name.as_str()).collect()).collect();
    assert_eq!(names, [vec!["blue", "red"], vec!["blue"], vec![]]);
    let rows =
        Tag::query().with(|t| t.posts.order_by(|p| p.title.desc())).order_by(|t| t.id.asc()).all(&db).await?;
    let names: Vec<Vec<&str>> = rows.iter().map(|(_, posts)| titles(posts)).collect();
    assert_eq!(names, [vec!["a"], vec!["b", "a"], vec![]]);
    Ok(())
}

async fn lines(db: &Db) -> Result<()> {
    let line = |no: &str, line| NewOrderLine { order_no: no.into(), line, amount: 1 };
    OrderLine::insert_many([line("A", 1), line("A", 2), line("B", 1), line("B", 2)]).exec(db).await?;
    let delivery = |no: &str, line, amount| NewDelivery { order_no: no.into(), line, amount };
    Delivery::insert_many([delivery("A", 2, 5), delivery("A", 2, 15), delivery("B", 1, 7)]).exec(db).await?;
    Ok(())
}

async fn a_relation_over_a_composite_key_is_loaded(db: Db) -> Result<()> {
    lines(&db).await?;
    let rows: Vec<(OrderLine, Vec<Delivery>)> = OrderLine::query()
        .with(|l| l.deliveries.order_by(|d| d.amount.asc()))
        .order_by(|l| (l.order_no.asc(), l.line.asc()))
        .all(&db)
        .await?;
    let amounts: Vec<Vec<i64>> = rows.iter().map(|(_, all)| all.iter().map(|d| d.amount).collect()).collect();
    assert_eq!(amounts, [vec![], vec![5, 15], vec![7], vec![]]);
    let rows = Delivery::query().with(|d| d.order_line).order_by(|d| d.amount.asc()).all(&db).await?;
    let keys: Vec<_> = rows.iter().map(|(_, line)| (line.order_no.as_str(), line.line)).collect();
    assert_eq!(keys, [("A", 2), ("B", 1), ("A", 2)]);
    Ok(())
}

async fn a_self_relation_is_loaded_both_ways(db: Db) -> Result<()> {
    let [ann, bob, cy] = people(&db).await?;
    let query = User::query().with(|u| u.reports.order_by(|r| r.id.asc())).with(|u| u.manager);
    let rows = query.order_by(|u| u.id.asc()).all(&db).await?;
    assert_eq!(rows[0], (ann.clone(), vec![bob.clone(), cy.clone()], None));
    assert_eq!(rows[1], (bob, vec![], Some(ann.clone())));
    assert_eq!(rows[2], (cy, vec![], Some(ann)));
    Ok(())
}

async fn several_relations_are_loaded_side_by_side(db: Db) -> Result<()> {
    let ([ann, bob, _], [a, ..]) = posts(&db).await?;
    a.update(|p| p.editor_id.set(bob.id)).exec(&db).await?;
    let query = Post::query().filter(|p| p.title.eq("a"));
    let (post, author, editor, comments, tags) = query
        .with(|p| p.author)
        .with(|p| p.editor)
        .with(|p| p.comments.order_by(|c| c.text.asc()))
        .with(|p| p.tags)
        .one(&db)
        .await?;
    assert_eq!((post.title.as_str(), author, editor), ("a", ann, Some(bob.clone())));
    assert_eq!((comments.len(), comments[0].text.as_str(), tags.len()), (2, "hm", 0));
    let (_, edited, written) = User::find(bob.id).with(|u| u.edited).with(|u| u.posts).one(&db).await?;
    assert_eq!((titles(&edited), titles(&written)), (vec!["a"], vec!["c"]));
    Ok(())
}

async fn relations_are_loaded_inside_relations(db: Db) -> Result<()> {
    posts(&db).await?;
    type Thread = (Post, Vec<(Comment, User)>);
    let rows: Vec<(User, Vec<Thread>)> = User::query()
        .with(|u| {
            u.posts
                .order_by(|p| p.title.asc())
                .with(|p| p.comments.order_by(|c| c.text.asc()).with(|c| c.author))
        })
        .order_by(|u| u.id.asc())
        .all(&db)
        .await?;
    let (_, of_ann) = &rows[0];
    let comments: Vec<(&str, &str)> =
        of_ann[0].1.iter().map(|(comment, author)| (comment.text.as_str(), author.name.as_str())).collect();
    assert_eq!(comments, [("hm", "Bob"), ("oh", "Cy")]);
    assert!(of_ann[1].1.is_empty());
    assert_eq!(rows[1].1[0].1[0].1.name, "Ann");
    assert!(rows[2].1.is_empty());
    Ok(())
}

async fn a_relation_is_filtered_and_ordered(db: Db) -> Result<()> {
    posts(&db).await?;
    let query = User::query().with(|u| u.posts.filter(|p| p.title.ne("a")).order_by(|p| p.title.desc()));
    let rows = query.order_by(|u| u.id.asc()).all(&db).await?;
    let names: Vec<Vec<&str>> = rows.iter().map(|(_, posts)| titles(posts)).collect();
    assert_eq!(names, [vec!["b"], vec!["c"], vec![]]);
    Ok(())
}

async fn a_required_relation_that_is_filtered_becomes_optional(db: Db) -> Result<()> {
    posts(&db).await?;
    let query = Post::query().with(|p| p.author.filter(|u| u.age.gt(25))).order_by(|p| p.id.asc());
    let rows: Vec<(Post, Option<User>)> = query.all(&db).await?;
    let found: Vec<bool> = rows.iter().map(|(_, author)| author.is_some()).collect();
    assert_eq!(found, [true, true, false]);
    Ok(())
}

/// Nine posts of Ann, two of Bob, none of Cy.
async fn many_posts(db: &Db) -> Result<[User; 3]> {
    let users = people(db).await?;
    for (author, count) in [(&users[0], 9), (&users[1], 2)] {
        let rows =
            (1..=count).map(|n| NewPost { author_id: author.id, title: format!("{} {n}", author.name) });
        Post::insert_many(rows).exec(db).await?;
    }
    Ok(users)
}

async fn a_relation_is_limited_for_each_row(db: Db) -> Result<()> {
    many_posts(&db).await?;
    let query =
        User::query().with(|u| u.posts.order_by(|p| p.title.desc()).limit(3)).order_by(|u| u.id.asc());
    let rows = query.all(&db).await?;
    let names: Vec<Vec<&str>> = rows.iter().map(|(_, posts)| titles(posts)).collect();
    assert_eq!(names, [vec!["Ann 9", "Ann 8", "Ann 7"], vec!["Bob 2", "Bob 1"], vec![]]);
    let none = User::query().with(|u| u.posts.limit(0)).all(&db).await?;
    assert!(none.iter().all(|(_, posts)| posts.is_empty()));
    Ok(())
}

async fn a_relation_is_offset_for_each_row(db: Db) -> Result<()> {
    many_posts(&db).await?;
    let by_title = |u: Columns<User>| u.posts.order_by(|p| p.title.asc());
    let rows =
        User::query().with(|u| by_title(u).offset(1).limit(2)).order_by(|u| u.id.asc()).all(&db).await?;
    let names: Vec<Vec<&str>> = rows.iter().map(|(_, posts)| titles(posts)).collect();
    assert_eq!(names, [vec!["Ann 2", "Ann 3"], vec!["Bob 2"], vec![]]);
    let rows = User::query().with(|u| by_title(u).offset(8)).order_by(|u| u.id.asc()).all(&db).await?;
    let names: Vec<Vec<&str>> = rows.iter().map(|(_, posts)| titles(posts)).collect();
    assert_eq!(names, [vec!["Ann 9"], vec![], vec![]]);
    Ok(())
}

async fn a_limit_without_an_order_goes_by_the_key(db: Db) -> Result<()> {
    many_posts(&db).await?;
    let rows = User::query().with(|u| u.posts.limit(2)).order_by(|u| u.id.asc()).all(&db).await?;
    let names: Vec<Vec<&str>> = rows.iter().map(|(_, posts)| titles(posts)).collect();
    assert_eq!(names, [vec!["Ann 1", "Ann 2"], vec!["Bob 1", "Bob 2"], vec![]]);
    Ok(())
}

async fn a_many_to_many_is_limited_for_each_row(db: Db) -> Result<()> {
    tags(&db).await?;
    let query = Post::query().with(|p| p.tags.order_by(|t| t.name.desc()).limit(1)).order_by(|p| p.id.asc());
    let rows = query.all(&db).await?;
    let names: Vec<Option<&str>> =
        rows.iter().map(|(_, tags)| tags.first().map(|tag| tag.name.as_str())).collect();
    assert_eq!(names, [Some("red"), Some("blue"), None]);
    Ok(())
}

async fn a_nested_relation_is_limited_for_each_row(db: Db) -> Result<()> {
    posts(&db).await?;
    let query = User::query()
        .with(|u| {
            u.posts
                .order_by(|p| p.title.asc())
                .limit(1)
                .with(|p| p.comments.order_by(|c| c.text.desc()).limit(1))
        })
        .order_by(|u| u.id.asc());
    let rows = query.all(&db).await?;
    let texts: Vec<Vec<&str>> = rows
        .iter()
        .map(|(_, posts)| posts.iter().flat_map(|(_, all)| all.iter().map(|c| c.text.as_str())).collect())
        .collect();
    assert_eq!(texts, [vec!["oh"], vec!["nice"], vec![]]);
    Ok(())
}

async fn rows_that_share_a_parent_all_get_it(db: Db) -> Result<()> {
    many_posts(&db).await?;
    let query = Post::query().with(|p| p.author.with(|u| u.profile));
    let (rows, statements) = recorded(query.all(&db)).await;
    let rows = rows?;
    assert_eq!((rows.len(), statements.len()), (11, 3));
    assert!(rows.iter().all(|(post, (author, _))| post.title.starts_with(&author.name)));
    Ok(())
}

async fn a_row_through_two_join_rows_is_given_to_both(db: Db) -> Result<()> {
    tags(&db).await?;
    let query = Post::query().with(|p| p.tags.filter(|t| t.name.eq("blue")).with(|t| t.posts));
    let rows = query.order_by(|p| p.id.asc()).all(&db).await?;
    let counts: Vec<usize> = rows.iter().map(|(_, tags)| tags.len()).collect();
    assert_eq!(counts, [1, 1, 0]);
    assert_eq!(rows[0].1[0], rows[1].1[0]);
    assert_eq!(rows[0].1[0].1.len(), 2);
    Ok(())
}

async fn a_row_that_should_be_there_and_is_not_is_an_error(db: Db) -> Result<()> {
    LogEntry::insert(NewLogEntry { user_id: 4711, text: "boo".into() }).exec(&db).await?;
    let error = LogEntry::query().with(|l| l.user).all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("`user`"), "{error}");
    let rows = LogEntry::query().with(|l| l.user.filter(|_| Cond::all([]))).all(&db).await?;
    assert_eq!(rows[0].1, None);
    Ok(())
}

async fn no_rows_load_no_relations(db: Db) -> Result<()> {
    let query = User::query().with(|u| u.posts.with(|p| p.comments)).with(|u| u.manager);
    let (rows, statements) = recorded(query.clone().all(&db)).await;
    assert_eq!((rows?.len(), statements.len()), (0, 1));
    people(&db).await?;
    let (rows, statements) = recorded(query.all(&db)).await;
    assert_eq!((rows?.len(), statements.len()), (3, 3));
    Ok(())
}

async fn a_page_loads_the_relations_of_its_rows(db: Db) -> Result<()> {
    many_posts(&db).await?;
    let query = User::query().with(|u| u.posts).order_by(|u| u.id.asc());
    let page = query.clone().offset(1).limit(1).all(&db).await?;
    assert_eq!((page.len(), page[0].1.len()), (1, 2));
    let (_, posts) = query.clone().first(&db).await?.unwrap();
    assert_eq!(posts.len(), 9);
    assert_eq!(query.clone().count(&db).await?, 3);
    assert!(query.exists(&db).await?);
    Ok(())
}

async fn one_statement_for_each_relation(db: Db) -> Result<()> {
    tags(&db).await?;
    let query = User::query()
        .with(|u| u.posts.with(|p| p.comments.with(|c| c.author)).with(|p| p.tags))
        .with(|u| u.manager)
        .with(|u| u.profile);
    let (rows, statements) = recorded(query.all(&db)).await;
    assert_eq!(rows?.len(), 3);
    assert_eq!(
        statements.len(),
        7,
        "users, posts, comments, authors, tags, managers, profiles: {statements:#?}"
    );
    Ok(())
}

async fn more_than_ten_thousand_keys_are_loaded(db: Db) -> Result<()> {
    let users = (0..12_000).map(|n| NewUser { email: format!("{n}"), name: format!("user {n}") });
    User::insert_many(users).exec(&db).await?;
    let ids = User::query().order_by(|u| u.id.asc()).select(|u| u.id).all(&db).await?;
    let posts = ids.iter().map(|&id| NewPost { author_id: id, title: format!("of {id}") });
    Post::insert_many(posts).exec(&db).await?;
    let (rows, statements) = recorded(User::query().with(|u| u.posts).all(&db)).await;
    let rows = rows?;
    assert_eq!((rows.len(), statements.len()), (12_000, 3));
    assert!(rows.iter().all(|(user, posts)| titles(posts) == [format!("of {}", user.id)]));
    let (rows, statements) = recorded(Post::query().with(|p| p.author).all(&db)).await;
    assert_eq!((rows?.len(), statements.len()), (12_000, 3));
    Ok(())
}

async fn named(db: &Db, condition: impl FnOnce(Columns<User>) -> Cond) -> Result<Vec<String>> {
    User::query().filter(condition).order_by(|u| u.id.asc()).select(|u| u.name).all(db).await
}

async fn any_none_and_every_ask_about_rows(db: Db) -> Result<()> {
    posts(&db).await?;
    assert_eq!(named(&db, |u| u.posts.any(|p| p.title.eq("b"))).await?, ["Ann"]);
    assert_eq!(named(&db, |u| u.posts.none(|p| p.title.eq("b"))).await?, ["Bob", "Cy"]);
    assert_eq!(named(&db, |u| u.posts.every(|p| p.title.gt("b"))).await?, ["Bob", "Cy"]);
    assert_eq!(named(&db, |u| u.posts.exists().and(u.posts.every(|p| p.title.gt("b")))).await?, ["Bob"]);
    assert_eq!(named(&db, |u| u.posts.any(|p| p.title.eq("b")).not()).await?, ["Bob", "Cy"]);
    Ok(())
}

async fn every_counts_null_as_a_failure(db: Db) -> Result<()> {
    let (_, [a, ..]) = posts(&db).await?;
    a.update(|p| p.rating.set(3.0)).exec(&db).await?;
    assert_eq!(named(&db, |u| u.posts.every(|p| p.rating.gt(2.0))).await?, ["Cy"]);
    assert_eq!(named(&db, |u| u.posts.any(|p| p.rating.gt(2.0))).await?, ["Ann"]);
    assert_eq!(named(&db, |u| u.posts.none(|p| p.rating.gt(2.0))).await?, ["Bob", "Cy"]);
    Ok(())
}

async fn exists_and_count_ask_about_rows(db: Db) -> Result<()> {
    posts(&db).await?;
    assert_eq!(named(&db, |u| u.posts.exists()).await?, ["Ann", "Bob"]);
    assert_eq!(named(&db, |u| u.posts.exists().not()).await?, ["Cy"]);
    assert_eq!(named(&db, |u| u.posts.count().ge(2)).await?, ["Ann"]);
    let counts = User::query().order_by(|u| u.id.asc()).select(|u| (u.posts.count(), u.comments.count()));
    assert_eq!(counts.all(&db).await?, [(2, 1), (1, 1), (0, 1)]);
    Ok(())
}

async fn a_question_nests(db: Db) -> Result<()> {
    posts(&db).await?;
    let commented_by_another =
        |u: Columns<User>| u.posts.any(|p| p.comments.any(|c| c.author_id.ne(u.id).and(c.text.eq("oh"))));
    assert_eq!(named(&db, commented_by_another).await?, ["Ann"]);
    let by_elders = |u: Columns<User>| u.posts.any(|p| p.comments.any(|c| c.author.any(|a| a.age.gt(u.age))));
    assert_eq!(named(&db, by_elders).await?, ["Ann", "Bob"]);
    Ok(())
}

async fn a_question_goes_through_a_join_table(db: Db) -> Result<()> {
    tags(&db).await?;
    let tagged = |name: &'static str| {
        Post::query()
            .filter(move |p| p.tags.any(|t| t.name.eq(name)))
            .order_by(|p| p.id.asc())
            .select(|p| p.title)
    };
    assert_eq!(tagged("red").all(&db).await?, ["a"]);
    assert_eq!(tagged("blue").all(&db).await?, ["a", "b"]);
    let counts = Post::query().order_by(|p| p.id.asc()).select(|p| p.tags.count()).all(&db).await?;
    assert_eq!(counts, [2, 1, 0]);
    let users = named(&db, |u| u.posts.any(|p| p.tags.count().eq(2))).await?;
    assert_eq!(users, ["Ann"]);
    Ok(())
}

async fn a_question_about_a_self_relation(db: Db) -> Result<()> {
    people(&db).await?;
    assert_eq!(named(&db, |u| u.reports.any(|r| r.age.gt(u.age))).await?, ["Ann"]);
    assert_eq!(named(&db, |u| u.manager.any(|m| m.age.gt(u.age))).await?, ["Bob"]);
    assert_eq!(named(&db, |u| u.reports.any(|r| r.manager.any(|m| m.id.eq(u.id)))).await?, ["Ann"]);
    Ok(())
}

async fn a_question_over_a_composite_key(db: Db) -> Result<()> {
    lines(&db).await?;
    let open = OrderLine::query()
        .filter(|l| l.deliveries.exists().not())
        .order_by(|l| (l.order_no.asc(), l.line.asc()));
    assert_eq!(
        open.select(|l| (l.order_no, l.line)).all(&db).await?,
        [("A".to_owned(), 1), ("B".to_owned(), 2)]
    );
    Ok(())
}

async fn a_filtered_relation_is_asked_about(db: Db) -> Result<()> {
    posts(&db).await?;
    assert_eq!(named(&db, |u| u.posts.filter(|p| p.title.ne("a")).count().eq(1)).await?, ["Ann", "Bob"]);
    assert_eq!(named(&db, |u| u.posts.filter(|p| p.title.ne("c")).exists()).await?, ["Ann"]);
    let late = |u: Columns<User>| u.posts.filter(|p| p.title.gt("a")).any(|p| p.title.lt("c"));
    assert_eq!(named(&db, late).await?, ["Ann"]);
    Ok(())
}

async fn rows_are_ordered_by_a_count(db: Db) -> Result<()> {
    posts(&db).await?;
    let query = User::query().order_by(|u| (u.posts.count().asc(), u.id.asc())).select(|u| u.name);
    assert_eq!(query.all(&db).await?, ["Cy", "Bob", "Ann"]);
    Ok(())
}

async fn a_belongs_to_is_asked_about(db: Db) -> Result<()> {
    posts(&db).await?;
    let query = Comment::query().filter(|c| c.post.any(|p| p.author.any(|u| u.name.eq("Ann"))));
    assert_eq!(query.count(&db).await?, 2);
    Ok(())
}
