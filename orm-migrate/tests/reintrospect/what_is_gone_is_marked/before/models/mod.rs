use orm::prelude::*;

/// A place to live.
#[derive(Debug, Clone, Model)]
#[orm(has_many(people: User.home))]
pub struct City {
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, Model)]
#[orm(check("age > 0", name = "grown"))]
#[orm(index(mail, age desc, name = "by_mail"))]
pub struct User {
    pub id: i64,
    /// What friends say.
    pub nickname: Option<String>,
    #[orm(belongs_to(home: City))]
    pub city_id: Option<i64>,
    #[orm(index)]
    pub age: i32,
    #[orm(unique)]
    pub mail: Option<String>,
}
