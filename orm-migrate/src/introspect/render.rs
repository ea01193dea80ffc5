//! Models as text, laid out as rustfmt would.

use std::collections::BTreeSet;

use orm_schema::{EnumType, Schema, Table, naming};

use super::{
    GeneratedFile, Options,
    attributes::{Attributes, is_doc},
    ident::written,
    plan::{ModelPlan, Plan},
    relations::Kind,
    types,
};
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
};

/// What rustfmt lets an attribute have on one line (`attr_fn_like_width`).
const ATTRIBUTE_WIDTH: usize = 70;

/// Every file, `mod.rs` first.
pub(super) fn files(
    dialect: Dialect,
    schema: &Schema,
    plan: &Plan,
    options: &Options,
) -> Result<Vec<GeneratedFile>> {
    let mut files = vec![index(schema, plan)];
    if !schema.enums.is_empty() {
        files.push(enums(schema, plan));
    }
    for table in &schema.tables {
        if let Some(model) = plan.model(&table.name) {
            files.push(model_file(dialect, table, schema, plan, model, options));
        }
    }
    files.into_iter().map(checked).collect()
}

/// A file that is no Rust is never handed out.
fn checked(file: GeneratedFile) -> Result<GeneratedFile> {
    match syn::parse_file(&file.text) {
        Ok(_) => Ok(file),
        Err(error) => {
            let line = error.span().start().line;
            let text = file.text.lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned();
            Err(MigrateError::new(
                Code::BadCode,
                format!("the generated `{}` would be no Rust: {error}", file.path),
            )
            .fix("this is a mistake of orm: please report it with the table's definition")
            .at(Place::file(&file.path).line(line, text)))
        }
    }
}

/// `mod.rs`: a module for each table, and everything exported.
fn index(schema: &Schema, plan: &Plan) -> GeneratedFile {
    let mut lines: Vec<(String, String)> = Vec::new();
    for model in schema.tables.iter().filter_map(|table| plan.model(&table.name)) {
        lines.push((model.module.clone(), model.ident.clone()));
    }
    let enums: Vec<_> = schema
        .enums
        .iter()
        .filter_map(|one| plan.enum_plan(&one.name))
        .map(|one| one.ident.clone())
        .collect();
    if !enums.is_empty() {
        lines.push(("enums".to_owned(), list(&enums.into_iter().collect())));
    }
    lines.sort();
    let modules: String = lines.iter().map(|(module, _)| format!("mod {module};\n")).collect();
    let exports: String =
        lines.iter().map(|(module, names)| format!("pub use {module}::{names};\n")).collect();
    let text = format!("//! The models.\n\n{modules}\n{exports}");
    GeneratedFile { path: "mod.rs".to_owned(), text: text.trim_end().to_owned() + "\n" }
}

fn list(names: &BTreeSet<String>) -> String {
    match names.len() {
        1 => names.iter().cloned().collect(),
        _ => format!("{{{}}}", names.iter().cloned().collect::<Vec<_>>().join(", ")),
    }
}

fn enums(schema: &Schema, plan: &Plan) -> GeneratedFile {
    let mut text = "use orm::prelude::*;\n".to_owned();
    for enum_type in &schema.enums {
        text.push_str(&enum_item(enum_type, plan));
    }
    GeneratedFile { path: "enums.rs".to_owned(), text }
}

fn enum_item(enum_type: &EnumType, plan: &Plan) -> String {
    let Some(named) = plan.enum_plan(&enum_type.name) else { return String::new() };
    let mut words = Vec::new();
    if naming::snake_case(&named.ident) != enum_type.name.name {
        words.push(format!("name = {:?}", enum_type.name.name));
    }
    words.extend(enum_type.name.namespace.as_ref().map(|namespace| format!("namespace = {namespace:?}")));
    let mut text =
        format!("\n#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]\n{}", attributes(&words, ""));
    text.push_str(&format!("pub enum {} {{\n", named.ident));
    for (label, variant) in enum_type.labels.iter().zip(&named.variants) {
        if naming::snake_case(variant) != *label {
            text.push_str(&format!("    #[orm(label = {label:?})]\n"));
        }
        text.push_str(&format!("    {variant},\n"));
    }
    text + "}\n"
}

