use orm::prelude::*;

#[derive(Debug, Clone, Model)]
pub struct User {
    pub id: i64,
    pub full_name: String,
    // orm: not in the database any more: column "name"
    /// As on the passport.
    pub name: String,
}
