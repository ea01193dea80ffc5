//! A number for all values of a result, by which peers prove that they read the same.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Rows whose values can be compared with another peer's.
pub trait Digested {
    /// A number for all values. Lists are bags: no peer has to sort what the case does not ask it to.
    fn digest(&self) -> u64;
}

impl<T: Digested> Digested for Vec<T> {
    fn digest(&self) -> u64 {
        self.iter().fold(self.len() as u64, |sum, row| sum.wrapping_add(row.digest()))
    }
}

/// A row and the rows that belong to it.
impl<P: Digested, C: Digested> Digested for (P, Vec<C>) {
    fn digest(&self) -> u64 {
        hash((self.0.digest(), self.1.digest()))
    }
}

/// For a row of `users` or `people`.
#[must_use]
pub fn user_digest(id: i64, name: &str, email: &str, age: i32, score: f64, bio: Option<&str>) -> u64 {
    hash((id, name, email, age, score.to_bits(), bio))
}

/// For a row of `posts`.
#[must_use]
pub fn post_digest(id: i64, user_id: i64, title: &str, body: &str) -> u64 {
    hash((id, user_id, title, body))
}

/// For a row of `comments`.
#[must_use]
pub fn comment_digest(id: i64, post_id: i64, body: &str) -> u64 {
    hash((id, post_id, body))
}

// Its keys are fixed, and all peers are built by one toolchain.
fn hash(values: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    values.hash(&mut hasher);
    hasher.finish()
}
