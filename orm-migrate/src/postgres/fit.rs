//! Whether values fit the new labels of their enum type.

use orm_schema::{Column, ColumnType, TableName};

use crate::{
    change::Change,
    dialect::Dialect,
    normalise::enum_of,
    plan::{context::Context, fit::place},
    step::PreCheck,
};

const DIALECT: Dialect = Dialect::Postgres;

/// Values that would make the change fail.
pub(super) fn prechecks(context: &Context<'_>, change: &Change) -> Vec<PreCheck> {
    let Change::ReplaceEnum { from, to, .. } = change else { return Vec::new() };
    let gone: Vec<&String> = from.iter().filter(|label| !to.contains(label)).collect();
    let users = users_of(context, change).into_iter();
    users.filter_map(|(table, column)| held(context, table, column, &gone)).collect()
}

/// The columns of the enum type that the change makes anew, under their new names.
fn users_of<'a>(context: &'a Context<'_>, change: &Change) -> Vec<(&'a TableName, &'a Column)> {
    let Change::ReplaceEnum { enum_name, .. } = change else { return Vec::new() };
    let columns = context
        .before
        .tables
        .iter()
        .flat_map(|table| table.columns.iter().map(move |column| (&table.name, column)));
    columns.filter(|(_, column)| enum_of(&column.column_type) == Some(enum_name)).collect()
}

/// Rows that hold a label that goes.
fn held(context: &Context<'_>, table: &TableName, column: &Column, gone: &[&String]) -> Option<PreCheck> {
    let (from, name) = place(context, table, column)?;
    let labels: Vec<_> = gone.iter().map(|label| DIALECT.text(label)).collect();
    let labels = labels.join(", ");
    let condition = if matches!(column.column_type, ColumnType::Array(_)) {
        format!("{name}::text[] && ARRAY[{labels}]")
    } else {
        format!("{name}::text IN ({labels})")
    };
    (!gone.is_empty()).then(|| PreCheck {
        code: "M067",
        message: format!("`{table}.{}` holds a label that goes ({labels}) in {{rows}}", column.name),
        count: format!("SELECT count(*) FROM {from} WHERE {condition}"),
        fix: "change the rows first, or keep the label".to_owned(),
    })
}
