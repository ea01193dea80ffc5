//! The one spelling of what MariaDB and MySQL may spell in several ways.

use std::collections::BTreeSet;

use orm_schema::{
    Column, ColumnName, ColumnType, ConstraintName, EnumType, Identity, Index, IndexKey, IndexPart,
    ReferentialAction, Schema, SortOrder, Table, Unique,
};

use super::{default, expression, text, types};
use crate::{
    dialect::Dialect,
    normalise::{Columns, tidy, tidy_table},
    token::{TokenKind, significant},
};

/// Every type, default and condition in its one spelling; enum types become the types of their columns.
pub(crate) fn schema(dialect: Dialect, mut schema: Schema) -> Schema {
    let enums = std::mem::take(&mut schema.enums);
    for table in &mut schema.tables {
        normalise_table(dialect, table, &enums);
    }
    schema
}

fn normalise_table(dialect: Dialect, table: &mut Table, enums: &[EnumType]) {
    // SQLite's options say nothing here.
    table.strict = false;
    table.without_rowid = false;
    // A primary key is called PRIMARY, whatever it is called ("Identifier Names").
    let key = table.primary_key.as_mut().map(|key| {
        key.name = None;
        key.columns.clone()
    });
    for column in &mut table.columns {
        normalise_column(dialect, column, enums);
        let is_key = key.as_ref().is_some_and(|key| key.contains(&column.name));
        column.nullable &= !is_key && column.identity.is_none();
    }
    tidy_table(dialect, table);
    for key in &mut table.foreign_keys {
        // InnoDB checks row by row, so the two are one ("Foreign Keys").
        for action in [&mut key.on_delete, &mut key.on_update] {
            if *action == ReferentialAction::Restrict {
                *action = ReferentialAction::NoAction;
            }
        }
    }
    table.indexes.iter_mut().for_each(normalise_index);
    fold_unique_indexes(table);
    add_indexes_of_foreign_keys(table);
}

fn normalise_column(dialect: Dialect, column: &mut Column, enums: &[EnumType]) {
    if column.identity.is_some() {
        column.identity = Some(Identity::ByDefault);
    }
    if let Some(native) = native_type(dialect, &column.column_type, enums) {
        column.default = column.default.take().and_then(|written| default::normal(dialect, written, &native));
        column.column_type = ColumnType::Native(native);
    }
}

/// What the database does not have is reported by `unsupported` and left alone.
fn native_type(dialect: Dialect, column_type: &ColumnType, enums: &[EnumType]) -> Option<String> {
    if let ColumnType::Enum(name) = column_type {
        let labels = enums.iter().find(|one| one.name == *name).map(|one| &one.labels)?;
        return Some(types::enumeration(labels));
    }
    types::native(dialect, column_type, None).ok().map(|native| without_own_collation(&native))
}

/// The collation of new tables says nothing.
fn without_own_collation(native: &str) -> String {
    let own = " COLLATE utf8mb4_bin";
    match native.find(own) {
        Some(at) if types::is_character(native) => {
            format!("{}{}", &native[..at], &native[at + own.len()..])
        }
        Some(_) | None => native.to_owned(),
    }
}

fn normalise_index(index: &mut Index) {
    index.method =
        index.method.take().map(|method| method.to_ascii_lowercase()).filter(|method| method != "btree");
    for part in &mut index.parts {
        let own = own_nulls(part.order);
        part.nulls = part.nulls.filter(|nulls| *nulls != own);
    }
}

/// NULLs are smaller than any value ("ORDER BY").
pub(super) const fn own_nulls(order: SortOrder) -> orm_schema::NullsOrder {
    match order {
        SortOrder::Asc => orm_schema::NullsOrder::First,
        SortOrder::Desc => orm_schema::NullsOrder::Last,
    }
}

