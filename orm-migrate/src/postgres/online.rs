//! Changes in the form that stops nobody for long: several steps in the place of one.
//!
//! | change | steps | why (explicit-locking.html, sql-altertable.html, sql-createindex.html) |
//! |---|---|---|
//! | index | `CONCURRENTLY` | else no row is written while it is built |
//! | unique constraint, primary key | a unique index `CONCURRENTLY`, then `USING INDEX` | the same |
//! | foreign key, check | `NOT VALID`, then `VALIDATE` | else the rows are read under a lock that stops writers |
//! | NOT NULL | a check, validated; then `SET NOT NULL`, which trusts it | the same |
//! | column whose default differs from row to row | without it, then row by row in small transactions | else the table is written anew under a lock that stops all |
//!
//! Everything else either is quick, or has no such form: another type of a column, say.

use orm_schema::{
    Check, Column, ColumnDefault, ConstraintName, Index, IndexPart, PrimaryKey, TableName, Unique,
};

use super::{ddl, doubt::BACKFILL, twin};
use crate::{
    change::{Change, Constraint},
    dialect::Dialect,
    plan::{
        Twin, clause,
        online::{self, BATCH},
    },
    step::{LockLevel, Reverse, Step, TransactionNeed, Undo},
};

const DIALECT: Dialect = Dialect::Postgres;

/// The steps of a change on a table that is in use; `usual` is what it is otherwise.
pub(super) fn steps(change: &Change, twins: &[Twin], usual: Step) -> Vec<Step> {
    match change {
        Change::AddIndex { table, name, index } => vec![add_index(table, name, index, usual)],
        Change::DropIndex { table, name, index } => vec![drop_index(table, name, index, usual)],
        Change::AddConstraint { table, name, constraint } => match constraint {
            Constraint::PrimaryKey(_) | Constraint::Unique(_) => key(table, name, constraint, usual),
            Constraint::ForeignKey(key) if key.not_valid => vec![usual],
            Constraint::Check(check) if check.not_valid => vec![usual],
            Constraint::ForeignKey(_) | Constraint::Check(_) => validated(table, name, constraint, usual),
        },
        Change::AlterColumn { table, from, to } if online::is_only_required(from, to) => {
            required(table, &to.name, usual)
        }
        Change::AddColumn { table, column } if let Some(twin) = online::twin_of(twins, table, column) => {
            beside(table, column, twin, usual)
        }
        Change::AddColumn { table, column } if let Some(default) = online::computed_for_each_row(column) => {
            backfilled(table, column, default, usual)
        }
        _ => vec![usual],
    }
}

fn concurrently(create: &str) -> String {
    create.replacen("INDEX ", "INDEX CONCURRENTLY ", 1)
}

fn outside(sql: Vec<String>) -> Reverse {
    Reverse::By(Undo::new(sql, TransactionNeed::Outside))
}

fn add_index(table: &TableName, name: &ConstraintName, index: &Index, usual: Step) -> Step {
    Step {
        sql: vec![concurrently(&clause::create_index(DIALECT, table, name, index))],
        reverse: outside(vec![concurrently(&clause::drop_index(DIALECT, table, name))]),
        transaction: TransactionNeed::Outside,
        lock: Some(LockLevel::ShareUpdateExclusive),
        ..usual
    }
}

fn drop_index(table: &TableName, name: &ConstraintName, index: &Index, usual: Step) -> Step {
    Step {
        sql: vec![concurrently(&clause::drop_index(DIALECT, table, name))],
        reverse: outside(vec![concurrently(&clause::create_index(DIALECT, table, name, index))]),
        transaction: TransactionNeed::Outside,
        lock: Some(LockLevel::ShareUpdateExclusive),
        ..usual
    }
}

/// The index that a key stands on, and the key upon it.
fn key(table: &TableName, name: &ConstraintName, constraint: &Constraint, usual: Step) -> Vec<Step> {
    let Some((index, kind, deferrable)) = index_of(constraint) else { return vec![usual] };
    let first = Step {
        summary: format!("build the index of {name} on `{table}`"),
        data_loss: Vec::new(),
        ..add_index(table, name, &index, usual.clone())
    };
    let quoted = DIALECT.quote(name.as_str());
    let add = format!("ADD CONSTRAINT {quoted} {kind} USING INDEX {quoted}{deferrable}");
    // Going back drops the constraint, and its index with it: the first step then has nothing to undo.
    let first = Step { reverse: outside(Vec::new()), ..first };
    let second = Step { sql: vec![ddl::alter_table(table, &add)], prechecks: Vec::new(), ..usual };
    vec![first, second]
}

fn index_of(constraint: &Constraint) -> Option<(Index, &'static str, String)> {
    let part = |column: &orm_schema::ColumnName| IndexPart::column(column.clone());
    let (columns, include, nulls_not_distinct, kind, deferrable) = match constraint {
        Constraint::PrimaryKey(PrimaryKey { columns, include, deferrable, .. }) => {
            (columns, include, false, "PRIMARY KEY", *deferrable)
        }
        Constraint::Unique(Unique { columns, include, nulls_not_distinct, deferrable, .. }) => {
            (columns, include, *nulls_not_distinct, "UNIQUE", *deferrable)
        }
        Constraint::ForeignKey(_) | Constraint::Check(_) => return None,
    };
    let index = Index {
        parts: columns.iter().map(part).collect(),
        unique: true,
        include: include.clone(),
        nulls_not_distinct,
        ..Index::default()
    };
    Some((index, kind, clause::deferrable(deferrable).to_owned()))
}

