//! Enums of a database whose columns list their labels themselves: one for all columns with the same labels.

use std::collections::BTreeMap;

use orm_schema::{Column, ColumnName, ColumnType, EnumName, EnumType, Schema, Table, TableName};

use super::{ident::snake, inflect::singular};
use crate::dialect::Dialect;

/// The enums of columns whose type says more than the labels, and so stays as it is.
pub(super) type Columns = BTreeMap<(TableName, ColumnName), EnumName>;

/// A column with labels.
struct Labelled<'a> {
    table: &'a Table,
    column: &'a Column,
    labels: Vec<String>,
}

/// The schema with an enum for each list of labels, and the columns that hold one under a type of their own.
pub(super) fn shared(dialect: Dialect, mut schema: Schema) -> (Schema, Columns) {
    let found = labelled(dialect, &schema);
    if found.is_empty() {
        return (schema, Columns::new());
    }
    let mut groups: BTreeMap<&[String], Vec<&Labelled<'_>>> = BTreeMap::new();
    for one in &found {
        groups.entry(&one.labels).or_default().push(one);
    }
    let mut names: BTreeMap<EnumName, Vec<String>> = BTreeMap::new();
    let mut columns = Columns::new();
    let mut groups: Vec<_> =
        groups.into_iter().map(|(labels, group)| (name(&group), labels, group)).collect();
    groups.sort_by(|one, other| one.0.cmp(&other.0));
    for (wish, labels, group) in groups {
        let name = free(wish, &names);
        names.insert(name.clone(), labels.to_vec());
        columns.extend(
            group.iter().map(|one| ((one.table.name.clone(), one.column.name.clone()), name.clone())),
        );
    }
    schema.enums = names.into_iter().map(|(name, labels)| EnumType { name, labels }).collect();
    for table in &mut schema.tables {
        for column in &mut table.columns {
            let name = columns.get(&(table.name.clone(), column.name.clone()));
            if let (ColumnType::Enum(old), Some(name)) = (&mut column.column_type, name) {
                old.clone_from(name);
            }
        }
    }
    (schema, columns)
}

/// The columns with labels, where the database has no enum types of its own.
fn labelled(dialect: Dialect, schema: &Schema) -> Vec<Labelled<'_>> {
    let labels = |column: &Column| match &column.column_type {
        ColumnType::Native(native) => dialect.labels(native),
        ColumnType::Enum(name) if !dialect.has_enum_types() => {
            schema.enum_type(name).map(|found| found.labels.clone())
        }
        _ => None,
    };
    let columns =
        schema.tables.iter().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let found = columns.filter_map(|(table, column)| {
        let labels = labels(column).filter(|labels| !labels.is_empty())?;
        Some(Labelled { table, column, labels })
    });
    found.collect()
}

/// `orders.status` → `order_status`; several columns of one name → that name.
fn name(group: &[&Labelled<'_>]) -> String {
    let Some(first) = group.first() else { return "labels".to_owned() };
    let column = snake(first.column.name.as_str());
    let is_shared = group.len() > 1 && group.iter().all(|one| one.column.name == first.column.name);
    if is_shared { column } else { format!("{}_{column}", singular(&snake(&first.table.name.name))) }
}

fn free(wish: String, names: &BTreeMap<EnumName, Vec<String>>) -> EnumName {
    let numbered = (2_u64..).map(|number| EnumName::new(format!("{wish}_{number}")));
    let is_free = |name: &EnumName| !names.contains_key(name);
    Some(EnumName::new(wish.clone()))
        .into_iter()
        .chain(numbered)
        .find(is_free)
        .unwrap_or_else(|| EnumName::new(wish))
}
