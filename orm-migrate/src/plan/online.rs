//! What the online forms of the databases have in common.

use orm_schema::{Column, ColumnDefault, TableName, naming::fit};

use super::Twin;
use crate::step::{Reverse, Step, TransactionNeed, Undo};

/// How many rows one transaction of a backfill takes.
pub(crate) const BATCH: usize = 5000;

/// What the names of the triggers begin with that keep two columns the same.
pub(crate) const SYNC: &str = "_orm_sync_";

/// The name of what keeps a column the same as its twin; where it takes several triggers, one for each event.
pub(crate) fn sync_name(twin: &Twin, event: Option<&str>) -> String {
    let event = event.map(|event| format!("_{event}")).unwrap_or_default();
    fit(&format!("{SYNC}{}_{}_{}{event}", twin.table.name, twin.old, twin.new))
}

/// NOT NULL, and nothing else.
pub(crate) fn is_only_required(from: &Column, to: &Column) -> bool {
    from.nullable && !to.nullable && Column { nullable: true, ..to.clone() } == *from
}

/// The default of a column that is another one for each row: one that calls a function, for all that is known here.
pub(crate) fn computed_for_each_row(column: &Column) -> Option<&ColumnDefault> {
    let is_plain = column.generated.is_none() && column.identity.is_none();
    let calls =
        |default: &&ColumnDefault| matches!(default, ColumnDefault::Expression(text) if text.contains('('));
    column.default.as_ref().filter(calls).filter(|_| is_plain)
}

/// The column that this one stands beside for a while.
pub(crate) fn twin_of<'a>(twins: &'a [Twin], table: &TableName, column: &Column) -> Option<&'a Twin> {
    twins.iter().find(|twin| twin.table == *table && twin.new == column.name)
}

/// The column as it begins: whatever is asked of its values is asked once they are there.
pub(crate) fn bare(column: &Column) -> Column {
    Column { nullable: true, default: None, ..column.clone() }
}

/// The step that makes a column beside its twin, in the place of the usual one.
pub(crate) fn beside(
    table: &TableName,
    twin: &Twin,
    sql: Vec<String>,
    mut back: Vec<String>,
    usual: Step,
) -> Step {
    back.extend(usual.reverse.sql().unwrap_or_default().iter().cloned());
    Step {
        summary: format!("add column `{table}.{}` beside `{}`, and keep them the same", twin.new, twin.old),
        sql,
        reverse: Reverse::By(Undo::new(back, TransactionNeed::Inside)),
        prechecks: Vec::new(),
        transaction: TransactionNeed::Inside,
        ..usual
    }
}

/// The step that gives rows the values of a new column, some at a time. Going back has nothing to undo: the column goes.
pub(crate) fn fill(table: &TableName, column: &Column, sql: String, usual: Step) -> Step {
    Step {
        summary: format!("fill `{table}.{}` in transactions of {BATCH} rows", column.name),
        sql: vec![sql],
        lock: None,
        ..nothing_to_undo(usual)
    }
}

/// The step that asks for the values of a new column in every row.
pub(crate) fn required(table: &TableName, column: &Column, sql: Vec<String>, usual: Step) -> Step {
    Step { summary: format!("make `{table}.{}` required", column.name), sql, ..nothing_to_undo(usual) }
}

/// A step of its own, after one that is undone for both.
fn nothing_to_undo(usual: Step) -> Step {
    Step {
        transaction: TransactionNeed::Outside,
        reverse: Reverse::By(Undo::new(Vec::new(), TransactionNeed::Outside)),
        prechecks: Vec::new(),
        ..usual
    }
}
