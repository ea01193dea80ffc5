use orm::prelude::*;

/// Who may log in.
#[derive(Debug, Clone, Model)]
#[orm(table = "users", comments)]
#[orm(index(name, name = "by_name"))]
pub struct Person {
    pub id: i64,
    /// As they call themselves.
    pub name: String,
    #[orm(collate = "C")]
    pub mail: Option<String>,
    /// In years.
    pub age: Option<i32>,
}

/// Comments of mine, not the database's.
#[derive(Debug, Clone, Model)]
#[orm(table = "quiet")]
pub struct Quiet {
    pub id: i64,
    /// Whatever.
    pub note: Option<String>,
}
