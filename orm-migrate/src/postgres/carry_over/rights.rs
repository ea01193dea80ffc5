//! Whose an object is and who may use it, as the statements that say so.
//!
//! An object that is made anew belongs to whoever makes it, and has the rights that are usual there
//! (ddl-priv.html): the usual ones are taken away first.

use std::collections::BTreeMap;

use orm_core::{Connection, Reader};

use crate::{
    baseline::Key,
    error::Result,
    postgres::catalog::{list, text},
};

/// Views and routines with rights or an owner of their own.
const RIGHTS: &str = "
WITH objects AS (
  SELECT 'pg_class:' || oid AS key, format('TABLE %s', oid::regclass) AS said, relowner AS owner, relacl AS rights, relnamespace AS space,
    'r' AS usual, CASE relkind WHEN 'm' THEN 'MATERIALIZED VIEW ' ELSE 'VIEW ' END || oid::regclass AS altered
  FROM pg_class WHERE relkind IN ('v', 'm')
  UNION ALL SELECT 'pg_proc:' || oid, format('ROUTINE %s', oid::regprocedure), proowner, proacl, pronamespace, 'f',
    format('ROUTINE %s', oid::regprocedure) FROM pg_proc
), usual AS (
  SELECT DISTINCT d.defaclobjtype::text AS usual, d.defaclnamespace, a.grantee FROM pg_default_acl d, aclexplode(d.defaclacl) AS a
  WHERE d.defaclrole = current_user::regrole
), statements (key, place, statement) AS (
  SELECT o.key, 0, format('REVOKE ALL ON %s FROM %s', o.said, CASE u.grantee WHEN 0 THEN 'PUBLIC' ELSE u.grantee::regrole::text END)
  FROM objects o JOIN (SELECT * FROM usual UNION SELECT 'f', 0::oid, 0::oid) AS u ON u.usual = o.usual
    AND u.defaclnamespace IN (0, o.space)
  WHERE u.grantee <> o.owner AND (o.rights IS NOT NULL OR u.grantee <> 0)
  UNION ALL SELECT o.key, 1, format('GRANT %s ON %s TO %s%s', a.privilege_type, o.said,
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
  FROM objects o, aclexplode(o.rights) AS a WHERE a.grantee <> o.owner
  UNION ALL SELECT 'pg_class:' || c.oid, 1, format('GRANT %s (%I) ON TABLE %s TO %s%s', a.privilege_type, t.attname, c.oid::regclass,
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
  FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) AS a
  WHERE c.relkind IN ('v', 'm') AND NOT t.attisdropped AND a.grantee <> c.relowner
  UNION ALL SELECT o.key, 2, format('ALTER %s OWNER TO %s', o.altered, o.owner::regrole)
  FROM objects o WHERE o.owner <> current_user::regrole
)
SELECT key, json_agg(statement ORDER BY place, statement)::text FROM statements GROUP BY key";

/// The statements of each object that has any.
pub(super) async fn rights(connection: &mut Connection) -> Result<BTreeMap<Key, Vec<String>>> {
    let read = |row: &mut Reader<'_>| Ok((text(row)?, list(row)?));
    Ok(connection.rows(RIGHTS, Vec::new(), read).await?.into_iter().collect())
}
