use orm::prelude::*;

/// Has no primary key: rows are read and inserted, none is found, changed or deleted by its key.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "empty")]
pub struct Empty {
    pub only_one: Option<String>,
}
