//! Empties a database: everything that migrations could have made, the journal included.

use orm_core::Connection;

use crate::{dialect::Dialect, error::Result, lock};

/// Drops everything but what belongs to extensions, and gives the statements that did it.
///
/// # Errors
/// When the database refuses; nothing is dropped then.
pub async fn reset(connection: &mut Connection, lock_timeout: std::time::Duration) -> Result<Vec<String>> {
    let dialect = Dialect::of(connection);
    lock::acquire(connection, lock_timeout, &mut |_| {}).await?;
    let dropped = dialect.drop_everything(connection).await;
    lock::release(connection, dropped).await
}

/// Runs statements in a transaction that is open already, and ends it.
pub(crate) async fn finish(connection: &mut Connection, statements: Vec<String>) -> Result<Vec<String>> {
    for statement in &statements {
        if let Err(error) = connection.batch(statement).await {
            let _ = connection.batch("ROLLBACK").await;
            return Err(error.into());
        }
    }
    connection.batch("COMMIT").await?;
    Ok(statements)
}
