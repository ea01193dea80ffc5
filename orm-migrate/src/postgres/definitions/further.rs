//! Statements that belong to an object which is made elsewhere: comments, owners of sequences, settings of indexes and of
//! triggers of partitions.

use orm_core::{Connection, Reader, Result};

use super::{super::catalog::text, Found, SPACES, needs::Whole};

/// Where `COMMENT ON` has another word than the catalogs have (func-info.html, `pg_identify_object`).
///
/// An extension makes its own comment, and every database begins with that of `public`.
const COMMENTS: &str = "
SELECT d.classoid::regclass || ':' || d.objoid, format('COMMENT ON %s %s IS %L', CASE
    WHEN o.type LIKE '% column' THEN 'COLUMN' WHEN o.type IN ('table constraint', 'domain constraint') THEN 'CONSTRAINT'
    WHEN o.type = 'composite type' THEN 'TYPE' WHEN o.type = 'statistics object' THEN 'STATISTICS' ELSE upper(o.type) END,
  CASE o.type WHEN 'domain constraint' THEN regexp_replace(o.identity, ' on ', ' ON DOMAIN ')
    WHEN 'aggregate' THEN regexp_replace(o.identity, '\\(\\)$', '(*)') ELSE o.identity END, d.description)
FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) AS o
WHERE NOT EXISTS (SELECT FROM extended e WHERE e.classid = d.classoid AND e.objid = d.objoid)
  AND NOT (d.classoid = 'pg_extension'::regclass AND d.description = coalesce((SELECT a.comment FROM pg_extension x
    JOIN pg_available_extensions a ON a.name = x.extname WHERE x.oid = d.objoid), ''))
ORDER BY d.classoid::regclass::text, o.identity, d.objsubid";

const OTHERS: &str = "
SELECT 'pg_class:' || d.refobjid, format('ALTER SEQUENCE %s OWNED BY %s.%I', d.objid::regclass, d.refobjid::regclass, a.attname)
FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
UNION ALL SELECT 'pg_class:' || i.indexrelid, format('ALTER TABLE %s CLUSTER ON %I', i.indrelid::regclass, x.relname)
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indisclustered
UNION ALL SELECT 'pg_class:' || i.indexrelid, format('ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %I', i.indrelid::regclass, x.relname)
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indisreplident
UNION ALL SELECT 'pg_class:' || a.attrelid, format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', a.attrelid::regclass, a.attnum,
  a.attstattarget)
FROM pg_attribute a JOIN pg_class x ON x.oid = a.attrelid AND x.relkind IN ('i', 'I') WHERE coalesce(a.attstattarget, -1) >= 0
UNION ALL SELECT 'pg_trigger:' || t.oid, format('ALTER TABLE %s %s TRIGGER %I', t.tgrelid::regclass,
  CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END, t.tgname)
FROM pg_trigger t JOIN pg_trigger p ON p.oid::text = to_jsonb(t) ->> 'tgparentid'
WHERE t.tgenabled <> p.tgenabled AND t.tgname = p.tgname
ORDER BY 2";

/// Gives each statement to the object that it is about.
pub(super) async fn fill(connection: &mut Connection, found: &mut Found) -> Result<()> {
    let whole = Whole::read(connection, found).await?;
    for query in [OTHERS, COMMENTS] {
        for (key, statement) in connection.rows(&format!("{SPACES}{query}"), Vec::new(), pair).await? {
            match found.parts.get(&key).cloned() {
                Some(table) => {
                    found.with_part(&table, &key, |part| part.apart.further.push(statement.clone()));
                }
                None => {
                    let definition = whole.of(&key).and_then(|key| found.objects.get_mut(&key));
                    definition.into_iter().for_each(|found| found.further.push(statement.clone()));
                }
            }
        }
    }
    Ok(())
}

fn pair(row: &mut Reader<'_>) -> Result<(String, String)> {
    Ok((text(row)?, text(row)?))
}
