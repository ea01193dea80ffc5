//! What a PostgreSQL database holds that no model can say.

use orm_core::{Connection, Reader, Result};

use super::catalog::{ask, text};
use crate::inspect::NotOwned;

/// What a newer server may have that this list does not know is told as that. Each object once, with the table that it stands on. What comes with something else is not told apart: the functions of a
/// range type, the operator family of a class, a cast to a multirange. Comments are not listed, nor statistics targets.
const NOT_OWNED: &str = "
, found AS (
  SELECT 'pg_class'::regclass::oid AS class, c.oid, c.relnamespace AS space, CASE c.relkind WHEN 'v' THEN 'view'
      WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type'
      WHEN 'p' THEN 'partitioning' WHEN 'S' THEN 'sequence' ELSE 'partition' END AS kind, c.relname::text AS name
  FROM pg_class c
  WHERE c.relkind IN ('v', 'm', 'f', 'c', 'p') OR (c.relkind IN ('r', 'p') AND c.relispartition)
    OR (c.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
      AND (d.deptype = 'i' OR (d.deptype = 'a' AND EXISTS (SELECT FROM pg_depend u
        WHERE u.classid = 'pg_attrdef'::regclass AND u.refclassid = 'pg_class'::regclass AND u.refobjid = c.oid)))))
  UNION ALL
  SELECT 'pg_class'::regclass, c.oid, c.relnamespace, k.kind, c.relname::text
  FROM pg_class c, LATERAL (VALUES
    ('inheritance', NOT c.relispartition AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)),
    ('unlogged table', c.relpersistence = 'u'), ('storage options', c.reloptions IS NOT NULL),
    ('table of a type', c.reloftype <> 0), ('row security', c.relrowsecurity OR c.relforcerowsecurity),
    ('replica identity', c.relreplident IN ('n', 'f')),
    ('table access method', EXISTS (SELECT FROM pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap'))) AS k(kind, has)
  WHERE c.relkind IN ('r', 'p') AND k.has AND c.relname !~ '^_orm_'
  UNION ALL
  SELECT 'pg_class'::regclass, x.oid, x.relnamespace, 'index of a materialized view', x.relname || ' on ' || c.relname
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid WHERE c.relkind = 'm'
  UNION ALL
  SELECT 'pg_proc'::regclass, p.oid, p.pronamespace,
    CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
    p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' FROM pg_proc p
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid, t.typnamespace, CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'b' THEN 'base type'
    ELSE 'range type' END, t.typname::text FROM pg_type t
  WHERE t.typtype IN ('d', 'r') OR (t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type o WHERE o.typarray = t.oid))
  UNION ALL
  SELECT 'pg_rewrite'::regclass, r.oid, c.relnamespace, 'rule', r.rulename || ' on ' || c.relname
  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN'
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
  SELECT 'pg_class'::regclass, c.oid, c.relnamespace, 'relation of an unknown kind', c.relname::text FROM pg_class c
  WHERE c.relkind NOT IN ('r', 'p', 'v', 'm', 'f', 'c', 'S', 'i', 'I', 't')
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid, t.typnamespace, 'type of an unknown kind', t.typname::text FROM pg_type t
  WHERE t.typtype NOT IN ('b', 'c', 'd', 'e', 'p', 'r', 'm')
  UNION ALL
  SELECT 'pg_constraint'::regclass, k.oid, c.relnamespace, 'constraint of an unknown kind', k.conname || ' on ' || c.relname
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  WHERE k.contype NOT IN ('p', 'u', 'f', 'c', 'x', 't', 'n')
    OR (k.contype = 'f' AND (k.confdeltype NOT IN ('a', 'r', 'c', 'n', 'd') OR k.confupdtype NOT IN ('a', 'r', 'c', 'n', 'd')))
  UNION ALL
  SELECT 'pg_class'::regclass, c.oid, c.relnamespace, 'column of an unknown kind', a.attname || ' of ' || c.relname
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE a.attnum > 0 AND (a.attidentity NOT IN ('', 'a', 'd') OR a.attgenerated NOT IN ('', 's', 'v'))
  UNION ALL
  SELECT 'pg_statistic_ext'::regclass, e.oid, e.stxnamespace, 'extended statistics', e.stxname::text FROM pg_statistic_ext e
  UNION ALL
  SELECT 'pg_collation'::regclass, c.oid, c.collnamespace, 'collation', c.collname::text FROM pg_collation c
  UNION ALL
  SELECT 'pg_operator'::regclass, o.oid, o.oprnamespace, 'operator', o.oprname::text FROM pg_operator o
  UNION ALL
  SELECT 'pg_opclass'::regclass, o.oid, o.opcnamespace, 'operator class', o.opcname::text FROM pg_opclass o
  UNION ALL
  SELECT 'pg_conversion'::regclass, c.oid, c.connamespace, 'conversion', c.conname::text FROM pg_conversion c
  UNION ALL
  SELECT 'pg_ts_dict'::regclass, d.oid, d.dictnamespace, 'text search dictionary', d.dictname::text FROM pg_ts_dict d
  UNION ALL
  SELECT 'pg_ts_config'::regclass, c.oid, c.cfgnamespace, 'text search configuration', c.cfgname::text FROM pg_ts_config c
  UNION ALL
  SELECT 'pg_ts_parser'::regclass, p.oid, p.prsnamespace, 'text search parser', p.prsname::text FROM pg_ts_parser p
  UNION ALL
  SELECT 'pg_ts_template'::regclass, t.oid, t.tmplnamespace, 'text search template', t.tmplname::text FROM pg_ts_template t
), nowhere AS (
  SELECT 'pg_cast'::regclass::oid AS class, c.oid, 'cast' AS kind,
    format_type(c.castsource, NULL) || ' as ' || format_type(c.casttarget, NULL) AS name FROM pg_cast c WHERE c.oid >= 16384
  UNION ALL
  SELECT 'pg_event_trigger'::regclass, t.oid, 'event trigger', t.evtname::text FROM pg_event_trigger t
  UNION ALL
  SELECT 'pg_language'::regclass, l.oid, 'language', l.lanname::text FROM pg_language l WHERE l.oid >= 16384
  UNION ALL
  SELECT 'pg_am'::regclass, a.oid, 'access method', a.amname::text FROM pg_am a WHERE a.oid >= 16384
  UNION ALL
  SELECT 'pg_transform'::regclass, t.oid, 'transform', format_type(t.trftype, NULL) FROM pg_transform t
  UNION ALL
  SELECT 'pg_foreign_server'::regclass, v.oid, 'foreign server', v.srvname::text FROM pg_foreign_server v
  UNION ALL
  SELECT 'pg_publication'::regclass, p.oid, 'publication', p.pubname::text FROM pg_publication p
), everything AS (
  SELECT f.class, f.oid, f.kind, coalesce(s.namespace || '.', '') || f.name AS name FROM found f JOIN spaces s ON s.oid = f.space
  UNION ALL SELECT * FROM nowhere
)
SELECT f.kind, f.name FROM everything f
WHERE NOT EXISTS (SELECT FROM extended e WHERE e.classid = f.class AND e.objid = f.oid)
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = f.class AND d.objid = f.oid AND d.deptype = 'i'
    AND f.class IN ('pg_proc'::regclass, 'pg_cast'::regclass))";

/// The words of the query, as constants.
const KINDS: &[&str] = &[
    "access method",
    "aggregate",
    "base type",
    "cast",
    "collation",
    "column of an unknown kind",
    "composite type",
    "constraint of an unknown kind",
    "conversion",
    "domain",
    "event trigger",
    "exclusion constraint",
    "extended statistics",
    "foreign server",
    "foreign table",
    "function",
    "index of a materialized view",
    "inheritance",
    "language",
    "materialized view",
    "operator",
    "operator class",
    "partition",
    "partitioning",
    "policy",
    "procedure",
    "publication",
    "range type",
    "relation of an unknown kind",
    "replica identity",
    "row security",
    "rule",
    "sequence",
    "storage options",
    "table access method",
    "table of a type",
    "text search configuration",
    "text search dictionary",
    "text search parser",
    "text search template",
    "transform",
    "trigger",
    "type of an unknown kind",
    "unlogged table",
    "view",
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
