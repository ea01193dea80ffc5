use orm::prelude::*;

use super::User;

#[derive(Debug, Clone, Model)]
#[orm(has_many(users: User.city))]
pub struct City {
    pub id: i64,
    pub name: String,
}