fn model_file(
    dialect: Dialect,
    table: &Table,
    schema: &Schema,
    plan: &Plan,
    model: &ModelPlan,
    options: &Options,
) -> GeneratedFile {
    let mut words = Attributes::of(table, schema, plan, model);
    let (mut fields, mut used) = (String::new(), BTreeSet::new());
    for column in &table.columns {
        let field_type = types::field_type(dialect, schema, table, column, plan);
        used.extend(types::imports(&field_type.rust));
        words.column(dialect, table, column, &field_type);
        let said = words.fields.get(&column.name).map(Vec::as_slice).unwrap_or_default();
        fields.push_str(&docs(column.comment.as_deref(), "    "));
        fields.push_str(&attributes(said, "    "));
        let rust = if column.nullable { format!("Option<{}>", field_type.rust) } else { field_type.rust };
        fields.push_str(&format!("    pub {}: {rust},\n", written(model.field(&column.name))));
    }
    let derives: String = options.derives.iter().map(|derive| format!(", {derive}")).collect();
    let body = if fields.is_empty() { "{}\n".to_owned() } else { format!("{{\n{fields}}}\n") };
    let text = format!(
        "{}{}\n{}#[derive(Debug, Clone, PartialEq, Model{derives})]\n{}pub struct {} {body}",
        crates(&used),
        imports(table, plan, model),
        docs(table.comment.as_deref(), ""),
        attributes(&words.table, ""),
        model.ident,
    );
    GeneratedFile { path: format!("{}.rs", model.module), text }
}

/// What a file uses of our crate and of those whose types the fields have, in rustfmt's order.
fn crates(used: &BTreeSet<(&str, &str)>) -> String {
    let mut lines = vec!["use orm::prelude::*;\n".to_owned()];
    let crates: BTreeSet<&str> = used.iter().map(|(of, _)| *of).collect();
    for one in crates {
        let names = used.iter().filter(|(of, _)| *of == one).map(|(_, name)| (*name).to_owned());
        lines.push(format!("use {one}::{};\n", list(&names.collect())));
    }
    lines.sort();
    lines.concat()
}

/// The other models and enums that a file names.
fn imports(table: &Table, plan: &Plan, model: &ModelPlan) -> String {
    let mut names = BTreeSet::new();
    for relation in &model.relations {
        let tables = match &relation.kind {
            Kind::BelongsTo(place) => {
                table.foreign_keys.get(*place).map(|key| key.table.clone()).into_iter().collect()
            }
            Kind::Inverse { table, .. } => vec![table.clone()],
            Kind::Through { table, join, .. } => vec![table.clone(), join.clone()],
        };
        names.extend(tables.iter().filter_map(|table| plan.model(table)).map(|model| model.ident.clone()));
    }
    let enums = table.columns.iter().filter_map(|column| types::enum_of(&column.column_type));
    names.extend(enums.filter_map(|name| plan.enum_plan(name)).map(|named| named.ident.clone()));
    names.remove(&model.ident);
    if names.is_empty() { String::new() } else { use_line(&names) }
}

fn use_line(names: &BTreeSet<String>) -> String {
    let line = format!("\nuse super::{};\n", list(names));
    if line.trim().len() <= 100 {
        return line;
    }
    let mut text = "\nuse super::{\n".to_owned();
    let mut row = String::new();
    for name in names {
        if row.len() + name.len() + 6 > 100 {
            text.push_str(&format!("    {}\n", row.trim_end()));
            row.clear();
        }
        row.push_str(&format!("{name}, "));
    }
    text + &format!("    {}\n}};\n", row.trim_end())
}

/// A comment of the database as a doc comment, where it can be one.
fn docs(comment: Option<&str>, indent: &str) -> String {
    let lines = comment.filter(|text| is_doc(text)).into_iter().flat_map(|text| text.split('\n'));
    lines.map(|line| format!("{indent}{}\n", format!("/// {line}").trim_end())).collect()
}

/// One `#[orm(…)]` where it is short, else one for each word.
fn attributes(words: &[String], indent: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    let joined = words.join(", ");
    if joined.chars().count() <= ATTRIBUTE_WIDTH {
        return format!("{indent}#[orm({joined})]\n");
    }
    words.iter().map(|word| format!("{indent}#[orm({word})]\n")).collect()
}
