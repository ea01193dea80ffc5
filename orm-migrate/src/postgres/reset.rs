//! Empties a PostgreSQL database.

use orm_core::Connection;

use crate::{error::Result, reset::finish};

/// Every relation, routine and type of the user's schemas that no extension owns, each dropped with what hangs on it; IF
/// EXISTS, because it may have hung on one before. The schemas stay: they may carry grants.
const DROPS: &str = "
WITH spaces AS (
  SELECT oid, nspname FROM pg_namespace WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_'
), extended AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'), found AS (
  SELECT 1 AS place, 'pg_class'::regclass::oid AS class, c.oid, format('%s %I.%I', CASE c.relkind WHEN 'v' THEN 'VIEW'
      WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' WHEN 'c' THEN 'TYPE'
      ELSE 'TABLE' END, s.nspname, c.relname) AS what
  FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('v', 'm', 'f', 'c') OR (c.relkind IN ('r', 'p') AND NOT c.relispartition)
    OR (c.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
      AND d.objid = c.oid AND d.deptype IN ('a', 'i')))
  UNION ALL
  SELECT 2, 'pg_proc'::regclass, p.oid, format('%s %I.%I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE'
      WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END, s.nspname, p.proname,
    CASE WHEN p.prokind = 'a' AND p.pronargs = 0 THEN '*' ELSE pg_get_function_identity_arguments(p.oid) END)
  FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace
  UNION ALL
  SELECT 3, 'pg_type'::regclass, t.oid, format('%s %I.%I', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END,
    s.nspname, t.typname)
  FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r')
)
SELECT regexp_replace(what, '^([A-Z ]+) ', 'DROP \\1 IF EXISTS ') || ' CASCADE' FROM found f
WHERE NOT EXISTS (SELECT FROM extended e WHERE e.classid = f.class AND e.objid = f.oid) ORDER BY place, what";

/// Drops what the user's schemas hold.
pub(crate) async fn drop_everything(connection: &mut Connection) -> Result<Vec<String>> {
    connection.batch("BEGIN; SET LOCAL lock_timeout = '5s'").await?;
    let drops = connection.rows(DROPS, Vec::new(), |row| Ok(row.text()?.map(|text| text.into_owned()))).await;
    match drops {
        Ok(drops) => finish(connection, drops.into_iter().flatten().collect()).await,
        Err(error) => {
            connection.batch("ROLLBACK").await?;
            Err(error.into())
        }
    }
}
