//! What relations cost: one statement for the rows and one for each relation, for one row as for sixty.

use orm::{Query, Readable, Result, Scope, prelude::*};
use orm_tests::assert_statements;

use super::shop::{
    Comment, Delivery, LogEntry, NewComment, NewDelivery, NewLogEntry, NewOrderLine, NewPost, NewPostTag,
    NewProfile, NewTag, NewUser, OrderLine, Post, PostTag, Profile, Tag, User, shop,
};

mod guide;

orm_tests::portable!(shop:
    a_has_many_is_one_statement,
    a_has_one_is_one_statement,
    a_belongs_to_is_one_statement,
    a_many_to_many_is_one_statement_though_it_has_two_tables,
    a_self_relation_is_one_statement_each_way,
    a_relation_over_a_composite_key_is_one_statement,
    a_relation_without_a_foreign_key_is_one_statement,
    relations_side_by_side_are_one_statement_each,
    relations_inside_relations_are_one_statement_each,
    a_relation_that_is_filtered_ordered_and_limited_is_one_statement,
    a_relation_of_one_row_is_one_statement,
    a_projection_is_one_statement_for_each_struct_and_relation,
    pages_load_the_relations_of_their_rows_alone,
    what_is_empty_is_not_asked_for,
    from_ten_thousand_keys_on_there_is_one_statement_more,
);

/// As many of everything as there are users, where each has one and is one's.
async fn fill(db: &Db, count: i64) -> Result<()> {
    User::query().update(|u| u.manager_id.set_null()).all_rows().exec(db).await?;
    User::query().delete().all_rows().exec(db).await?;
    Tag::query().delete().all_rows().exec(db).await?;
    OrderLine::query().delete().all_rows().exec(db).await?;
    LogEntry::query().delete().all_rows().exec(db).await?;
    User::insert_many((0..count).map(|n| NewUser { email: format!("{n}"), name: format!("user {n}") }))
        .exec(db)
        .await?;
    User::query().update(|u| u.manager_id.set(u.id.nullable())).all_rows().exec(db).await?;
    let users = User::query().select(|u| u.id).all(db).await?;
    Profile::insert_many(users.iter().map(|&user_id| NewProfile { user_id, website: "x.org".into() }))
        .exec(db)
        .await?;
    Post::insert_many(users.iter().map(|&author_id| NewPost { author_id, title: format!("of {author_id}") }))
        .exec(db)
        .await?;
    Post::query().update(|p| p.editor_id.set(p.author_id.nullable())).all_rows().exec(db).await?;
    let posts = Post::query().select(|p| (p.id, p.author_id)).all(db).await?;
    let comment = |&(post_id, author_id): &(i64, i64)| NewComment { post_id, author_id, text: "hm".into() };
    Comment::insert_many(posts.iter().map(comment)).exec(db).await?;
    Tag::insert_many((0..count).map(|n| NewTag { name: format!("tag {n}") })).exec(db).await?;
    let tags = Tag::query().select(|t| t.id).all(db).await?;
    let links = posts.iter().zip(tags).map(|(&(post_id, _), tag_id)| NewPostTag { post_id, tag_id });
    PostTag::insert_many(links).exec(db).await?;
    let numbers = || (0..count).map(|n| i32::try_from(n).unwrap_or(0));
    let line = |line| NewOrderLine { order_no: format!("no {}", line % 7), line, amount: 1 };
    OrderLine::insert_many(numbers().map(line)).exec(db).await?;
    let delivery = |line| NewDelivery { order_no: format!("no {}", line % 7), line, amount: 1 };
    Delivery::insert_many(numbers().map(delivery)).exec(db).await?;
    LogEntry::insert_many(users.iter().map(|&user_id| NewLogEntry { user_id, text: "in".into() }))
        .exec(db)
        .await?;
    Ok(())
}

/// The query sends so many statements where there is one row, and where there are sixty.
async fn costs<S: Scope, O>(db: &Db, statements: usize, query: impl Fn() -> Query<S, O>) -> Result<()>
where
    Query<S, O>: Readable,
{
    for count in [1, 60] {
        fill(db, count).await?;
        let rows = assert_statements(statements, query().all(db)).await?;
        assert_eq!(i64::try_from(rows.len()).unwrap_or(0), count);
    }
    Ok(())
}

