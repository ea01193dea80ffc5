//! The differences that two schemas can have: a closed set.
//!
//! A change names tables and columns as they are called *after* the renames of the same diff; names of constraints and
//! indexes are resolved, so that nobody after the diff has to derive one.

mod display;

use orm_schema::{
    Check, Column, ColumnName, ConstraintName, EnumName, EnumType, ForeignKey, Index, PrimaryKey, Table,
    TableName, Unique,
    naming::{Suffix, constraint_name},
};
use serde::Serialize;

/// One difference between two schemas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A new enum type.
    CreateEnum {
        /// The type.
        enum_type: EnumType,
    },
    /// An enum type that is gone.
    DropEnum {
        /// The type.
        enum_type: EnumType,
    },
    /// An enum type under a new name.
    RenameEnum {
        /// Before.
        from: EnumName,
        /// After.
        to: EnumName,
    },
    /// A new label of an enum type.
    AddEnumValue {
        /// The type.
        enum_name: EnumName,
        /// The label.
        label: String,
        /// Where it goes.
        position: EnumPosition,
        /// All labels once it is there.
        labels: Vec<String>,
    },
    /// A label under a new name.
    RenameEnumValue {
        /// The type.
        enum_name: EnumName,
        /// Before.
        from: String,
        /// After.
        to: String,
    },
    /// Labels that are gone or in another order: the type is made anew.
    ReplaceEnum {
        /// The type.
        enum_name: EnumName,
        /// The labels before.
        from: Vec<String>,
        /// The labels after.
        to: Vec<String>,
    },
    /// A new table, with everything in it.
    CreateTable {
        /// The table.
        table: Table,
    },
    /// A table that is gone.
    DropTable {
        /// The table.
        table: Table,
    },
    /// A table under a new name.
    RenameTable {
        /// Before.
        from: TableName,
        /// After.
        to: TableName,
    },
    /// Other options of a table.
    AlterTable {
        /// The table.
        table: TableName,
        /// Before.
        from: TableOptions,
        /// After.
        to: TableOptions,
    },
    /// A new column.
    AddColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: Column,
    },
    /// A column that is gone.
    DropColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: Column,
    },
    /// A column under a new name.
    RenameColumn {
        /// The table.
        table: TableName,
        /// Before.
        from: ColumnName,
        /// After.
        to: ColumnName,
    },
    /// Another type, nullability, default or identity.
    AlterColumn {
        /// The table.
        table: TableName,
        /// Before, under its new name.
        from: Column,
        /// After.
        to: Column,
    },
    /// A new constraint.
    AddConstraint {
        /// The table.
        table: TableName,
        /// Its name, resolved.
        name: ConstraintName,
        /// The constraint.
        constraint: Constraint,
    },
    /// A constraint that is gone.
    DropConstraint {
        /// The table.
        table: TableName,
        /// Its name, resolved.
        name: ConstraintName,
        /// The constraint.
        constraint: Constraint,
    },
    /// A constraint under a new name.
    RenameConstraint {
        /// The table.
        table: TableName,
        /// Before.
        from: ConstraintName,
        /// After.
        to: ConstraintName,
        /// The constraint.
        constraint: Constraint,
    },
    /// A new index.
    AddIndex {
        /// The table.
        table: TableName,
        /// Its name, resolved.
        name: ConstraintName,
        /// The index.
        index: Index,
    },
    /// An index that is gone.
    DropIndex {
        /// The table.
        table: TableName,
        /// Its name, resolved.
        name: ConstraintName,
        /// The index.
        index: Index,
    },
    /// An index under a new name.
    RenameIndex {
        /// The table.
        table: TableName,
        /// Before.
        from: ConstraintName,
        /// After.
        to: ConstraintName,
        /// The index.
        index: Index,
    },
}

/// Where a new label goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnumPosition {
    /// Before the first label, or another.
    Before(String),
    /// After another label.
    After(String),
    /// The type had no label.
    Only,
}

/// What a CREATE TABLE says after the parenthesis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableOptions {
    /// `STRICT`
    pub strict: bool,
    /// `WITHOUT ROWID`
    pub without_rowid: bool,
    /// MariaDB's and MySQL's storage engine, where it is said.
    pub engine: Option<String>,
    /// The collation of columns that say none, where it is said.
    pub collation: Option<String>,
    /// The comment, where it is said.
    pub comment: Option<String>,
}

impl TableOptions {
    /// Whether these are what the others say, which need not say everything: what is not said is as usual.
    pub(crate) fn has(&self, said: &Self, usual: &Self) -> bool {
        let keeps = |from: &Option<String>, usual: &Option<String>, to: &Option<String>| {
            to.is_none() || from.as_ref().or(usual.as_ref()) == to.as_ref()
        };
        self.strict == said.strict
            && self.without_rowid == said.without_rowid
            && keeps(&self.engine, &usual.engine, &said.engine)
            && keeps(&self.collation, &usual.collation, &said.collation)
            && !is_said_otherwise(self.comment.as_deref(), said.comment.as_deref())
    }
}

