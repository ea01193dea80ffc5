use orm::prelude::*;

use super::city::City;

#[derive(Debug, Clone, Model)]
#[orm(has_many(staff: User.superior))]
pub struct User {
    pub id: i64,
    /// Where letters go.
    pub mail: String,
    pub age: i32,
    pub city_id: Option<i64>,
    #[orm(belongs_to(superior: User, foreign_key = false))]
    pub boss_id: Option<i64>,
}

/// Of nothing.
pub type Town = City;
