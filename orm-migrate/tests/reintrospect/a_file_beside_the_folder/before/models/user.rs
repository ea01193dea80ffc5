use orm::prelude::*;

#[derive(Debug, Clone, Model)]
pub struct User {
    pub id: i64,
}
