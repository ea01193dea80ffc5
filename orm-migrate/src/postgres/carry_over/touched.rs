//! What the changes do to columns, types and keys that other objects may speak of, under the names of now.

use orm_schema::{Column, ColumnName, EnumName, TableName};
use serde::Serialize;

use crate::{
    change::{Change, Constraint},
    normalise::enum_of,
    plan::context::Context,
};

/// Something of a table, or an enum type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Touched {
    /// `table` or `type`.
    kind: &'static str,
    namespace: Option<String>,
    name: String,
    part: Part,
    /// A column.
    column: Option<String>,
    /// It is not there afterwards.
    goes: bool,
}

/// Which part of it is touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    All,
    Column,
    PrimaryKey,
}

/// What the changes touch.
pub(super) fn touched(context: &Context<'_>) -> Vec<Touched> {
    context.changes.iter().flat_map(|change| of_change(context, change)).collect()
}

fn of_change(context: &Context<'_>, change: &Change) -> Vec<Touched> {
    let column = |table: &TableName, column: &ColumnName, goes| -> Vec<Touched> {
        let now = context.table_now(table).zip(context.column_now(table, column));
        now.map(|(table, column)| of_table(table, Part::Column, Some(column), goes)).into_iter().collect()
    };
    match change {
        Change::DropTable { table } => vec![of_table(&table.name, Part::All, None, true)],
        Change::DropColumn { table, column: dropped } => column(table, &dropped.name, true),
        Change::AlterColumn { table, from, to } if is_retyped(from, to) => column(table, &to.name, false),
        Change::DropConstraint { table, constraint: Constraint::PrimaryKey(_), .. } => {
            let now = context.table_now(table);
            now.map(|table| of_table(table, Part::PrimaryKey, None, false)).into_iter().collect()
        }
        Change::DropEnum { enum_type } => vec![of_type(&enum_type.name, true)],
        Change::ReplaceEnum { enum_name, .. } => of_enum(context, enum_name),
        _ => Vec::new(),
    }
}

/// A type that is made anew goes through all columns that have it.
fn of_enum(context: &Context<'_>, name: &EnumName) -> Vec<Touched> {
    let mut touched = vec![of_type(&context.enum_now(name), false)];
    for table in &context.before.tables {
        for column in table.columns.iter().filter(|column| enum_of(&column.column_type) == Some(name)) {
            let now = context.table_now(&table.name).zip(context.column_now(&table.name, &column.name));
            touched.extend(now.map(|(table, column)| of_table(table, Part::Column, Some(column), false)));
        }
    }
    touched
}

/// Whether the server does to the column what it refuses while others speak of it.
fn is_retyped(from: &Column, to: &Column) -> bool {
    from.column_type != to.column_type
        || from.collation != to.collation
        || (to.generated.is_some() && from.generated != to.generated)
}

fn of_table(table: &TableName, part: Part, column: Option<ColumnName>, goes: bool) -> Touched {
    Touched {
        kind: "table",
        namespace: table.namespace.clone(),
        name: table.name.clone(),
        part,
        column: column.map(|column| column.as_str().to_owned()),
        goes,
    }
}

fn of_type(name: &EnumName, goes: bool) -> Touched {
    let (namespace, name) = (name.namespace.clone(), name.name.clone());
    Touched { kind: "type", namespace, name, part: Part::All, column: None, goes }
}

/// The tables whose steps touch one of these, by the names before and after.
pub(super) fn tables(context: &Context<'_>) -> Vec<TableName> {
    let touching = context.changes.iter().filter(|change| !of_change(context, change).is_empty());
    let mut tables: Vec<TableName> = touching.clone().filter_map(Change::table).cloned().collect();
    for name in touching.filter_map(|change| match change {
        Change::ReplaceEnum { enum_name, .. } => Some(enum_name),
        _ => None,
    }) {
        let uses = |column: &Column| enum_of(&column.column_type) == Some(name);
        let using = context.before.tables.iter().filter(|table| table.columns.iter().any(uses));
        tables.extend(using.map(|table| table.name.clone()));
    }
    tables
}