async fn a_has_many_is_one_statement(db: Db) -> Result<()> {
    costs(&db, 2, || User::query().with(|u| u.posts)).await?;
    costs(&db, 2, || User::query().with(|u| u.edited)).await?;
    costs(&db, 2, || User::query().with(|u| u.comments)).await?;
    costs(&db, 2, || Post::query().with(|p| p.comments)).await
}

async fn a_has_one_is_one_statement(db: Db) -> Result<()> {
    costs(&db, 2, || User::query().with(|u| u.profile)).await
}

async fn a_belongs_to_is_one_statement(db: Db) -> Result<()> {
    costs(&db, 2, || Post::query().with(|p| p.author)).await?;
    costs(&db, 2, || Post::query().with(|p| p.editor)).await?;
    costs(&db, 2, || Profile::query().with(|p| p.user)).await?;
    costs(&db, 2, || Comment::query().with(|c| c.post)).await?;
    costs(&db, 2, || Comment::query().with(|c| c.author)).await?;
    costs(&db, 2, || PostTag::query().with(|l| l.post)).await?;
    costs(&db, 2, || PostTag::query().with(|l| l.tag)).await
}

async fn a_many_to_many_is_one_statement_though_it_has_two_tables(db: Db) -> Result<()> {
    costs(&db, 2, || Post::query().with(|p| p.tags)).await?;
    costs(&db, 2, || Tag::query().with(|t| t.posts)).await
}

async fn a_self_relation_is_one_statement_each_way(db: Db) -> Result<()> {
    costs(&db, 2, || User::query().with(|u| u.reports)).await?;
    costs(&db, 2, || User::query().with(|u| u.manager)).await?;
    costs(&db, 4, || User::query().with(|u| u.manager.with(|m| m.reports)).with(|u| u.reports)).await
}

async fn a_relation_over_a_composite_key_is_one_statement(db: Db) -> Result<()> {
    costs(&db, 2, || OrderLine::query().with(|l| l.deliveries)).await?;
    costs(&db, 2, || Delivery::query().with(|d| d.order_line)).await?;
    costs(&db, 3, || Delivery::query().with(|d| d.order_line.with(|l| l.deliveries))).await
}

async fn a_relation_without_a_foreign_key_is_one_statement(db: Db) -> Result<()> {
    costs(&db, 2, || LogEntry::query().with(|l| l.user)).await
}

async fn relations_side_by_side_are_one_statement_each(db: Db) -> Result<()> {
    costs(&db, 5, || {
        Post::query().with(|p| p.author).with(|p| p.editor).with(|p| p.comments).with(|p| p.tags)
    })
    .await
}

async fn relations_inside_relations_are_one_statement_each(db: Db) -> Result<()> {
    costs(&db, 3, || User::query().with(|u| u.posts.with(|p| p.comments))).await?;
    costs(&db, 6, || {
        User::query()
            .with(|u| u.posts.with(|p| p.comments.with(|c| c.author.with(|a| a.profile))).with(|p| p.tags))
    })
    .await
}

async fn a_relation_that_is_filtered_ordered_and_limited_is_one_statement(db: Db) -> Result<()> {
    costs(&db, 2, || {
        User::query().with(|u| u.posts.filter(|p| p.views.ge(0)).order_by(|p| p.id.desc()).limit(2))
    })
    .await?;
    costs(&db, 2, || Post::query().with(|p| p.tags.order_by(|t| t.name.asc()).limit(1))).await?;
    costs(&db, 2, || User::query().with(|u| u.posts.offset(1))).await?;
    costs(&db, 2, || Post::query().with(|p| p.author.filter(|u| u.age.gt(1)))).await
}

/// However a row is asked for.
async fn a_relation_of_one_row_is_one_statement(db: Db) -> Result<()> {
    fill(&db, 60).await?;
    let query = || User::query().order_by(|u| u.id.asc()).with(|u| u.posts.with(|p| p.tags));
    let (first, _) = assert_statements(3, query().first(&db)).await?.expect("there are users");
    assert_statements(3, User::find(first.id).with(|u| u.posts.with(|p| p.tags)).one(&db)).await?;
    let found = assert_statements(3, query().filter(|u| u.id.eq(first.id)).optional(&db)).await?;
    assert!(found.is_some());
    assert_eq!(assert_statements(1, query().count(&db)).await?, 60);
    assert!(assert_statements(1, query().exists(&db)).await?);
    Ok(())
}

