use chrono::Utc;
use orm::prelude::*;

#[derive(Debug, Clone, Model)]
pub struct User {
    pub(crate) id: i64, // the key
    /// As they call themselves.
    pub(crate) name: String,
    pub(crate) note: Option<String>
}

#[derive(Debug, Clone, Model)] pub struct Point { x: i32, y: i32 }

/// The time.
pub fn now() -> chrono::DateTime<Utc> {
    Utc::now()
}
