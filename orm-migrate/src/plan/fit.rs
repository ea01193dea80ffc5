//! Whether values fit the new type of a column.

use orm_schema::{Column, ColumnType, TableName};

use super::context::Context;
use crate::{
    change::Change,
    dialect::Dialect,
    step::{DataLoss, PreCheck},
};

/// Values that would make the change fail.
pub(crate) fn prechecks(context: &Context<'_>, change: &Change) -> Vec<PreCheck> {
    let Change::AlterColumn { table, from, to } = change else { return Vec::new() };
    [too_large(context, table, from, to), unreadable(context, table, from, to)]
        .into_iter()
        .flatten()
        .collect()
}

/// Texts that are no value of the new type.
fn unreadable(context: &Context<'_>, table: &TableName, from: &Column, to: &Column) -> Option<PreCheck> {
    use ColumnType as T;
    let (source, name) = place(context, table, to)?;
    let old = context.dialect.rust_type(&from.column_type.to_string())?;
    let new = context.dialect.rust_type(&to.column_type.to_string())?;
    let is_text = |ty: &T| matches!(ty, T::Text | T::Varchar(_));
    let condition = (is_text(&old) && !is_text(&new)).then(|| context.dialect.unreadable(&new, &name))??;
    Some(PreCheck {
        code: "M064",
        message: format!("`{table}.{}` holds {{values}} that cannot be read as {}", to.name, to.column_type),
        count: format!("SELECT count(*) FROM {source} WHERE {condition}"),
        fix: "change the rows first, or keep the type".to_owned(),
    })
}

/// Values that the server would refuse to put into the new type.
fn too_large(context: &Context<'_>, table: &TableName, from: &Column, to: &Column) -> Option<PreCheck> {
    let (source, name) = place(context, table, to)?;
    let (old, new) = (from.column_type.to_string(), to.column_type.to_string());
    let condition = beyond(context.dialect, &old, &new, &name)?;
    Some(PreCheck {
        code: "M064",
        message: format!("`{table}.{}` holds {{values}} outside of {}", to.name, to.column_type),
        count: format!("SELECT count(*) FROM {source} WHERE {condition}"),
        fix: "change the rows first, or keep the type".to_owned(),
    })
}

/// Whether a type of the same kind holds whatever the type before does.
pub(super) fn holds_all(dialect: Dialect, old: &ColumnType, new: &ColumnType) -> bool {
    use ColumnType as T;
    let (old_name, new_name) = (old.to_string(), new.to_string());
    let is_same_kind = match (dialect.rust_type(&old_name), dialect.rust_type(&new_name)) {
        (Some(T::Text | T::Varchar(_)), Some(T::Text | T::Varchar(_))) => true,
        (Some(old), Some(new)) => old.is_integer() && new.is_integer(),
        _ => false,
    };
    let fits = || {
        beyond(dialect, &old_name, &new_name, "").is_none()
            && cut(dialect, &old_name, &new_name, "").is_none()
    };
    old == new || (is_same_kind && fits())
}

/// The condition for values that a type does not hold, and the type before does.
pub(crate) fn beyond(dialect: Dialect, old: &str, new: &str, name: &str) -> Option<String> {
    match dialect.labels(new) {
        Some(labels) => gone_labels(dialect, old, &labels, name),
        None => limit(dialect, &dialect.rust_type(old)?, &dialect.rust_type(new)?, name),
    }
}

/// Values that are no label of a type that lists them.
fn gone_labels(dialect: Dialect, old: &str, labels: &[String], name: &str) -> Option<String> {
    let before = dialect.labels(old);
    if before.is_some_and(|before| before.iter().all(|label| labels.contains(label))) {
        return None;
    }
    let labels: Vec<_> = labels.iter().map(|label| dialect.text(label)).collect();
    Some(format!("{name} NOT IN ({})", labels.join(", ")))
}

fn limit(dialect: Dialect, from: &ColumnType, to: &ColumnType, name: &str) -> Option<String> {
    use ColumnType as T;
    match (from, to) {
        (T::Varchar(wide), T::Varchar(narrow)) if wide <= narrow => None,
        (T::Text | T::Varchar(_), T::Varchar(length)) => dialect.too_long(name, *length),
        (T::F32 | T::F64 | T::Decimal | T::DecimalOf(..), whole) => {
            range(whole).map(|(least, most)| format!("{name} NOT BETWEEN {least} AND {most}"))
        }
        (wide, narrow) => {
            let ((low, high), (least, most)) = (range(wide)?, range(narrow)?);
            let fits = least <= low && high <= most;
            (!fits).then(|| format!("{name} NOT BETWEEN {least} AND {most}"))
        }
    }
}

/// The least and the greatest value of an integer type.
fn range(column_type: &ColumnType) -> Option<(i128, i128)> {
    use ColumnType as T;
    Some(match column_type {
        T::I8 => (i8::MIN.into(), i8::MAX.into()),
        T::I16 => (i16::MIN.into(), i16::MAX.into()),
        T::I32 => (i32::MIN.into(), i32::MAX.into()),
        T::I64 => (i64::MIN.into(), i64::MAX.into()),
        T::U8 => (u8::MIN.into(), u8::MAX.into()),
        T::U16 => (u16::MIN.into(), u16::MAX.into()),
        T::U32 => (u32::MIN.into(), u32::MAX.into()),
        T::U64 => (u64::MIN.into(), u64::MAX.into()),
        _ => return None,
    })
}

/// Values of which the new type keeps only a part.
pub(super) fn data_loss(context: &Context<'_>, change: &Change) -> Vec<DataLoss> {
    let Change::AlterColumn { table, from, to } = change else { return Vec::new() };
    lost_part(context, table, from, to).into_iter().collect()
}

fn lost_part(context: &Context<'_>, table: &TableName, from: &Column, to: &Column) -> Option<DataLoss> {
    let (source, name) = place(context, table, to)?;
    let (old, new) = (from.column_type.to_string(), to.column_type.to_string());
    let (what, condition) = cut(context.dialect, &old, &new, &name)?;
    Some(DataLoss {
        what: format!("{what} `{table}.{}`", to.name),
        count: format!("SELECT count(*) FROM {source} WHERE {condition}"),
    })
}

/// What a type does not keep of values of the type before, and the condition for such values.
pub(crate) fn cut(dialect: Dialect, old: &str, new: &str, name: &str) -> Option<(&'static str, String)> {
    use ColumnType as T;
    Some(match (dialect.rust_type(old)?, dialect.rust_type(new)?) {
        (T::F32 | T::F64 | T::Decimal | T::DecimalOf(..), whole) if whole.is_integer() => {
            ("what stands after the point in", format!("{name} <> floor({name})"))
        }
        (T::DateTime | T::Timestamp, T::Date) => {
            ("the time of day in", format!("{name} <> CAST({name} AS date)"))
        }
        (T::DecimalOf(_, wide), T::DecimalOf(_, narrow)) if narrow < wide => {
            ("digits after the point in", format!("{name} <> round({name}, {narrow})"))
        }
        _ => return None,
    })
}

/// The table and the column as they are called now, between quotes.
pub(crate) fn place(context: &Context<'_>, table: &TableName, column: &Column) -> Option<(String, String)> {
    let name = context.column_now(table, &column.name)?;
    Some((context.dialect.quote_table(context.table_now(table)?), context.dialect.quote(name.as_str())))
}
