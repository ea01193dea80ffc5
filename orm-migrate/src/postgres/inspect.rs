//! PostgreSQL's catalogs → [`Schema`].

use std::collections::BTreeMap;

use orm_core::Connection;
use orm_schema::{
    Check, Column, ColumnDefault, ColumnName, ColumnType, Deferrable, EnumName, EnumType, ForeignKey,
    Identity, Index, IndexKey, IndexPart, NullsOrder, PrimaryKey, ReferentialAction, Schema, SortOrder,
    Table, TableName, Unique,
};

use super::{
    catalog::{self, Catalog, ColumnRow, ConstraintRow, EnumRow, IndexRow},
    not_owned,
};
use crate::{
    error::Result,
    inspect::{Inspected, NotOwned, OWN_PREFIX, declared_on},
};

/// Reads all namespaces of the database; that of the search path comes without a name.
pub(crate) async fn inspect(connection: &mut Connection) -> Result<Inspected> {
    let catalog = catalog::read(connection).await?;
    let not_owned = not_owned::read(connection).await?;
    Ok(assemble(catalog, not_owned))
}

fn assemble(catalog: Catalog, mut not_owned: Vec<NotOwned>) -> Inspected {
    let mut tables: BTreeMap<i64, Table> = catalog
        .tables
        .into_iter()
        .filter(|row| !row.name.starts_with(OWN_PREFIX))
        .map(|row| (row.oid, Table::new(TableName { namespace: row.namespace, name: row.name })))
        .collect();
    for row in catalog.columns {
        if let Some(table) = tables.get_mut(&row.table) {
            table.columns.push(column(row));
        }
    }
    for row in catalog.constraints {
        if let Some(table) = tables.get_mut(&row.table) {
            add_constraint(table, row);
        }
    }
    for row in catalog.indexes {
        let Some(table) = tables.get_mut(&row.table) else { continue };
        match &row.beyond {
            Some(beyond) => not_owned
                .push(NotOwned { kind: kind(beyond), name: format!("{} on {}", row.name, table.name) }),
            None => table.indexes.push(index(row)),
        }
    }
    let enums = catalog.enums.into_iter().map(enum_type).collect();
    Inspected { schema: Schema { tables: tables.into_values().collect(), enums }, not_owned }
}

/// The words of the query of indexes, as constants.
fn kind(text: &str) -> &'static str {
    const KINDS: &[&str] = &[
        "invalid index",
        "index with INCLUDE",
        "index with an operator class",
        "index with a collation",
        "index with NULLS NOT DISTINCT",
    ];
    KINDS.iter().find(|kind| **kind == text).copied().unwrap_or("object")
}

fn enum_type(row: EnumRow) -> EnumType {
    EnumType { name: EnumName { namespace: row.namespace, name: row.name }, labels: row.labels }
}

fn column(row: ColumnRow) -> Column {
    let is_serial =
        row.owns_sequence && row.default.as_deref().is_some_and(|text| text.starts_with("nextval("));
    let identity = match row.identity.as_str() {
        "a" => Some(Identity::Always),
        "d" => Some(Identity::ByDefault),
        _ => is_serial.then_some(Identity::Serial),
    };
    let is_plain = identity.is_none() && row.generated.is_empty();
    Column {
        name: row.name.as_str().into(),
        nullable: !row.not_null,
        default: row
            .default
            .as_ref()
            .filter(|_| is_plain)
            .map(|text| ColumnDefault::Expression(text.clone())),
        identity,
        column_type: column_type(row),
        renamed_from: None,
    }
}

fn column_type(row: ColumnRow) -> ColumnType {
    if let Some(name) = row.enum_name {
        let named = ColumnType::Enum(EnumName { namespace: row.enum_namespace, name });
        return if row.enum_array { ColumnType::Array(Box::new(named)) } else { named };
    }
    // A collation or a generated column is part of the type's text: no comparison misses it.
    let mut text = row.printed;
    if let Some(collation) = row.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    if let ("s", Some(expression)) = (row.generated.as_str(), row.default) {
        text.push_str(&format!(" GENERATED ALWAYS AS ({expression}) STORED"));
    }
    ColumnType::Native(text)
}

fn add_constraint(table: &mut Table, row: ConstraintRow) {
    let columns: Vec<ColumnName> = row.columns.iter().cloned().map(Into::into).collect();
    match row.kind.as_str() {
        "p" => table.primary_key = Some(PrimaryKey { name: Some(row.name.into()), columns }),
        "u" => table.uniques.push(Unique { name: Some(row.name.into()), columns }),
        "f" => table.foreign_keys.push(foreign_key(row, columns)),
        "c" => {
            let columns = declared_on(&table.name, &row.name, columns);
            let expression = row.expression.unwrap_or_default();
            table.checks.push(Check { name: Some(row.name.into()), columns, expression });
        }
        _ => {}
    }
}

fn foreign_key(row: ConstraintRow, columns: Vec<ColumnName>) -> ForeignKey {
    ForeignKey {
        name: Some(row.name.into()),
        columns,
        table: TableName { namespace: row.target_namespace, name: row.target },
        references: row.references.into_iter().map(Into::into).collect(),
        on_delete: action(&row.on_delete),
        on_update: action(&row.on_update),
        deferrable: match (row.deferrable, row.deferred) {
            (true, true) => Deferrable::InitiallyDeferred,
            (true, false) => Deferrable::InitiallyImmediate,
            (false, _) => Deferrable::Never,
        },
    }
}

/// `confdeltype` and `confupdtype` (catalog-pg-constraint.html).
fn action(letter: &str) -> ReferentialAction {
    match letter {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

fn index(row: IndexRow) -> Index {
    Index {
        name: Some(row.name.into()),
        parts: row.parts.into_iter().map(index_part).collect(),
        unique: row.unique,
        predicate: row.predicate,
        method: Some(row.method).filter(|method| method != "btree"),
    }
}

/// `indoption`: bit 1 is DESC, bit 2 is NULLS FIRST, which is what DESC does unless told otherwise.
fn index_part((column, definition, option): (Option<String>, String, i64)) -> IndexPart {
    let descending = option & 1 == 1;
    let nulls_first = option & 2 == 2;
    let nulls = match (descending, nulls_first) {
        (true, false) => Some(NullsOrder::Last),
        (false, true) => Some(NullsOrder::First),
        (true, true) | (false, false) => None,
    };
    let key = match column {
        Some(name) => IndexKey::Column(name.into()),
        None => IndexKey::Expression(definition),
    };
    IndexPart { key, order: if descending { SortOrder::Desc } else { SortOrder::Asc }, nulls }
}
