//! What would make a change fail, and what it would lose, with the queries that count it.
//!
//! The queries run before anything is changed, so they speak of tables and columns as they are called now. A new table has
//! no rows to ask about.

use orm_schema::{Check, Column, ColumnName, ForeignKey, TableName};

use super::{clause, context::Context};
use crate::{
    change::{Change, Constraint},
    step::{DataLoss, PreCheck},
};

/// What would make the change fail.
pub(crate) fn prechecks(context: &Context<'_>, change: &Change) -> Vec<PreCheck> {
    let check = match change {
        Change::AddColumn { table, column } => required_column(context, table, column),
        Change::AlterColumn { table, from, to } if from.nullable && !to.nullable => nulls(context, table, to),
        Change::AddConstraint { table, constraint, .. } => constraint_check(context, table, constraint),
        Change::AddIndex { table, index, .. } if index.unique && index.predicate.is_none() => {
            duplicates(context, table, &index.columns(), index.nulls_not_distinct)
        }
        Change::AddIndex { .. }
        | Change::AlterColumn { .. }
        | Change::CreateEnum { .. }
        | Change::DropEnum { .. }
        | Change::RenameEnum { .. }
        | Change::AddEnumValue { .. }
        | Change::RenameEnumValue { .. }
        | Change::ReplaceEnum { .. }
        | Change::CreateTable { .. }
        | Change::DropTable { .. }
        | Change::RenameTable { .. }
        | Change::AlterTable { .. }
        | Change::DropColumn { .. }
        | Change::RenameColumn { .. }
        | Change::DropConstraint { .. }
        | Change::RenameConstraint { .. }
        | Change::DropIndex { .. }
        | Change::RenameIndex { .. } => None,
    };
    check.into_iter().collect()
}

fn constraint_check(context: &Context<'_>, table: &TableName, constraint: &Constraint) -> Option<PreCheck> {
    match constraint {
        Constraint::PrimaryKey(key) => duplicates(context, table, &key.columns, false),
        Constraint::Unique(unique) => duplicates(context, table, &unique.columns, unique.nulls_not_distinct),
        // What is not valid yet holds for new rows alone.
        Constraint::ForeignKey(key) if key.not_valid => None,
        Constraint::Check(check) if check.not_valid => None,
        Constraint::ForeignKey(key) => orphans(context, table, key),
        Constraint::Check(check) => violations(context, table, check),
    }
}

fn required_column(context: &Context<'_>, table: &TableName, column: &Column) -> Option<PreCheck> {
    if column.nullable || column.default.is_some() || column.identity.is_some() {
        return None;
    }
    let now = context.table_now(table)?;
    let rust = context.dialect.rust_type(&column.column_type.to_string());
    let option = rust.map_or("an `Option`".to_owned(), |ty| format!("`Option<{}>`", rust_words(&ty)));
    let default = if option.contains("String") { "\"\"" } else { "…" };
    Some(PreCheck {
        code: "M061",
        message: format!(
            "column `{}` is NOT NULL but has no default, and `{table}` holds {{rows}}",
            column.name
        ),
        count: format!("SELECT count(*) FROM {}", context.dialect.quote_table(now)),
        fix: format!(
            "add `#[orm(default = {default})]`, or make it {option}, backfill, then make it required"
        ),
    })
}

fn nulls(context: &Context<'_>, table: &TableName, column: &Column) -> Option<PreCheck> {
    let (now, name) = (context.table_now(table)?, context.column_now(table, &column.name)?);
    let (from, name) = (context.dialect.quote_table(now), context.dialect.quote(name.as_str()));
    Some(PreCheck {
        code: "M062",
        message: format!("column `{}` becomes NOT NULL, and is NULL in {{rows}} of `{table}`", column.name),
        count: format!("SELECT count(*) FROM {from} WHERE {name} IS NULL"),
        fix: format!("`UPDATE {from} SET {name} = … WHERE {name} IS NULL` first, or leave it an `Option`"),
    })
}

/// NULLs are different from each other, unless they are told not to be.
fn duplicates(
    context: &Context<'_>,
    table: &TableName,
    columns: &[ColumnName],
    nulls_not_distinct: bool,
) -> Option<PreCheck> {
    let now = context.table_now(table)?;
    let names = context.columns_now(table, columns)?;
    let list = clause::columns(context.dialect, &names);
    let present: Vec<_> =
        names.iter().map(|name| format!("{} IS NOT NULL", context.dialect.quote(name.as_str()))).collect();
    let counted =
        if nulls_not_distinct { String::new() } else { format!("WHERE {} ", present.join(" AND ")) };
    Some(PreCheck {
        code: "M063",
        message: format!(
            "({}) becomes unique, and `{table}` holds {{values}} of it more than once",
            words(columns)
        ),
        count: format!(
            "SELECT count(*) FROM (SELECT 1 FROM {} {counted}GROUP BY {list} HAVING count(*) > 1) AS duplicates",
            context.dialect.quote_table(now)
        ),
        fix: "make the rows different, or delete all but one of each, first".to_owned(),
    })
}

fn violations(context: &Context<'_>, table: &TableName, check: &Check) -> Option<PreCheck> {
    let now = context.table_now(table)?;
    let after = context.to.table(table)?;
    // The condition speaks of columns by their new names: with new or renamed ones it cannot be asked yet.
    let is_as_now = |column: &Column| context.column_now(table, &column.name).as_ref() == Some(&column.name);
    if !after.columns.iter().all(is_as_now) {
        return None;
    }
    Some(PreCheck {
        code: "M065",
        message: format!("the new check ({}) fails for {{rows}} of `{table}`", check.expression),
        count: format!(
            "SELECT count(*) FROM {} WHERE NOT ({})",
            context.dialect.quote_table(now),
            check.expression
        ),
        fix: "change the rows first, or the condition".to_owned(),
    })
}

