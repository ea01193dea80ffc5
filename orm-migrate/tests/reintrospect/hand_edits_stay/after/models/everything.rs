use orm::prelude::*;

/// How old somebody is.
#[derive(Debug, Clone, Copy, PartialEq, orm::Value)]
pub struct Age(i32);

/// Somebody who may log in.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(
    table = "users",          // it was called so before
    has_many( writings : Article . writer ),
    index(email, unique, name = "users_mail_idx")
)]
pub struct Member {
    pub id: i64,

    /// Where letters go.
    #[orm(column = "mail", max_len = 80)]
    pub email: String,
    #[orm(default = 18)] pub age: Age,
    #[orm(default = "on")]
    state: String,
}

impl Member {
    /// Whether letters reach them.
    pub fn is_reachable(&self) -> bool { !self.email.is_empty() && self.state == "on" }
}

#[derive(Clone, Model)]
#[orm(table = "Post")]
pub struct Article {
    #[orm(column = "Title")] pub title: String,
    #[orm(column = "Id", primary_key)] pub number: i64,
    #[orm(column = "AuthorId", belongs_to(writer: self::Member, on_delete = cascade))]
    pub writer_id: i64,
}
