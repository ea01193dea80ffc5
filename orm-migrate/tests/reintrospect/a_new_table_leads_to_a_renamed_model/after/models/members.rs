use orm::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "members")]
pub struct Members {
    pub id: i64,
}
