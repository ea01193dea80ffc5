// What the examples of this crate run on: two models that lead to each other, tags between, and a few rows.
//
// A doctest includes this file, hidden:
//
//     # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
//     # fn main() -> Outcome { example(async |db| {
//     … the lines that are shown …
//     # Ok(()) }) }
//
// The derives are told where the runtime is, since this crate does not know the facade `orm`; `sql!` always takes the facade.

extern crate orm_core as orm;

use orm_core::*;
use orm_macros::{Enum, Insert, Model, Patch, Projection, Value, sql};

/// Ann (31, who says "Writes.") and Bob (20).
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(crate = orm_core, has_many(posts: Post.author))]
pub struct User {
    pub id: i64,
    #[orm(unique)]
    pub email: String,
    pub name: String,
    pub bio: Option<String>,
    #[orm(default = 18, check = "age >= 0")]
    pub age: i32,
}

/// "Hello" (10 views, rated 4.5) and "On joins" (20 views) of Ann, "Tables" (5 views) of Bob, which Ann edits.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(crate = orm_core, has_many(tags: Tag through PostTag.post, PostTag.tag))]
pub struct Post {
    pub id: i64,
    #[orm(belongs_to(author: User))]
    pub author_id: i64,
    #[orm(belongs_to(editor: User))]
    pub editor_id: Option<i64>,
    pub title: String,
    #[orm(default = 0)]
    pub views: i64,
    pub rating: Option<f64>,
}

/// "rust" (on "Hello" and "On joins") and "sql" (on "On joins").
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(crate = orm_core, has_many(posts: Post through PostTag.tag, PostTag.post))]
pub struct Tag {
    pub id: i64,
    #[orm(unique)]
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(crate = orm_core, primary_key(post_id, tag_id))]
pub struct PostTag {
    #[orm(belongs_to(post: Post))]
    pub post_id: i64,
    #[orm(belongs_to(tag: Tag))]
    pub tag_id: i64,
}

type Outcome = std::result::Result<(), Box<dyn std::error::Error>>;

/// Runs an example on a database in memory; without SQLite it is only compiled.
#[cfg_attr(not(feature = "sqlite"), expect(unused_variables))]
fn example(run: impl AsyncFnOnce(Db) -> Outcome) -> Outcome {
    #[cfg(feature = "sqlite")]
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let db = Db::connect("sqlite::memory:").await?;
        db.connection().await?.batch(ROWS).await?;
        run(db).await
    })?;
    Ok(())
}

#[cfg(feature = "sqlite")]
const ROWS: &str = "
    CREATE TABLE users (
        id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, bio TEXT,
        age INTEGER NOT NULL DEFAULT 18 CONSTRAINT users_age_check CHECK (age >= 0)
    );
    CREATE TABLE posts (
        id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES users (id),
        editor_id INTEGER REFERENCES users (id), title TEXT NOT NULL, views INTEGER NOT NULL DEFAULT 0, rating REAL
    );
    CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE post_tags (
        post_id INTEGER NOT NULL REFERENCES posts (id), tag_id INTEGER NOT NULL REFERENCES tags (id),
        PRIMARY KEY (post_id, tag_id)
    );
    INSERT INTO users VALUES (1, 'ann@x', 'Ann', 'Writes.', 31), (2, 'bob@x', 'Bob', NULL, 20);
    INSERT INTO posts VALUES
        (1, 1, NULL, 'Hello', 10, 4.5), (2, 1, NULL, 'On joins', 20, NULL), (3, 2, 1, 'Tables', 5, NULL);
    INSERT INTO tags VALUES (1, 'rust'), (2, 'sql');
    INSERT INTO post_tags VALUES (1, 1), (2, 1), (2, 2);
";
