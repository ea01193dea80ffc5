//! What ALTER TABLE can do without a rebuild (lang_altertable.html §4, §5).

use orm_schema::{Column, ColumnDefault, Table};

use super::ddl;
use crate::{
    change::{Change, Constraint},
    dialect::Dialect,
    plan::{
        clause,
        mentions::{mentions, of_index},
    },
};

const DIALECT: Dialect = Dialect::Sqlite;

/// Changes that are one statement, and the table after it.
pub(super) struct Unit<'a> {
    pub(super) changes: Vec<&'a Change>,
    pub(super) sql: Vec<String>,
    pub(super) before: Table,
    pub(super) after: Table,
}

/// The changes of one table as statements of their own; `None` where one of them takes a rebuild.
pub(super) fn units<'a>(before: &Table, after: &Table, changes: &[&'a Change]) -> Option<Vec<Unit<'a>>> {
    let mut state = before.clone();
    let mut units = Vec::new();
    let mut inlined: Vec<&Change> = Vec::new();
    for group in in_order(changes) {
        if inlined.iter().any(|done| std::ptr::eq(*done, group)) {
            continue;
        }
        let beside = constraints_beside(group, changes);
        let sql = statements(&state, after, group, &beside)?;
        let mut members = vec![group];
        members.extend(&beside);
        inlined.extend(beside);
        let next = members.iter().fold(state.clone(), |table, change| apply(table, change));
        units.push(Unit { changes: members, sql, before: state, after: next.clone() });
        state = next;
    }
    Some(units)
}

/// Indexes go before the columns they are on, and come after them; a constraint is looked at last, once the column that
/// may bring it along has been seen.
fn in_order<'a>(changes: &[&'a Change]) -> Vec<&'a Change> {
    let rank = |change: &Change| match change {
        Change::DropIndex { .. } => 0,
        Change::RenameIndex { .. } => 1,
        Change::DropColumn { .. } => 2,
        Change::AddColumn { .. } => 3,
        Change::AddIndex { .. } => 4,
        _ => 5,
    };
    let mut ordered = changes.to_vec();
    ordered.sort_by_key(|change| rank(change));
    ordered
}

/// New constraints that can stand in the definition of a new column: those on it alone.
fn constraints_beside<'a>(change: &Change, changes: &[&'a Change]) -> Vec<&'a Change> {
    let Change::AddColumn { column, .. } = change else { return Vec::new() };
    let is_beside = |other: &&&Change| match other {
        Change::AddConstraint { constraint: Constraint::ForeignKey(key), .. } => {
            key.columns == [column.name.clone()]
        }
        Change::AddConstraint { constraint: Constraint::Check(check), .. } => {
            check.columns == [column.name.clone()] && !mentions_another(&check.expression, column, changes)
        }
        _ => false,
    };
    changes.iter().filter(is_beside).copied().collect()
}

/// Whether the condition speaks of a column that is new as well, and may not be there yet.
fn mentions_another(expression: &str, column: &Column, changes: &[&Change]) -> bool {
    changes.iter().any(|change| match change {
        Change::AddColumn { column: other, .. } => {
            other.name != column.name && mentions(DIALECT, expression, &other.name)
        }
        _ => false,
    })
}

fn statements(state: &Table, after: &Table, change: &Change, beside: &[&Change]) -> Option<Vec<String>> {
    match change {
        Change::AddColumn { table, column } => {
            let keys = beside.iter().any(|change| is_foreign_key(change));
            let is_key = after.is_key(&column.name);
            (can_add(column) && !is_key && !(keys && column.default.is_some())).then(|| {
                let mut clauses = vec![ddl::column(column)];
                clauses.extend(beside.iter().filter_map(|change| column_clause(change)));
                vec![format!("ALTER TABLE {} ADD COLUMN {}", DIALECT.quote_table(table), clauses.join(" "))]
            })
        }
        Change::DropColumn { table, column } => can_drop(state, column).then(|| {
            let (table, column) = (DIALECT.quote_table(table), DIALECT.quote(column.name.as_str()));
            vec![format!("ALTER TABLE {table} DROP COLUMN {column}")]
        }),
        Change::AddIndex { table, name, index } => {
            Some(vec![clause::create_index(DIALECT, table, name, index)])
        }
        Change::DropIndex { table, name, .. } => Some(vec![clause::drop_index(DIALECT, table, name)]),
        Change::RenameIndex { table, from, to, index } => Some(vec![
            clause::drop_index(DIALECT, table, from),
            clause::create_index(DIALECT, table, to, index),
        ]),
        // ALTER TABLE knows nothing of these (lang_altertable.html §1).
        Change::AlterTable { .. }
        | Change::AlterColumn { .. }
        | Change::AddConstraint { .. }
        | Change::DropConstraint { .. }
        | Change::RenameConstraint { .. } => None,
        // These are no changes inside of a table.
        Change::CreateEnum { .. }
        | Change::DropEnum { .. }
        | Change::RenameEnum { .. }
        | Change::AddEnumValue { .. }
        | Change::RenameEnumValue { .. }
        | Change::ReplaceEnum { .. }
        | Change::CreateTable { .. }
        | Change::DropTable { .. }
        | Change::RenameTable { .. }
        | Change::RenameColumn { .. } => None,
    }
}

