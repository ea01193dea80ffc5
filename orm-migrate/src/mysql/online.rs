//! Changes that leave a table in use: the server is told to refuse rather than to lock
//! (InnoDB Online DDL, ALTER TABLE, "LOCK").

use orm_schema::{Column, ColumnDefault, ColumnName, TableName};

use super::{
    ddl::{self, DIALECT},
    default, twin,
};
use crate::{
    change::{Change, Constraint},
    dialect::Dialect,
    plan::{
        Twin,
        online::{self, BATCH},
    },
    step::Step,
};

const ONLINE: &str = "ALGORITHM=INPLACE, LOCK=NONE";

/// What counts the rows of a backfill, and tells that the statement is one.
pub(super) const BACKFILL: &str = "orm_backfill";

/// The steps of a change on a table that is in use; `usual` is what it is otherwise. What copies the table stays as it is.
pub(super) fn steps(dialect: Dialect, change: &Change, twins: &[Twin], mut usual: Step) -> Vec<Step> {
    let is_plain = |method: Option<&str>| !matches!(method, Some("fulltext" | "spatial"));
    let can = match change {
        Change::AddColumn { table, column } if let Some(twin) = online::twin_of(twins, table, column) => {
            return beside(dialect, table, column, twin, usual);
        }
        Change::AddColumn { table, column } if let Some(default) = online::computed_for_each_row(column) => {
            return backfilled(dialect, table, column, default, usual);
        }
        Change::AddIndex { index, .. } | Change::DropIndex { index, .. } => is_plain(index.method.as_deref()),
        Change::AddConstraint { constraint, .. } | Change::DropConstraint { constraint, .. } => {
            matches!(constraint, Constraint::Unique(_))
        }
        Change::AddColumn { column, .. } => column.identity.is_none() && column.generated.is_none(),
        Change::DropColumn { column, .. } => column.generated.is_none(),
        Change::AlterColumn { from, to, .. } => online::is_only_required(from, to),
        _ => false,
    };
    if let (true, [only]) = (can, usual.sql.as_mut_slice()) {
        *only = format!("{only}, {ONLINE}");
    }
    vec![usual]
}

/// `ALTER TABLE` that locks nobody out.
fn alter(table: &TableName, clause: String) -> String {
    ddl::alter_table(table, &[clause, ONLINE.to_owned()])
}

fn add_bare(dialect: Dialect, table: &TableName, column: &Column) -> String {
    let bare = ddl::column_with_collation(dialect, &online::bare(column));
    alter(table, format!("ADD COLUMN {bare}"))
}

/// The column, the same as its twin from the start; then what rows had before; then what is asked of it.
fn beside(dialect: Dialect, table: &TableName, column: &Column, twin: &Twin, usual: Step) -> Vec<Step> {
    let mut sql = vec![add_bare(dialect, table, column)];
    sql.extend(twin::keep(twin, column));
    let first = online::beside(table, twin, sql, twin::end(twin), usual.clone());
    filled(dialect, first, table, column, twin::fill(twin), usual)
}

/// Another default for each row would copy the table while it is locked. MySQL has no block outside of a routine to fill it
/// from, so there it does.
fn backfilled(
    dialect: Dialect,
    table: &TableName,
    column: &Column,
    default: &ColumnDefault,
    usual: Step,
) -> Vec<Step> {
    if dialect == Dialect::MySql {
        return vec![usual];
    }
    let (name, value) = (quote(&column.name), default::sql(default, &column.column_type));
    let set_default = ddl::alter_table(table, &[format!("ALTER COLUMN {name} SET DEFAULT {value}")]);
    let sql = vec![add_bare(dialect, table, column), set_default];
    let first = Step { sql, prechecks: Vec::new(), ..usual.clone() };
    let fill = in_batches(table, &format!("{name} = {value}"), &format!("{name} IS NULL"));
    filled(dialect, first, table, column, fill, usual)
}

/// What comes once the column is there.
fn filled(
    dialect: Dialect,
    first: Step,
    table: &TableName,
    column: &Column,
    fill: String,
    usual: Step,
) -> Vec<Step> {
    let mut steps = vec![first, online::fill(table, column, fill, usual.clone())];
    if !column.nullable {
        let modify = format!("MODIFY COLUMN {}", ddl::column_with_collation(dialect, column));
        steps.push(online::required(table, column, vec![alter(table, modify)], usual));
    }
    steps
}

/// Sets the rows that are left, and commits, until none is (MariaDB "Using Compound Statements Outside of Stored Programs").
pub(super) fn in_batches(table: &TableName, set: &str, left: &str) -> String {
    let table = DIALECT.quote_table(table);
    format!(
        "BEGIN NOT ATOMIC DECLARE {BACKFILL} bigint DEFAULT 1; WHILE {BACKFILL} > 0 DO \
         UPDATE {table} SET {set} WHERE {left} LIMIT {BATCH}; SET {BACKFILL} = ROW_COUNT(); COMMIT; END WHILE; END"
    )
}

fn quote(name: &ColumnName) -> String {
    DIALECT.quote(name.as_str())
}
