use orm::prelude::*;

use super::shop::Order;
use super::{Colour, Feeling};

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(has_many(orders: Order.user))]
pub struct User {
    pub id: i64,
    pub mood: Feeling,
    pub paint: Option<Colour>,
    #[orm(default = "{}")]
    pub tags: Vec<String>,
}
