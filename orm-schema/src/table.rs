//! A table and what belongs to it.

use serde::{Deserialize, Serialize};

use crate::{
    column::Column,
    constraint::{Check, ForeignKey, PrimaryKey, Unique},
    index::Index,
    name::{ColumnName, TableName},
};

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: TableName,
    /// Its columns; their order is never a difference.
    pub columns: Vec<Column>,
    /// The columns that identify a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<PrimaryKey>,
    /// Unique constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uniques: Vec<Unique>,
    /// Foreign keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    /// Checks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Indexes that belong to no constraint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// SQLite's `STRICT`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    /// SQLite's `WITHOUT ROWID`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_rowid: bool,
    /// MariaDB's and MySQL's storage engine, where it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// The collation of columns that say none, on MariaDB and MySQL, where it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// What the database says of it. `None` leaves that to the database; an empty text is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The name it had before, from `renamed_from`; never part of a comparison.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<TableName>,
}

impl Table {
    /// A table without columns.
    pub fn new(name: impl Into<TableName>) -> Self {
        Self {
            name: name.into(),
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            indexes: Vec::new(),
            strict: false,
            without_rowid: false,
            engine: None,
            collation: None,
            comment: None,
            renamed_from: None,
        }
    }

    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &ColumnName) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// Whether the column is part of the primary key.
    #[must_use]
    pub fn is_key(&self, name: &ColumnName) -> bool {
        self.primary_key.as_ref().is_some_and(|key| key.columns.contains(name))
    }
}
