use orm::prelude::*;

use super::Post;

#[derive(Debug, Clone, Model)]
#[orm(has_many(posts: Post.user))]
pub struct User {
    pub id: i64,
    pub name: Option<String>,
}
