//! A schema as it is once its renames are made, and nothing else.
//!
//! Renames come first: what remains to be compared then bears the names of the target.

use std::collections::BTreeMap;

use orm_schema::{ColumnName, ColumnType, EnumName, Index, IndexKey, Schema, Table, TableName};

use crate::{
    change::Change,
    dialect::Dialect,
    token::{TokenKind, tokens},
};

/// What is called otherwise.
#[derive(Debug, Clone, Default)]
pub(crate) struct Renames {
    /// Old name → new name.
    pub(crate) tables: BTreeMap<TableName, TableName>,
    /// By the table's *new* name: old name → new name.
    pub(crate) columns: BTreeMap<TableName, BTreeMap<ColumnName, ColumnName>>,
    /// Old name → new name.
    pub(crate) enums: BTreeMap<EnumName, EnumName>,
    /// By the type's *new* name: old label → new label.
    pub(crate) labels: BTreeMap<EnumName, BTreeMap<String, String>>,
}

impl Renames {
    /// Those among the changes.
    pub(crate) fn of(changes: &[Change]) -> Self {
        let mut renames = Self::default();
        for change in changes {
            renames.take(change);
        }
        renames
    }

    fn take(&mut self, change: &Change) {
        match change {
            Change::RenameTable { from, to } => {
                self.tables.insert(from.clone(), to.clone());
            }
            Change::RenameColumn { table, from, to } => {
                self.columns.entry(table.clone()).or_default().insert(from.clone(), to.clone());
            }
            Change::RenameEnum { from, to } => {
                self.enums.insert(from.clone(), to.clone());
            }
            Change::RenameEnumValue { enum_name, from, to } => {
                self.labels.entry(enum_name.clone()).or_default().insert(from.clone(), to.clone());
            }
            Change::CreateEnum { .. }
            | Change::DropEnum { .. }
            | Change::AddEnumValue { .. }
            | Change::ReplaceEnum { .. }
            | Change::CreateTable { .. }
            | Change::DropTable { .. }
            | Change::AlterTable { .. }
            | Change::AddColumn { .. }
            | Change::DropColumn { .. }
            | Change::AlterColumn { .. }
            | Change::AddConstraint { .. }
            | Change::DropConstraint { .. }
            | Change::RenameConstraint { .. }
            | Change::AddIndex { .. }
            | Change::DropIndex { .. }
            | Change::RenameIndex { .. } => {}
        }
    }

    /// The changes that they are.
    pub(super) fn changes(&self) -> Vec<Change> {
        let enums =
            self.enums.iter().map(|(from, to)| Change::RenameEnum { from: from.clone(), to: to.clone() });
        let labels = self.labels.iter().flat_map(|(enum_name, labels)| {
            labels.iter().map(|(from, to)| Change::RenameEnumValue {
                enum_name: enum_name.clone(),
                from: from.clone(),
                to: to.clone(),
            })
        });
        let tables =
            self.tables.iter().map(|(from, to)| Change::RenameTable { from: from.clone(), to: to.clone() });
        let columns = self.columns.iter().flat_map(|(table, columns)| {
            columns.iter().map(|(from, to)| Change::RenameColumn {
                table: table.clone(),
                from: from.clone(),
                to: to.clone(),
            })
        });
        enums.chain(labels).chain(tables).chain(columns).collect()
    }

    /// What a table is called now.
    pub(crate) fn table(&self, name: &TableName) -> TableName {
        self.tables.get(name).unwrap_or(name).clone()
    }

    fn enum_name(&self, name: &EnumName) -> EnumName {
        self.enums.get(name).unwrap_or(name).clone()
    }

    fn column(&self, table: &TableName, name: &ColumnName) -> ColumnName {
        self.columns.get(table).and_then(|columns| columns.get(name)).unwrap_or(name).clone()
    }

    /// The schema under its new names.
    pub(crate) fn apply(&self, dialect: Dialect, schema: &Schema) -> Schema {
        let mut schema = schema.clone();
        for enum_type in &mut schema.enums {
            enum_type.name = self.enum_name(&enum_type.name);
            if let Some(labels) = self.labels.get(&enum_type.name) {
                rename_labels(&mut enum_type.labels, labels);
            }
        }
        for table in &mut schema.tables {
            self.apply_to_table(dialect, table);
        }
        schema
    }

    fn apply_to_table(&self, dialect: Dialect, table: &mut Table) {
        table.name = self.table(&table.name);
        let name = table.name.clone();
        let columns = |columns: &mut Vec<ColumnName>, table: &TableName| {
            for column in columns {
                *column = self.column(table, column);
            }
        };
        for column in &mut table.columns {
            column.name = self.column(&name, &column.name);
            if let Some(generated) = &mut column.generated {
                generated.expression = self.in_expression(dialect, &name, &generated.expression);
            }
            self.apply_to_type(&mut column.column_type);
        }
        if let Some(key) = &mut table.primary_key {
            columns(&mut key.columns, &name);
            columns(&mut key.include, &name);
        }
        for unique in &mut table.uniques {
            columns(&mut unique.columns, &name);
            columns(&mut unique.include, &name);
        }
        for key in &mut table.foreign_keys {
            columns(&mut key.columns, &name);
            columns(&mut key.on_delete_sets, &name);
            key.table = self.table(&key.table);
            columns(&mut key.references, &key.table);
        }
        for check in &mut table.checks {
            columns(&mut check.columns, &name);
            check.expression = self.in_expression(dialect, &name, &check.expression);
        }
        table.indexes.iter_mut().for_each(|index| self.apply_to_index(dialect, &name, index));
    }

    fn apply_to_index(&self, dialect: Dialect, table: &TableName, index: &mut Index) {
        for part in &mut index.parts {
            part.key = match &part.key {
                IndexKey::Column(column) => IndexKey::Column(self.column(table, column)),
                IndexKey::Expression(text) => IndexKey::Expression(self.in_expression(dialect, table, text)),
            };
        }
        for column in &mut index.include {
            *column = self.column(table, column);
        }
        index.predicate = index.predicate.as_deref().map(|text| self.in_expression(dialect, table, text));
    }

    fn apply_to_type(&self, column_type: &mut ColumnType) {
        if let ColumnType::Enum(name) = column_type {
            *name = self.enum_name(name);
        } else if let ColumnType::Array(element) = column_type {
            self.apply_to_type(element);
        }
    }

    /// Databases rename columns inside conditions too; a name before a parenthesis is a function.
    fn in_expression(&self, dialect: Dialect, table: &TableName, expression: &str) -> String {
        let Some(columns) = self.columns.get(table) else { return expression.to_owned() };
        let Ok(tokens) = tokens(expression, dialect.rules()) else { return expression.to_owned() };
        let mut text = String::with_capacity(expression.len());
        for (at, token) in tokens.iter().enumerate() {
            let mut rest = tokens[at + 1..].iter().filter(|next| next.kind != TokenKind::Space);
            let is_quoted = token.kind == TokenKind::Quoted;
            let is_call = rest.next().is_some_and(|next| next.text == "(") && dialect.is_call(is_quoted);
            let renamed = token.name().filter(|_| !is_call).and_then(|name| {
                columns.iter().find(|(old, _)| dialect.same_name(old.as_str(), &name, is_quoted))
            });
            match renamed {
                Some((_, new)) => text.push_str(&dialect.quote(new.as_str())),
                None => text.push_str(token.text),
            }
        }
        text
    }
}

fn rename_labels(labels: &mut [String], renames: &BTreeMap<String, String>) {
    for label in labels {
        if let Some(new) = renames.get(label) {
            label.clone_from(new);
        }
    }
}
