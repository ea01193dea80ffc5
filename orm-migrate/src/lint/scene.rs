//! What a rule sees beside the fact: the statement, and what is known when it runs.

use orm_schema::TableName;

use super::{
    file::Reading,
    known::{Known, KnownColumn, KnownTable},
};
use crate::dialect::Dialect;

/// The statement and what is known when it runs.
pub(crate) struct Scene<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) known: &'a Known,
    pub(crate) statement: &'a Reading,
    /// The statements that come after it.
    pub(crate) later: &'a [Reading],
}

impl Scene<'_> {
    /// The table as it is before the statement, if anybody says it.
    pub(crate) fn table(&self, table: &TableName) -> Option<&KnownTable> {
        self.known.table(table)
    }

    /// The column as it is before the statement, if anybody says it.
    pub(crate) fn column(&self, table: &TableName, column: &str) -> Option<&KnownColumn> {
        self.table(table)?.column(column)
    }

    /// A name as SQL.
    pub(crate) fn quote(&self, name: &str) -> String {
        self.dialect.quote(name)
    }

    /// A table's name as SQL.
    pub(crate) fn quote_table(&self, table: &TableName) -> String {
        self.dialect.quote_table(table)
    }

    /// Names as a list in SQL.
    pub(crate) fn quote_all(&self, names: &[String]) -> String {
        names.iter().map(|name| self.quote(name)).collect::<Vec<_>>().join(", ")
    }
}
