//! What everything is called: modules, structs, fields, enums and variants, before anything is written.

use std::collections::BTreeMap;

use orm_schema::{ColumnName, EnumName, EnumType, Schema, Table, TableName};

use super::{
    ident::{Taken, is_keyword, pascal, singular, snake},
    relations::{self, Relation},
};

/// Names of types that the code of a model needs for itself.
const NEEDED: &[&str] = &[
    "Option",
    "Vec",
    "String",
    "Some",
    "None",
    "Ok",
    "Err",
    "Result",
    "Box",
    "Debug",
    "Clone",
    "Copy",
    "PartialEq",
    "Eq",
    "Hash",
    "Default",
    "Model",
    "Enum",
    "Value",
    "Projection",
    "Insert",
    "Patch",
    "Json",
    "Uuid",
    "Decimal",
    "DateTime",
    "Utc",
    "NaiveDate",
    "NaiveTime",
    "NaiveDateTime",
    "Db",
    "Tx",
    "Query",
    "Columns",
    "Cond",
    "Error",
    "Send",
    "Sync",
    "Into",
    "From",
    "Iterator",
];

/// The names of a schema in Rust.
#[derive(Debug)]
pub(super) struct Plan {
    models: BTreeMap<TableName, ModelPlan>,
    enums: BTreeMap<EnumName, EnumPlan>,
    /// Domains of PostgreSQL, and the type that each is made of.
    pub(super) domains: BTreeMap<String, String>,
}

/// The names of a table in Rust.
#[derive(Debug)]
pub(super) struct ModelPlan {
    /// The file and the module.
    pub(super) module: String,
    /// The struct.
    pub(super) ident: String,
    fields: BTreeMap<ColumnName, String>,
    /// Its relations, in order.
    pub(super) relations: Vec<Relation>,
}

/// The names of an enum type in Rust.
#[derive(Debug)]
pub(super) struct EnumPlan {
    /// The enum.
    pub(super) ident: String,
    /// Its variants, one for each label.
    pub(super) variants: Vec<String>,
}

impl Plan {
    /// Names everything.
    pub(super) fn of(schema: &Schema) -> Self {
        let mut types = Taken::with(NEEDED.iter().copied());
        let mut modules = Taken::with(["mod", "enums"]);
        // The models' names are seen more often than the enums': they choose first.
        let models = schema.tables.iter().map(|table| {
            let ident = types.give(&struct_wishes(&table.name));
            let module = modules.give(&[module(&ident)]);
            (table.name.clone(), ModelPlan { module, ident, fields: fields(table), relations: Vec::new() })
        });
        let models = models.collect();
        let enums =
            schema.enums.iter().map(|enum_type| (enum_type.name.clone(), enum_plan(enum_type, &mut types)));
        let mut plan = Self { enums: enums.collect(), models, domains: BTreeMap::new() };
        for (table, relations) in relations::all(schema, &plan) {
            if let Some(model) = plan.models.get_mut(&table) {
                model.relations = relations;
            }
        }
        plan
    }

    /// The names of a table; every table of the schema has them.
    pub(super) fn model(&self, table: &TableName) -> Option<&ModelPlan> {
        self.models.get(table)
    }

    /// The names of an enum type.
    pub(super) fn enum_plan(&self, name: &EnumName) -> Option<&EnumPlan> {
        self.enums.get(name)
    }
}

impl ModelPlan {
    /// The field of a column; every column of the table has one.
    pub(super) fn field(&self, column: &ColumnName) -> &str {
        self.fields.get(column).map_or("unnamed", String::as_str)
    }

    /// The names of all fields.
    pub(super) fn fields(&self) -> impl Iterator<Item = &String> {
        self.fields.values()
    }
}

fn struct_wishes(table: &TableName) -> Vec<String> {
    let plural = snake(&table.name);
    let single = pascal(&singular(&plural));
    let mut wishes = vec![single.clone()];
    wishes.extend(table.namespace.as_ref().map(|namespace| format!("{}{single}", pascal(namespace))));
    wishes.extend([pascal(&plural), format!("{single}Row")]);
    wishes
}

/// A module in a file of its own must have an ASCII name (E0754).
fn module(ident: &str) -> String {
    let snake = snake(ident);
    let ascii: String = snake.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let trimmed = ascii.trim_matches('_');
    match () {
        () if trimmed.is_empty() || trimmed.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("table_{trimmed}")
        }
        () if is_keyword(trimmed) => format!("{trimmed}_"),
        () => trimmed.to_owned(),
    }
}

fn fields(table: &Table) -> BTreeMap<ColumnName, String> {
    let mut taken = Taken::default();
    let mut fields = BTreeMap::new();
    // A column whose name is a field's already keeps it, whatever stands before it.
    let (plain, odd): (Vec<_>, Vec<_>) =
        table.columns.iter().partition(|column| snake(column.name.as_str()) == column.name.as_str());
    for column in plain.into_iter().chain(odd) {
        let name = snake(column.name.as_str());
        // A field called `id` is the key where nothing else is.
        let wish = if name == "id" && table.primary_key.is_none() { "id_column".to_owned() } else { name };
        fields.insert(column.name.clone(), taken.give(&[wish]));
    }
    fields
}

fn enum_plan(enum_type: &EnumType, types: &mut Taken) -> EnumPlan {
    let single = pascal(&enum_type.name.name);
    let mut wishes = vec![single.clone()];
    wishes
        .extend(enum_type.name.namespace.as_ref().map(|namespace| format!("{}{single}", pascal(namespace))));
    wishes.push(format!("{single}Kind"));
    let ident = types.give(&wishes);
    let mut taken = Taken::default();
    let variants = enum_type.labels.iter().map(|label| taken.give(&[variant(label)])).collect();
    EnumPlan { ident, variants }
}

fn variant(label: &str) -> String {
    match pascal(label) {
        unnamed if unnamed == "Unnamed" && label.is_empty() => "Empty".to_owned(),
        variant => variant,
    }
}
