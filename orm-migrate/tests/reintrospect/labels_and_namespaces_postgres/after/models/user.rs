use chrono::{DateTime, Utc};
use orm::prelude::*;

use super::shop::Order;
use super::{Colour, Feeling, Size};

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(has_many(orders: Order.user))]
#[orm(has_one(user: super::crm::User.user))]
pub struct User {
    pub id: i64,
    pub mood: Feeling,
    // orm: not in the database any more: column "paint"
    pub paint: Option<Colour>,
    #[orm(default = "{}")]
    pub tags: Vec<String>,
    pub size: Option<Size>,
    #[orm(default = now)]
    pub seen: DateTime<Utc>,
}
