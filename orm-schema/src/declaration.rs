//! What a struct says of its table, before types and targets are known.
//!
//! A declaration is plain data. The derive writes it into the program as a constant, the command line gets it
//! from a scan; [`lower`](crate::lower::lower) makes the same [`Table`](crate::Table) of both.

use serde::{Deserialize, Serialize};

use crate::{
    column::{ColumnDefault, Generated, Identity},
    column_type::ColumnType,
    constraint::{Check, Deferrable, PrimaryKey, ReferentialAction, Unique},
    index::Index,
    name::{ColumnName, ConstraintName, TableName},
};

/// What one struct says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// The name of the struct.
    pub model: String,
    /// The table it is mapped to.
    pub table: TableName,
    /// Its fields, in order.
    pub fields: Vec<FieldDeclaration>,
    /// The key, in columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<PrimaryKey>,
    /// Unique constraints, in columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uniques: Vec<Unique>,
    /// Foreign keys; their targets are Rust paths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKeyDeclaration>,
    /// Checks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Indexes, in columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// SQLite's `STRICT`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    /// SQLite's `WITHOUT ROWID`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_rowid: bool,
    /// MariaDB's and MySQL's storage engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// The collation of columns that say none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// What the database says of the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The table's name before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<TableName>,
}

/// What one field says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDeclaration {
    /// The name of the field.
    pub field: String,
    /// The column it is mapped to.
    pub column: ColumnName,
    /// The type of the column where an attribute says it (`type`, `max_len`, `decimal`), else that of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_type: Option<ColumnType>,
    /// What an INSERT that leaves it out gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<ColumnDefault>,
    /// Whether and how the database counts it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// What it is computed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
    /// How its texts are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// What the database says of the column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The column's name before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<ColumnName>,
}

/// A foreign key whose target is still a Rust path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKeyDeclaration {
    /// The name, where it is written out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ConstraintName>,
    /// The columns of this table.
    pub columns: Vec<ColumnName>,
    /// The path of the target model, as written.
    pub target: String,
    /// The *fields* of the target; `None` is its primary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<Vec<String>>,
    /// What happens when the other row goes.
    #[serde(default)]
    pub on_delete: ReferentialAction,
    /// What happens when the other row's columns change.
    #[serde(default)]
    pub on_update: ReferentialAction,
    /// Whether the check can be put off.
    #[serde(default)]
    pub deferrable: Deferrable,
    /// The columns that `on_delete` sets, where it is not all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_delete_sets: Vec<ColumnName>,
    /// Whether a key of which only a part is NULL is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub match_full: bool,
    /// Whether rows from before the constraint may break it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
}
