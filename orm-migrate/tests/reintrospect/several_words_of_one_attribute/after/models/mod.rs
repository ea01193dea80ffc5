use orm::prelude::*;

#[derive(Debug, Clone, Model)]
#[orm(table = "t")]
#[orm(index(first, b, unique))]
pub struct Thing {
    #[orm(identity = autoincrement)]
    pub id: i64,
    #[orm(column = "a", max_len = 4)]
    pub first: String,
    pub b: String,
    #[orm(max_len = 9, default = "y")] // two words
    pub c: String,
}
