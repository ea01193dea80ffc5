//! What everything is called: modules, structs, fields, enums and variants, before anything is written.
//!
//! What is there already keeps its names ([`Known`]); what is new gets those that are left.

use std::collections::BTreeMap;

use orm_schema::{ColumnName, EnumName, EnumType, Schema, Table, TableName, naming};

use super::{
    enums::Columns as EnumColumns,
    ident::{Taken, is_keyword, pascal, snake, variants},
    inflect::singular,
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

/// The modules that lead to a file or an item, from the folder of the models on.
pub(super) type Modules = Vec<String>;

/// Names that are given already.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Of the models that are there.
    pub(super) models: BTreeMap<TableName, ModelPlan>,
    /// Of the enums that are there.
    pub(super) enums: BTreeMap<EnumName, EnumPlan>,
    /// The files, folders and items of each module.
    pub(super) taken: BTreeMap<Modules, Vec<String>>,
    /// The folder of each namespace.
    pub(super) namespaces: BTreeMap<String, Modules>,
    /// The folder of the models, where the modules count from further above.
    pub(super) base: Modules,
    /// The names of relations that are not to be given again.
    pub(super) reserved: BTreeMap<TableName, Vec<String>>,
}

/// The names of a schema in Rust.
#[derive(Debug, Default)]
pub(super) struct Plan {
    models: BTreeMap<TableName, ModelPlan>,
    enums: BTreeMap<EnumName, EnumPlan>,
    columns: EnumColumns,
    namespaces: BTreeMap<String, Modules>,
    base: Modules,
    /// Domains of PostgreSQL, and the type that each is made of.
    pub(super) domains: BTreeMap<String, String>,
}

/// The names of a table in Rust.
#[derive(Debug, Clone)]
pub(super) struct ModelPlan {
    /// The module that holds it: that of its file.
    pub(super) module: Modules,
    /// The module by which others name it.
    pub(super) home: Modules,
    /// The struct.
    pub(super) ident: String,
    /// The fields by their columns.
    pub(super) fields: BTreeMap<ColumnName, String>,
    /// Its relations, in order.
    pub(super) relations: Vec<Relation>,
}

/// The names of an enum type in Rust.
#[derive(Debug, Clone)]
pub(super) struct EnumPlan {
    /// The module that holds it.
    pub(super) module: Modules,
    /// The module by which others name it.
    pub(super) home: Modules,
    /// The enum.
    pub(super) ident: String,
    /// Its variants by their labels.
    pub(super) variants: BTreeMap<String, String>,
}

/// Gives names out, module by module.
struct Names {
    modules: BTreeMap<Modules, Taken>,
    types: BTreeMap<Modules, Taken>,
}

impl Plan {
    /// Names everything.
    pub(super) fn of(
        schema: &Schema,
        columns: EnumColumns,
        domains: &BTreeMap<String, String>,
        known: &Known,
    ) -> Self {
        let mut names = Names::of(known);
        let mut plan = Self {
            columns,
            namespaces: known.namespaces.clone(),
            models: known.models.clone(),
            base: known.base.clone(),
            domains: domains.clone(),
            ..Self::default()
        };
        for namespace in namespaces(schema) {
            let module =
                || below(&known.base, names.module(&known.base, &module_wishes(namespace, "schema")));
            plan.namespaces.entry(namespace.clone()).or_insert_with(module);
        }
        // The models' names are seen more often than the enums': they choose first. Among them those whose name the rules
        // lead back, so that no table added later takes a name away.
        let mut tables: Vec<_> = schema.tables.iter().collect();
        tables.sort_by_key(|table| (is_like_derived(&table.name), !is_natural(&table.name)));
        for table in tables {
            let model = known.models.get(&table.name);
            let named = plan.name_model(table, model, &mut names);
            plan.models.insert(table.name.clone(), named);
        }
        for enum_type in &schema.enums {
            let named = plan.name_enum(enum_type, known.enums.get(&enum_type.name), &mut names);
            plan.enums.insert(enum_type.name.clone(), named);
        }
        for (table, relations) in relations::all(schema, &plan, known) {
            if let Some(model) = plan.models.get_mut(&table) {
                model.relations = relations;
            }
        }
        plan
    }

