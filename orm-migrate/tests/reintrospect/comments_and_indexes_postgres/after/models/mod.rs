use chrono::NaiveDate;
use orm::prelude::*;

/// Who may log in,
/// and since when.
#[derive(Debug, Clone, Model)]
#[orm(table = "users", comments)]
#[orm(index(name opclass("text_pattern_ops") desc, include(age), with(fillfactor = 70), name = "by_name"))]
#[orm(check("age > 17", not_valid, name = "grown"))]
pub struct Person {
    pub id: i64,
    /// As others call them.
    pub name: String,
    #[orm(collate = "POSIX")]
    #[orm(comment = "  odd  ")]
    pub mail: Option<String>,
    /// In years.
    #[orm(comment = "")]
    pub age: Option<i32>,
    /// Since when.
    pub since: Option<NaiveDate>,
    #[orm(generated = "\"left\"(name, 1)")]
    pub initial: Option<String>,
}

/// Comments of mine, not the database's.
#[derive(Debug, Clone, Model)]
#[orm(table = "quiet")]
pub struct Quiet {
    pub id: i64,
    /// Whatever.
    pub note: Option<String>,
}
