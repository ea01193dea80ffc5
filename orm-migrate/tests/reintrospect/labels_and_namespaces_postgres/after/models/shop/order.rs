use orm::prelude::*;

use super::super::User;
use super::Line;

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(namespace = "shop")]
#[orm(check("id > 0", name = "far"))]
#[orm(index(user_id, method = "hash", name = "orders_user"))]
#[orm(has_many(lines: Line.order))]
pub struct Order {
    pub id: i64,
    #[orm(belongs_to(user: User))]
    pub user_id: i64,
    #[orm(type = "point")]
    pub place: Option<String>,
}
