//! Queries over several models.

use orm::{Result, prelude::*};

use super::shop::{
    Comment, Delivery, NewComment, NewDelivery, NewOrderLine, NewPost, NewPostTag, NewTag, OrderLine, Post,
    PostTag, Tag, User, people, post, shop,
};

orm_tests::portable!(shop:
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
);

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
