use orm::prelude::*;

use super::city::City;

#[derive(Debug, Clone, Model)]
#[orm(has_many(staff: User.superior))]
#[orm(check("age < 200 OR mail > ''", name = "fit"))]
#[orm(index(city_id, age desc, name = "by_city"))]
#[orm(index(age, where = "age > 60", name = "older"))]
pub struct User {
    pub id: i64,
    /// Where letters go.
    #[orm(unique)]
    pub mail: String,
    #[orm(check = "age > 0")]
    #[orm(index)]
    pub age: i32,
    #[orm(belongs_to(city: City, on_delete = set_null))]
    pub city_id: Option<i64>,
    #[orm(belongs_to(superior: User))]
    pub boss_id: Option<i64>,
}

/// Of nothing.
pub type Town = City;
