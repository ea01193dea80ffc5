//! What a PostgreSQL database holds that no model can say.

use orm_core::{Connection, Reader, Result};

use super::catalog::{ask, text};
use crate::inspect::NotOwned;

const NOT_OWNED: &str = "
, found AS (
  SELECT 'pg_class'::regclass::oid AS class, c.oid, c.relnamespace AS space, CASE c.relkind WHEN 'v' THEN 'view'
      WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type'
      WHEN 'p' THEN 'partitioning' WHEN 'S' THEN 'sequence' ELSE 'partition' END AS kind, c.relname::text AS name
  FROM pg_class c
  WHERE c.relkind IN ('v', 'm', 'f', 'c', 'p') OR (c.relkind IN ('r', 'p') AND c.relispartition)
    OR (c.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
      AND d.objid = c.oid AND d.deptype IN ('a', 'i')))
  UNION ALL
  SELECT 'pg_proc'::regclass, p.oid, p.pronamespace, 'function',
    p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' FROM pg_proc p
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid, t.typnamespace, CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'range type' END,
    t.typname::text FROM pg_type t WHERE t.typtype IN ('d', 'r')
  UNION ALL
  SELECT 'pg_trigger'::regclass, t.oid, c.relnamespace, 'trigger', t.tgname || ' on ' || c.relname
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND NOT c.relispartition
  UNION ALL
  SELECT 'pg_policy'::regclass, p.oid, c.relnamespace, 'policy', p.polname || ' on ' || c.relname
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
  UNION ALL
  SELECT 'pg_constraint'::regclass, k.oid, c.relnamespace, 'exclusion constraint', k.conname || ' on ' || c.relname
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'x' AND k.conparentid = 0
  UNION ALL
  SELECT 'pg_statistic_ext'::regclass, e.oid, e.stxnamespace, 'extended statistics', e.stxname::text
  FROM pg_statistic_ext e
)
SELECT f.kind, coalesce(s.namespace || '.', '') || f.name
FROM found f JOIN spaces s ON s.oid = f.space
WHERE NOT EXISTS (SELECT FROM extended e WHERE e.classid = f.class AND e.objid = f.oid)";

/// The words of the query, as constants.
const KINDS: &[&str] = &[
    "view",
    "materialized view",
    "foreign table",
    "composite type",
    "partitioning",
    "partition",
    "sequence",
    "function",
    "domain",
    "range type",
    "trigger",
    "policy",
    "exclusion constraint",
    "extended statistics",
];

/// Asks the catalogs.
pub(super) async fn read(connection: &mut Connection) -> Result<Vec<NotOwned>> {
    ask(connection, NOT_OWNED, row).await
}

fn row(row: &mut Reader<'_>) -> Result<NotOwned> {
    let kind = text(row)?;
    let kind = KINDS.iter().find(|known| **known == kind).copied().unwrap_or("object");
    Ok(NotOwned { kind, name: text(row)? })
}