/// For new rows first, then for all that are there.
fn validated(table: &TableName, name: &ConstraintName, constraint: &Constraint, usual: Step) -> Vec<Step> {
    let mut not_valid = constraint.clone();
    match &mut not_valid {
        Constraint::ForeignKey(key) => key.not_valid = true,
        Constraint::Check(check) => check.not_valid = true,
        Constraint::PrimaryKey(_) | Constraint::Unique(_) => {}
    }
    let add = format!("ADD {}", clause::constraint(DIALECT, Some(name), &not_valid));
    let validate = format!("VALIDATE CONSTRAINT {}", DIALECT.quote(name.as_str()));
    let second = Step {
        summary: format!("validate constraint `{name}` of `{table}`"),
        lock: Some(LockLevel::ShareUpdateExclusive),
        transaction: TransactionNeed::Outside,
        reverse: outside(Vec::new()),
        ..Step { sql: vec![ddl::alter_table(table, &validate)], ..usual.clone() }
    };
    let first = Step { sql: vec![ddl::alter_table(table, &add)], prechecks: Vec::new(), ..usual };
    vec![own_transaction(first), second]
}

/// Whatever it locks is free again before the next step.
fn own_transaction(step: Step) -> Step {
    Step { transaction: TransactionNeed::Outside, ..step }
}

fn required(table: &TableName, column: &orm_schema::ColumnName, usual: Step) -> Vec<Step> {
    let name =
        ConstraintName::from(orm_schema::naming::fit(&format!("_orm_{}_{column}_not_null", table.name)));
    let quoted = DIALECT.quote(column.as_str());
    let check = Check { expression: format!("{quoted} IS NOT NULL"), ..Check::default() };
    let drop = ddl::alter_table(table, &format!("DROP CONSTRAINT {}", DIALECT.quote(name.as_str())));
    let mut steps = validated(table, &name, &Constraint::Check(check), usual.clone());
    if let Some(first) = steps.first_mut() {
        first.summary = format!("on `{table}`, ask for `{column}` in new rows");
        first.reverse = outside(Vec::new());
    }
    let set = ddl::alter_column(table, column, "SET NOT NULL");
    steps.push(own_transaction(Step { sql: vec![set, drop], prechecks: Vec::new(), ..usual }));
    steps
}

/// The column, the same as its twin from the start; then what rows had before; then what is asked of it.
fn beside(table: &TableName, column: &Column, twin: &Twin, usual: Step) -> Vec<Step> {
    let mut sql = add_bare(table, column);
    sql.extend(twin::keep(twin));
    let first = online::beside(table, twin, sql, twin::end(twin), usual.clone());
    filled(first, table, column, twin::fill(twin), usual)
}

fn backfilled(table: &TableName, column: &Column, default: &ColumnDefault, usual: Step) -> Vec<Step> {
    let value = ddl::default(default, &column.column_type);
    let mut sql = add_bare(table, column);
    sql.push(ddl::alter_column(table, &column.name, &format!("SET DEFAULT {value}")));
    let first = own_transaction(Step { sql, prechecks: Vec::new(), ..usual.clone() });
    filled(first, table, column, backfill(table, column, &value), usual)
}

fn add_bare(table: &TableName, column: &Column) -> Vec<String> {
    let bare = online::bare(column);
    let add = ddl::alter_table(table, &format!("ADD COLUMN {}", ddl::column(&bare)));
    std::iter::once(add).chain(ddl::new_comment(table, &bare)).collect()
}

/// What comes once the column is there.
fn filled(first: Step, table: &TableName, column: &Column, fill: String, usual: Step) -> Vec<Step> {
    let mut steps = vec![first, online::fill(table, column, fill, usual.clone())];
    if !column.nullable {
        steps.extend(required(table, &column.name, online::required(table, column, Vec::new(), usual)));
    }
    steps
}

/// Only rows without a value are touched, so that it may be run again wherever it stopped.
fn backfill(table: &TableName, column: &Column, value: &str) -> String {
    let name = DIALECT.quote(column.name.as_str());
    in_batches(table, &format!("{name} = {value}"), &format!("{name} IS NULL"))
}

/// Sets the rows that are left, and commits, until none is.
pub(super) fn in_batches(table: &TableName, set: &str, left: &str) -> String {
    let table = DIALECT.quote_table(table);
    format!(
        "DO {BACKFILL} DECLARE filled bigint; BEGIN LOOP \
         UPDATE {table} SET {set} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {left} LIMIT {BATCH})); \
         GET DIAGNOSTICS filled = ROW_COUNT; COMMIT; EXIT WHEN filled = 0; END LOOP; END {BACKFILL}"
    )
}
