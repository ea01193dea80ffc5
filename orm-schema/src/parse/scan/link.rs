//! From models to tables: types of fields, targets of foreign keys, enum types in use.

use std::collections::BTreeMap;

use super::{
    super::item::plain,
    ScannedModel, code,
    declared::{Declared, FoundModel},
    report::Report,
    targets::Targets,
    tree::Tree,
    types::Types,
};
use crate::{
    ColumnType, EnumName, EnumType, Schema, TableName,
    lower::{FieldType, lower},
};

/// A model whose fields have types.
pub(super) struct Typed<'a> {
    pub(super) model: &'a FoundModel,
    pub(super) types: Vec<FieldType>,
}

impl Typed<'_> {
    /// What the column of a field holds, attributes included.
    pub(super) fn column_type(&self, place: usize) -> Option<&ColumnType> {
        let written = self.model.source.declaration.fields.get(place)?.column_type.as_ref();
        written.or_else(|| self.types.get(place).map(|ty| &ty.column_type))
    }
}

/// Makes the schema of the models that are whole, and reports what does not fit together.
pub(super) fn link(tree: &Tree, declared: &Declared, report: &mut Report) -> (Schema, Vec<ScannedModel>) {
    tables_differ(tree, declared, report);
    let types = Types { tree, declared };
    let typed: Vec<Option<Typed<'_>>> =
        declared.models.iter().map(|model| typed(&types, model, report)).collect();
    let targets = Targets { tree, declared, typed: &typed };
    declared.models.iter().for_each(|model| targets.check_inverses(model, report));
    let mut schema = Schema::default();
    let mut models = Vec::new();
    for typed in typed.iter().flatten() {
        let Some(keys) = targets.of(typed, report) else { continue };
        if typed.model.whole {
            schema.tables.push(lower(typed.model.source.declaration.clone(), &typed.types, &keys));
            models.push(scanned(tree, typed, report));
        }
    }
    schema.enums = enums(tree, declared, &schema, report);
    (schema.sorted(), models)
}

/// The types of a model's fields; `None` when one has none.
fn typed<'a>(types: &Types<'_>, model: &'a FoundModel, report: &mut Report) -> Option<Typed<'a>> {
    let item = types.tree.item(model.item);
    let found: Vec<Option<FieldType>> = model
        .source
        .fields
        .iter()
        .zip(&model.source.declaration.fields)
        .map(|(field, declared)| {
            let stored = types.field(item.module, field.via.as_ref().unwrap_or(&field.ty));
            match (stored, &declared.column_type) {
                (Ok(mut ty), _) => {
                    ty.nullable |= field.optional;
                    Some(ty)
                }
                // The database's own type is written, so what the scan does not know is not needed.
                (Err(_), Some(native @ ColumnType::Native(_))) => {
                    Some(FieldType { column_type: native.clone(), nullable: field.optional })
                }
                (Err(error), _) => {
                    report.error(code::TYPE, item.at(error.span), error.message, Some(error.fix));
                    None
                }
            }
        })
        .collect();
    let typed = Typed { model, types: found.into_iter().collect::<Option<_>>()? };
    attributes_fit(types.tree, &typed, report);
    Some(typed)
}

/// `max_len` is for text and `decimal` for decimals.
fn attributes_fit(tree: &Tree, typed: &Typed<'_>, report: &mut Report) {
    let source = &typed.model.source;
    for ((field, declared), ty) in source.fields.iter().zip(&source.declaration.fields).zip(&typed.types) {
        let (word, wanted) = match &declared.column_type {
            Some(ColumnType::Varchar(_)) if ty.column_type != ColumnType::Text => {
                ("max_len", ColumnType::Text)
            }
            Some(ColumnType::DecimalOf(..)) if ty.column_type != ColumnType::Decimal => {
                ("decimal", ColumnType::Decimal)
            }
            _ => continue,
        };
        let message = format!("`{word}` is for {wanted}, but `{}` holds {}", declared.field, ty.column_type);
        let at = tree.item(typed.model.item).at(field.ident.span());
        report.error(code::TYPE_ATTRIBUTE, at, message, None);
    }
}

fn scanned(tree: &Tree, typed: &Typed<'_>, report: &Report) -> ScannedModel {
    let item = tree.item(typed.model.item);
    let source = &typed.model.source;
    let fields = source.fields.iter().map(|field| {
        let location = report.location(item.at(field.ident.span()));
        (plain(&field.ident), location)
    });
    ScannedModel {
        path: tree.path_of(typed.model.item),
        crate_name: tree.crate_of(item.module).name.clone(),
        table: source.declaration.table.clone(),
        types: typed.types.clone(),
        location: report.location(item.at(item.ident.span())),
        fields: fields.collect(),
    }
}

fn tables_differ(tree: &Tree, declared: &Declared, report: &mut Report) {
    let mut tables: BTreeMap<&TableName, &FoundModel> = BTreeMap::new();
    for model in &declared.models {
        let table = &model.source.declaration.table;
        let first = *tables.entry(table).or_insert(model);
        if first.item != model.item {
            let (one, other) = (tree.item(first.item), tree.item(model.item));
            let message = format!(
                "`{}` has the table `{table}`, which is that of `{}` at {}",
                tree.path_of(model.item),
                tree.path_of(first.item),
                report.location(one.at(one.ident.span()))
            );
            let fix = "give one of them `#[orm(table = \"…\")]`";
            report.error(code::TABLE_TWICE, other.at(other.ident.span()), message, Some(fix));
        }
    }
}

/// The enum types that columns hold, each once.
fn enums(tree: &Tree, declared: &Declared, schema: &Schema, report: &mut Report) -> Vec<EnumType> {
    let columns = schema.tables.iter().flat_map(|table| &table.columns);
    let used: Vec<&EnumName> = columns.filter_map(|column| enum_name(&column.column_type)).collect();
    let mut enums: BTreeMap<&EnumName, &EnumType> = BTreeMap::new();
    for (id, enum_type) in &declared.enums {
        let first = *enums.entry(&enum_type.name).or_insert(enum_type);
        if first.labels != enum_type.labels {
            let item = tree.item(*id);
            let message =
                format!("another enum is called `{}` in the database and has other labels", enum_type.name);
            let fix = "give one of them `#[orm(name = \"…\")]`";
            report.error(code::ENUM_TWICE, item.at(item.ident.span()), message, Some(fix));
        }
    }
    enums.retain(|name, _| used.contains(name));
    enums.into_values().cloned().collect()
}

fn enum_name(column_type: &ColumnType) -> Option<&EnumName> {
    match column_type {
        ColumnType::Enum(name) => Some(name),
        ColumnType::Array(element) => enum_name(element),
        _ => None,
    }
}
