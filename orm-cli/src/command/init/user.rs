//! The models: each struct is a table.

use orm::prelude::*;

/// Somebody who uses the application.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct User {
    pub id: i64,
    #[orm(unique)]
    pub email: String,
    pub name: String,
}

#[cfg(test)]
mod tests {
    use orm::migrate::Verify;

{test}
}
