//! Whether a statement that refuses a transaction has run on SQLite.

use orm_core::Connection;

use crate::error::Result;

/// VACUUM, PRAGMA, ATTACH and DETACH leave rows and schema alone: nothing speaks against running them again.
pub(crate) async fn settle(_connection: &mut Connection, _statement: &str) -> Result<Option<bool>> {
    Ok(Some(false))
}

/// All of them are.
pub(crate) fn is_repeatable(_statement: &str) -> bool {
    true
}
