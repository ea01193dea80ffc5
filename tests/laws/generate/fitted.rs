//! A generated schema without what MariaDB cannot do, and with its quotes around names.

use orm_migrate::Dialect;
use orm_schema::{
    Column, ColumnName, ColumnType, Deferrable, ForeignKey, Index, IndexKey, ReferentialAction, Schema,
    SortOrder, Table,
};

use crate::rows::quote;

/// The schema as the dialect takes it.
pub(crate) fn fitted(dialect: Dialect, mut schema: Schema) -> Schema {
    if !matches!(dialect, Dialect::MariaDb | Dialect::MySql) {
        return schema;
    }
    let keys = columns_of_keys(&schema);
    let nullable: Vec<ColumnName> =
        columns(&schema).filter(|column| column.nullable).map(|column| column.name.clone()).collect();
    for table in &mut schema.tables {
        bound_bytes(table, &keys);
        table.foreign_keys.iter_mut().for_each(|key| fit_foreign_key(key, &nullable));
        let written = written_by_the_server(table);
        table.checks.retain(|check| !written.iter().any(|name| check.expression.contains(name)));
        let names: Vec<ColumnName> = table.columns.iter().map(|column| column.name.clone()).collect();
        for check in &mut table.checks {
            check.expression = requoted(dialect, &check.expression, &names);
        }
        let indexes = std::mem::take(&mut table.indexes).into_iter().map(|index| fit_index(index, &names));
        for index in indexes {
            if !table.indexes.contains(&index) {
                table.indexes.push(index);
            }
        }
    }
    schema
}

/// The columns of which no check may speak, between quotes.
fn written_by_the_server(table: &Table) -> Vec<String> {
    let counted = table.columns.iter().filter(|column| column.identity.is_some()).map(|column| &column.name);
    let writes = |key: &&ForeignKey| {
        key.on_delete == ReferentialAction::SetNull
            || matches!(key.on_update, ReferentialAction::SetNull | ReferentialAction::Cascade)
    };
    let referring = table.foreign_keys.iter().filter(writes).flat_map(|key| &key.columns);
    counted.chain(referring).map(|name| quote(name.as_str())).collect()
}

/// A key takes no bytes without a bound. Bytes that are no text are lost where the catalogs print them as a default.
fn bound_bytes(table: &mut Table, keys: &[ColumnName]) {
    for column in &mut table.columns {
        if column.column_type == ColumnType::Bytes && keys.contains(&column.name) {
            column.column_type = ColumnType::Native("varbinary(40)".to_owned());
            column.default = None;
        }
    }
}

/// Names of columns are given once in a schema.
fn columns_of_keys(schema: &Schema) -> Vec<ColumnName> {
    let mut names = Vec::new();
    for table in &schema.tables {
        names.extend(table.primary_key.iter().flat_map(|key| key.columns.clone()));
        names.extend(table.uniques.iter().flat_map(|unique| unique.columns.clone()));
        names.extend(table.indexes.iter().flat_map(Index::columns));
        let keys = table.foreign_keys.iter();
        names.extend(
            keys.flat_map(|key| key.columns.iter().chain(&key.references).cloned().collect::<Vec<_>>()),
        );
    }
    names
}

fn columns(schema: &Schema) -> impl Iterator<Item = &Column> {
    schema.tables.iter().flat_map(|table| &table.columns)
}

fn fit_foreign_key(key: &mut ForeignKey, nullable: &[ColumnName]) {
    let mut pairs = key.columns.iter().zip(&key.references);
    if pairs.any(|(own, other)| nullable.contains(other) && !nullable.contains(own)) {
        key.on_update = ReferentialAction::NoAction;
    }
    key.deferrable = Deferrable::Never;
    for action in [&mut key.on_delete, &mut key.on_update] {
        if *action == ReferentialAction::SetDefault {
            *action = ReferentialAction::NoAction;
        }
    }
}

/// An expression becomes the beginning of its column, or the column.
fn fit_index(mut index: Index, names: &[ColumnName]) -> Index {
    index.predicate = None;
    for part in &mut index.parts {
        let IndexKey::Expression(text) = &part.key else { continue };
        let Some(name) = names.iter().find(|name| text.contains(&quote(name.as_str()))) else { continue };
        part.prefix = text.starts_with("lower").then_some(20);
        part.key = IndexKey::Column(name.clone());
        part.order = SortOrder::Asc;
    }
    index
}

fn requoted(dialect: Dialect, expression: &str, names: &[ColumnName]) -> String {
    names.iter().fold(expression.to_owned(), |text, name| {
        text.replace(&quote(name.as_str()), &dialect.quote(name.as_str()))
    })
}
