//! An index of a table.

use serde::{Deserialize, Serialize};

use crate::name::{ColumnName, ConstraintName};

/// One index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Columns that it holds beside its parts: PostgreSQL's `INCLUDE`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<ColumnName>,
    /// Whether NULL equals NULL in a unique index: PostgreSQL's `NULLS NOT DISTINCT`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nulls_not_distinct: bool,
    /// Its storage parameters, in the database's SQL: `fillfactor = 70`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<String>,
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
    /// How many characters (of a binary column: bytes) of the column are indexed, on MariaDB and MySQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<u32>,
    /// How it is sorted, if not as the column is: a collation's name in the database's SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// How it is compared, if not as its type is: PostgreSQL's operator class, with its parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator_class: Option<String>,
}

impl IndexKey {
    /// The column, unless it is an expression.
    #[must_use]
    pub const fn column(&self) -> Option<&ColumnName> {
        match self {
            Self::Column(name) => Some(name),
            Self::Expression(_) => None,
        }
    }
}

impl IndexPart {
    /// A part in ascending order.
    #[must_use]
    pub const fn new(key: IndexKey) -> Self {
        Self { key, order: SortOrder::Asc, nulls: None, prefix: None, collation: None, operator_class: None }
    }

    /// A column in ascending order.
    pub fn column(name: impl Into<ColumnName>) -> Self {
        Self::new(IndexKey::Column(name.into()))
    }
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
