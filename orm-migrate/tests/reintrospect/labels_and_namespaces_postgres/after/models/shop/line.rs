use orm::prelude::*;
use rust_decimal::Decimal;

use super::Order;

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(namespace = "shop", primary_key(order_id, no))]
pub struct Line {
    #[orm(belongs_to(order: Order, on_delete = cascade))]
    pub order_id: i64,
    pub no: i32,
    #[orm(decimal(10, 2))]
    pub price: Decimal,
}
