//! Two columns that say the same while two versions of a program write: triggers give each what the other got.
//!
//! A column that is NOT NULL may be left out where a trigger gives it a value: the server looks after BEFORE triggers
//! (MariaDB "Trigger Overview"; tried on 10.11).

use orm_schema::{Column, ColumnName};

use super::{ddl::DIALECT, online::in_batches, types};
use crate::plan::{Twin, online::sync_name};

/// The statements that keep them the same from now on. The new column has no default meanwhile, so that a value in it is one
/// that somebody gave.
pub(super) fn keep(twin: &Twin, column: &Column) -> Vec<String> {
    let table = DIALECT.quote_table(&twin.table);
    let (old, new) = (quote(&twin.old), quote(&twin.new));
    // Two texts that differ only by case may be equal to each other.
    let exact = if types::is_character(&column.column_type.to_string()) { "BINARY " } else { "" };
    let trigger = |event: &str, set: String| {
        let name = DIALECT.quote(&sync_name(twin, Some(event)));
        format!("CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW SET {set}")
    };
    vec![
        trigger("INSERT", format!("NEW.{new} = coalesce(NEW.{new}, NEW.{old}), NEW.{old} = NEW.{new}")),
        trigger(
            "UPDATE",
            format!(
                "NEW.{old} = if({exact}NEW.{new} <=> {exact}OLD.{new}, NEW.{old}, NEW.{new}), NEW.{new} = NEW.{old}"
            ),
        ),
    ]
}

/// The statements that end it.
pub(super) fn end(twin: &Twin) -> Vec<String> {
    let drop = |event| format!("DROP TRIGGER {}", DIALECT.quote(&sync_name(twin, Some(event))));
    ["INSERT", "UPDATE"].map(drop).to_vec()
}

/// Rows that were there before; each is touched once, and the trigger does the rest.
pub(super) fn fill(twin: &Twin) -> String {
    let (old, new) = (quote(&twin.old), quote(&twin.new));
    in_batches(&twin.table, &format!("{new} = {old}"), &format!("{new} IS NULL AND {old} IS NOT NULL"))
}

fn quote(name: &ColumnName) -> String {
    DIALECT.quote(name.as_str())
}
