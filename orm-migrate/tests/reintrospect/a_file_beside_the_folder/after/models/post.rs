use orm::prelude::*;

use super::user::User;

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Post {
    pub id: i64,
    #[orm(belongs_to(user: User))]
    pub user_id: i64,
}
