//! What must be there before each object: `pg_depend`, with what is part of an object taken for the object itself.

use std::collections::{BTreeMap, BTreeSet};

use orm_core::{Connection, Reader, Result};

use super::{super::catalog::text, Found, SPACES};
use crate::baseline::Part;

/// What is part of what: everything internal (catalog-pg-depend.html), such as the array of a type, the row type of a table,
/// the rule of a view, the index of a constraint; members of extensions; defaults, and constraints that stand inside.
const PARTS: &str = "
SELECT d.classid::regclass || ':' || d.objid, d.refclassid::regclass || ':' || d.refobjid FROM pg_depend d WHERE d.deptype IN ('i', 'e')
UNION ALL SELECT 'pg_attrdef:' || d.oid, 'pg_class:' || d.adrelid FROM pg_attrdef d
UNION ALL SELECT 'pg_constraint:' || k.oid, CASE WHEN k.conparentid <> 0 THEN 'pg_constraint:' || k.conparentid
  WHEN k.contypid <> 0 THEN 'pg_type:' || k.contypid ELSE 'pg_class:' || k.conrelid END FROM pg_constraint k
UNION ALL SELECT 'pg_trigger:' || t.oid, 'pg_trigger:' || (to_jsonb(t) ->> 'tgparentid') FROM pg_trigger t
  WHERE coalesce(to_jsonb(t) ->> 'tgparentid', '0') <> '0'";

/// A sequence does not need the table that owns it: that is said once both are there. What
/// is part of a partition does not need its whole (`P`), but is attached to it; a foreign key comes after those of its
/// partitions, which it takes up.
const NEEDS: &str = "
SELECT d.classid::regclass || ':' || d.objid, d.refclassid::regclass || ':' || d.refobjid FROM pg_depend d
WHERE d.deptype NOT IN ('i', 'e', 'P') AND d.classid <> 0 AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = d.objid
  AND d.classid = 'pg_class'::regclass AND c.relkind = 'S' AND d.deptype = 'a' AND d.refclassid = 'pg_class'::regclass)
UNION ALL SELECT 'pg_class:' || d.refobjid, 'pg_class:' || d.objid FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
UNION ALL SELECT 'pg_inherits:' || i.inhrelid, 'pg_class:' || r.oid FROM pg_inherits i, unnest(ARRAY[i.inhrelid, i.inhparent]) AS r(oid)
UNION ALL SELECT 'pg_index:' || i.inhrelid, 'pg_class:' || r.oid FROM pg_inherits i, unnest(ARRAY[i.inhrelid, i.inhparent]) AS r(oid)
UNION ALL SELECT 'pg_class:' || x.indexrelid, 'pg_inherits:' || i.inhrelid FROM pg_index x JOIN pg_inherits i ON i.inhparent = x.indrelid
UNION ALL SELECT 'pg_constraint:' || k.oid, 'pg_inherits:' || i.inhrelid FROM pg_constraint k JOIN pg_inherits i ON i.inhparent = k.conrelid
  WHERE k.contype IN ('p', 'u', 'x', 'f') OR (k.contype = 'c' AND NOT k.convalidated)
UNION ALL SELECT 'pg_constraint:' || k.conparentid, 'pg_constraint:' || k.oid FROM pg_constraint k
  WHERE k.contype = 'f' AND k.conparentid <> 0";

/// Writes down what each object needs.
pub(super) async fn fill(connection: &mut Connection, found: &mut Found) -> Result<()> {
    let whole = Whole::read(connection, found).await?;
    let needs = connection.rows(&format!("{SPACES}{NEEDS}"), Vec::new(), pair).await?;
    for (key, need) in needs {
        let Some(need) = whole.of(&need) else { continue };
        match found.parts.get(&key).cloned() {
            Some(table) => found.with_part(&table, &key, |part| {
                part.apart.needs.insert(need.clone());
            }),
            None => found.need(whole.of(&key).as_ref(), need),
        }
    }
    Ok(())
}

fn pair(row: &mut Reader<'_>) -> Result<(String, String)> {
    Ok((text(row)?, text(row)?))
}

/// Which definition an object of the catalogs is part of.
pub(super) struct Whole {
    parts: BTreeMap<String, String>,
    known: BTreeSet<String>,
}

impl Whole {
    pub(super) async fn read(connection: &mut Connection, found: &Found) -> Result<Self> {
        let parts = connection.rows(&format!("{SPACES}{PARTS}"), Vec::new(), pair).await?;
        Ok(Self { parts: parts.into_iter().collect(), known: found.objects.keys().cloned().collect() })
    }

    /// `None` for what is the server's own, or is made by nothing.
    pub(super) fn of(&self, key: &str) -> Option<String> {
        let mut key = key;
        let mut steps = 0;
        while !self.known.contains(key) {
            key = self.parts.get(key)?;
            steps += 1;
            if steps > self.parts.len() {
                return None;
            }
        }
        Some(key.to_owned())
    }
}

impl Found {
    pub(super) fn with_part(&mut self, table: &str, key: &str, mut change: impl FnMut(&mut Part)) {
        let items = self.objects.get_mut(table).into_iter().flat_map(|table| &mut table.items);
        items
            .filter_map(|item| item.part.as_mut())
            .filter(|part| part.apart.key == key)
            .for_each(&mut change);
    }

    fn need(&mut self, key: Option<&String>, need: String) {
        let definition = key.and_then(|key| self.objects.get_mut(key));
        if let Some(definition) = definition.filter(|definition| definition.key != need) {
            definition.needs.insert(need);
        }
    }
}
