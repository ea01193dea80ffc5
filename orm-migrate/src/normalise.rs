//! One spelling for everything that a database may spell in several ways.
//!
//! Both sides of a comparison go through here first, so that a difference in spelling never looks like a change. What is
//! stored stays SQL that can be run: a condition loses only its outer parentheses and its line breaks. Where two conditions
//! must be called equal although the server printed one of them in its own way, [`Dialect::expression_key`] compares.

use orm_schema::{Column, ColumnName, ColumnType, Schema, Table, TableName};
use serde::Serialize;

use crate::{dialect::Dialect, postgres, sqlite};

/// Something in a schema that a database cannot do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}: {why}", self.place())]
pub struct Unsupported {
    /// The table.
    pub table: TableName,
    /// The column, where it is one column's fault.
    pub column: Option<ColumnName>,
    /// What the database cannot do.
    pub why: String,
    /// What to do.
    pub fix: String,
}

impl Unsupported {
    fn place(&self) -> String {
        match &self.column {
            Some(column) => format!("`{}.{column}`", self.table),
            None => format!("`{}`", self.table),
        }
    }
}

/// A type that a database does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct UnsupportedType {
    /// What the database cannot do.
    pub why: String,
    /// What to do.
    pub fix: String,
}

/// The columns that an expression may speak of, with their types.
#[derive(Debug, Clone, Copy, Default)]
pub struct Columns<'a>(&'a [Column]);

impl<'a> Columns<'a> {
    /// Those of a table.
    #[must_use]
    pub fn of(table: &'a Table) -> Self {
        Self(&table.columns)
    }

    /// The column of that name, in any case.
    pub(crate) fn named(&self, name: &str) -> Option<&'a Column> {
        self.0.iter().find(|column| column.name.as_str().eq_ignore_ascii_case(name))
    }

    /// The native type of a column.
    pub(crate) fn native_type(&self, name: &str) -> Option<&'a str> {
        match &self.0.iter().find(|column| column.name.as_str() == name)?.column_type {
            ColumnType::Native(native) => Some(native),
            _ => None,
        }
    }
}

/// The schema with every type, default and condition in its one spelling. Doing it twice is doing it once.
#[must_use]
pub fn normalise(dialect: Dialect, schema: Schema) -> Schema {
    let schema = match dialect {
        Dialect::Sqlite => sqlite::normalise::schema(schema),
        Dialect::Postgres => postgres::normalise::schema(schema),
    };
    schema.sorted()
}

/// Everything in the schema that the database cannot do; it is asked before [`normalise`].
#[must_use]
pub fn unsupported(dialect: Dialect, schema: &Schema) -> Vec<Unsupported> {
    match dialect {
        Dialect::Sqlite => sqlite::normalise::unsupported(schema),
        Dialect::Postgres => postgres::normalise::unsupported(schema),
    }
}
