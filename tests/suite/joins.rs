//! Queries over several models.

use orm::{Result, prelude::*};
use orm_schema::Schema;

use super::shop::{
    Comment, Delivery, LogEntry, NewComment, NewDelivery, NewOrderLine, NewPost, NewPostTag, NewTag,
    OrderLine, Post, PostTag, Tag, User, people, post, shop_and,
};

fn shop_and_scraps() -> Schema {
    shop_and(&[Scrap::TABLE])
}

orm_tests::portable!(shop_and_scraps:
    a_join_leaves_out_rows_without_a_match,
    a_left_join_keeps_rows_without_a_match,
    a_left_join_makes_columns_optional,
    a_model_is_joined_with_itself,
    a_join_goes_through_a_join_table,
    a_left_join_goes_through_a_join_table,
    a_join_over_a_composite_key,
    joins_chain,
    several_relations_lead_to_the_same_model,
    a_join_is_counted,
    a_join_is_ordered_and_cut,
    a_relation_is_asked_about_inside_a_join,
    a_join_that_is_not_wanted_adds_nothing,
    whole_rows_are_picked,
    whole_rows_that_are_not_there_are_none,
    whole_rows_without_a_key_are_picked,
    whole_rows_of_a_query_are_picked,
    whole_rows_of_which_nothing_is_required_are_none_only_where_they_are_missing,
);

/// Nothing of it is required, not even a key.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Scrap {
    pub number: Option<i64>,
    pub text: Option<String>,
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

async fn a_join_leaves_out_rows_without_a_match(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for (author, title) in [(&ann, "a"), (&ann, "b"), (&bob, "c")] {
        post(&db, author, title).await?;
    }
    let rows = User::query()
        .join(|u| u.posts)
        .filter(|(u, p)| u.age.gt(25).and(p.title.ne("x")))
        .order_by(|(_, p)| p.title.asc())
        .select(|(u, p)| (u.name, p.title));
    assert_eq!(
        rows.all(&db).await?,
        [("Ann".to_owned(), "a".to_owned()), ("Ann".to_owned(), "b".to_owned())]
    );
    let authors = Post::query().join(|p| p.author).filter(|(_, u)| u.name.eq("Bob")).select(|(p, _)| p.title);
    assert_eq!(authors.all(&db).await?, ["c"]);
    Ok(())
}

async fn a_left_join_keeps_rows_without_a_match(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    post(&db, &ann, "a").await?;
    let rows: Vec<(String, Option<String>)> = User::query()
        .left_join(|u| u.posts)
        .order_by(|(u, _)| u.id.asc())
        .select(|(u, p)| (u.name, p.title))
        .all(&db)
        .await?;
    let row = |name: &str, title: Option<&str>| (name.to_owned(), title.map(str::to_owned));
    assert_eq!(rows, [row("Ann", Some("a")), row("Bob", None), row("Cy", None)]);
    let without =
        User::query().left_join(|u| u.posts).filter(|(_, p)| p.id.is_null()).select(|(u, _)| u.name);
    assert_eq!(without.order_by(|(u, _)| u.id.asc()).all(&db).await?, ["Bob", "Cy"]);
    Ok(())
}

async fn a_left_join_makes_columns_optional(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    post(&db, &ann, "a").await?;
    let rows = User::query()
        .left_join(|u| u.posts)
        .order_by(|(u, _)| u.id.asc())
        .select(|(_, p)| (p.views + 1, p.title.upper(), p.views.or(-1), p.rating, p.published));
    type Row = (Option<i64>, Option<String>, i64, Option<f64>, Option<bool>);
    let rows: Vec<Row> = rows.limit(2).all(&db).await?;
    assert_eq!(rows, [(Some(1), Some("A".into()), 0, None, Some(false)), (None, None, -1, None, None)]);
    Ok(())
}

async fn a_model_is_joined_with_itself(db: Db) -> Result<()> {
    people(&db).await?;
    let rows = User::query()
        .left_join(|u| u.manager)
        .order_by(|(u, _)| u.id.asc())
        .select(|(u, m)| (u.name, m.name))
        .all(&db)
        .await?;
    let ann = || Some("Ann".to_owned());
    assert_eq!(rows, [("Ann".to_owned(), None), ("Bob".to_owned(), ann()), ("Cy".to_owned(), ann())]);
    let older = User::query().join(|u| u.manager).filter(|(u, m)| u.age.gt(m.age)).select(|(u, _)| u.name);
    assert_eq!(older.all(&db).await?, ["Cy"]);
    Ok(())
}

