//! Empties a database: every table, view, type and routine that is not an extension's, all or none.

use orm_core::Connection;
use orm_schema::TableName;

use crate::{dialect::Dialect, error::Result, executor::DeployOptions, inspect::inspect, lock};

/// A table and how many rows it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The table.
    pub name: TableName,
    /// Its rows.
    pub rows: u64,
}

/// What a database holds, our own tables left out.
///
/// # Errors
/// When it cannot be read.
pub async fn contents(connection: &mut Connection) -> Result<Vec<Contents>> {
    let dialect = Dialect::of(connection);
    let mut contents = Vec::new();
    for table in inspect(connection).await?.schema.tables {
        let sql = format!("SELECT count(*) FROM {}", dialect.quote_table(&table.name));
        let counts = connection.rows(&sql, Vec::new(), |row| row.i64()).await?;
        let rows =
            counts.first().copied().flatten().and_then(|rows| u64::try_from(rows).ok()).unwrap_or_default();
        contents.push(Contents { name: table.name, rows });
    }
    Ok(contents)
}

/// Deletes everything in a database, its journal too, under the lock of a deploy.
///
/// # Errors
/// When the lock is not to be had, and what the database says; then everything is still there.
pub async fn clear(connection: &mut Connection) -> Result<()> {
    let patience = DeployOptions::default().lock_timeout;
    lock::acquire(connection, patience, &mut |_| {}).await?;
    let cleared = Dialect::of(connection).clear(connection).await;
    lock::release(connection, cleared).await
}