/// A unique constraint is a unique index, and nothing tells the two apart: one of plain columns is a constraint.
fn fold_unique_indexes(table: &mut Table) {
    let (unique, rest): (Vec<Index>, Vec<Index>) =
        std::mem::take(&mut table.indexes).into_iter().partition(is_constraint);
    table.indexes = rest;
    table
        .uniques
        .extend(unique.into_iter().map(|index| Unique { columns: index.columns(), name: index.name }));
    let mut seen = BTreeSet::new();
    table.uniques.retain(|unique| unique.name.is_some() || seen.insert(unique.columns.clone()));
}

fn is_constraint(index: &Index) -> bool {
    index.unique && index.predicate.is_none() && index.method.is_none() && plain_columns(index).is_some()
}

/// The columns of an index that has nothing but columns, in ascending order.
pub(super) fn plain_columns(index: &Index) -> Option<Vec<ColumnName>> {
    let column = |part: &IndexPart| match &part.key {
        IndexKey::Column(name) if part.order == SortOrder::Asc => Some(name.clone()),
        IndexKey::Column(_) | IndexKey::Expression(_) => None,
    };
    index.parts.iter().map(column).collect()
}

/// InnoDB makes an index on the columns of a foreign key where no key begins with them ("Foreign Keys"). It is written
/// out, so that it has a name of its own, and what it needs is known to the plan.
fn add_indexes_of_foreign_keys(table: &mut Table) {
    for at in 0..table.foreign_keys.len() {
        let columns = table.foreign_keys[at].columns.clone();
        if !is_covered(table, &columns) {
            table.indexes.push(index_on(&columns));
        }
    }
}

/// The index that a foreign key has where the model names none.
pub(super) fn index_on(columns: &[ColumnName]) -> Index {
    let part = |name: &ColumnName| IndexPart {
        key: IndexKey::Column(name.clone()),
        order: SortOrder::Asc,
        nulls: None,
    };
    Index {
        name: None::<ConstraintName>,
        parts: columns.iter().map(part).collect(),
        unique: false,
        predicate: None,
        method: None,
    }
}

/// Whether a key of the table begins with the columns.
pub(super) fn is_covered(table: &Table, columns: &[ColumnName]) -> bool {
    keys(table).iter().any(|key| key.starts_with(columns))
}

/// The columns of all keys, as far as they are columns.
pub(super) fn keys(table: &Table) -> Vec<Vec<ColumnName>> {
    let primary = table.primary_key.iter().map(|key| key.columns.clone());
    let uniques = table.uniques.iter().map(|unique| unique.columns.clone());
    let indexes = table.indexes.iter().filter(|index| index.method.is_none()).map(leading_columns);
    primary.chain(uniques).chain(indexes).collect()
}

/// The columns with which an index begins.
pub(super) fn leading_columns(index: &Index) -> Vec<ColumnName> {
    let columns = index.parts.iter().map_while(|part| match &part.key {
        IndexKey::Column(name) => Some(name.clone()),
        IndexKey::Expression(_) => None,
    });
    columns.collect()
}

/// A form in which what the server prints equals what was written.
pub(crate) fn expression_key(dialect: Dialect, expression: &str, columns: &Columns<'_>) -> String {
    match expression::parse(expression, *columns) {
        Ok(node) => node.key(),
        Err(_) => token_key(dialect, expression),
    }
}

/// Keywords in lower case, names and texts in one spelling, one space between tokens.
fn token_key(dialect: Dialect, expression: &str) -> String {
    let text = tidy(dialect, expression);
    let Ok(tokens) = significant(&text, &super::split::RULES) else { return text };
    let words = tokens.iter().map(|token| match token.kind {
        TokenKind::Word => token.text.to_lowercase(),
        TokenKind::Quoted => token.name().unwrap_or_default().to_lowercase(),
        TokenKind::Text => {
            text::value(token.text).map_or_else(|| token.text.to_lowercase(), |text| format!("{text:?}"))
        }
        _ => token.text.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}
