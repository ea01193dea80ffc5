//! Empties a SQLite database.

use orm_core::{Connection, Reader};

use crate::{dialect::Dialect, error::Result};

/// Views, then virtual tables, whose shadow tables go with them and cannot be dropped by themselves (vtab.html §1.2),
/// then the other tables with their indexes and triggers. Names that begin with `sqlite_` are SQLite's own.
const OBJECTS: &str = "\
SELECT type, name FROM sqlite_schema WHERE type IN ('view', 'table') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY type = 'table', sql NOT LIKE 'CREATE VIRTUAL%', name";

/// Deletes everything.
pub(crate) async fn clear(connection: &mut Connection) -> Result<()> {
    // Inside a transaction the pragma is a no-op (pragma.html#pragma_foreign_keys), and with foreign keys on, dropping a
    // table deletes its rows one by one (lang_droptable.html).
    connection.batch("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE").await?;
    let dropped = drop_all(connection).await;
    let ended = connection.batch(if dropped.is_ok() { "COMMIT" } else { "ROLLBACK" }).await;
    connection.batch("PRAGMA foreign_keys = ON").await?;
    dropped.and(ended.map_err(Into::into))
}

async fn drop_all(connection: &mut Connection) -> Result<()> {
    for (kind, name) in connection.rows(OBJECTS, Vec::new(), object).await? {
        let sql = format!("DROP {kind} IF EXISTS {}", Dialect::Sqlite.quote(&name));
        connection.batch(&sql).await?;
    }
    Ok(())
}

fn object(row: &mut Reader<'_>) -> orm_core::Result<(String, String)> {
    let mut text = || Ok::<_, orm_core::Error>(row.text()?.map(|text| text.into_owned()).unwrap_or_default());
    Ok((text()?, text()?))
}
