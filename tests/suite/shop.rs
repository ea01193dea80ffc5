//! The models of the suite: people, what they write, and what is sent to them.

use chrono::{DateTime, Utc};
use orm::{TableFacts, prelude::*};
use orm_schema::Schema;

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(
    has_many(posts: Post.author),
    has_many(edited: Post.editor),
    has_many(comments: Comment.author),
    has_many(reports: User.manager),
    has_one(profile: Profile.user)
)]
pub struct User {
    pub id: i64,
    #[orm(unique)]
    pub email: String,
    pub name: String,
    pub bio: Option<String>,
    #[orm(belongs_to(manager: User, on_delete = set_null))]
    pub manager_id: Option<i64>,
    #[orm(default = 18, check = "age >= 0")]
    pub age: i32,
    #[orm(default = now)]
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Profile {
    pub id: i64,
    #[orm(unique, belongs_to(user: User, on_delete = cascade))]
    pub user_id: i64,
    pub website: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(
    has_many(comments: Comment.post),
    has_many(tags: Tag through PostTag.post, PostTag.tag),
    index(author_id, title desc)
)]
pub struct Post {
    pub id: i64,
    #[orm(belongs_to(author: User, on_delete = cascade))]
    pub author_id: i64,
    #[orm(belongs_to(editor: User))]
    pub editor_id: Option<i64>,
    pub title: String,
    pub rating: Option<f64>,
    #[orm(default = 0)]
    pub views: i64,
    #[orm(default = false)]
    pub published: bool,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Comment {
    pub id: i64,
    #[orm(belongs_to(post: Post, on_delete = cascade))]
    pub post_id: i64,
    #[orm(belongs_to(author: User, on_delete = cascade))]
    pub author_id: i64,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(has_many(posts: Post through PostTag.tag, PostTag.post))]
pub struct Tag {
    pub id: i64,
    #[orm(unique)]
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(primary_key(post_id, tag_id))]
pub struct PostTag {
    #[orm(belongs_to(post: Post, on_delete = cascade))]
    pub post_id: i64,
    #[orm(belongs_to(tag: Tag, on_delete = cascade))]
    pub tag_id: i64,
}

/// A key of several fields, of several types.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(primary_key(order_no, line), has_many(deliveries: Delivery.order_line))]
pub struct OrderLine {
    pub order_no: String,
    pub line: i32,
    pub amount: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(belongs_to(order_line: OrderLine, (order_no, line) = (order_no, line), on_delete = cascade))]
pub struct Delivery {
    pub id: i64,
    pub order_no: String,
    pub line: i32,
    pub amount: i64,
}

/// Without a key, and with a relation that no foreign key holds.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct LogEntry {
    #[orm(belongs_to(user: User, foreign_key = false))]
    pub user_id: i64,
    pub text: String,
}

/// Nothing is required.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Counter {
    pub id: i64,
    #[orm(default = 0)]
    pub hits: i64,
    pub note: Option<String>,
}

pub fn shop() -> Schema {
    orm_tests::schema_of(&[
        User::TABLE,
        Profile::TABLE,
        Post::TABLE,
        Comment::TABLE,
        Tag::TABLE,
        PostTag::TABLE,
        OrderLine::TABLE,
        Delivery::TABLE,
        LogEntry::TABLE,
        Counter::TABLE,
    ])
}

/// The shop, and tables of a test's own.
pub fn shop_and(more: &[&'static TableFacts]) -> Schema {
    let (mut schema, more) = (shop(), orm_tests::schema_of(more));
    schema.tables.extend(more.tables);
    schema.enums.extend(more.enums);
    schema
}

/// Ann (31), who manages Bob (20) and Cy (47).
pub async fn people(db: &Db) -> orm::Result<[User; 3]> {
    let ann = User::insert(NewUser { email: "ann@x".into(), name: "Ann".into() })
        .set(|u| (u.age.set(31), u.bio.set("writes")))
        .exec(db)
        .await?;
    let bob = User::insert(NewUser { email: "bob@x".into(), name: "Bob".into() })
        .set(|u| (u.age.set(20), u.manager_id.set(ann.id)))
        .exec(db)
        .await?;
    let cy = User::insert(NewUser { email: "cy@x".into(), name: "Cy".into() })
        .set(|u| (u.age.set(47), u.manager_id.set(ann.id)))
        .exec(db)
        .await?;
    Ok([ann, bob, cy])
}

/// A post of somebody.
pub async fn post(db: &Db, author: &User, title: &str) -> orm::Result<Post> {
    Post::insert(NewPost { author_id: author.id, title: title.into() }).exec(db).await
}
