//! sqlx: `query_as` through the pool, `QueryBuilder` or `UNNEST` for many rows.

use std::process::ExitCode;

use contract::{Database, Digested, children_of, comment_digest, post_digest, user_digest};
use sqlx::FromRow;

mod mariadb;
mod postgres;
mod sqlite;

/// Users with their posts with their comments.
type Family = Vec<(User, Vec<(Post, Vec<Comment>)>)>;

/// A row of `users` or `people`.
#[derive(Debug, FromRow)]
struct User {
    id: i64,
    name: String,
    email: String,
    age: i32,
    score: f64,
    bio: Option<String>,
}

/// A row of `posts`.
#[derive(Debug, FromRow)]
struct Post {
    id: i64,
    user_id: i64,
    title: String,
    body: String,
}

/// A row of `comments`.
#[derive(Debug, FromRow)]
struct Comment {
    id: i64,
    post_id: i64,
    body: String,
}

fn family(users: Vec<User>, posts: Vec<Post>, comments: Vec<Comment>) -> Family {
    let posts = children_of(posts, |post| post.id, comments, |comment| comment.post_id);
    children_of(users, |user| user.id, posts, |(post, _)| post.user_id)
}

impl Digested for User {
    fn digest(&self) -> u64 {
        user_digest(self.id, &self.name, &self.email, self.age, self.score, self.bio.as_deref())
    }
}

impl Digested for Post {
    fn digest(&self) -> u64 {
        post_digest(self.id, self.user_id, &self.title, &self.body)
    }
}

impl Digested for Comment {
    fn digest(&self) -> u64 {
        comment_digest(self.id, self.post_id, &self.body)
    }
}

fn main() -> ExitCode {
    contract::run(|database, url| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            match database {
                Database::Sqlite => contract::serve::<sqlite::Peer>(database, url).await,
                Database::Postgres => contract::serve::<postgres::Peer>(database, url).await,
                Database::Mariadb => contract::serve::<mariadb::Peer>(database, url).await,
            }
        })
    })
}
