//! Changes → statements of MariaDB and MySQL.

use std::collections::BTreeSet;

use orm_schema::Column;

use super::ddl::{self, DIALECT};
use crate::{
    change::{Change, Constraint},
    dialect::Dialect,
    plan::context::Context,
    step::LockLevel,
};

/// The statements that make the change.
pub(super) fn sql(dialect: Dialect, change: &Change) -> Vec<String> {
    match change {
        Change::CreateTable { table } => ddl::create_table(dialect, table, &BTreeSet::new()),
        Change::DropTable { table } => vec![format!("DROP TABLE {}", DIALECT.quote_table(&table.name))],
        Change::RenameTable { from, to } => {
            vec![format!("ALTER TABLE {} RENAME TO {}", DIALECT.quote_table(from), DIALECT.quote_table(to))]
        }
        Change::AlterTable { table, from, to } => {
            let clauses = ddl::changed_options(from, to);
            if clauses.is_empty() { Vec::new() } else { vec![ddl::alter_table(table, &clauses)] }
        }
        other => match (other.table(), clause(dialect, other)) {
            (Some(table), Some(clause)) => vec![ddl::alter_table(table, &[clause])],
            _ => Vec::new(),
        },
    }
}

/// The change as a clause of ALTER TABLE.
pub(super) fn clause(dialect: Dialect, change: &Change) -> Option<String> {
    let quote = |name: &str| DIALECT.quote(name);
    Some(match change {
        Change::AddColumn { column, .. } => {
            format!("ADD COLUMN {}", ddl::column_with_collation(dialect, column))
        }
        Change::DropColumn { column, .. } => format!("DROP COLUMN {}", quote(column.name.as_str())),
        Change::RenameColumn { from, to, .. } => {
            format!("RENAME COLUMN {} TO {}", quote(from.as_str()), quote(to.as_str()))
        }
        Change::AlterColumn { from, to, .. } => {
            // MODIFY forgets what it does not name.
            let comment = to.comment.clone().or_else(|| from.comment.clone());
            let to = Column { comment, ..to.clone() };
            format!("MODIFY COLUMN {}", ddl::column_with_collation(dialect, &to))
        }
        Change::AddConstraint { name, constraint, .. } => {
            format!("ADD {}", ddl::constraint(name, constraint))
        }
        Change::DropConstraint { name, constraint, .. } => match constraint {
            Constraint::PrimaryKey(_) => "DROP PRIMARY KEY".to_owned(),
            Constraint::Unique(_) => format!("DROP INDEX {}", quote(name.as_str())),
            Constraint::ForeignKey(_) => format!("DROP FOREIGN KEY {}", quote(name.as_str())),
            Constraint::Check(_) => format!("DROP CONSTRAINT {}", quote(name.as_str())),
        },
        Change::AddIndex { name, index, .. } => format!("ADD {}", ddl::index(name, index)),
        Change::DropIndex { name, .. } => format!("DROP INDEX {}", quote(name.as_str())),
        // A unique constraint is its index; the others are made anew by `plan`.
        Change::RenameIndex { from, to, .. } | Change::RenameConstraint { from, to, .. } => {
            format!("RENAME INDEX {} TO {}", quote(from.as_str()), quote(to.as_str()))
        }
        // Enum types are no objects here, and STRICT and WITHOUT ROWID are SQLite's.
        Change::CreateEnum { .. }
        | Change::DropEnum { .. }
        | Change::RenameEnum { .. }
        | Change::AddEnumValue { .. }
        | Change::RenameEnumValue { .. }
        | Change::ReplaceEnum { .. }
        | Change::AlterTable { .. }
        | Change::CreateTable { .. }
        | Change::DropTable { .. }
        | Change::RenameTable { .. } => return None,
    })
}

/// What a statement keeps others from for as long as it runs ("InnoDB Online DDL"); at its start and end each shuts out
/// everyone for a moment.
pub(super) fn lock(context: &Context<'_>, change: &Change) -> Option<LockLevel> {
    if change.table().is_some_and(|table| context.is_fresh(table)) {
        return None;
    }
    match change {
        // The table is copied, or its rows are checked.
        Change::AlterColumn { .. } => Some(LockLevel::Share),
        Change::AddConstraint { constraint: Constraint::ForeignKey(_) | Constraint::Check(_), .. } => {
            Some(LockLevel::Share)
        }
        Change::DropTable { .. } | Change::RenameTable { .. } => Some(LockLevel::AccessExclusive),
        Change::AddConstraint { .. }
        | Change::DropConstraint { .. }
        | Change::RenameConstraint { .. }
        | Change::AddIndex { .. }
        | Change::DropIndex { .. }
        | Change::RenameIndex { .. }
        | Change::AddColumn { .. }
        | Change::DropColumn { .. }
        | Change::RenameColumn { .. } => Some(LockLevel::ShareUpdateExclusive),
        Change::CreateEnum { .. }
        | Change::DropEnum { .. }
        | Change::RenameEnum { .. }
        | Change::AddEnumValue { .. }
        | Change::RenameEnumValue { .. }
        | Change::ReplaceEnum { .. }
        | Change::CreateTable { .. }
        | Change::AlterTable { .. } => None,
    }
}
