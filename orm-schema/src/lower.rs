//! From a [`Declaration`] to a [`Table`], once types and targets are known.
//!
//! The derive and the scan both end here, which is why they cannot disagree on anything but types.

use crate::{
    column::Column,
    column_type::{ColumnType, Fact},
    constraint::ForeignKey,
    declaration::{Declaration, FieldDeclaration, ForeignKeyDeclaration},
    name::{ColumnName, TableName},
    table::Table,
};

/// The type of a field, from the compiler or from the scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldType {
    /// What the column holds when no attribute says otherwise.
    pub column_type: ColumnType,
    /// Whether the field is an `Option`.
    pub nullable: bool,
}

impl From<Fact> for FieldType {
    fn from(fact: Fact) -> Self {
        Self { column_type: fact.value.column_type(), nullable: fact.nullable }
    }
}

/// The table and columns that a foreign key leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The other table.
    pub table: TableName,
    /// Its columns, in the order of the key.
    pub columns: Vec<ColumnName>,
}

/// Makes the table. `types` are those of the fields, `targets` those of the foreign keys, both in order.
#[must_use]
pub fn lower(declaration: Declaration, types: &[FieldType], targets: &[Target]) -> Table {
    let columns = declaration.fields.into_iter().zip(types).map(|(field, ty)| column(field, ty)).collect();
    let foreign_keys = declaration
        .foreign_keys
        .into_iter()
        .zip(targets)
        .map(|(key, target)| foreign_key(key, target))
        .collect();
    Table {
        name: declaration.table,
        columns,
        primary_key: declaration.primary_key,
        uniques: declaration.uniques,
        foreign_keys,
        checks: declaration.checks,
        indexes: declaration.indexes,
        strict: declaration.strict,
        without_rowid: declaration.without_rowid,
        engine: declaration.engine,
        collation: declaration.collation,
        comment: declaration.comment,
        renamed_from: declaration.renamed_from,
    }
}

fn column(field: FieldDeclaration, ty: &FieldType) -> Column {
    Column {
        name: field.column,
        column_type: field.column_type.unwrap_or_else(|| ty.column_type.clone()),
        nullable: ty.nullable,
        default: field.default,
        identity: field.identity,
        generated: field.generated,
        collation: field.collation,
        comment: field.comment,
        renamed_from: field.renamed_from,
    }
}

fn foreign_key(key: ForeignKeyDeclaration, target: &Target) -> ForeignKey {
    ForeignKey {
        name: key.name,
        columns: key.columns,
        table: target.table.clone(),
        references: target.columns.clone(),
        on_delete: key.on_delete,
        on_update: key.on_update,
        deferrable: key.deferrable,
        on_delete_sets: key.on_delete_sets,
        match_full: key.match_full,
        not_valid: key.not_valid,
    }
}
