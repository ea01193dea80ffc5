//! Two columns that say the same while two versions of a program write: a trigger gives each what the other got.

use orm_schema::{Column, ColumnName, TableName, naming::fit};

use super::{doubt::BACKFILL, online::BATCH};
use crate::{dialect::Dialect, plan::Twin};

const DIALECT: Dialect = Dialect::Postgres;

/// What the names of our triggers and functions begin with.
pub(super) const PREFIX: &str = "_orm_sync_";

/// The name of the trigger and of its function.
fn name(twin: &Twin) -> String {
    fit(&format!("{PREFIX}{}_{}_{}", twin.table.name, twin.old, twin.new))
}

/// The statements that keep them the same from now on. The trigger names the columns, so that the server knows that it speaks
/// of them. The new column has no default meanwhile, so that a value in it is one
/// that somebody gave.
pub(super) fn keep(twin: &Twin) -> Vec<String> {
    let (name, table) = (DIALECT.quote(&name(twin)), DIALECT.quote_table(&twin.table));
    let (old, new) = (quote(&twin.old), quote(&twin.new));
    let function = function(&twin.table, &name);
    vec![
        format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $orm$ BEGIN \
             IF TG_OP = 'INSERT' AND NEW.{new} IS NULL THEN NEW.{new} := NEW.{old}; \
             ELSIF TG_OP = 'INSERT' THEN NEW.{old} := NEW.{new}; \
             ELSIF NEW.{new} IS DISTINCT FROM OLD.{new} THEN NEW.{old} := NEW.{new}; ELSE NEW.{new} := NEW.{old}; END IF; \
             RETURN NEW; END $orm$"
        ),
        format!(
            "CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {old}, {new} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        ),
    ]
}

/// The statements that end it.
pub(super) fn end(twin: &Twin) -> Vec<String> {
    let (name, table) = (DIALECT.quote(&name(twin)), DIALECT.quote_table(&twin.table));
    vec![
        format!("DROP TRIGGER {name} ON {table}"),
        format!("DROP FUNCTION {}()", function(&twin.table, &name)),
    ]
}

/// Rows that were there before; each is touched once, and the trigger does the rest.
pub(super) fn fill(twin: &Twin, column: &Column) -> String {
    let (table, old, new) = (DIALECT.quote_table(&twin.table), quote(&twin.old), quote(&column.name));
    let left = format!("{new} IS NULL AND {old} IS NOT NULL");
    format!(
        "DO {BACKFILL} DECLARE filled bigint; BEGIN LOOP \
         UPDATE {table} SET {new} = {old} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {left} LIMIT {BATCH})); \
         GET DIAGNOSTICS filled = ROW_COUNT; COMMIT; EXIT WHEN filled = 0; END LOOP; END {BACKFILL}"
    )
}

fn quote(name: &ColumnName) -> String {
    DIALECT.quote(name.as_str())
}

/// In the schema of its table.
fn function(table: &TableName, quoted: &str) -> String {
    match &table.namespace {
        Some(namespace) => format!("{}.{quoted}", DIALECT.quote(namespace)),
        None => quoted.to_owned(),
    }
}
