//! The constraints of a table.
//!
//! A name of `None` is derived by [`naming`](crate::naming) and never a difference; one that is written out is.

use serde::{Deserialize, Serialize};

use crate::name::{ColumnName, ConstraintName, TableName};

/// The columns that identify a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrimaryKey {
    /// The name, where it is written out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ConstraintName>,
    /// The columns in the order of the key.
    pub columns: Vec<ColumnName>,
    /// Columns that its index holds beside the key: PostgreSQL's `INCLUDE`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<ColumnName>,
    /// Whether the check can be put off to the end of the transaction.
    #[serde(default, skip_serializing_if = "Deferrable::is_never")]
    pub deferrable: Deferrable,
}

/// Columns that no two rows may share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unique {
    /// The name, where it is written out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ConstraintName>,
    /// The columns in the order of the constraint.
    pub columns: Vec<ColumnName>,
    /// Columns that its index holds beside the key: PostgreSQL's `INCLUDE`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<ColumnName>,
    /// Whether NULL equals NULL: PostgreSQL's `NULLS NOT DISTINCT`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nulls_not_distinct: bool,
    /// Whether the check can be put off to the end of the transaction.
    #[serde(default, skip_serializing_if = "Deferrable::is_never")]
    pub deferrable: Deferrable,
}

/// Columns that must be found in another table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The name, where it is written out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ConstraintName>,
    /// The columns of this table.
    pub columns: Vec<ColumnName>,
    /// The other table.
    pub table: TableName,
    /// The columns of the other table, as many as `columns`.
    pub references: Vec<ColumnName>,
    /// What happens when the other row goes.
    #[serde(default, skip_serializing_if = "ReferentialAction::is_no_action")]
    pub on_delete: ReferentialAction,
    /// What happens when the other row's columns change.
    #[serde(default, skip_serializing_if = "ReferentialAction::is_no_action")]
    pub on_update: ReferentialAction,
    /// Whether the check can be put off to the end of the transaction.
    #[serde(default, skip_serializing_if = "Deferrable::is_never")]
    pub deferrable: Deferrable,
    /// The columns that `on_delete` sets to NULL or to their defaults, where it is not all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_delete_sets: Vec<ColumnName>,
    /// Whether a key of which only a part is NULL is refused: `MATCH FULL`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub match_full: bool,
    /// Whether rows from before the constraint may break it: PostgreSQL's `NOT VALID`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
}

/// What the database does to a row when the row it refers to goes or changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferentialAction {
    /// Refuses, at the end of the statement: the standard's default.
    #[default]
    NoAction,
    /// Refuses at once.
    Restrict,
    /// Does the same to this row.
    Cascade,
    /// Sets the columns to NULL.
    SetNull,
    /// Sets the columns to their defaults.
    SetDefault,
}

impl ReferentialAction {
    /// Whether it is the standard's default.
    #[must_use]
    pub const fn is_no_action(&self) -> bool {
        matches!(self, Self::NoAction)
    }
}

/// When a foreign key, a key or a unique constraint is checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deferrable {
    /// At every statement.
    #[default]
    Never,
    /// At every statement, unless the transaction asks otherwise.
    InitiallyImmediate,
    /// At commit, unless the transaction asks otherwise.
    InitiallyDeferred,
}

impl Deferrable {
    /// Whether it is the standard's default.
    #[must_use]
    pub const fn is_never(&self) -> bool {
        matches!(self, Self::Never)
    }
}

/// A condition that every row must not fail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The name, where it is written out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ConstraintName>,
    /// The columns it was declared on, for the derived name; empty for a check of the table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnName>,
    /// The condition in the database's SQL.
    pub expression: String,
    /// Whether tables that inherit from this one are left out: PostgreSQL's `NO INHERIT`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_inherit: bool,
    /// Whether rows from before the constraint may break it: PostgreSQL's `NOT VALID`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
}
