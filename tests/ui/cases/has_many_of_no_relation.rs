use orm::prelude::*;

#[derive(Debug, Clone, Model)]
#[orm(has_many(posts: Post.auther))]
struct User {
    id: i64,
}

#[derive(Debug, Clone, Model)]
struct Post {
    id: i64,
    #[orm(belongs_to(author: User))]
    author_id: i64,
}

fn main() {}