#[derive(Debug, Clone, Projection)]
#[orm(model = Tag)]
struct Label {
    name: String,
}

#[derive(Debug, Clone, Projection)]
#[orm(model = Post)]
struct Card {
    title: String,
    #[orm(expr = |p| p.comments.count())]
    comments: i64,
    #[orm(with = |p| p.editor)]
    editor: Option<Name>,
    #[orm(with = |p| p.tags.order_by(|t| t.name.asc()).limit(2))]
    tags: Vec<Label>,
}

#[derive(Debug, Clone, Projection)]
#[orm(model = User)]
struct Name {
    name: String,
}

#[derive(Debug, Clone, Projection)]
#[orm(model = User)]
struct Page {
    name: String,
    #[orm(expr = |u| u.posts.any(|p| p.views.ge(0)).or_false())]
    writes: bool,
    #[orm(with = |u| u.posts.order_by(|p| p.views.desc()).limit(3))]
    posts: Vec<Card>,
    #[orm(with = |u| u.profile)]
    profile: Option<Profile>,
}

async fn a_projection_is_one_statement_for_each_struct_and_relation(db: Db) -> Result<()> {
    costs(&db, 1, || User::query().load::<Name>()).await?;
    costs(&db, 3, || Post::query().load::<Card>()).await?;
    costs(&db, 5, || User::query().load::<Page>()).await?;
    let page = User::query().load::<Page>().first(&db).await?.expect("there are users");
    let card = &page.posts[0];
    assert!(page.writes && page.profile.is_some() && page.name.starts_with("user"));
    assert!(card.title.starts_with("of") && card.comments == 1 && card.tags[0].name.starts_with("tag"));
    assert_eq!(card.editor.as_ref().map(|editor| &editor.name), Some(&page.name));
    Ok(())
}

async fn pages_load_the_relations_of_their_rows_alone(db: Db) -> Result<()> {
    for count in [1, 60] {
        fill(&db, count).await?;
        let query = || User::query().with(|u| u.posts).with(|u| u.profile);
        let page = assert_statements(4, query().page(1, 10).fetch(&db)).await?;
        assert_eq!(page.total, u64::try_from(count).unwrap_or(0));
        let page = assert_statements(3, query().page_after(None, 10).fetch(&db)).await?;
        assert!(page.items.iter().all(|(user, posts, _)| posts[0].author_id == user.id));
    }
    Ok(())
}

async fn what_is_empty_is_not_asked_for(db: Db) -> Result<()> {
    let nested = || User::query().with(|u| u.posts.with(|p| p.comments)).with(|u| u.manager);
    assert_eq!(assert_statements(1, nested().all(&db)).await?.len(), 0);
    User::insert(NewUser { email: "a".into(), name: "A".into() }).exec(&db).await?;
    // Nobody's manager has no key to ask by, and no post has comments.
    assert_eq!(assert_statements(2, nested().all(&db)).await?.len(), 1);
    Ok(())
}

/// Keys that lead nowhere cost as much as others.
async fn from_ten_thousand_keys_on_there_is_one_statement_more(db: Db) -> Result<()> {
    let entries = (0..10_001).map(|user_id| NewLogEntry { user_id, text: "in".into() });
    LogEntry::insert_many(entries).exec(&db).await?;
    let loaded = || LogEntry::query().with(|l| l.user.filter(|u| u.age.ge(0)));
    assert_statements(3, loaded().all(&db)).await?;
    assert_statements(2, loaded().filter(|l| l.user_id.lt(10_000)).all(&db)).await?;
    LogEntry::query().update(|l| l.user_id.set(l.user_id % 100)).all_rows().exec(&db).await?;
    // What counts is how many differ.
    assert_eq!(assert_statements(2, loaded().all(&db)).await?.len(), 10_001);
    Ok(())
}
