use orm::prelude::*;

#[derive(Debug, Clone, Model)]
pub struct City {
    pub id: i64,
    pub name: String,
}
