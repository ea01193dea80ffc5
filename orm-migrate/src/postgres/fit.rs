//! Whether values fit the new type of a column, or the new labels of their enum type.

use orm_schema::{Column, ColumnType, TableName};

use super::{normalise::enum_of, types::rust_type};
use crate::{
    change::Change,
    dialect::Dialect,
    plan::context::Context,
    step::{DataLoss, PreCheck},
};

const DIALECT: Dialect = Dialect::Postgres;

/// Values that would make the change fail.
pub(super) fn prechecks(context: &Context<'_>, change: &Change) -> Vec<PreCheck> {
    match change {
        Change::AlterColumn { table, from, to } => too_large(context, table, from, to).into_iter().collect(),
        Change::ReplaceEnum { from, to, .. } => {
            let gone: Vec<&String> = from.iter().filter(|label| !to.contains(label)).collect();
            users_of(context, change)
                .into_iter()
                .filter_map(|(table, column)| held(context, table, column, &gone))
                .collect()
        }
        _ => Vec::new(),
    }
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
        message: format!("{{count}} rows of `{table}` hold a label in `{}` that goes: {labels}", column.name),
        count: format!("SELECT count(*) FROM {from} WHERE {condition}"),
        fix: "change the rows first, or keep the label".to_owned(),
    })
}

/// Values that the server would refuse to put into the new type.
fn too_large(context: &Context<'_>, table: &TableName, from: &Column, to: &Column) -> Option<PreCheck> {
    let (source, name) = place(context, table, to)?;
    let condition =
        limit(&rust_type(&from.column_type.to_string())?, &rust_type(&to.column_type.to_string())?, &name)?;
    Some(PreCheck {
        code: "M064",
        message: format!("{{count}} values of `{table}.{}` do not fit {}", to.name, to.column_type),
        count: format!("SELECT count(*) FROM {source} WHERE {condition}"),
        fix: "change the rows first, or keep the type".to_owned(),
    })
}

fn limit(from: &ColumnType, to: &ColumnType, name: &str) -> Option<String> {
    use ColumnType as T;
    let outside = |low: &str, high: &str| Some(format!("{name} NOT BETWEEN {low} AND {high}"));
    match (from, to) {
        (T::Varchar(wide), T::Varchar(narrow)) if wide <= narrow => None,
        (T::Text | T::Varchar(_), T::Varchar(length)) => Some(format!("char_length({name}) > {length}")),
        (T::I32 | T::I64 | T::F32 | T::F64 | T::Decimal | T::DecimalOf(..), T::I16) => {
            outside("-32768", "32767")
        }
        (T::I64 | T::F32 | T::F64 | T::Decimal | T::DecimalOf(..), T::I32) => {
            outside("-2147483648", "2147483647")
        }
        _ => None,
    }
}

/// Values of which the new type keeps only a part.
pub(super) fn data_loss(context: &Context<'_>, change: &Change) -> Vec<DataLoss> {
    let Change::AlterColumn { table, from, to } = change else { return Vec::new() };
    lost_part(context, table, from, to).into_iter().collect()
}

fn lost_part(context: &Context<'_>, table: &TableName, from: &Column, to: &Column) -> Option<DataLoss> {
    use ColumnType as T;
    let (source, name) = place(context, table, to)?;
    let (what, condition) =
        match (rust_type(&from.column_type.to_string())?, rust_type(&to.column_type.to_string())?) {
            (T::F32 | T::F64 | T::Decimal | T::DecimalOf(..), T::I16 | T::I32 | T::I64) => {
                ("what stands after the point in", format!("{name} <> trunc({name})"))
            }
            (T::DateTime | T::Timestamp, T::Date) => {
                ("the time of day in", format!("{name} <> date_trunc('day', {name})"))
            }
            (T::DecimalOf(_, wide), T::DecimalOf(_, narrow)) if narrow < wide => {
                ("digits after the point in", format!("{name} <> round({name}, {narrow})"))
            }
            _ => return None,
        };
    Some(DataLoss {
        what: format!("{what} `{table}.{}`", to.name),
        count: format!("SELECT count(*) FROM {source} WHERE {condition}"),
    })
}

/// The table and the column as they are called now, between quotes.
fn place(context: &Context<'_>, table: &TableName, column: &Column) -> Option<(String, String)> {
    let name = context.column_now(table, &column.name)?;
    Some((DIALECT.quote_table(context.table_now(table)?), DIALECT.quote(name.as_str())))
}