    fn name_model(&self, table: &Table, known: Option<&ModelPlan>, names: &mut Names) -> ModelPlan {
        let taken = known.map(|model| model.fields.clone()).unwrap_or_default();
        let fields = fields(table, taken);
        if let Some(model) = known {
            return ModelPlan { fields, ..model.clone() };
        }
        let home = self.home(table.name.namespace.as_ref());
        let ident = names.model(&home, &struct_wishes(table));
        let module = names.module(&home, &module_wishes(&ident, "table"));
        ModelPlan { module: below(&home, module), home, ident, fields, relations: Vec::new() }
    }

    fn name_enum(&self, enum_type: &EnumType, known: Option<&EnumPlan>, names: &mut Names) -> EnumPlan {
        if let Some(known) = known {
            let new: Vec<_> = enum_type
                .labels
                .iter()
                .filter(|label| !known.variants.contains_key(*label))
                .cloned()
                .collect();
            let mut named = known.clone();
            let mut taken = Taken::with(known.variants.values());
            let variants =
                variants(&new).into_iter().map(|variant| taken.give(&[variant])).collect::<Vec<_>>();
            named.variants.extend(new.into_iter().zip(variants));
            return named;
        }
        let home = self.home(enum_type.name.namespace.as_ref());
        let single = pascal(&enum_type.name.name);
        let qualified =
            enum_type.name.namespace.as_ref().map(|namespace| format!("{}{single}", pascal(namespace)));
        let wishes: Vec<_> =
            [single.clone()].into_iter().chain(qualified).chain([format!("{single}Kind")]).collect();
        let ident = names.item(&home, &wishes);
        let variants = enum_type.labels.iter().cloned().zip(variants(&enum_type.labels)).collect();
        EnumPlan { module: below(&home, "enums".to_owned()), home, ident, variants }
    }

    /// The module of a namespace: the search path's own is the folder itself.
    fn home(&self, namespace: Option<&String>) -> Modules {
        namespace.and_then(|namespace| self.namespaces.get(namespace)).unwrap_or(&self.base).clone()
    }

    /// The folder of the models.
    pub(super) fn base(&self) -> &Modules {
        &self.base
    }

    /// The names of a table; every table of the schema has them.
    pub(super) fn model(&self, table: &TableName) -> Option<&ModelPlan> {
        self.models.get(table)
    }

    /// The names of an enum type.
    pub(super) fn enum_plan(&self, name: &EnumName) -> Option<&EnumPlan> {
        self.enums.get(name)
    }

    /// The enum that a column holds although its type lists the labels itself.
    pub(super) fn enum_of_column(&self, table: &TableName, column: &ColumnName) -> Option<&EnumName> {
        self.columns.get(&(table.clone(), column.clone()))
    }

