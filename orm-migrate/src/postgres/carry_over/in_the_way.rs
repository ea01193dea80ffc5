//! What speaks of a column, a type or a key, so that the server refuses to change it.
//!
//! `pg_depend` says it by column (catalog-pg-depend.html). Defaults, constraints, indexes and statistics follow their
//! columns or are the models' own; anything else that is there is in the way.

use orm_core::{Connection, Reader, Value};

use super::touched::Touched;
use crate::{
    baseline::Key,
    error::Result,
    postgres::catalog::{flag, text},
};

/// An object that is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InTheWay {
    pub(super) key: Key,
    /// What it is, for people.
    pub(super) what: String,
    /// What it speaks of, for people.
    pub(super) of: String,
    /// That is not there afterwards.
    pub(super) goes: bool,
}

/// What belongs to a table that goes (its triggers, rules and policies) goes with it. A view is known by its own key, not
/// by that of its rule.
const SPEAKING: &str = "
WITH RECURSIVE touched AS (
  SELECT * FROM json_to_recordset($1::json) AS t(kind text, namespace text, name text, part text, \"column\" text, goes boolean)
), columns AS (
  SELECT c.oid, t.part, t.\"column\", t.goes, concat_ws('.', t.name, t.\"column\") AS said
  FROM touched t JOIN pg_class c ON c.relname = t.name
    AND c.relnamespace = coalesce(to_regnamespace(quote_ident(t.namespace)), current_schema()::regnamespace)
  WHERE t.kind = 'table'
  UNION SELECT i.inhrelid, c.part, c.\"column\", c.goes, c.said FROM columns c JOIN pg_inherits i ON i.inhparent = c.oid
), speaking AS (
  SELECT d.classid, d.objid, c.said, c.goes, CASE c.part WHEN 'all' THEN c.oid END AS with_table
  FROM columns c JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
    AND (c.part = 'all' OR d.refobjsubid = (SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = c.\"column\"))
  WHERE c.part <> 'primary_key' AND d.deptype = 'n'
  UNION ALL SELECT d.classid, d.objid, c.said, c.goes, NULL
  FROM columns c JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
  JOIN pg_depend d ON d.refclassid = 'pg_constraint'::regclass AND d.refobjid = k.oid AND d.deptype = 'n'
  WHERE c.part = 'primary_key'
  UNION ALL SELECT d.classid, d.objid, t.name, t.goes, NULL
  FROM touched t JOIN pg_type y ON y.typname = t.name
    AND y.typnamespace = coalesce(to_regnamespace(quote_ident(t.namespace)), current_schema()::regnamespace)
  JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (y.oid, y.typarray) AND d.deptype = 'n'
  WHERE t.kind = 'type'
), found AS (
  SELECT DISTINCT CASE WHEN r.rulename = '_RETURN' THEN 'pg_class:' || r.ev_class
      ELSE s.classid::regclass || ':' || s.objid END AS key,
    CASE WHEN r.rulename = '_RETURN' THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
      ELSE pg_describe_object(s.classid, s.objid, 0) END AS what, s.said, s.goes
  FROM speaking s LEFT JOIN pg_rewrite r ON s.classid = 'pg_rewrite'::regclass AND r.oid = s.objid
  LEFT JOIN pg_trigger t ON s.classid = 'pg_trigger'::regclass AND t.oid = s.objid
  LEFT JOIN pg_policy p ON s.classid = 'pg_policy'::regclass AND p.oid = s.objid
  WHERE s.classid NOT IN ('pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_class'::regclass, 'pg_statistic_ext'::regclass)
    AND NOT coalesce(t.tgisinternal, false)
    AND s.with_table IS DISTINCT FROM coalesce(r.ev_class, t.tgrelid, p.polrelid, 0)
)
SELECT key, what, said, goes FROM found ORDER BY key, said";

/// Asks the catalogs.
pub(super) async fn in_the_way(connection: &mut Connection, touched: &[Touched]) -> Result<Vec<InTheWay>> {
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let touched = serde_json::to_string(touched).unwrap_or_default();
    Ok(connection.rows(SPEAKING, vec![Value::Text(touched)], speaking).await?)
}

fn speaking(row: &mut Reader<'_>) -> orm_core::Result<InTheWay> {
    Ok(InTheWay { key: text(row)?, what: text(row)?, of: text(row)?, goes: flag(row)? })
}
