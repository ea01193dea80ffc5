//! Enum types, by rule and by name.

use orm::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Enum)]
pub(crate) enum OrderStatus {
    Open,
    InTransit,
    #[orm(label = "it's done")]
    Done,
}

#[derive(Debug, Clone, Copy, PartialEq, Enum)]
#[orm(name = "Mood", namespace = "shop", crate = orm)]
pub(crate) enum Feeling {
    #[orm(label = "so so")]
    None,
    HTTPError,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Order {
    pub(crate) id: i64,
    #[orm(default = "open")]
    pub(crate) status: OrderStatus,
    pub(crate) before: Option<OrderStatus>,
    pub(crate) moods: Vec<Feeling>,
    #[orm(type = "text")]
    pub(crate) written: Feeling,
}
