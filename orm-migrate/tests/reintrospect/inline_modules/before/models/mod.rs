pub mod people {
    use orm::prelude::*;

    #[derive(Debug, Clone, Model)]
    pub struct User {
        pub id: i64,
    }
}

pub mod places {
    use orm::prelude::*;

    #[derive(Debug, Clone, Model)]
    pub struct City {
        pub id: i64,
    }
}
