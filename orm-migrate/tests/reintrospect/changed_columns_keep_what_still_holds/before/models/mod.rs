use chrono::{DateTime, Utc};
use orm::prelude::*;

#[derive(Debug, Clone, PartialEq, orm::Value)]
pub struct Level(i32);

#[derive(Debug, Clone, Model)]
pub struct User {
    pub id: i64,
    /// In years.
    #[orm(default = 18)]
    #[doc(hidden)]
    pub age: i32,
    #[orm(column = "name", max_len = 40)]
    pub title: String,
    pub score: Option<i32>,
    #[orm(column = "tag", default = "a")]
    pub word: String,
    pub made: DateTime<Utc>,
    pub level: Level,
}
