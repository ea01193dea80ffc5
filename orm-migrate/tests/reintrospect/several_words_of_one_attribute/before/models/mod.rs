use orm::prelude::*;

#[derive(Debug, Clone, Model)]
#[orm(table = "t")]
pub struct Thing {
    pub id: i64,
    #[orm(column = "a", max_len = 4, default = "x")]
    pub first: String,
    #[orm(max_len = 4, default = "x")]
    pub b: String,
    #[orm(max_len = 4, default = "x")] // two words
    pub c: String,
}
