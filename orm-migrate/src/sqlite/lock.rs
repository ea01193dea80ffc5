//! SQLite has no lock that outlives a transaction: each migration's `BEGIN IMMEDIATE` keeps other writers out, and the
//! journal is read again inside it.

use orm_core::Connection;

use crate::{error::Result, lock::Holder};

/// There is nothing to take.
pub(crate) async fn try_lock(_connection: &mut Connection) -> Result<bool> {
    Ok(true)
}

/// Nobody.
pub(crate) async fn holder(_connection: &mut Connection) -> Result<Option<Holder>> {
    Ok(None)
}

/// There is nothing to lose.
pub(crate) async fn is_held(_connection: &mut Connection) -> Result<bool> {
    Ok(true)
}

/// There is nothing to give back.
pub(crate) async fn unlock(_connection: &mut Connection) -> Result<()> {
    Ok(())
}