    /// The modules of the namespaces.
    pub(super) fn namespaces(&self) -> impl Iterator<Item = &Modules> {
        self.namespaces.values()
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

impl EnumPlan {
    /// The variant of a label; every label has one.
    pub(super) fn variant(&self, label: &str) -> &str {
        self.variants.get(label).map_or("Unnamed", String::as_str)
    }
}

impl Names {
    fn of(known: &Known) -> Self {
        let mut names = Self { modules: BTreeMap::new(), types: BTreeMap::new() };
        for (module, taken) in &known.taken {
            for name in taken {
                names.modules(module).keep(name);
                names.types(module).keep(name);
            }
        }
        names
    }

    fn modules(&mut self, home: &Modules) -> &mut Taken {
        self.modules.entry(home.clone()).or_insert_with(|| Taken::with(["mod", "enums"]))
    }

    fn types(&mut self, home: &Modules) -> &mut Taken {
        self.types.entry(home.clone()).or_insert_with(|| Taken::with(NEEDED.iter().copied()))
    }

    fn module(&mut self, home: &Modules, wishes: &[String]) -> String {
        self.modules(home).give(wishes)
    }

    /// An enum's name stands in the types of fields, where no way leads to it: none has the name of another.
    fn item(&mut self, home: &Modules, wishes: &[String]) -> String {
        let is_free = |wish: &&String| self.types.values().all(|types| types.is_free(wish));
        let free: Vec<_> = wishes.iter().filter(is_free).cloned().collect();
        self.types(home).give(if free.is_empty() { wishes } else { &free })
    }

    /// A model's derive makes two structs beside it.
    fn model(&mut self, home: &Modules, wishes: &[String]) -> String {
        let types = self.types(home);
        let is_free = |wish: &&String| derived(wish).iter().all(|name| types.is_free(name));
        let free: Vec<_> = wishes.iter().filter(is_free).cloned().collect();
        let ident = types.give(if free.is_empty() { wishes } else { &free });
        derived(&ident).iter().for_each(|name| types.keep(name));
        ident
    }
}

/// What a derive adds to a model: `NewUser`, `UserColumns`.
fn derived(ident: &str) -> [String; 2] {
    [format!("New{ident}"), format!("{ident}Columns")]
}

fn below(home: &Modules, module: String) -> Modules {
    home.iter().cloned().chain([module]).collect()
}

/// The namespaces of a schema, each once.
fn namespaces(schema: &Schema) -> Vec<&String> {
    let tables = schema.tables.iter().filter_map(|table| table.name.namespace.as_ref());
    let enums = schema.enums.iter().filter_map(|one| one.name.namespace.as_ref());
    let mut all: Vec<_> = tables.chain(enums).collect();
    all.sort();
    all.dedup();
    all
}

/// Whether the struct would be called as if a derive had made it: it makes way for the model of that derive.
fn is_like_derived(table: &TableName) -> bool {
    let single = pascal(&singular(&snake(&table.name)));
    single.starts_with("New") || single.ends_with("Columns")
}

/// Whether the table is what the rules derive from the struct.
fn is_natural(table: &TableName) -> bool {
    naming::table_name(&pascal(&singular(&snake(&table.name)))) == table.name
}

fn struct_wishes(table: &Table) -> Vec<String> {
    let plural = snake(&in_words(table));
    let single = pascal(&singular(&plural));
    vec![single.clone(), pascal(&plural), format!("{single}Row")]
}

/// The table's name as its constraints spell it: `billofmaterials` is `BillOfMaterials` in `PK_BillOfMaterials_ID`. A
/// database that folds names to lower case has lost where their words end, but for those that were quoted.
fn in_words(table: &Table) -> String {
    let name = &table.name.name;
    let checks = table.checks.iter().filter_map(|check| check.name.as_ref());
    let uniques = table.uniques.iter().filter_map(|unique| unique.name.as_ref());
    let keys = table.foreign_keys.iter().filter_map(|key| key.name.as_ref());
    let names =
        table.primary_key.iter().filter_map(|key| key.name.as_ref()).chain(uniques).chain(keys).chain(checks);
    let words = names.flat_map(|name| name.as_str().split('_').collect::<Vec<_>>());
    let is_same = |word: &&str| word.to_lowercase() == *name && word.chars().any(char::is_lowercase);
    words.into_iter().find(is_same).map_or_else(|| name.clone(), str::to_owned)
}

/// A module in a file of its own must have an ASCII name (E0754).
fn module_wishes(name: &str, kind: &str) -> Vec<String> {
    let snake = snake(name);
    let ascii: String = snake.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let trimmed = ascii.trim_matches('_');
    let plain = match () {
        () if trimmed.is_empty() => kind.to_owned(),
        () if trimmed.starts_with(|c: char| c.is_ascii_digit()) => format!("{kind}_{trimmed}"),
        () if is_keyword(trimmed) => format!("{trimmed}_{kind}"),
        () => trimmed.to_owned(),
    };
    let other = format!("{plain}_{kind}");
    vec![plain, other]
}

fn fields(table: &Table, mut fields: BTreeMap<ColumnName, String>) -> BTreeMap<ColumnName, String> {
    let mut taken = Taken::with(fields.values());
    let new = table.columns.iter().filter(|column| !fields.contains_key(&column.name));
    // A column whose name is a field's already keeps it, whatever stands before it.
    let (plain, odd): (Vec<_>, Vec<_>) =
        new.partition(|column| snake(column.name.as_str()) == column.name.as_str());
    let mut named = BTreeMap::new();
    for column in plain.into_iter().chain(odd) {
        let name = snake(column.name.as_str());
        // A field called `id` is the key where nothing else is.
        let wish = if name == "id" && table.primary_key.is_none() { "id_column".to_owned() } else { name };
        named.insert(column.name.clone(), taken.give(&[wish]));
    }
    fields.append(&mut named);
    fields
}
