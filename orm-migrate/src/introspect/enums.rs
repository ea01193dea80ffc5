//! Enums of a database whose columns list their labels themselves: one for all columns with the same labels.

use std::collections::{BTreeMap, BTreeSet};

use orm_schema::{Column, ColumnName, ColumnType, EnumName, EnumType, Schema, Table, TableName};

use super::{ident::snake, inflect::singular};
use crate::{dialect::Dialect, normalise::normalise};

/// The enums of columns whose type says more than the labels, and so stays as it is.
pub(super) type Columns = BTreeMap<(TableName, ColumnName), EnumName>;

/// What people chose for the columns that are there: an enum, or something else.
pub(super) type Chosen = BTreeMap<(TableName, ColumnName), Option<EnumName>>;

/// A column with labels.
struct Labelled<'a> {
    table: &'a Table,
    column: &'a Column,
    labels: Vec<String>,
}

/// The schema with an enum for each list of labels, and the columns that hold one. Columns for which a person chose an
/// enum keep it, with the labels that it has now.
pub(super) fn shared(dialect: Dialect, mut schema: Schema, chosen: &Chosen) -> (Schema, Columns) {
    let found = labelled(dialect, &schema);
    if found.is_empty() {
        return (schema, Columns::new());
    }
    let mut names: BTreeMap<EnumName, Vec<String>> = BTreeMap::new();
    let mut columns = Columns::new();
    let mut others: BTreeMap<&[String], Vec<&Labelled<'_>>> = BTreeMap::new();
    for one in &found {
        match chosen.get(&one.key()) {
            Some(None) => {}
            // Columns that part are no longer of one enum: the first one keeps it.
            Some(Some(name))
                if names.entry(name.clone()).or_insert_with(|| one.labels.clone()) == &one.labels =>
            {
                columns.insert(one.key(), name.clone());
            }
            Some(Some(_)) | None => others.entry(&one.labels).or_default().push(one),
        }
    }
    let mut others: Vec<_> =
        others.into_iter().map(|(labels, group)| (name(&group), labels, group)).collect();
    others.sort_by(|one, other| one.0.cmp(&other.0));
    for (wish, labels, group) in others {
        let there = names.iter().find(|(_, theirs)| *theirs == labels).map(|(name, _)| name.clone());
        let name = there.unwrap_or_else(|| free(wish, &names));
        names.insert(name.clone(), labels.to_vec());
        columns.extend(group.iter().map(|one| (one.key(), name.clone())));
    }
    let texts = found.iter().filter(|one| !columns.contains_key(&one.key())).map(Labelled::key).collect();
    settle(dialect, &mut schema, &columns, &texts);
    schema.enums = names.into_iter().map(|(name, labels)| EnumType { name, labels }).collect();
    (schema, columns)
}

/// Gives the columns their enums; those for which a person chose none have the type as the database writes it.
fn settle(
    dialect: Dialect,
    schema: &mut Schema,
    columns: &Columns,
    texts: &BTreeSet<(TableName, ColumnName)>,
) {
    let normal = normalise(dialect, schema.clone());
    for table in &mut schema.tables {
        for column in &mut table.columns {
            let key = (table.name.clone(), column.name.clone());
            let written = normal.table(&table.name).and_then(|table| table.column(&column.name));
            match (&mut column.column_type, columns.get(&key), written) {
                (ColumnType::Enum(old), Some(name), _) => old.clone_from(name),
                (old @ ColumnType::Enum(_), None, Some(written)) if texts.contains(&key) => {
                    old.clone_from(&written.column_type);
                }
                _ => {}
            }
        }
    }
}

impl Labelled<'_> {
    fn key(&self) -> (TableName, ColumnName) {
        (self.table.name.clone(), self.column.name.clone())
    }
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
