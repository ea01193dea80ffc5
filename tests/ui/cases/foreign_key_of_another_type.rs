use orm::prelude::*;

#[derive(Debug, Clone, Model)]
struct User {
    id: i64,
}

#[derive(Debug, Clone, Model)]
struct Post {
    id: i64,
    #[orm(belongs_to(author: User))]
    author_id: i32,
}

fn main() {}