fn is_foreign_key(change: &Change) -> bool {
    matches!(change, Change::AddConstraint { constraint: Constraint::ForeignKey(_), .. })
}

/// A constraint on one column, in its definition.
fn column_clause(change: &Change) -> Option<String> {
    let Change::AddConstraint { name, constraint, .. } = change else { return None };
    match constraint {
        Constraint::ForeignKey(key) => {
            Some(clause::named(DIALECT, key.name.as_ref(), &clause::references(DIALECT, key)))
        }
        Constraint::Check(_) => Some(clause::constraint(DIALECT, Some(name), constraint)),
        Constraint::PrimaryKey(_) | Constraint::Unique(_) => None,
    }
}

/// Rows that are there get the default, so it has to be a constant, and NOT NULL needs one (§4). A generated column must be
/// VIRTUAL.
fn can_add(column: &Column) -> bool {
    let constant = match &column.default {
        None => column.nullable,
        Some(ColumnDefault::Bool(_) | ColumnDefault::Number(_) | ColumnDefault::Text(_)) => true,
        Some(ColumnDefault::Now | ColumnDefault::Expression(_)) => false,
    };
    let computed_when_read = column.generated.as_ref().is_some_and(|generated| generated.is_virtual);
    let is_generated = column.generated.is_some();
    column.identity.is_none() && if is_generated { computed_when_read && column.nullable } else { constant }
}

/// A column that a key, a constraint or an index speaks of stays (§5).
pub(super) fn can_drop(state: &Table, column: &Column) -> bool {
    let name = &column.name;
    let in_key = state.is_key(name) || state.uniques.iter().any(|unique| unique.columns.contains(name));
    let in_foreign_key = state
        .foreign_keys
        .iter()
        .any(|key| key.columns.contains(name) || (key.table == state.name && key.references.contains(name)));
    let in_check = state.checks.iter().any(|check| mentions(DIALECT, &check.expression, name));
    let in_index = state.indexes.iter().any(|index| of_index(DIALECT, state, index).contains(name));
    let in_generated = |other: &Column| {
        let of = other.generated.as_ref().filter(|_| other.name != *name);
        of.is_some_and(|generated| mentions(DIALECT, &generated.expression, name))
    };
    let in_generated = state.columns.iter().any(in_generated);
    state.columns.len() > 1 && !(in_generated || in_key || in_foreign_key || in_check || in_index)
}

/// The table once the change is made.
fn apply(mut table: Table, change: &Change) -> Table {
    match change {
        Change::AddColumn { column, .. } => table.columns.push(column.clone()),
        Change::DropColumn { column, .. } => table.columns.retain(|other| other.name != column.name),
        Change::AddIndex { name, index, .. } => {
            let mut index = index.clone();
            index.name = Some(name.clone());
            table.indexes.push(index);
        }
        Change::DropIndex { name, .. } => remove_index(&mut table, name),
        Change::RenameIndex { from, to, index, .. } => {
            remove_index(&mut table, from);
            let mut index = index.clone();
            index.name = Some(to.clone());
            table.indexes.push(index);
        }
        Change::AddConstraint { constraint: Constraint::ForeignKey(key), .. } => {
            table.foreign_keys.push(key.clone())
        }
        Change::AddConstraint { constraint: Constraint::Check(check), .. } => {
            table.checks.push(check.clone())
        }
        _ => {}
    }
    table
}

fn remove_index(table: &mut Table, name: &orm_schema::ConstraintName) {
    let names = crate::names::TableNames::of(table).indexes;
    let mut names = names.iter();
    table.indexes.retain(|_| names.next() != Some(name));
}
