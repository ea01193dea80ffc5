//! What differs between two tables that are one.

use orm_schema::{Column, ColumnDefault, Generated, Table};

use super::{DiffOptions, constraint};
use crate::{
    change::{Change, TableOptions, is_said_otherwise},
    dialect::Dialect,
    normalise::Columns,
};

/// A table before and after.
pub(super) struct Pair<'a> {
    /// As it is.
    pub(super) original: &'a Table,
    /// As it is once its renames are made.
    pub(super) before: &'a Table,
    /// As it shall be.
    pub(super) after: &'a Table,
    /// What compares expressions.
    pub(super) dialect: Dialect,
    /// What a server has said of expressions.
    pub(super) options: &'a DiffOptions,
}

impl Pair<'_> {
    /// Whether two expressions mean the same, as far as their text can tell.
    pub(super) fn same_expression(&self, before: &str, after: &str) -> bool {
        self.key(before, self.before) == self.key(after, self.after)
    }

    /// The text in which equal expressions are equal.
    pub(super) fn key(&self, expression: &str, table: &Table) -> String {
        let printed = self.options.printed.get(expression).map_or(expression, String::as_str);
        self.dialect.expression_key(printed, &Columns::of(table))
    }

    /// All changes of the table but its renames.
    pub(super) fn compare(&self) -> Vec<Change> {
        let mut changes = self.compare_options();
        changes.extend(self.compare_columns());
        changes.extend(constraint::compare(self));
        changes
    }

    fn compare_options(&self) -> Vec<Change> {
        let (from, to) = (TableOptions::from(self.before), TableOptions::from(self.after));
        let table = self.after.name.clone();
        if from.has(&to, &self.dialect.usual_options()) {
            Vec::new()
        } else {
            vec![Change::AlterTable { table, from, to }]
        }
    }

    fn compare_columns(&self) -> Vec<Change> {
        let table = || self.after.name.clone();
        let dropped = self.before.columns.iter().filter(|column| self.after.column(&column.name).is_none());
        let dropped = dropped.map(|column| Change::DropColumn { table: table(), column: column.clone() });
        let kept = self.after.columns.iter().filter_map(|to| match self.before.column(&to.name) {
            None => Some(Change::AddColumn { table: table(), column: to.clone() }),
            Some(from) if self.same_column(from, to) => None,
            Some(from) => Some(Change::AlterColumn { table: table(), from: from.clone(), to: to.clone() }),
        });
        kept.chain(dropped).collect()
    }

    fn same_column(&self, from: &Column, to: &Column) -> bool {
        from.column_type == to.column_type
            && from.nullable == to.nullable
            && from.identity == to.identity
            && self.collation(from) == self.collation(to)
            && self.same_generated(from.generated.as_ref(), to.generated.as_ref())
            && !is_said_otherwise(from.comment.as_deref(), to.comment.as_deref())
            && self.same_default(from.default.as_ref(), to.default.as_ref())
    }

    /// The collation of a column, said or not.
    fn collation(&self, column: &Column) -> Option<String> {
        column.collation.clone().or_else(|| self.dialect.usual_options().collation)
    }

    fn same_generated(&self, from: Option<&Generated>, to: Option<&Generated>) -> bool {
        match (from, to) {
            (Some(from), Some(to)) => {
                from.is_virtual == to.is_virtual && self.same_expression(&from.expression, &to.expression)
            }
            (from, to) => from.is_none() && to.is_none(),
        }
    }

    fn same_default(&self, from: Option<&ColumnDefault>, to: Option<&ColumnDefault>) -> bool {
        match (from, to) {
            (Some(ColumnDefault::Expression(from)), Some(ColumnDefault::Expression(to))) => {
                self.same_expression(from, to)
            }
            (from, to) => from == to,
        }
    }
}
