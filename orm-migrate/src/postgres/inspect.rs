//! PostgreSQL's catalogs → [`Schema`].

use std::collections::BTreeMap;

use orm_core::Connection;
use orm_schema::{
    Check, Column, ColumnDefault, ColumnName, ColumnType, Deferrable, EnumName, EnumType, ForeignKey,
    Generated, Identity, Index, IndexKey, IndexPart, NullsOrder, PrimaryKey, ReferentialAction, Schema,
    SortOrder, Table, TableName, Unique,
};

use super::{
    catalog::{self, Catalog, ColumnRow, ConstraintRow, EnumRow, IndexRow, PartRow, TableRow},
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
        .map(|row| (row.oid, table(row)))
        .collect();
    let mut domains = BTreeMap::new();
    for row in catalog.columns {
        if let Some(table) = tables.get_mut(&row.table) {
            let name = row.printed.trim_end_matches("[]").to_owned();
            domains.extend(row.base.clone().map(|base| (name, base)));
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
        if row.valid {
            table.indexes.push(index(row));
        } else {
            let name = format!("{} on {}", row.name, table.name);
            not_owned.push(NotOwned { kind: "invalid index", name });
        }
    }
    let enums = catalog.enums.into_iter().map(enum_type).collect();
    Inspected {
        schema: Schema { tables: tables.into_values().collect(), enums },
        domains,
        not_owned,
        warnings: Vec::new(),
    }
}

fn enum_type(row: EnumRow) -> EnumType {
    EnumType { name: EnumName { namespace: row.namespace, name: row.name }, labels: row.labels }
}

fn table(row: TableRow) -> Table {
    let name = TableName { namespace: row.namespace, name: row.name };
    Table { comment: row.comment, ..Table::new(name) }
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
        generated: generated(&row),
        collation: row.collation,
        comment: row.comment,
        column_type: column_type(row.printed, row.enum_namespace, row.enum_name, row.enum_array),
        renamed_from: None,
    }
}

/// `attgenerated`: `s` is STORED, `v` (since 18) VIRTUAL (catalog-pg-attribute.html).
fn generated(row: &ColumnRow) -> Option<Generated> {
    let expression = row.default.clone().filter(|_| !row.generated.is_empty())?;
    Some(Generated { expression, is_virtual: row.generated == "v" })
}

fn column_type(
    printed: String,
    namespace: Option<String>,
    enum_name: Option<String>,
    is_array: bool,
) -> ColumnType {
    let Some(name) = enum_name else { return ColumnType::Native(printed) };
    let named = ColumnType::Enum(EnumName { namespace, name });
    if is_array { ColumnType::Array(Box::new(named)) } else { named }
}

fn add_constraint(table: &mut Table, row: ConstraintRow) {
    let columns = names(&row.columns);
    let name = Some(row.name.as_str().into());
    let (include, deferrable) = (names(&row.include), deferrable(&row));
    match row.kind.as_str() {
        "p" => table.primary_key = Some(PrimaryKey { name, columns, include, deferrable }),
        "u" => {
            let nulls_not_distinct = row.nulls_not_distinct;
            table.uniques.push(Unique { name, columns, include, nulls_not_distinct, deferrable });
        }
        "f" => table.foreign_keys.push(foreign_key(&row, columns)),
        "c" => {
            let columns = declared_on(&table.name, &row.name, columns);
            let expression = row.expression.unwrap_or_default();
            let (no_inherit, not_valid) = (row.no_inherit, row.not_valid);
            table.checks.push(Check { name, columns, expression, no_inherit, not_valid });
        }
        _ => {}
    }
}

fn foreign_key(row: &ConstraintRow, columns: Vec<ColumnName>) -> ForeignKey {
    ForeignKey {
        name: Some(row.name.as_str().into()),
        columns,
        table: TableName { namespace: row.target_namespace.clone(), name: row.target.clone() },
        references: names(&row.references),
        on_delete: action(&row.on_delete),
        on_update: action(&row.on_update),
        deferrable: deferrable(row),
        on_delete_sets: names(&row.on_delete_sets),
        match_full: row.match_full,
        not_valid: row.not_valid,
    }
}

fn names(names: &[String]) -> Vec<ColumnName> {
    names.iter().map(|name| name.as_str().into()).collect()
}

const fn deferrable(row: &ConstraintRow) -> Deferrable {
    match (row.deferrable, row.deferred) {
        (true, true) => Deferrable::InitiallyDeferred,
        (true, false) => Deferrable::InitiallyImmediate,
        (false, _) => Deferrable::Never,
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
        include: names(&row.include),
        nulls_not_distinct: row.nulls_not_distinct,
        parameters: row.parameters,
    }
}

/// `indoption`: bit 1 is DESC, bit 2 is NULLS FIRST, which is what DESC does unless told otherwise.
fn index_part(row: PartRow) -> IndexPart {
    let descending = row.option & 1 == 1;
    let nulls_first = row.option & 2 == 2;
    let nulls = match (descending, nulls_first) {
        (true, false) => Some(NullsOrder::Last),
        (false, true) => Some(NullsOrder::First),
        (true, true) | (false, false) => None,
    };
    let key = match row.column {
        Some(name) => IndexKey::Column(name.into()),
        None => IndexKey::Expression(row.definition),
    };
    IndexPart {
        order: if descending { SortOrder::Desc } else { SortOrder::Asc },
        nulls,
        collation: row.collation,
        operator_class: row.class,
        ..IndexPart::new(key)
    }
}
