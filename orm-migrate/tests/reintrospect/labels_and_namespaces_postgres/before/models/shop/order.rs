use orm::prelude::*;

use super::super::User;

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(namespace = "shop")]
pub struct Order {
    pub id: i64,
    #[orm(belongs_to(user: User))]
    pub user_id: i64,
}
