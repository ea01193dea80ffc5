//! The words of `#[orm(…)]` for a table and its columns; `docs/attributes.md` is the grammar.

use std::collections::BTreeMap;

use orm_schema::{
    Check, Column, ColumnName, ConstraintName, Deferrable, ForeignKey, Identity, Index, IndexKey, IndexPart,
    NullsOrder, ReferentialAction, Schema, SortOrder, Table, naming,
};

use super::{
    ident::written,
    imports,
    plan::{ModelPlan, Plan},
    relations::{Kind, Relation},
    types::{self, FieldType},
};
use crate::{dialect::Dialect, names::TableNames};

/// Words that stand alone in a list of an index, so that a field of that name is written raw.
const LIST_WORDS: &[&str] = &["unique"];

/// The attributes of a model.
#[derive(Default)]
pub(super) struct Attributes {
    /// On the struct, each a word.
    pub(super) table: Vec<String>,
    /// On the fields, each a word.
    pub(super) fields: BTreeMap<ColumnName, Vec<String>>,
}

/// What is needed to write the attributes of one table.
struct Writer<'a> {
    table: &'a Table,
    schema: &'a Schema,
    plan: &'a Plan,
    model: &'a ModelPlan,
    /// The names that must be written out, in the order of the table.
    names: WrittenNames,
    out: Attributes,
}

impl Attributes {
    /// The attributes of a table, without types and defaults of its columns.
    pub(super) fn of(table: &Table, schema: &Schema, plan: &Plan, model: &ModelPlan) -> Self {
        let names = WrittenNames::of(table);
        let mut writer = Writer { table, schema, plan, model, names, out: Self::default() };
        writer.options();
        writer.columns();
        writer.primary_key();
        writer.uniques();
        writer.relations();
        writer.checks();
        writer.indexes();
        writer.out
    }

    /// Adds what the type, default and identity of a column need.
    pub(super) fn column(
        &mut self,
        dialect: Dialect,
        table: &Table,
        column: &Column,
        field_type: &FieldType,
    ) {
        let words = self.fields.entry(column.name.clone()).or_default();
        words.extend(field_type.attribute.clone());
        words.extend(types::default(dialect, column, field_type));
        words.extend(identity(table, column, field_type, words));
    }
}

/// The word that says how the column is counted up, where the rules would say otherwise.
fn identity(table: &Table, column: &Column, field_type: &FieldType, words: &[String]) -> Option<String> {
    let is_only_key = table.primary_key.as_ref().is_some_and(|key| key.columns == [column.name.clone()]);
    let is_derived = is_only_key
        && field_type.is_integer
        && !words.iter().any(|word| word.starts_with("default") || word.starts_with("belongs_to"));
    let word = match (column.identity, is_derived) {
        (None, false) | (Some(Identity::ByDefault), true) => return None,
        (None, true) => "false",
        (Some(Identity::ByDefault), false) => "true",
        (Some(Identity::Always), _) => "always",
        (Some(Identity::Serial), _) => "serial",
        (Some(Identity::Autoincrement), _) => "autoincrement",
    };
    Some(format!("identity = {word}"))
}