fn orphans(context: &Context<'_>, table: &TableName, key: &ForeignKey) -> Option<PreCheck> {
    let dialect = context.dialect;
    let (now, columns) = (context.table_now(table)?, context.columns_now(table, &key.columns)?);
    let (target, references) =
        (context.table_now(&key.table)?, context.columns_now(&key.table, &key.references)?);
    let own = |column: &ColumnName| format!("child.{}", dialect.quote(column.as_str()));
    let present: Vec<_> = columns.iter().map(|column| format!("{} IS NOT NULL", own(column))).collect();
    let equal = columns.iter().zip(&references);
    let equal: Vec<_> = equal
        .map(|(column, reference)| format!("parent.{} = {}", dialect.quote(reference.as_str()), own(column)))
        .collect();
    Some(PreCheck {
        code: "M066",
        message: format!("the new foreign key leads to no row of `{}` from {{rows}} of `{table}`", key.table),
        count: format!(
            "SELECT count(*) FROM {} AS child WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS parent WHERE {})",
            dialect.quote_table(now),
            present.join(" AND "),
            dialect.quote_table(target),
            equal.join(" AND ")
        ),
        fix: format!(
            "add the missing rows of `{}`, or change or delete the rows that lead nowhere, first",
            key.table
        ),
    })
}

/// What the change would lose.
pub(crate) fn data_loss(context: &Context<'_>, change: &Change) -> Vec<DataLoss> {
    let loss = match change {
        Change::DropTable { table } => context.table_now(&table.name).map(|now| DataLoss {
            what: format!("the rows of `{now}`"),
            count: format!("SELECT count(*) FROM {}", context.dialect.quote_table(now)),
        }),
        Change::DropColumn { table, column } => {
            context.table_now(table).map(|now| lost_values(context, now, &column.name))
        }
        Change::AddColumn { .. }
        | Change::AlterColumn { .. }
        | Change::CreateEnum { .. }
        | Change::DropEnum { .. }
        | Change::RenameEnum { .. }
        | Change::AddEnumValue { .. }
        | Change::RenameEnumValue { .. }
        | Change::ReplaceEnum { .. }
        | Change::CreateTable { .. }
        | Change::RenameTable { .. }
        | Change::AlterTable { .. }
        | Change::RenameColumn { .. }
        | Change::AddConstraint { .. }
        | Change::DropConstraint { .. }
        | Change::RenameConstraint { .. }
        | Change::AddIndex { .. }
        | Change::DropIndex { .. }
        | Change::RenameIndex { .. } => None,
    };
    loss.into_iter().collect()
}

fn lost_values(context: &Context<'_>, table: &TableName, column: &ColumnName) -> DataLoss {
    DataLoss {
        what: format!("the values of `{table}.{column}`"),
        count: format!(
            "SELECT count({}) FROM {}",
            context.dialect.quote(column.as_str()),
            context.dialect.quote_table(table)
        ),
    }
}

/// What going back from the change loses, or cannot bring back.
pub(crate) fn undo_loses(change: &Change) -> Option<String> {
    match change {
        Change::CreateTable { table } => Some(format!("going back loses the rows of `{}`", table.name)),
        Change::DropTable { table } => Some(format!("the rows of `{}` do not come back", table.name)),
        Change::AddColumn { table, column } => {
            Some(format!("going back loses the values of `{table}.{}`", column.name))
        }
        Change::DropColumn { table, column } if column.nullable || column.default.is_some() => {
            Some(format!("the values of `{table}.{}` do not come back", column.name))
        }
        Change::DropColumn { table, column } => Some(format!(
            "the values of `{table}.{}` do not come back, and it is NOT NULL: this fails if `{table}` holds rows",
            column.name
        )),
        Change::AddEnumValue { label, .. } => Some(format!("this fails while rows hold the label `{label}`")),
        Change::AlterColumn { .. }
        | Change::CreateEnum { .. }
        | Change::DropEnum { .. }
        | Change::RenameEnum { .. }
        | Change::RenameEnumValue { .. }
        | Change::ReplaceEnum { .. }
        | Change::RenameTable { .. }
        | Change::AlterTable { .. }
        | Change::RenameColumn { .. }
        | Change::AddConstraint { .. }
        | Change::DropConstraint { .. }
        | Change::RenameConstraint { .. }
        | Change::AddIndex { .. }
        | Change::DropIndex { .. }
        | Change::RenameIndex { .. } => None,
    }
}

fn words(columns: &[ColumnName]) -> String {
    columns.iter().map(ColumnName::as_str).collect::<Vec<_>>().join(", ")
}

/// The Rust type that a field of the column has.
fn rust_words(column_type: &orm_schema::ColumnType) -> String {
    use orm_schema::ColumnType as T;
    let word = match column_type {
        T::Text | T::Varchar(_) => "String",
        T::Bytes => "Vec<u8>",
        T::Date => "NaiveDate",
        T::Time => "NaiveTime",
        T::DateTime => "NaiveDateTime",
        T::Timestamp => "DateTime<Utc>",
        T::Uuid => "Uuid",
        T::Decimal | T::DecimalOf(..) => "Decimal",
        T::Json => "serde_json::Value",
        T::Array(element) => return format!("Vec<{}>", rust_words(element)),
        T::Bool | T::I8 | T::I16 | T::I32 | T::I64 | T::U8 | T::U16 | T::U32 | T::U64 | T::F32 | T::F64 => {
            return column_type.to_string();
        }
        T::Enum(_) | T::Native(_) => "_",
    };
    word.to_owned()
}
