//! Empties a SQLite database.

use orm_core::Connection;

use crate::{error::Result, reset::finish};

/// Views before tables, since a dropped table's views cannot be read any more; triggers and indexes go with their table,
/// shadow tables with their virtual table.
const DROPS: &str = "\
    SELECT 'DROP ' || CASE s.type WHEN 'view' THEN 'VIEW' ELSE 'TABLE' END || ' \"' || replace(s.name, '\"', '\"\"') || '\"' \
    FROM sqlite_schema AS s JOIN pragma_table_list AS l ON l.schema = 'main' AND l.name = s.name \
    WHERE s.type IN ('view', 'table') AND l.type <> 'shadow' AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
    ORDER BY s.type DESC, s.rowid";

/// Drops every table and view.
pub(crate) async fn drop_everything(connection: &mut Connection) -> Result<Vec<String>> {
    let foreign_keys = connection.rows("PRAGMA foreign_keys", Vec::new(), |row| row.i64()).await?;
    // Inside a transaction the pragma does nothing (pragma.html).
    connection.batch("PRAGMA foreign_keys = OFF").await?;
    connection.batch("BEGIN IMMEDIATE").await?;
    let drops =
        connection.rows(DROPS, Vec::new(), |row| Ok(row.text()?.map(|text| text.into_owned()))).await?;
    let dropped = finish(connection, drops.into_iter().flatten().collect()).await;
    if foreign_keys.first().copied().flatten() == Some(1) {
        connection.batch("PRAGMA foreign_keys = ON").await?;
    }
    dropped
}