impl Writer<'_> {
    fn options(&mut self) {
        let name = &self.table.name;
        if naming::table_name(&self.model.ident) != name.name {
            self.out.table.push(format!("table = {:?}", name.name));
        }
        self.out.table.extend(name.namespace.as_ref().map(|namespace| format!("namespace = {namespace:?}")));
        self.out.table.extend(self.table.strict.then(|| "strict".to_owned()));
        self.out.table.extend(self.table.without_rowid.then(|| "without_rowid".to_owned()));
    }

    fn columns(&mut self) {
        for column in &self.table.columns {
            let words = self.out.fields.entry(column.name.clone()).or_default();
            if self.model.field(&column.name) != column.name.as_str() {
                words.push(format!("column = {:?}", column.name.as_str()));
            }
        }
    }

    fn primary_key(&mut self) {
        let Some(key) = &self.table.primary_key else { return };
        match (key.columns.as_slice(), &self.names.primary_key) {
            ([only], None) if self.model.field(only) == "id" => {}
            ([only], None) => self.field(&only.clone(), "primary_key".to_owned()),
            (columns, name) => {
                let word = format!("primary_key({}{})", self.members(columns), option("name", name.as_ref()));
                self.out.table.push(word);
            }
        }
    }

    fn uniques(&mut self) {
        for (unique, name) in self.table.uniques.iter().zip(self.names.uniques.clone()) {
            match (unique.columns.as_slice(), &name) {
                ([only], None) if !self.has(only, "unique") => self.field(&only.clone(), "unique".to_owned()),
                (columns, name) => {
                    let word = format!("unique({}{})", self.members(columns), option("name", name.as_ref()));
                    self.out.table.push(word);
                }
            }
        }
    }

    fn checks(&mut self) {
        let numbered =
            self.table.checks.iter().zip(self.names.checks.clone()).zip(self.names.all_checks.clone());
        for ((check, name), full) in numbered {
            let Check { columns, expression, .. } = check;
            match (columns.as_slice(), name) {
                ([only], None) if !self.has(only, "check") => {
                    self.field(&only.clone(), format!("check = {expression:?}"));
                }
                (columns, name) => {
                    // On the struct the rules would derive a name without columns.
                    let name = name.or_else(|| (!columns.is_empty()).then_some(full));
                    self.out.table.push(format!("check({expression:?}{})", option("name", name.as_ref())));
                }
            }
        }
    }

    fn indexes(&mut self) {
        for (index, name) in self.table.indexes.iter().zip(self.names.indexes.clone()) {
            match (plain_column(index), &name) {
                (Some(column), None) if !self.has(column, "index") => {
                    self.field(&column.clone(), "index".to_owned());
                }
                _ => {
                    let word = self.index(index, name.as_ref());
                    self.out.table.push(word);
                }
            }
        }
    }

    fn index(&self, index: &Index, name: Option<&ConstraintName>) -> String {
        let parts: Vec<_> = index.parts.iter().map(|part| self.part(part)).collect();
        let unique = if index.unique { ", unique" } else { "" };
        let predicate = index.predicate.as_ref().map(|sql| format!(", where = {sql:?}")).unwrap_or_default();
        let method = option("method", index.method.as_ref());
        format!("index({}{unique}{predicate}{method}{})", parts.join(", "), option("name", name))
    }

    fn part(&self, part: &IndexPart) -> String {
        let key = match &part.key {
            IndexKey::Column(column) => self.member(column),
            IndexKey::Expression(sql) => format!("expr({sql:?})"),
        };
        let order = if part.order == SortOrder::Desc { " desc" } else { "" };
        let nulls = match part.nulls {
            Some(NullsOrder::First) => " nulls_first",
            Some(NullsOrder::Last) => " nulls_last",
            None => "",
        };
        format!("{key}{order}{nulls}")
    }

    fn relations(&mut self) {
        for relation in &self.model.relations {
            match &relation.kind {
                Kind::BelongsTo(place) => self.belongs_to(relation, *place),
                Kind::Inverse { table, relation: back, one } => {
                    let word = if *one { "has_one" } else { "has_many" };
                    let (target, name) = (self.struct_of(table), written(&relation.name));
                    self.out.table.push(format!("{word}({name}: {target}.{})", written(back)));
                }
                Kind::Through { table, join, first, second } => {
                    let (target, join) = (self.struct_of(table), self.struct_of(join));
                    let (name, first, second) = (written(&relation.name), written(first), written(second));
                    let word = format!("has_many({name}: {target} through {join}.{first}, {join}.{second})");
                    self.out.table.push(word);
                }
            }
        }
    }

    fn belongs_to(&mut self, relation: &Relation, place: usize) {
        let Some(key) = self.table.foreign_keys.get(place) else { return };
        let name = self.names.foreign_keys.get(place).cloned().flatten();
        let options = foreign_key_options(key, name.as_ref());
        let head = format!("{}: {}", written(&relation.name), self.struct_of(&key.table));
        let references = self.references(key);
        match (key.columns.as_slice(), references.as_deref()) {
            ([only], _) if !self.has(only, "belongs_to") => {
                let target = references.map(|fields| format!(".{}", fields.join(", "))).unwrap_or_default();
                self.field(&only.clone(), format!("belongs_to({head}{target}{options})"));
            }
            (columns, references) => {
                let equal =
                    references.map(|fields| format!(" = ({})", fields.join(", "))).unwrap_or_default();
                let word = format!("belongs_to({head}, ({}){equal}{options})", self.members(columns));
                self.out.table.push(word);
            }
        }
    }

    /// The fields that a foreign key leads to, unless they are the other table's primary key.
    fn references(&self, key: &ForeignKey) -> Option<Vec<String>> {
        let target = self.schema.table(&key.table)?;
        let is_key = target.primary_key.as_ref().is_some_and(|primary| primary.columns == key.references);
        let model = self.plan.model(&key.table)?;
        (!is_key).then(|| key.references.iter().map(|column| written(model.field(column))).collect())
    }

    fn struct_of(&self, table: &orm_schema::TableName) -> String {
        imports::name_of(self.table, table, self.plan, self.model)
    }

    fn members(&self, columns: &[ColumnName]) -> String {
        columns.iter().map(|column| self.member(column)).collect::<Vec<_>>().join(", ")
    }

    fn member(&self, column: &ColumnName) -> String {
        let field = self.model.field(column);
        if LIST_WORDS.contains(&field) { format!("r#{field}") } else { written(field) }
    }

    fn field(&mut self, column: &ColumnName, word: String) {
        self.out.fields.entry(column.clone()).or_default().push(word);
    }

    /// Whether a field has that word already: each stands on a field once.
    fn has(&self, column: &ColumnName, word: &str) -> bool {
        let is_word = |said: &String| {
            said.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['(', ' ']))
        };
        self.out.fields.get(column).is_some_and(|words| words.iter().any(is_word))
    }
}