/// `a` is tagged red and blue, `b` is not tagged, and nothing is green.
async fn tagged_posts(db: &Db) -> Result<()> {
    let [ann, _, _] = people(db).await?;
    let (a, _) = (post(db, &ann, "a").await?, post(db, &ann, "b").await?);
    for name in ["red", "blue", "green"] {
        let tag = Tag::insert(NewTag { name: name.into() }).exec(db).await?;
        if name != "green" {
            PostTag::insert(NewPostTag { post_id: a.id, tag_id: tag.id }).exec(db).await?;
        }
    }
    Ok(())
}

async fn a_join_goes_through_a_join_table(db: Db) -> Result<()> {
    tagged_posts(&db).await?;
    let rows =
        Post::query().join(|p| p.tags).order_by(|(_, t)| t.name.asc()).select(|(p, t)| (p.title, t.name));
    let row = |title: &str, tag: &str| (title.to_owned(), tag.to_owned());
    assert_eq!(rows.all(&db).await?, [row("a", "blue"), row("a", "red")]);
    let back = Tag::query().join(|t| t.posts).filter(|(_, p)| p.title.eq("a")).order_by(|(t, _)| t.id.asc());
    assert_eq!(back.select(|(t, _)| t.name).all(&db).await?, ["red", "blue"]);
    Ok(())
}

async fn a_left_join_goes_through_a_join_table(db: Db) -> Result<()> {
    tagged_posts(&db).await?;
    let rows =
        Tag::query().left_join(|t| t.posts).order_by(|(t, _)| t.id.asc()).select(|(t, p)| (t.name, p.title));
    let row = |tag: &str, title: Option<&str>| (tag.to_owned(), title.map(str::to_owned));
    assert_eq!(rows.all(&db).await?, [row("red", Some("a")), row("blue", Some("a")), row("green", None)]);
    Ok(())
}

async fn a_join_over_a_composite_key(db: Db) -> Result<()> {
    let line = |no: &str, line| NewOrderLine { order_no: no.into(), line, amount: i64::from(line) * 10 };
    OrderLine::insert_many([line("A", 1), line("A", 2), line("B", 1)]).exec(&db).await?;
    let delivery = |no: &str, line, amount| NewDelivery { order_no: no.into(), line, amount };
    Delivery::insert_many([delivery("A", 2, 5), delivery("A", 2, 15), delivery("B", 1, 7)]).exec(&db).await?;
    let rows = OrderLine::query()
        .left_join(|l| l.deliveries)
        .group_by(|(l, _)| (l.order_no, l.line))
        .order_by(|(no, line), _| (no.asc(), line.asc()))
        .select(|(no, line), (_, d)| (no, line, d.amount.sum()));
    let row = |no: &str, line, sum| (no.to_owned(), line, sum);
    assert_eq!(rows.all(&db).await?, [row("A", 1, None), row("A", 2, Some(20)), row("B", 1, Some(7))]);
    let lines =
        Delivery::query().join(|d| d.order_line).filter(|(_, l)| l.amount.eq(20)).select(|(d, _)| d.amount);
    assert_eq!(lines.order_by(|(d, _)| d.amount.asc()).all(&db).await?, [5, 15]);
    Ok(())
}

async fn joins_chain(db: Db) -> Result<()> {
    let [ann, bob, cy] = people(&db).await?;
    let a = post(&db, &ann, "a").await?;
    Comment::insert_many([(&bob, "hm"), (&cy, "oh")].map(|(u, text)| NewComment {
        post_id: a.id,
        author_id: u.id,
        text: text.into(),
    }))
    .exec(&db)
    .await?;
    let rows = User::query()
        .join(|u| u.posts)
        .join(|(_, p)| p.comments)
        .join(|(_, _, c)| c.author)
        .left_join(|(_, _, _, commenter)| commenter.manager)
        .order_by(|(_, _, c, _, _)| c.text.asc())
        .select(|(u, p, c, commenter, manager)| (u.name, p.title, c.text, commenter.name, manager.name));
    let row = |text: &str, name: &str| {
        ("Ann".to_owned(), "a".to_owned(), text.to_owned(), name.to_owned(), Some("Ann".to_owned()))
    };
    assert_eq!(rows.all(&db).await?, [row("hm", "Bob"), row("oh", "Cy")]);
    Ok(())
}

