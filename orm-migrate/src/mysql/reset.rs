//! Empties a MariaDB or MySQL database.

use orm_core::Connection;

use crate::error::Result;

/// Every table, view, sequence, routine and event of the database; triggers and indexes go with their tables.
const DROPS: &str = "\
SELECT CAST(concat('DROP ', CASE table_type WHEN 'VIEW' THEN 'VIEW' WHEN 'SEQUENCE' THEN 'SEQUENCE' ELSE 'TABLE' END,
  ' IF EXISTS `', replace(table_name, '`', '``'), '`') AS CHAR) AS statement,
  CAST(CASE table_type WHEN 'VIEW' THEN 1 ELSE 2 END AS SIGNED) AS place
FROM information_schema.tables WHERE table_schema = DATABASE()
UNION ALL SELECT CAST(concat('DROP ', routine_type, ' IF EXISTS `', replace(routine_name, '`', '``'), '`') AS CHAR), 3
FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_type IN ('PROCEDURE', 'FUNCTION')
UNION ALL SELECT CAST(concat('DROP EVENT IF EXISTS `', replace(event_name, '`', '``'), '`') AS CHAR), 4
FROM information_schema.events WHERE event_schema = DATABASE()
ORDER BY place, statement";

/// Drops everything, and gives the statements that did it. No transaction can hold them.
pub(crate) async fn drop_everything(connection: &mut Connection) -> Result<Vec<String>> {
    let drops =
        connection.rows(DROPS, Vec::new(), |row| Ok(row.text()?.map(|text| text.into_owned()))).await?;
    let drops: Vec<String> = drops.into_iter().flatten().collect();
    // Foreign keys may lead in a circle.
    connection.batch("SET SESSION lock_wait_timeout = 5, SESSION foreign_key_checks = 0").await?;
    let dropped = run(connection, &drops).await;
    let restored = connection.batch("SET SESSION foreign_key_checks = 1").await;
    dropped?;
    restored?;
    Ok(drops)
}

async fn run(connection: &mut Connection, drops: &[String]) -> Result<()> {
    for drop in drops {
        connection.batch(drop).await?;
    }
    Ok(())
}
