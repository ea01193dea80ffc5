use orm::prelude::*;

// orm: not in the database any more: table "cities"
/// A place to live.
#[derive(Debug, Clone, Model)]
#[orm(has_many(people: User.home))]
pub struct City {
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, Model)]
// orm: not in the database any more: check "grown"
#[orm(check("age > 0", name = "grown"))]
// orm: not in the database any more: index "by_mail"
#[orm(index(mail, age desc, name = "by_mail"))]
pub struct User {
    pub id: i64,
    // orm: not in the database any more: column "nickname"
    /// What friends say.
    pub nickname: Option<String>,
    // orm: not in the database any more: foreign key "users_city_id_fkey"
    #[orm(belongs_to(home: City))]
    pub city_id: Option<i64>,
    // orm: not in the database any more: index "users_age_idx"
    #[orm(index)]
    pub age: i32,
    // orm: not in the database any more: unique constraint "users_mail_key"
    #[orm(unique)]
    pub mail: Option<String>,
}
