use orm::prelude::*;

#[derive(Debug, Clone, Model)]
struct User {
    id: i64,
    #[orm(uniqe)]
    email: String,
}

fn main() {}
