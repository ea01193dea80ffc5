//! Empties a PostgreSQL database.

use orm_core::Connection;

use crate::error::Result;

/// What belongs to an extension stays, and so does a schema that holds one; the first schema of the search path stays,
/// empty. Everything goes with what depends on it; but the sequence of an identity column goes only with its table.
const STATEMENTS: &str = "\
WITH extended AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
spaces AS (
  SELECT n.oid, n.nspname,
    n.nspname = current_schema() OR n.nspname = 'public'
      OR EXISTS (SELECT FROM pg_extension x WHERE x.extnamespace = n.oid)
      OR EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_namespace'::regclass AND e.objid = n.oid) AS stays
  FROM pg_namespace n WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
)
SELECT format('DROP SCHEMA IF EXISTS %I CASCADE', nspname) AS statement, 1 AS place FROM spaces WHERE NOT stays
UNION ALL
SELECT format('DROP %s IF EXISTS %I.%I CASCADE', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
    WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END, s.nspname, c.relname),
  CASE c.relkind WHEN 'S' THEN 3 ELSE 2 END
FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace AND s.stays
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
  AND NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid
    OR e.classid = 'pg_type'::regclass AND e.objid = c.reltype)
UNION ALL
SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure), 4
FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace AND s.stays
WHERE NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid)
UNION ALL
SELECT format('DROP %s IF EXISTS %I.%I CASCADE', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, s.nspname, t.typname),
  5
FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace AND s.stays
WHERE t.typtype IN ('e', 'd', 'r')
  AND NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid)
ORDER BY place, statement";

/// Deletes everything.
pub(crate) async fn clear(connection: &mut Connection) -> Result<()> {
    connection.batch("BEGIN").await?;
    let dropped = drop_all(connection).await;
    let ended = connection.batch(if dropped.is_ok() { "COMMIT" } else { "ROLLBACK" }).await;
    dropped.and(ended.map_err(Into::into))
}

async fn drop_all(connection: &mut Connection) -> Result<()> {
    let read = |row: &mut orm_core::Reader<'_>| Ok(row.text()?.map(|text| text.into_owned()));
    for statement in connection.rows(STATEMENTS, Vec::new(), read).await?.into_iter().flatten() {
        connection.batch(&statement).await?;
    }
    Ok(())
}
