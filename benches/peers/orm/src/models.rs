//! The models, and what a digest is made of.

use contract::{Digested, comment_digest, post_digest, user_digest};
use orm::prelude::*;

/// Who writes posts.
#[derive(Debug, Clone, Model)]
#[orm(has_many(posts: Post.user))]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) age: i32,
    pub(crate) score: f64,
    pub(crate) bio: Option<String>,
}

/// The same columns, in the table that is inserted into.
#[derive(Debug, Clone, Model)]
#[orm(table = "people")]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) age: i32,
    pub(crate) score: f64,
    pub(crate) bio: Option<String>,
}

/// Every column but the key.
#[derive(Debug, Insert)]
#[orm(model = Person)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) age: i32,
    pub(crate) score: f64,
    pub(crate) bio: Option<String>,
}

/// What a user wrote.
#[derive(Debug, Clone, Model)]
#[orm(has_many(comments: Comment.post))]
pub(crate) struct Post {
    pub(crate) id: i64,
    #[orm(belongs_to(user: User))]
    pub(crate) user_id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
}

/// What was said to it.
#[derive(Debug, Clone, Model)]
pub(crate) struct Comment {
    pub(crate) id: i64,
    #[orm(belongs_to(post: Post))]
    pub(crate) post_id: i64,
    pub(crate) body: String,
}

impl From<contract::NewPerson> for Row {
    fn from(contract::NewPerson { name, email, age, score, bio }: contract::NewPerson) -> Self {
        Self { name, email, age, score, bio }
    }
}

impl Digested for User {
    fn digest(&self) -> u64 {
        user_digest(self.id, &self.name, &self.email, self.age, self.score, self.bio.as_deref())
    }
}

impl Digested for Person {
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
