//! Two columns that say the same while two versions of a program write: a trigger gives each what the other got.

use orm_schema::{ColumnName, TableName};

use super::online::in_batches;
use crate::{
    dialect::Dialect,
    plan::{Twin, online::sync_name},
};

const DIALECT: Dialect = Dialect::Postgres;

/// The statements that keep them the same from now on. The trigger names the columns, so that the server knows that it speaks
/// of them. The new column has no default meanwhile, so that a value in it is one
/// that somebody gave.
pub(super) fn keep(twin: &Twin) -> Vec<String> {
    let (name, table) = (DIALECT.quote(&sync_name(twin, None)), DIALECT.quote_table(&twin.table));
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
    let (name, table) = (DIALECT.quote(&sync_name(twin, None)), DIALECT.quote_table(&twin.table));
    vec![
        format!("DROP TRIGGER {name} ON {table}"),
        format!("DROP FUNCTION {}()", function(&twin.table, &name)),
    ]
}

/// Rows that were there before; each is touched once, and the trigger does the rest.
pub(super) fn fill(twin: &Twin) -> String {
    let (old, new) = (quote(&twin.old), quote(&twin.new));
    in_batches(&twin.table, &format!("{new} = {old}"), &format!("{new} IS NULL AND {old} IS NOT NULL"))
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
