use orm::prelude::*;

/// Where an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Status {
    New,
    #[orm(label = "in transit")]
    OnItsWay
}

#[derive(Debug, Clone, Model)]
pub struct Order {
    pub id: i64,
    #[orm(default = "new")]
    pub status: Status,
    #[orm(check = "amount > 0")]
    pub amount: i32,
}
