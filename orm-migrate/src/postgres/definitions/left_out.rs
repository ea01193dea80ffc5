//! What belongs to the server or to its people, and is told instead of written.

use orm_core::{Connection, Reader, Result};

use super::{super::catalog::text, SPACES};
use crate::inspect::NotOwned;

/// Kinds, as constants.
const KINDS: &[&str] = &[
    "default privileges",
    "grants",
    "large objects",
    "owner",
    "role of a policy",
    "security label",
    "setting of the database",
    "subscription",
    "tablespace",
];

/// Owners and grants are counted for each role: they are as many as objects.
const LEFT_OUT: &str = "
, objects (owner, acl) AS (
  SELECT c.relowner, c.relacl FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    AND c.relname !~ '^_orm_' AND NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)
  UNION ALL SELECT p.proowner, p.proacl FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace
    WHERE NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid)
  UNION ALL SELECT n.nspowner, n.nspacl FROM pg_namespace n JOIN spaces s ON s.oid = n.oid WHERE n.nspname <> 'public'
  UNION ALL SELECT t.typowner, t.typacl FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r')
    AND NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid)
), grants (owner, acl) AS (
  SELECT owner, acl FROM objects UNION ALL
  SELECT c.relowner, a.attacl FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN spaces s ON s.oid = c.relnamespace
)
SELECT 'owner', format('%s of %s objects', o.owner::regrole, count(*)) FROM objects o
  WHERE o.owner <> (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user) GROUP BY o.owner
UNION ALL SELECT 'grants', format('%s to %s', string_agg(DISTINCT lower(x.privilege_type), ', '),
    CASE x.grantee WHEN 0 THEN 'public' ELSE x.grantee::regrole::text END)
  FROM grants g, aclexplode(g.acl) AS x WHERE x.grantee <> g.owner GROUP BY x.grantee
UNION ALL SELECT 'default privileges', format('of %s%s', d.defaclrole::regrole, coalesce(' in ' || s.nspname, ''))
  FROM pg_default_acl d LEFT JOIN spaces s ON s.oid = d.defaclnamespace
UNION ALL SELECT 'role of a policy', format('%s in %s on %s', r.rolname, p.polname, p.polrelid::regclass)
  FROM pg_policy p JOIN pg_roles r ON r.oid = ANY (p.polroles)
UNION ALL SELECT 'large objects', count(*)::text FROM pg_largeobject_metadata HAVING count(*) > 0
UNION ALL SELECT 'subscription', s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()
UNION ALL SELECT 'security label', format('of %s %s', l.objtype, l.objname) FROM pg_seclabels l
UNION ALL SELECT 'tablespace', format('%s of %s', t.spcname, c.oid::regclass) FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace
  JOIN spaces s ON s.oid = c.relnamespace
UNION ALL SELECT 'setting of the database', concat(c.setting, ' for ' || nullif(r.setrole, 0)::regrole)
  FROM pg_db_role_setting r JOIN pg_database d ON d.oid = r.setdatabase, unnest(r.setconfig) AS c(setting)
  WHERE d.datname = current_database()";

/// Asks the catalogs.
pub(super) async fn read(connection: &mut Connection) -> Result<Vec<NotOwned>> {
    connection.rows(&format!("{SPACES}{LEFT_OUT}"), Vec::new(), row).await
}

fn row(row: &mut Reader<'_>) -> Result<NotOwned> {
    let kind = text(row)?;
    let kind = KINDS.iter().find(|known| **known == kind).copied().unwrap_or("object");
    Ok(NotOwned { kind, name: text(row)? })
}
