//! What an INSERT does with a row that is there already.

use orm_schema::Table;
use sea_query::{Alias, OnConflict as Clause};

use super::render::Renderer;
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    facts::{ColumnFacts, TableFacts},
    query::{Conflicting, OnConflict},
    unique_key::{UniqueKey, unique_keys},
};

/// The clause; none where leaving the row alone is the caller's part: see [`Capabilities::on_conflict`].
///
/// [`Capabilities::on_conflict`]: crate::Capabilities::on_conflict
pub(super) fn clause(
    renderer: &mut Renderer,
    table: &TableFacts,
    given: &[&'static ColumnFacts],
    conflict: &OnConflict,
) -> Result<Option<Clause>> {
    let dialect = renderer.dialect;
    let targeted = dialect.capabilities().on_conflict;
    check_key(table, conflict.key())?;
    let mut clause = match conflict.key() {
        Conflicting::Columns(columns) if targeted => {
            Clause::columns(columns.iter().map(|facts| Alias::new(facts.name)))
        }
        Conflicting::Columns(_) | Conflicting::Anything => Clause::new(),
    };
    match conflict {
        OnConflict::Nothing(_) if !targeted => return Ok(None),
        OnConflict::Nothing(_) => {
            clause.do_nothing();
        }
        OnConflict::Update { only_if: Some(_), .. } if !targeted => {
            return super::spelling::unsupported(dialect, "has no condition in an upsert");
        }
        OnConflict::Update { key, assigns, only_if } => {
            if assigns.is_empty() {
                return Err(Error::invalid_query(
                    "this upsert changes nothing in a row that is there: say `.do_nothing()`, or `.or_get()` to read that row",
                ));
            }
            check_update(dialect, table, given, key)?;
            super::write::check_assigns(dialect, assigns)?;
            for assign in assigns {
                clause.value(Alias::new(assign.column.facts.name), renderer.assigned(assign)?);
            }
            if let Some(condition) = only_if {
                clause.action_and_where(renderer.node(condition)?);
            }
        }
    }
    Ok(Some(clause))
}

/// Only a unique key can tell that a row is there already.
fn check_key(table: &TableFacts, key: &Conflicting) -> Result<()> {
    let Conflicting::Columns(columns) = key else { return Ok(()) };
    let declared = table.table();
    let keys: Vec<UniqueKey<'_>> = unique_keys(&declared).into_iter().filter(|key| key.is_plain).collect();
    if keys.iter().any(|key| is_key(&key.columns, columns)) {
        return Ok(());
    }
    let list = |fields: Vec<&str>| fields.iter().map(|f| format!("`{f}`")).collect::<Vec<_>>().join(", ");
    let field = |name: &&str| table.columns.iter().find(|facts| facts.name == *name).map_or("?", |f| f.field);
    let known: Vec<String> = keys.iter().map(|key| list(key.columns.iter().map(field).collect())).collect();
    Err(Error::invalid_query(format!(
        "`on_conflict` of `{}` names {}, which is not unique: {}",
        table.model,
        list(columns.iter().map(|facts| facts.field).collect()),
        match known.as_slice() {
            [] => "the model has no unique fields".to_owned(),
            known => format!("unique are {}", known.join("; ")),
        }
    )))
}

fn is_key(key: &[&str], columns: &[&'static ColumnFacts]) -> bool {
    key.len() == columns.len() && key.iter().all(|name| columns.iter().any(|facts| facts.name == *name))
}

/// Refuses an update that the database would do, or refuse, for another key than the one that was meant.
fn check_update(
    dialect: Dialect,
    table: &TableFacts,
    given: &[&'static ColumnFacts],
    key: &Conflicting,
) -> Result<()> {
    let capabilities = dialect.capabilities();
    match key {
        Conflicting::Anything if !capabilities.update_on_any_conflict => Err(Error::unsupported(format!(
            "{dialect} updates a row that is there only by one unique key: name its columns with `.on_conflict(..)`"
        ))),
        Conflicting::Columns(columns) if !capabilities.on_conflict => {
            let others = other_keys(&table.table(), given, columns);
            let Some(other) = others.into_iter().next() else { return Ok(()) };
            Err(Error::unsupported(format!(
                "{dialect} cannot say by which unique key a row is there already, and {other}: say \
                 `.on_any_conflict()` if that row may be updated as well"
            )))
        }
        Conflicting::Anything | Conflicting::Columns(_) => Ok(()),
    }
}

/// Why the update might happen to another row than the one with these columns.
fn other_keys(
    table: &Table,
    given: &[&'static ColumnFacts],
    columns: &[&'static ColumnFacts],
) -> Vec<String> {
    let may_conflict = |key: &&UniqueKey<'_>| key.columns.iter().all(|name| may_be_there(table, given, name));
    unique_keys(table)
        .iter()
        .filter(|key| !is_key(&key.columns, columns))
        .filter(may_conflict)
        .map(|key| format!("({}) of `{}` is unique, too", key.columns.join(", "), table.name))
        .collect()
}

/// Whether an insert may give a column a value that another row has.
fn may_be_there(table: &Table, given: &[&'static ColumnFacts], name: &str) -> bool {
    given.iter().any(|facts| facts.name == name)
        || table
            .columns
            .iter()
            .find(|column| column.name.as_str() == name)
            // Counted up, or NULL, which is never equal to anything; what is computed may be.
            .is_none_or(|column| {
                column.generated.is_some() || column.identity.is_none() && column.default.is_some()
            })
}
