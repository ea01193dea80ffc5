//! Changes → statements of PostgreSQL.

use std::collections::BTreeSet;

use orm_schema::EnumName;

use super::{alter_column, ddl, replace_enum};
use crate::{
    change::{Change, EnumPosition},
    dialect::Dialect,
    plan::{clause, context::Context},
    step::{LockLevel, TransactionNeed},
};

const DIALECT: Dialect = Dialect::Postgres;

/// The statements that make the change.
pub(super) fn sql(context: &Context<'_>, change: &Change) -> Vec<String> {
    let quote = |name: &str| DIALECT.quote(name);
    let one = match change {
        Change::CreateTable { table } => return ddl::create_table(table, &BTreeSet::new()),
        Change::AlterColumn { table, from, to } => return alter_column::sql(table, from, to),
        Change::ReplaceEnum { enum_name, to, .. } => return replace_enum::sql(context, enum_name, to),
        // Of a table's options only the comment is left here; `normalise` has taken the others away.
        Change::AlterTable { table, to, .. } => {
            let table = format!("TABLE {}", DIALECT.quote_table(table));
            return to.comment.iter().map(|text| ddl::comment(&table, text)).collect();
        }
        Change::AddColumn { table, column } => {
            let add = ddl::alter_table(table, &format!("ADD COLUMN {}", ddl::column(column)));
            return [add].into_iter().chain(ddl::new_comment(table, column)).collect();
        }
        Change::CreateEnum { enum_type } => create_enum(&enum_type.name, &enum_type.labels),
        Change::DropEnum { enum_type } => format!("DROP TYPE {}", DIALECT.quote_enum(&enum_type.name)),
        Change::RenameEnum { from, to } => {
            return moved(
                "TYPE",
                &DIALECT.quote_enum(from),
                (&from.namespace, &from.name),
                (&to.namespace, &to.name),
            );
        }
        Change::AddEnumValue { enum_name, label, position, .. } => add_label(enum_name, label, position),
        Change::RenameEnumValue { enum_name, from, to } => format!(
            "ALTER TYPE {} RENAME VALUE {} TO {}",
            DIALECT.quote_enum(enum_name),
            DIALECT.text(from),
            DIALECT.text(to)
        ),
        Change::DropTable { table } => format!("DROP TABLE {}", DIALECT.quote_table(&table.name)),
        Change::RenameTable { from, to } => {
            return moved(
                "TABLE",
                &DIALECT.quote_table(from),
                (&from.namespace, &from.name),
                (&to.namespace, &to.name),
            );
        }
        Change::DropColumn { table, column } => {
            ddl::alter_table(table, &format!("DROP COLUMN {}", quote(column.name.as_str())))
        }
        Change::RenameColumn { table, from, to } => ddl::alter_table(
            table,
            &format!("RENAME COLUMN {} TO {}", quote(from.as_str()), quote(to.as_str())),
        ),
        Change::AddConstraint { table, name, constraint } => {
            ddl::alter_table(table, &format!("ADD {}", clause::constraint(DIALECT, Some(name), constraint)))
        }
        Change::DropConstraint { table, name, .. } => {
            ddl::alter_table(table, &format!("DROP CONSTRAINT {}", quote(name.as_str())))
        }
        Change::RenameConstraint { table, from, to, .. } => ddl::alter_table(
            table,
            &format!("RENAME CONSTRAINT {} TO {}", quote(from.as_str()), quote(to.as_str())),
        ),
        Change::AddIndex { table, name, index } => clause::create_index(DIALECT, table, name, index),
        Change::DropIndex { table, name, .. } => clause::drop_index(DIALECT, table, name),
        Change::RenameIndex { table, from, to, .. } => format!(
            "ALTER INDEX {} RENAME TO {}",
            DIALECT.quote_table(&clause::beside(table, from)),
            quote(to.as_str())
        ),
    };
    vec![one]
}

/// A new name, a new namespace, or both: RENAME TO takes no namespace.
fn moved(
    kind: &str,
    old: &str,
    from: (&Option<String>, &String),
    to: (&Option<String>, &String),
) -> Vec<String> {
    let mut sql = Vec::new();
    let mut now = old.to_owned();
    if from.1 != to.1 {
        sql.push(format!("ALTER {kind} {now} RENAME TO {}", DIALECT.quote(to.1)));
        let namespace =
            from.0.as_ref().map(|namespace| format!("{}.", DIALECT.quote(namespace))).unwrap_or_default();
        now = format!("{namespace}{}", DIALECT.quote(to.1));
    }
    if from.0 != to.0 {
        let namespace = DIALECT.quote(to.0.as_deref().unwrap_or("public"));
        sql.push(format!("ALTER {kind} {now} SET SCHEMA {namespace}"));
    }
    sql
}

pub(super) fn create_enum(name: &EnumName, labels: &[String]) -> String {
    let labels: Vec<_> = labels.iter().map(|label| DIALECT.text(label)).collect();
    format!("CREATE TYPE {} AS ENUM ({})", DIALECT.quote_enum(name), labels.join(", "))
}

fn add_label(name: &EnumName, label: &str, position: &EnumPosition) -> String {
    let place = match position {
        EnumPosition::Before(other) => format!(" BEFORE {}", DIALECT.text(other)),
        EnumPosition::After(other) => format!(" AFTER {}", DIALECT.text(other)),
        EnumPosition::Only => String::new(),
    };
    format!("ALTER TYPE {} ADD VALUE {}{place}", DIALECT.quote_enum(name), DIALECT.text(label))
}

/// The strongest lock on a table that others may be using (sql-altertable.html, sql-createindex.html).
pub(super) fn lock(context: &Context<'_>, change: &Change) -> Option<LockLevel> {
    if change.table().is_some_and(|table| context.is_fresh(table))
        && !matches!(change, Change::CreateTable { .. })
    {
        return None;
    }
    match change {
        Change::CreateTable { table } => {
            // A foreign key locks the table that it leads to.
            let leads_out = table.foreign_keys.iter().any(|key| context.table_now(&key.table).is_some());
            leads_out.then_some(LockLevel::ShareRowExclusive)
        }
        Change::AddConstraint { constraint: crate::change::Constraint::ForeignKey(_), .. } => {
            Some(LockLevel::ShareRowExclusive)
        }
        Change::AddIndex { .. } => Some(LockLevel::Share),
        Change::RenameIndex { .. } => Some(LockLevel::ShareUpdateExclusive),
        Change::CreateEnum { .. }
        | Change::DropEnum { .. }
        | Change::RenameEnum { .. }
        | Change::AddEnumValue { .. }
        | Change::RenameEnumValue { .. } => None,
        Change::ReplaceEnum { .. }
        | Change::DropTable { .. }
        | Change::RenameTable { .. }
        | Change::AlterTable { .. }
        | Change::AddColumn { .. }
        | Change::DropColumn { .. }
        | Change::RenameColumn { .. }
        | Change::AlterColumn { .. }
        | Change::AddConstraint { .. }
        | Change::DropConstraint { .. }
        | Change::RenameConstraint { .. }
        | Change::DropIndex { .. } => Some(LockLevel::AccessExclusive),
    }
}

/// A new label cannot be used before the transaction that adds it is over (sql-altertype.html).
pub(super) fn transaction(change: &Change) -> TransactionNeed {
    if matches!(change, Change::AddEnumValue { .. }) {
        TransactionNeed::Outside
    } else {
        TransactionNeed::Inside
    }
}
