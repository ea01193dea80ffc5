use chrono::{DateTime, Utc};
use orm::prelude::*;

#[derive(Debug, Clone, PartialEq, orm::Value)]
pub struct Level(i32);

#[derive(Debug, Clone, Model)]
pub struct User {
    pub id: i64,
    /// In years.
    #[orm(default = 21)]
    #[doc(hidden)]
    pub age: i64,
    #[orm(column = "name", max_len = 80)]
    pub title: Option<String>,
    #[orm(default = 0)]
    pub score: i32,
    #[orm(column = "tag")]
    pub word: Option<String>,
    #[orm(default_sql = "CURRENT_TIMESTAMP")]
    pub made: DateTime<Utc>,
    pub level: Option<Level>,
}
