//! The rows: those that are there, and those that are inserted.

use crate::digest::{Digested, comment_digest, post_digest, user_digest};

/// A row of `users` or `people`, for the peers that build their structs by hand.
#[derive(Debug, Clone)]
pub struct User {
    /// The key.
    pub id: i64,
    /// Text.
    pub name: String,
    /// Text.
    pub email: String,
    /// A small integer.
    pub age: i32,
    /// A float that every database can hold exactly.
    pub score: f64,
    /// NULL in every third row.
    pub bio: Option<String>,
}

/// A row of `posts`.
#[derive(Debug, Clone)]
pub struct Post {
    /// The key.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// Text.
    pub title: String,
    /// A longer text.
    pub body: String,
}

/// A row of `comments`.
#[derive(Debug, Clone)]
pub struct Comment {
    /// The key.
    pub id: i64,
    /// To what it was said.
    pub post_id: i64,
    /// Text.
    pub body: String,
}

/// A row to be inserted into `people`, which has the columns of `users`.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Text.
    pub name: String,
    /// Text.
    pub email: String,
    /// A small integer.
    pub age: i32,
    /// A float.
    pub score: f64,
    /// NULL in every third row.
    pub bio: Option<String>,
}

impl NewPerson {
    /// The row of that number.
    #[must_use]
    pub fn nth(number: u32) -> Self {
        let bio =
            (!number.is_multiple_of(3)).then(|| format!("Lives at number {number} and writes about it."));
        Self {
            name: format!("name {number}"),
            email: format!("user{number}@example.org"),
            age: i32::try_from(number % 90).unwrap_or_default(),
            score: f64::from(number) * 0.25,
            bio,
        }
    }
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
