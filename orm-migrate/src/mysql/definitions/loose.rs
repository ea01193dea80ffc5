//! Foreign keys that lead to no table or no key. They were made, or their target changed, without `foreign_key_checks`, and
//! can only be made so; and while their target is not there, since the server then has nothing to look at.

use std::collections::{BTreeMap, BTreeSet};

use orm_core::{Connection, Reader, Result};

use super::nth;

/// The columns to which foreign keys lead, of targets in this database.
const TARGETS: &str = "\
SELECT CAST(table_name AS CHAR), CAST(constraint_name AS CHAR), CAST(referenced_table_name AS CHAR),
  CAST(referenced_column_name AS CHAR)
FROM information_schema.key_column_usage
WHERE table_schema = DATABASE() AND referenced_table_schema = DATABASE()
ORDER BY table_name, constraint_name, ordinal_position";

/// The columns of keys.
const KEYS: &str = "\
SELECT CAST(table_name AS CHAR), CAST(index_name AS CHAR), CAST(column_name AS CHAR)
FROM information_schema.statistics WHERE table_schema = DATABASE() AND sub_part IS NULL
ORDER BY table_name, index_name, seq_in_index";

/// A table and the name of one of its constraints or keys.
pub(super) type Named = (String, String);

/// The columns of each key of a table.
type Keys = BTreeMap<String, Vec<String>>;

/// The columns of a table to which a foreign key leads.
struct Target {
    table: String,
    columns: BTreeSet<String>,
}

/// The foreign keys for which the target has no key that begins with their columns, in any order of these; with the target.
pub(super) async fn foreign_keys(connection: &mut Connection) -> Result<BTreeMap<Named, String>> {
    let mut keys: BTreeMap<String, Keys> = BTreeMap::new();
    for (table, name, column) in connection.rows(KEYS, Vec::new(), key).await? {
        keys.entry(table).or_default().entry(name).or_default().push(column);
    }
    let mut targets: BTreeMap<Named, Target> = BTreeMap::new();
    for (named, table, column) in connection.rows(TARGETS, Vec::new(), target).await? {
        let target = targets.entry(named).or_insert(Target { table, columns: BTreeSet::new() });
        target.columns.insert(column);
    }
    let is_loose = |target: &Target| keys.get(&target.table).is_none_or(|keys| !target.has_key(keys));
    let loose = targets.into_iter().filter(|(_, target)| is_loose(target));
    Ok(loose.map(|(named, target)| (named, target.table)).collect())
}

impl Target {
    fn has_key(&self, keys: &Keys) -> bool {
        let begins = |columns: &Vec<String>| {
            columns.iter().take(self.columns.len()).cloned().collect::<BTreeSet<_>>() == self.columns
        };
        keys.values().any(begins)
    }
}

fn key(row: &mut Reader<'_>) -> Result<(String, String, String)> {
    let mut text = || Ok::<_, orm_core::Error>(nth(row, 0)?.unwrap_or_default());
    Ok((text()?, text()?, text()?.to_lowercase()))
}

fn target(row: &mut Reader<'_>) -> Result<(Named, String, String)> {
    let mut text = || Ok::<_, orm_core::Error>(nth(row, 0)?.unwrap_or_default());
    Ok(((text()?, text()?), text()?, text()?.to_lowercase()))
}
