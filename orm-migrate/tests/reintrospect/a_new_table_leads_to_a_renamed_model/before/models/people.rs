use orm::prelude::*;

#[derive(Debug, Clone, Model)]
#[orm(table = "users")]
pub struct Member {
    pub id: i64,
    pub name: String,
    // Nothing else.
}

/// A tool of ours, not a table.
pub struct Team;
