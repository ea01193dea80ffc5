use orm::prelude::*;

mod empty;

pub use empty::*;

#[derive(Debug, Clone, Model)]
#[orm(has_one(only_post: Post.writer))]
pub struct User {
    pub id: i64,
}

#[derive(Debug, Clone, Model)]
pub struct Post {
    pub id: i64,
    #[orm(unique, belongs_to(writer: self::User, on_delete = cascade))]
    pub user_id: i64,
}
