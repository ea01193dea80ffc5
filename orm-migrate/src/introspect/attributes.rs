//! The words of `#[orm(…)]` for a table and its columns; `docs/attributes.md` is the grammar.

use std::collections::BTreeMap;

use orm_schema::{
    Check, Column, ColumnName, ConstraintName, Deferrable, ForeignKey, Generated, Identity, Index, IndexKey,
    IndexPart, NullsOrder, PrimaryKey, ReferentialAction, Schema, SortOrder, Table, Unique, naming,
};

use super::{
    docs,
    ident::written,
    imports,
    plan::{ModelPlan, Plan},
    relations::{Kind, Relation},
    types::{self, FieldType},
    written_names::WrittenNames,
};
use crate::dialect::Dialect;

/// Words that stand alone in a list of an index, so that a field of that name is written raw.
const LIST_WORDS: &[&str] = &["unique", "nulls_not_distinct", "deferrable"];

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
        && !words
            .iter()
            .any(|word| ["default", "belongs_to", "generated"].iter().any(|start| word.starts_with(start)));
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
        self.out.table.extend(self.table.engine.as_ref().map(|engine| format!("engine = {engine:?}")));
        self.out.table.extend(self.table.collation.as_ref().map(|name| format!("collate = {name:?}")));
        self.out.table.extend(has_comments(self.table).then(|| "comments".to_owned()));
        self.out.table.extend(self.table.comment.as_ref().and_then(|text| comment(text)));
    }

    fn columns(&mut self) {
        for column in &self.table.columns {
            let words = self.out.fields.entry(column.name.clone()).or_default();
            if self.model.field(&column.name) != column.name.as_str() {
                words.push(format!("column = {:?}", column.name.as_str()));
            }
            words.extend(column.collation.as_ref().map(|name| format!("collate = {:?}", plain_name(name))));
            words.extend(column.generated.as_ref().map(generated));
            words.extend(column.comment.as_ref().and_then(|text| comment(text)));
        }
    }

    fn primary_key(&mut self) {
        let Some(key) = &self.table.primary_key else { return };
        match (key.columns.as_slice(), &self.names.primary_key) {
            ([only], None) if is_plain_key(key) && self.model.field(only) == "id" => {}
            ([only], None) if is_plain_key(key) => self.field(&only.clone(), "primary_key".to_owned()),
            (columns, name) => {
                let options = self.include(&key.include) + deferrable(key.deferrable);
                let members = self.members(columns);
                let word = format!("primary_key({members}{options}{})", option("name", name.as_ref()));
                self.out.table.push(word);
            }
        }
    }

    fn uniques(&mut self) {
        for (unique, name) in self.table.uniques.iter().zip(self.names.uniques.clone()) {
            match (unique.columns.as_slice(), &name) {
                ([only], None) if is_plain_unique(unique) && !self.has(only, "unique") => {
                    self.field(&only.clone(), "unique".to_owned())
                }
                (columns, name) => {
                    let nulls = if unique.nulls_not_distinct { ", nulls_not_distinct" } else { "" };
                    let options = self.include(&unique.include) + nulls + deferrable(unique.deferrable);
                    let members = self.members(columns);
                    let word = format!("unique({members}{options}{})", option("name", name.as_ref()));
                    self.out.table.push(word);
                }
            }
        }
    }

    fn checks(&mut self) {
        let numbered =
            self.table.checks.iter().zip(self.names.checks.clone()).zip(self.names.all_checks.clone());
        for ((check, name), full) in numbered {
            let Check { columns, expression, no_inherit, not_valid, .. } = check;
            let flag = |said: bool, word: &'static str| if said { word } else { "" };
            let options = [flag(*no_inherit, ", no_inherit"), flag(*not_valid, ", not_valid")].concat();
            match (columns.as_slice(), name) {
                ([only], None) if options.is_empty() && !self.has(only, "check") => {
                    self.field(&only.clone(), format!("check = {expression:?}"));
                }
                (columns, name) => {
                    // On the struct the rules would derive a name without columns.
                    let name = name.or_else(|| (!columns.is_empty()).then_some(full));
                    let name = option("name", name.as_ref());
                    self.out.table.push(format!("check({expression:?}{options}{name})"));
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
        let include = self.include(&index.include);
        let nulls = if index.nulls_not_distinct { ", nulls_not_distinct" } else { "" };
        let parameters = index.parameters.as_ref().map(|text| parameters(text)).unwrap_or_default();
        let options = [unique, nulls, &include, &predicate, &method, &parameters, &option("name", name)];
        format!("index({}{})", parts.join(", "), options.concat())
    }

    /// `, include(a, b)`
    fn include(&self, columns: &[ColumnName]) -> String {
        if columns.is_empty() { String::new() } else { format!(", include({})", self.members(columns)) }
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
        let prefix = part.prefix.map(|length| format!(" prefix({length})")).unwrap_or_default();
        let quoted = |word: &str, text: &str| format!(" {word}({text:?})");
        let collation = part.collation.as_ref().map(|name| quoted("collate", &plain_name(name)));
        let class = part.operator_class.as_ref().map(|class| quoted("opclass", class));
        let (collation, class) = (collation.unwrap_or_default(), class.unwrap_or_default());
        format!("{key}{prefix}{collation}{class}{order}{nulls}")
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
        let options = self.foreign_key_options(key, name.as_ref());
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

    fn foreign_key_options(&self, key: &ForeignKey, name: Option<&ConstraintName>) -> String {
        let mut options = String::new();
        let sets = match key.on_delete_sets.as_slice() {
            [] => String::new(),
            columns => format!("({})", self.members(columns)),
        };
        for (word, action, sets) in
            [("on_delete", key.on_delete, sets.as_str()), ("on_update", key.on_update, "")]
        {
            let columns = if sets.is_empty() { &key.columns } else { &key.on_delete_sets };
            if let Some(action) = action_word(action, self.take_null(columns)) {
                options.push_str(&format!(", {word} = {action}{sets}"));
            }
        }
        let matching = if key.match_full { ", match = full" } else { "" };
        let not_valid = if key.not_valid { ", not_valid" } else { "" };
        [&options, matching, deferrable(key.deferrable), not_valid, &option("name", name)].concat()
    }

    fn take_null(&self, columns: &[ColumnName]) -> bool {
        columns.iter().all(|name| self.table.column(name).is_some_and(|column| column.nullable))
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
    let column = part.key.column()?;
    let alone = Index {
        name: index.name.clone(),
        parts: vec![IndexPart::column(column.clone())],
        ..Index::default()
    };
    (*index == alone).then_some(column)
}

fn is_plain_key(key: &PrimaryKey) -> bool {
    key.include.is_empty() && key.deferrable.is_never()
}

fn is_plain_unique(unique: &Unique) -> bool {
    unique.include.is_empty() && unique.deferrable.is_never() && !unique.nulls_not_distinct
}

const fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::Never => "",
        Deferrable::InitiallyImmediate => ", deferrable",
        Deferrable::InitiallyDeferred => ", deferrable = initially_deferred",
    }
}

/// `, with(fillfactor = 70)`: what is no word and no number is a text.
fn parameters(text: &str) -> String {
    let parameters = text.split(", ").map(|parameter| {
        let (name, value) = parameter.split_once(" = ").unwrap_or((parameter, "true"));
        let is_plain = syn::parse_str::<proc_macro2::TokenTree>(value)
            .is_ok_and(|token| token.to_string() == value && !value.starts_with('\''));
        let value = if is_plain { value.to_owned() } else { format!("{:?}", value.trim_matches('\'')) };
        format!("{name} = {value}")
    });
    format!(", with({})", parameters.collect::<Vec<_>>().join(", "))
}

/// A collation's name without the quotes that one name alone does not need here.
fn plain_name(name: &str) -> String {
    let inside = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    inside.filter(|inside| !inside.contains('"')).unwrap_or(name).to_owned()
}

fn generated(generated: &Generated) -> String {
    let word = if generated.is_virtual { "generated_virtual" } else { "generated" };
    format!("{word} = {:?}", generated.expression)
}

/// Whether the doc comments are to be the database's.
pub(super) fn has_comments(table: &Table) -> bool {
    table.comment.is_some() || table.columns.iter().any(|column| column.comment.is_some())
}

/// The word for a comment that no doc comment can say.
fn comment(text: &str) -> Option<String> {
    (!docs::say(text)).then(|| format!("comment = {text:?}"))
}

fn option(word: &str, value: Option<&impl AsRef<str>>) -> String {
    value.map(|value| format!(", {word} = {:?}", value.as_ref())).unwrap_or_default()
}

fn action_word(action: ReferentialAction, takes_null: bool) -> Option<&'static str> {
    match action {
        ReferentialAction::NoAction => None,
        ReferentialAction::Restrict => Some("restrict"),
        ReferentialAction::Cascade => Some("cascade"),
        ReferentialAction::SetNull if takes_null => Some("set_null"),
        ReferentialAction::SetNull => Some("set_null_or_fail"),
        ReferentialAction::SetDefault => Some("set_default"),
    }
}
