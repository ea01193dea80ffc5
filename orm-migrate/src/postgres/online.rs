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
    plan::{Twin, clause},
    step::{LockLevel, Reverse, Step, TransactionNeed, Undo},
};

const DIALECT: Dialect = Dialect::Postgres;

/// How many rows one transaction of a backfill takes.
pub(super) const BATCH: usize = 5000;

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
        Change::AlterColumn { table, from, to } if is_only_required(from, to) => {
            required(table, &to.name.clone(), usual)
        }
        Change::AddColumn { table, column } if let Some(twin) = twin_of(twins, table, column) => {
            beside(table, column, twin, usual)
        }
        Change::AddColumn { table, column } if is_computed_for_each_row(column) => {
            backfilled(table, column, usual)
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

/// NOT NULL, and nothing else.
fn is_only_required(from: &Column, to: &Column) -> bool {
    from.nullable && !to.nullable && Column { nullable: true, ..to.clone() } == *from
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

fn twin_of<'a>(twins: &'a [Twin], table: &TableName, column: &Column) -> Option<&'a Twin> {
    twins.iter().find(|twin| twin.table == *table && twin.new == column.name)
}

/// The column, the same as its twin from the start; then what rows had before; then what is asked of it.
fn beside(table: &TableName, column: &Column, twin: &Twin, usual: Step) -> Vec<Step> {
    let bare = Column { nullable: true, default: None, ..column.clone() };
    let mut sql = vec![ddl::alter_table(table, &format!("ADD COLUMN {}", ddl::column(&bare)))];
    sql.extend(ddl::new_comment(table, &bare));
    sql.extend(twin::keep(twin));
    let mut back = twin::end(twin);
    back.extend(usual.reverse.sql().unwrap_or_default().iter().cloned());
    let first = Step {
        summary: format!(
            "add column `{table}.{}` beside `{}`, and keep them the same",
            column.name, twin.old
        ),
        sql,
        reverse: Reverse::By(Undo::new(back, TransactionNeed::Inside)),
        prechecks: Vec::new(),
        transaction: TransactionNeed::Inside,
        ..usual.clone()
    };
    let fill = Step {
        summary: format!("fill `{table}.{}` in transactions of {BATCH} rows", column.name),
        sql: vec![twin::fill(twin, column)],
        lock: None,
        transaction: TransactionNeed::Outside,
        reverse: outside(Vec::new()),
        prechecks: Vec::new(),
        ..usual.clone()
    };
    let mut steps = vec![first, fill];
    if !column.nullable {
        let summary = format!("make `{table}.{}` required", column.name);
        let usual = Step { summary, reverse: outside(Vec::new()), prechecks: Vec::new(), ..usual };
        steps.extend(required(table, &column.name, usual));
    }
    steps
}

/// A default that calls a function is another one for each row, for all that is known here.
fn is_computed_for_each_row(column: &Column) -> bool {
    column.generated.is_none()
        && column.identity.is_none()
        && matches!(&column.default, Some(ColumnDefault::Expression(text)) if text.contains('('))
}

fn backfilled(table: &TableName, column: &Column, usual: Step) -> Vec<Step> {
    let Some(default) = &column.default else { return vec![usual] };
    let bare = Column { default: None, nullable: true, ..column.clone() };
    let value = ddl::default(default, &column.column_type);
    let mut sql = vec![ddl::alter_table(table, &format!("ADD COLUMN {}", ddl::column(&bare)))];
    sql.extend(ddl::new_comment(table, &bare));
    sql.push(ddl::alter_column(table, &column.name, &format!("SET DEFAULT {value}")));
    let first = Step { sql, prechecks: Vec::new(), ..usual.clone() };
    let fill = Step {
        summary: format!("fill `{table}.{}` in transactions of {BATCH} rows", column.name),
        sql: vec![backfill(table, column, &value)],
        lock: None,
        transaction: TransactionNeed::Outside,
        reverse: outside(Vec::new()),
        ..usual.clone()
    };
    let mut steps = vec![own_transaction(first), fill];
    if !column.nullable {
        let summary = format!("make `{table}.{}` required", column.name);
        let usual = Step { summary, reverse: outside(Vec::new()), ..usual };
        steps.extend(required(table, &column.name, usual));
    }
    steps
}

/// Only rows without a value are touched, so that it may be run again wherever it stopped.
fn backfill(table: &TableName, column: &Column, value: &str) -> String {
    let (table, name) = (DIALECT.quote_table(table), DIALECT.quote(column.name.as_str()));
    format!(
        "DO {BACKFILL} DECLARE filled bigint; BEGIN LOOP \
         UPDATE {table} SET {name} = {value} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {name} IS NULL LIMIT {BATCH})); \
         GET DIAGNOSTICS filled = ROW_COUNT; COMMIT; EXIT WHEN filled = 0; END LOOP; END {BACKFILL}"
    )
}
