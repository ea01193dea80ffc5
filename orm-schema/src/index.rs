//! An index of a table.

use serde::{Deserialize, Serialize};

use crate::name::{ColumnName, ConstraintName};

/// One index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The name, where it is written out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ConstraintName>,
    /// What is indexed, in order.
    pub parts: Vec<IndexPart>,
    /// Whether no two rows may share the parts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// The condition of a partial index, in the database's SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
    /// The access method, where it is not the database's default (`gin`, `hash`, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
}

impl Index {
    /// The columns among the parts, for the derived name.
    #[must_use]
    pub fn columns(&self) -> Vec<ColumnName> {
        self.parts
            .iter()
            .map(|part| match &part.key {
                IndexKey::Column(name) => name.clone(),
                IndexKey::Expression(_) => ColumnName::from("expr"),
            })
            .collect()
    }
}

/// One part of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexPart {
    /// The column or expression.
    pub key: IndexKey,
    /// Ascending or descending.
    #[serde(default)]
    pub order: SortOrder,
    /// Where NULLs go, if it is not the database's own choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<NullsOrder>,
}

/// What a part of an index is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexKey {
    /// A column of the table.
    Column(ColumnName),
    /// An expression in the database's SQL.
    Expression(String),
}

/// The direction of a sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    /// Smallest first.
    #[default]
    Asc,
    /// Largest first.
    Desc,
}

/// Where a sort puts NULLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NullsOrder {
    /// Before all values.
    First,
    /// After all values.
    Last,
}
