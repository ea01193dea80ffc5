pub mod people {
    use orm::prelude::*;

    #[derive(Debug, Clone, Model)]
    #[orm(has_many(cities: super::places::City.mayor))]
    pub struct User {
        pub id: i64,
        pub born: Option<chrono::NaiveDate>,
        #[orm(belongs_to(city: super::places::City))]
        pub city_id: Option<i64>,
    }
}

pub mod places {
    use orm::prelude::*;

    #[derive(Debug, Clone, Model)]
    #[orm(has_many(users: super::people::User.city))]
    pub struct City {
        pub id: i64,
        #[orm(belongs_to(mayor: super::people::User))]
        pub mayor_id: Option<i64>,
    }
}