async fn several_relations_lead_to_the_same_model(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let row = NewPost { author_id: ann.id, title: "a".into() };
    Post::insert(row).set(|p| p.editor_id.set(bob.id)).exec(&db).await?;
    post(&db, &bob, "b").await?;
    let rows = Post::query()
        .join(|p| p.author)
        .left_join(|(p, _)| p.editor)
        .order_by(|(p, _, _)| p.title.asc())
        .select(|(_, author, editor)| (author.name, editor.name));
    assert_eq!(rows.all(&db).await?, [("Ann".to_owned(), Some("Bob".to_owned())), ("Bob".to_owned(), None)]);
    Ok(())
}

async fn a_join_is_counted(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for (author, title) in [(&ann, "a"), (&ann, "b"), (&bob, "c")] {
        post(&db, author, title).await?;
    }
    let joined = User::query().join(|u| u.posts);
    assert_eq!((joined.clone().count(&db).await?, joined.clone().exists(&db).await?), (3, true));
    assert_eq!(User::query().left_join(|u| u.posts).count(&db).await?, 4);
    let distinct = joined.select(|(u, _)| u.name).distinct();
    assert_eq!(distinct.count(&db).await?, 2);
    Ok(())
}

async fn a_join_is_ordered_and_cut(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for (author, title) in [(&ann, "a"), (&bob, "b"), (&ann, "c")] {
        post(&db, author, title).await?;
    }
    let titles = User::query()
        .join(|u| u.posts)
        .order_by(|(u, p)| (u.name.desc(), p.title.desc()))
        .select(|(_, p)| p.title);
    assert_eq!(titles.clone().limit(2).all(&db).await?, texts(&["b", "c"]));
    assert_eq!(titles.limit(2).offset(2).all(&db).await?, texts(&["a"]));
    Ok(())
}

async fn a_relation_is_asked_about_inside_a_join(db: Db) -> Result<()> {
    tagged_posts(&db).await?;
    let tagged = User::query()
        .join(|u| u.posts)
        .filter(|(u, p)| p.tags.any(|t| t.name.eq("red").and(u.name.eq("Ann"))))
        .select(|(_, p)| (p.title, p.tags.count()));
    assert_eq!(tagged.all(&db).await?, [("a".to_owned(), 2)]);
    Ok(())
}

async fn a_join_that_is_not_wanted_adds_nothing(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    for title in ["a", "b"] {
        let written = post(&db, &ann, title).await?;
        let tag = Tag::insert(NewTag { name: title.into() }).exec(&db).await?;
        PostTag::insert(NewPostTag { post_id: written.id, tag_id: tag.id }).exec(&db).await?;
    }
    let names = |wanted: bool| {
        let users =
            User::query().left_join_if(wanted, |u| u.posts).order_by(|(u, p)| (u.id.asc(), p.id.asc()));
        users.select(|(u, p)| (u.name, p.title))
    };
    let row = |name: &str, title: Option<&str>| (name.to_owned(), title.map(str::to_owned));
    let with = [row("Ann", Some("a")), row("Ann", Some("b")), row("Bob", None), row("Cy", None)];
    assert_eq!(names(true).all(&db).await?, with);
    assert_eq!(names(false).all(&db).await?, [row("Ann", None), row("Bob", None), row("Cy", None)]);
    // Through a table between, and whatever is joined to it further on.
    for wanted in [true, false] {
        let tags = Post::query().left_join_if(wanted, |p| p.tags).left_join(|(_, t)| t.posts);
        let tags: Vec<(Post, Option<Tag>, Option<Post>)> = tags.select(|row| row).all(&db).await?;
        assert_eq!(tags.len(), 2);
        assert!(tags.iter().all(|(_, tag, post)| tag.is_some() == wanted && post.is_some() == wanted));
    }
    Ok(())
}

