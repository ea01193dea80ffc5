//! Empties a MariaDB or MySQL database.

use orm_core::Connection;

use super::reset::drop_everything;
use crate::error::Result;

/// Deletes everything.
pub(crate) async fn clear(connection: &mut Connection) -> Result<()> {
    drop_everything(connection).await.map(drop)
}
