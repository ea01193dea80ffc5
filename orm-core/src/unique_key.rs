//! The unique keys of a table, by the names that they have in the database.

use orm_schema::{ColumnName, Index, IndexKey, Table, naming};

/// A primary key, a unique constraint or a unique index.
pub(crate) struct UniqueKey<'a> {
    pub(crate) name: String,
    /// Its columns; those of an expression are not known.
    pub(crate) columns: Vec<&'a str>,
    /// Whether no two rows hold the same in these columns: not so with an expression, or for some rows only.
    pub(crate) is_plain: bool,
}

/// All of them, the primary key first; that is called `PRIMARY` wherever it has no name of its own.
pub(crate) fn unique_keys(table: &Table) -> Vec<UniqueKey<'_>> {
    let primary = table.primary_key.iter().map(|key| UniqueKey {
        name: "PRIMARY".to_owned(),
        columns: texts(&key.columns),
        is_plain: true,
    });
    let constraints = table.uniques.iter().map(|unique| {
        let derived = || naming::constraint_name(&table.name, &unique.columns, naming::Suffix::Unique);
        let name = unique.name.as_ref().map_or_else(derived, ToString::to_string);
        UniqueKey { name, columns: texts(&unique.columns), is_plain: true }
    });
    let indexes = table.indexes.iter().filter(|index| index.unique).map(|index| {
        let columns: Vec<&ColumnName> = index_columns(index).collect();
        let owned: Vec<ColumnName> = columns.iter().copied().cloned().collect();
        let derived = || naming::constraint_name(&table.name, &owned, naming::Suffix::Index);
        let name = index.name.as_ref().map_or_else(derived, ToString::to_string);
        let is_plain = index.predicate.is_none() && columns.len() == index.parts.len();
        UniqueKey { name, columns: columns.into_iter().map(ColumnName::as_str).collect(), is_plain }
    });
    primary.chain(constraints).chain(indexes).collect()
}

fn texts(columns: &[ColumnName]) -> Vec<&str> {
    columns.iter().map(ColumnName::as_str).collect()
}

fn index_columns(index: &Index) -> impl Iterator<Item = &ColumnName> {
    index.parts.iter().filter_map(|part| match &part.key {
        IndexKey::Column(name) => Some(name),
        IndexKey::Expression(_) => None,
    })
}