async fn whole_rows_are_picked(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let (first, second) = (post(&db, &ann, "a").await?, post(&db, &bob, "b").await?);
    let rows = Post::query().join(|p| p.author).order_by(|(p, _)| p.id.asc());
    let rows: Vec<(Post, User)> = rows.select(|row| row).all(&db).await?;
    assert_eq!(rows, [(first.clone(), ann), (second.clone(), bob)]);
    let ranked = Post::query()
        .order_by(|p| p.id.asc())
        .select(|p| (orm::row_number().over(orm::window().order_by(p.id.desc())), p, p.title.upper()));
    let ranked: Vec<(i64, Post, String)> = ranked.all(&db).await?;
    assert_eq!(ranked, [(2, first, "A".to_owned()), (1, second, "B".to_owned())]);
    Ok(())
}

async fn whole_rows_that_are_not_there_are_none(db: Db) -> Result<()> {
    let [ann, bob, cy] = people(&db).await?;
    let written = post(&db, &ann, "a").await?;
    let rows = User::query().left_join(|u| u.posts).order_by(|(u, _)| u.id.asc());
    let rows: Vec<(User, Option<Post>)> = rows.select(|(u, p)| (u, p)).all(&db).await?;
    assert_eq!(rows, [(ann.clone(), Some(written.clone())), (bob.clone(), None), (cy, None)]);
    let rows = Post::query().right_join(|p| p.author).order_by(|(_, u)| u.id.asc()).limit(2);
    let rows: Vec<(Option<Post>, User, Option<String>)> =
        rows.select(|(p, u)| (p, u, p.title)).all(&db).await?;
    assert_eq!(rows, [(Some(written), ann, Some("a".to_owned())), (None, bob, None)]);
    Ok(())
}

async fn whole_rows_without_a_key_are_picked(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let entry = LogEntry { user_id: ann.id, text: "in".into() };
    LogEntry::insert(entry.clone()).exec(&db).await?;
    let rows =
        User::query().left_join_on::<LogEntry>(|(u, l)| u.id.eq(l.user_id)).order_by(|(u, _)| u.id.asc());
    let rows: Vec<(Option<LogEntry>, User)> = rows.select(|(u, l)| (l, u)).limit(2).all(&db).await?;
    assert_eq!(rows, [(Some(entry), ann), (None, bob)]);
    Ok(())
}

async fn whole_rows_of_a_query_are_picked(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let written = post(&db, &ann, "a").await?;
    post(&db, &bob, "b").await?;
    let posts = Post::query().filter(|p| p.title.eq("a")).limit(3);
    let rows =
        User::query().left_join_query(posts, |(u, p)| u.id.eq(p.author_id)).order_by(|(u, _)| u.id.asc());
    let rows: Vec<(User, Option<Post>)> = rows.select(|row| row).limit(2).all(&db).await?;
    assert_eq!(rows, [(ann, Some(written)), (bob, None)]);
    Ok(())
}

async fn whole_rows_of_which_nothing_is_required_are_none_only_where_they_are_missing(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let (empty, one) = (Scrap { number: None, text: None }, Scrap { number: Some(ann.id), text: None });
    for scrap in [&empty, &one] {
        Scrap::insert(scrap.clone()).exec(&db).await?;
    }
    let all = || {
        User::query()
            .left_join_on::<Scrap>(|(u, s)| u.id.eq(s.number).or(u.name.eq("Bob").and(s.number.is_null())))
    };
    let rows: Vec<(String, Option<Scrap>)> =
        all().order_by(|(u, _)| u.id.asc()).select(|(u, s)| (u.name, s)).all(&db).await?;
    let row = |name: &str, scrap: Option<&Scrap>| (name.to_owned(), scrap.cloned());
    assert_eq!(rows, [row("Ann", Some(&one)), row("Bob", Some(&empty)), row("Cy", None)]);
    assert_eq!(all().select(|(_, s)| s).count(&db).await?, 3);
    // The same of a query, and twice in one statement.
    let scraps = Scrap::query().filter(|s| s.number.is_null());
    let twice = User::query()
        .left_join_query(scraps, |(u, s)| u.name.eq("Cy").and(s.text.is_null()))
        .left_join_on::<Scrap>(|(u, _, s)| u.id.eq(s.number))
        .order_by(|(u, _, _)| u.id.asc());
    let twice: Vec<(Option<Scrap>, Option<Scrap>)> =
        twice.select(|(_, one, other)| (one, other)).all(&db).await?;
    assert_eq!(twice, [(None, Some(one)), (None, None), (Some(empty), None)]);
    Ok(())
}