/// Whether a comment becomes another one: who says none leaves it as it is.
pub(crate) fn is_said_otherwise(from: Option<&str>, to: Option<&str>) -> bool {
    to.is_some_and(|to| to != from.unwrap_or_default())
}

impl From<&Table> for TableOptions {
    fn from(table: &Table) -> Self {
        Self {
            strict: table.strict,
            without_rowid: table.without_rowid,
            engine: table.engine.clone(),
            collation: table.collation.clone(),
            comment: table.comment.clone(),
        }
    }
}

/// A constraint of a table, of any kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
    /// The columns that identify a row.
    PrimaryKey(PrimaryKey),
    /// Columns that no two rows may share.
    Unique(Unique),
    /// Columns that must be found in another table.
    ForeignKey(ForeignKey),
    /// A condition that every row must not fail.
    Check(Check),
}

impl Constraint {
    /// The name, where it is written out.
    #[must_use]
    pub const fn name(&self) -> Option<&ConstraintName> {
        match self {
            Self::PrimaryKey(key) => key.name.as_ref(),
            Self::Unique(unique) => unique.name.as_ref(),
            Self::ForeignKey(key) => key.name.as_ref(),
            Self::Check(check) => check.name.as_ref(),
        }
    }

    /// The columns of its table that it was declared on.
    #[must_use]
    pub fn columns(&self) -> &[ColumnName] {
        match self {
            Self::PrimaryKey(key) => &key.columns,
            Self::Unique(unique) => &unique.columns,
            Self::ForeignKey(key) => &key.columns,
            Self::Check(check) => &check.columns,
        }
    }

    /// The name that the rules derive, before numbers tell equal ones apart.
    #[must_use]
    pub fn derived_name(&self, table: &TableName) -> String {
        let suffix = match self {
            Self::PrimaryKey(_) => Suffix::PrimaryKey,
            Self::Unique(_) => Suffix::Unique,
            Self::ForeignKey(_) => Suffix::ForeignKey,
            Self::Check(_) => Suffix::Check,
        };
        constraint_name(table, self.columns(), suffix)
    }
}

impl Change {
    /// The change that takes this one back, under the same names of tables and columns.
    #[must_use]
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::CreateEnum { enum_type } => Self::DropEnum { enum_type },
            Self::DropEnum { enum_type } => Self::CreateEnum { enum_type },
            Self::RenameEnum { from, to } => Self::RenameEnum { from: to, to: from },
            Self::AddEnumValue { enum_name, label, labels, .. } => {
                let to = labels.iter().filter(|other| **other != label).cloned().collect();
                Self::ReplaceEnum { enum_name, from: labels, to }
            }
            Self::RenameEnumValue { enum_name, from, to } => {
                Self::RenameEnumValue { enum_name, from: to, to: from }
            }
            Self::ReplaceEnum { enum_name, from, to } => Self::ReplaceEnum { enum_name, from: to, to: from },
            Self::CreateTable { table } => Self::DropTable { table },
            Self::DropTable { table } => Self::CreateTable { table },
            Self::RenameTable { from, to } => Self::RenameTable { from: to, to: from },
            Self::AlterTable { table, from, to } => Self::AlterTable { table, from: to, to: from },
            Self::AddColumn { table, column } => Self::DropColumn { table, column },
            Self::DropColumn { table, column } => Self::AddColumn { table, column },
            Self::RenameColumn { table, from, to } => Self::RenameColumn { table, from: to, to: from },
            Self::AlterColumn { table, from, to } => Self::AlterColumn { table, from: to, to: from },
            Self::AddConstraint { table, name, constraint } => {
                Self::DropConstraint { table, name, constraint }
            }
            Self::DropConstraint { table, name, constraint } => {
                Self::AddConstraint { table, name, constraint }
            }
            Self::RenameConstraint { table, from, to, constraint } => {
                Self::RenameConstraint { table, from: to, to: from, constraint }
            }
            Self::AddIndex { table, name, index } => Self::DropIndex { table, name, index },
            Self::DropIndex { table, name, index } => Self::AddIndex { table, name, index },
            Self::RenameIndex { table, from, to, index } => {
                Self::RenameIndex { table, from: to, to: from, index }
            }
        }
    }

    /// The table that it is about, under its new name.
    #[must_use]
    pub fn table(&self) -> Option<&TableName> {
        match self {
            Self::CreateTable { table } | Self::DropTable { table } => Some(&table.name),
            Self::RenameTable { to, .. } => Some(to),
            Self::AlterTable { table, .. }
            | Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::AlterColumn { table, .. }
            | Self::AddConstraint { table, .. }
            | Self::DropConstraint { table, .. }
            | Self::RenameConstraint { table, .. }
            | Self::AddIndex { table, .. }
            | Self::DropIndex { table, .. }
            | Self::RenameIndex { table, .. } => Some(table),
            Self::CreateEnum { .. }
            | Self::DropEnum { .. }
            | Self::RenameEnum { .. }
            | Self::AddEnumValue { .. }
            | Self::RenameEnumValue { .. }
            | Self::ReplaceEnum { .. } => None,
        }
    }
}
