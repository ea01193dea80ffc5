use chrono::{DateTime, NaiveDate, Utc};
use orm::prelude::*;
use rust_decimal::Decimal;

#[derive(Debug, Clone, Model)]
#[orm(has_many(boss_users: User.boss_user))]
pub struct User {
    pub(crate) id: i64, // the key
    #[orm(max_len = 10, default = "x")]
    pub(crate) nick: String,
    /// As they call themselves.
    pub(crate) name: String,
    #[orm(index)]
    pub(crate) born: Option<NaiveDate>,
    #[orm(decimal(10, 2))]
    pub(crate) paid: Option<Decimal>,
    pub(crate) note: Option<String>,
    pub(crate) seen: Option<DateTime<Utc>>,
    #[orm(belongs_to(boss_user: User))]
    pub(crate) boss: Option<i64>,
}

#[derive(Debug, Clone, Model)] pub struct Point { x: i32, y: i32, z: Option<i32>, #[orm(max_len = 3)] not: Option<String> }

/// The time.
pub fn now() -> chrono::DateTime<Utc> {
    Utc::now()
}
