//! Models as text, laid out as rustfmt would.

use std::collections::BTreeSet;

use orm_schema::{ColumnName, EnumType, Schema, Table, naming};

use super::{
    GeneratedFile, Options,
    attributes::{Attributes, has_comments},
    docs::doc_lines,
    ident::{sort_key, written},
    imports,
    layout::attributes,
    plan::{EnumPlan, ModelPlan, Modules, Plan},
    types,
};
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
};

/// Every file, `mod.rs` first.
pub(super) fn files(
    dialect: Dialect,
    schema: &Schema,
    plan: &Plan,
    options: &Options,
) -> Result<Vec<GeneratedFile>> {
    let homes: BTreeSet<Modules> = plan.namespaces().cloned().chain([plan.base().clone()]).collect();
    let mut files: Vec<_> = homes.iter().map(|home| index(home, schema, plan)).collect();
    files.extend(homes.iter().filter_map(|home| enums(home, schema, plan)));
    for table in &schema.tables {
        if let Some(model) = plan.model(&table.name) {
            files.push(model_file(dialect, table, schema, plan, model, options));
        }
    }
    files.into_iter().map(checked).collect()
}

/// A file that is no Rust is never handed out.
pub(super) fn checked(file: GeneratedFile) -> Result<GeneratedFile> {
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

/// `mod.rs`: a module for each table and namespace, and everything exported.
pub(super) fn index(home: &Modules, schema: &Schema, plan: &Plan) -> GeneratedFile {
    let models = schema.tables.iter().filter_map(|table| plan.model(&table.name)).map(|model| &model.module);
    let enums = schema.enums.iter().filter_map(|one| plan.enum_plan(&one.name)).map(|named| &named.module);
    let inside = |module: &&Modules| module.split_last().is_some_and(|(_, above)| above == home.as_slice());
    let files: BTreeSet<&String> =
        models.chain(enums).filter(inside).filter_map(|module| module.last()).collect();
    let folders: BTreeSet<&String> =
        plan.namespaces().filter(inside).filter_map(|module| module.last()).collect();
    let mut modules: Vec<_> = files.iter().map(|name| (*name, format!("mod {name};\n"))).collect();
    modules.extend(folders.iter().map(|name| (*name, format!("pub mod {name};\n"))));
    modules.sort_by_cached_key(|(name, _)| sort_key(name));
    let modules: String = modules.into_iter().map(|(_, line)| line).collect();
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_by_cached_key(|name| sort_key(name));
    let exports: String = files.iter().map(|name| format!("pub use {name}::*;\n")).collect();
    let what = match home.last() {
        Some(namespace) if home != plan.base() => format!("The models of the namespace `{namespace}`."),
        Some(_) | None => "The models.".to_owned(),
    };
    let text = format!("//! {what}\n\n{modules}\n{exports}");
    GeneratedFile { path: path(plan, home, "mod"), text: text.trim_end().to_owned() + "\n" }
}

pub(super) fn path(plan: &Plan, home: &[String], file: &str) -> String {
    home.iter().skip(plan.base().len()).map(|folder| format!("{folder}/")).collect::<String>() + file + ".rs"
}

fn enums(home: &Modules, schema: &Schema, plan: &Plan) -> Option<GeneratedFile> {
    let its = |one: &&EnumType| plan.enum_plan(&one.name).is_some_and(|named| named.home == *home);
    let items: String = schema.enums.iter().filter(its).map(|one| enum_item(one, plan)).collect();
    let text = format!("use orm::prelude::*;\n{items}");
    (!items.is_empty()).then(|| GeneratedFile { path: path(plan, home, "enums"), text })
}

pub(super) fn enum_item(enum_type: &EnumType, plan: &Plan) -> String {
    let Some(named) = plan.enum_plan(&enum_type.name) else { return String::new() };
    let mut words = Vec::new();
    if naming::snake_case(&named.ident) != enum_type.name.name {
        words.push(format!("name = {:?}", enum_type.name.name));
    }
    words.extend(enum_type.name.namespace.as_ref().map(|namespace| format!("namespace = {namespace:?}")));
    let mut text =
        format!("\n#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]\n{}", attributes(&words, ""));
    text.push_str(&format!("pub enum {} {{\n", named.ident));
    enum_type.labels.iter().for_each(|label| text.push_str(&variant(label, named)));
    text + "}\n"
}

/// A variant with its label, where the rules would derive another.
pub(super) fn variant(label: &str, named: &EnumPlan) -> String {
    let ident = named.variant(label);
    let said = if naming::snake_case(ident) == label {
        String::new()
    } else {
        format!("    #[orm(label = {label:?})]\n")
    };
    format!("{said}    {ident},\n")
}

pub(super) fn model_file(
    dialect: Dialect,
    table: &Table,
    schema: &Schema,
    plan: &Plan,
    model: &ModelPlan,
    options: &Options,
) -> GeneratedFile {
    let words = Words::of(dialect, table, schema, plan, model);
    let used = words.fields.iter().flat_map(|field| types::imports(&field.rust)).collect();
    let fields: String = words.fields.iter().map(FieldWords::text).collect();
    let derives: String = options.derives.iter().map(|derive| format!(", {derive}")).collect();
    let body = if fields.is_empty() { "{}\n".to_owned() } else { format!("{{\n{fields}}}\n") };
    // Where doc comments are the database's, what it does not say is not written.
    let usual = if table.primary_key.is_none() && !has_comments(table) { WITHOUT_KEY } else { "" };
    let docs = table.comment.as_deref().unwrap_or(usual);
    let text = format!(
        "{}{}\n{}#[derive(Debug, Clone, PartialEq, Model{derives})]\n{}pub struct {} {body}",
        crates(&used),
        imports::lines(table, plan, model),
        doc_lines(docs, ""),
        attributes(&words.table, ""),
        model.ident,
    );
    let (file, home) =
        model.module.split_last().map_or(("unnamed", &[][..]), |(file, home)| (file.as_str(), home));
    GeneratedFile { path: path(plan, home, file), text }
}

/// What the model of a table without a key cannot do.
const WITHOUT_KEY: &str =
    "Has no primary key: rows are read and inserted, none is found, changed or deleted by its key.";

/// What is written of a table: the words on the struct and on each field.
pub(super) struct Words {
    /// On the struct.
    pub(super) table: Vec<String>,
    /// Its fields, in order.
    pub(super) fields: Vec<FieldWords>,
}

/// What is written of a column.
pub(super) struct FieldWords {
    /// Its column.
    pub(super) column: ColumnName,
    /// What stands above it.
    pub(super) docs: String,
    /// The field.
    pub(super) ident: String,
    /// Its attributes.
    pub(super) words: Vec<String>,
    /// Its type.
    pub(super) rust: String,
}

impl Words {
    /// The words of a table.
    pub(super) fn of(
        dialect: Dialect,
        table: &Table,
        schema: &Schema,
        plan: &Plan,
        model: &ModelPlan,
    ) -> Self {
        let mut words = Attributes::of(table, schema, plan, model);
        let mut fields = Vec::new();
        for column in &table.columns {
            let field_type = types::field_type(dialect, schema, table, column, plan);
            words.column(dialect, table, column, &field_type);
            fields.push(FieldWords {
                column: column.name.clone(),
                docs: doc_lines(column.comment.as_deref().unwrap_or_default(), "    "),
                ident: written(model.field(&column.name)),
                words: words.fields.remove(&column.name).unwrap_or_default(),
                rust: if column.nullable { format!("Option<{}>", field_type.rust) } else { field_type.rust },
            });
        }
        Self { table: words.table, fields }
    }
}

impl FieldWords {
    /// The field as it is written.
    pub(super) fn text(&self) -> String {
        format!("{}{}    pub {}: {},\n", self.docs, attributes(&self.words, "    "), self.ident, self.rust)
    }
}

/// What a file uses of our crate and of those whose types the fields have, in rustfmt's order.
pub(super) fn crates(used: &BTreeSet<(&str, &str)>) -> String {
    let mut lines = vec!["use orm::prelude::*;\n".to_owned()];
    let crates: BTreeSet<&str> = used.iter().map(|(of, _)| *of).collect();
    for one in crates {
        let names = used.iter().filter(|(of, _)| *of == one).map(|(_, name)| (*name).to_owned());
        lines.push(format!("use {one}::{};\n", imports::list(&names.collect())));
    }
    lines.sort();
    lines.concat()
}