/// The column of an index that is nothing but an index of one column.
fn plain_column(index: &Index) -> Option<&ColumnName> {
    let [part] = index.parts.as_slice() else { return None };
    let is_plain = part.order == SortOrder::Asc && part.nulls.is_none() && !index.unique;
    match &part.key {
        IndexKey::Column(column) if is_plain && index.predicate.is_none() && index.method.is_none() => {
            Some(column)
        }
        IndexKey::Column(_) | IndexKey::Expression(_) => None,
    }
}

fn option(word: &str, value: Option<&impl AsRef<str>>) -> String {
    value.map(|value| format!(", {word} = {:?}", value.as_ref())).unwrap_or_default()
}

fn foreign_key_options(key: &ForeignKey, name: Option<&ConstraintName>) -> String {
    let mut options = String::new();
    for (word, action) in [("on_delete", key.on_delete), ("on_update", key.on_update)] {
        if let Some(action) = action_word(action) {
            options.push_str(&format!(", {word} = {action}"));
        }
    }
    options.push_str(match key.deferrable {
        Deferrable::Never => "",
        Deferrable::InitiallyImmediate => ", deferrable",
        Deferrable::InitiallyDeferred => ", deferrable = initially_deferred",
    });
    options + &option("name", name)
}

fn action_word(action: ReferentialAction) -> Option<&'static str> {
    match action {
        ReferentialAction::NoAction => None,
        ReferentialAction::Restrict => Some("restrict"),
        ReferentialAction::Cascade => Some("cascade"),
        ReferentialAction::SetNull => Some("set_null"),
        ReferentialAction::SetDefault => Some("set_default"),
    }
}

/// Which names of a table the rules would not derive.
#[derive(Clone)]
struct WrittenNames {
    primary_key: Option<ConstraintName>,
    uniques: Vec<Option<ConstraintName>>,
    foreign_keys: Vec<Option<ConstraintName>>,
    checks: Vec<Option<ConstraintName>>,
    indexes: Vec<Option<ConstraintName>>,
    /// The names of all checks, derived or not.
    all_checks: Vec<ConstraintName>,
}

impl WrittenNames {
    fn of(table: &Table) -> Self {
        let full = TableNames::of(table);
        let derived = TableNames::of(&unnamed(table));
        let differing = |full: &[ConstraintName], derived: &[ConstraintName]| {
            full.iter().zip(derived).map(|(full, derived)| (full != derived).then(|| full.clone())).collect()
        };
        Self {
            primary_key: full.primary_key.clone().filter(|name| derived.primary_key.as_ref() != Some(name)),
            uniques: differing(&full.uniques, &derived.uniques),
            foreign_keys: differing(&full.foreign_keys, &derived.foreign_keys),
            checks: differing(&full.checks, &derived.checks),
            indexes: differing(&full.indexes, &derived.indexes),
            all_checks: full.checks,
        }
    }
}

/// The table as if nobody had named anything.
fn unnamed(table: &Table) -> Table {
    let mut table = table.clone();
    table.primary_key.iter_mut().for_each(|key| key.name = None);
    table.uniques.iter_mut().for_each(|unique| unique.name = None);
    table.foreign_keys.iter_mut().for_each(|key| key.name = None);
    table.checks.iter_mut().for_each(|check| check.name = None);
    table.indexes.iter_mut().for_each(|index| index.name = None);
    table
}
