//! The steps of a table, as edits of its model.
//!
//! A step is the words before and after it, by the writer that writes new models. What differs is put where the person's
//! word for it stands; every other word is left as it is.

use std::collections::{BTreeMap, BTreeSet};

use orm_schema::{ColumnName, ConstraintName, Schema, Table};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Fields, GenericArgument, PathArguments, Type, Visibility};

use super::{
    Noted, What,
    edit::{Edits, indent, line_end, line_start},
    marks::Marks,
    models::ExistingModel,
    needs::Needs,
    source::SourceFile,
    states::{Object, Step, Way, What as StepWhat, describe},
    words::{Place, UserWord, at_commas, slot, start, would_declare},
};
use crate::{
    change::Constraint,
    dialect::Dialect,
    introspect::{
        imports,
        layout::{attribute, attributes},
        plan::{ModelPlan, Plan},
        relations::Kind,
        render::Words,
        types,
    },
};

/// What is needed to edit models.
pub(super) struct Rewriter<'a> {
    pub(super) dialect: Dialect,
    /// The tables as the models will say them.
    pub(super) schema: &'a Schema,
    /// The tables as the models say them.
    pub(super) before: &'a Schema,
    pub(super) plan: &'a Plan,
    pub(super) edits: &'a mut Edits,
    pub(super) marks: &'a mut Marks,
    pub(super) needs: &'a mut Needs,
    pub(super) noted: &'a mut Vec<Noted>,
}

/// One model on its way.
struct Model<'a, 'b> {
    on: &'b mut Rewriter<'a>,
    model: &'a ExistingModel,
    file: &'a SourceFile,
    plan: &'a ModelPlan,
    end: &'a Table,
    /// What becomes of the person's words, by their place in the model: another text, or nothing.
    changed: BTreeMap<usize, Option<String>>,
    new_columns: Vec<ColumnName>,
    /// Where a comma was put behind the last field.
    commas: BTreeSet<usize>,
}

/// The words of which a step is made.
struct Difference {
    removed: Vec<(Place, String)>,
    added: Vec<(Place, String)>,
}

impl<'a> Rewriter<'a> {
    /// Edits a model so that it says what its table is now.
    pub(super) fn model(&mut self, model: &'a ExistingModel, file: &'a SourceFile, way: &'a Way) {
        let Some(plan) = self.plan.model(&model.table) else { return };
        let mut one = Model {
            on: self,
            model,
            file,
            plan,
            end: &way.end,
            changed: BTreeMap::new(),
            new_columns: Vec::new(),
            commas: BTreeSet::new(),
        };
        one.columns(&way.start);
        way.steps.iter().for_each(|step| one.step(step));
        one.relations();
        one.finish();
    }

    /// Marks a model whose table is gone.
    pub(super) fn gone(&mut self, model: &ExistingModel, file: &SourceFile) {
        let table = model.table.to_string();
        self.marks.want(&model.file, start(file, &model.item), &table, &format!("table {table:?}"));
    }
}

impl<'a> Model<'a, '_> {
    fn step(&mut self, step: &Step) {
        match &step.what {
            StepWhat::NewColumn(column) => self.new_field(column),
            StepWhat::GoneColumn(column) => self.gone_field(column),
            StepWhat::OtherColumn(_) => {}
            StepWhat::Options => self.options(step),
            StepWhat::New { name, object } => self.new_object(name, object, step),
            StepWhat::Gone { name, object } => self.gone_object(name, object),
            StepWhat::Other { name, from, to } => self.other_object(name, from, to, step),
        }
    }

    /// The words of a state of the table.
    fn words(&self, state: &Table) -> Words {
        self.words_among(state, self.on.schema)
    }

    fn words_among(&self, state: &Table, schema: &Schema) -> Words {
        let mut plan = self.plan.clone();
        plan.relations.retain_mut(|relation| match &mut relation.kind {
            Kind::BelongsTo(place) => {
                let key = self.end.foreign_keys.get(*place);
                let found = key.and_then(|key| position(state, key));
                found.is_some_and(|found| {
                    *place = found;
                    true
                })
            }
            Kind::Inverse { .. } | Kind::Through { .. } => true,
        });
        Words::of(self.on.dialect, state, schema, self.on.plan, &plan)
    }

    fn difference(&self, step: &Step) -> Difference {
        Difference::between(&self.words(&step.before), &self.words(&step.after))
    }

    /// What the fields themselves say: their types, defaults and how they are counted up. A field has the type of the
    /// column to which it leads, so a change of one table may be one of another's field.
    fn columns(&mut self, start: &Table) {
        let (before, after) = (self.words_among(start, self.on.before), self.words(self.end));
        let difference = Difference::between(&before, &after);
        for column in self.model.columns.clone() {
            self.slots(&column, &difference);
            let rust = |words: &Words| {
                words.fields.iter().find(|field| field.column == column).map(|field| field.rust.clone())
            };
            if let (Some(before), Some(after)) = (rust(&before), rust(&after)) {
                self.other_type(&column, &before, &after);
            }
        }
    }

    fn slots(&mut self, column: &ColumnName, difference: &Difference) {
        let place = Place::Field(column.clone());
        for wanted in ["type", "default", "identity"] {
            let is_it = |word: &&(Place, String)| word.0 == place && slot(head(&word.1)) == wanted;
            let new = difference.added.iter().find(is_it).map(|(_, text)| text.clone());
            if new.is_none() && !difference.removed.iter().any(|word| is_it(&word)) {
                continue;
            }
            let own = self.position(|word| word.place == place && word.slot() == wanted);
            let said = own.map_or_else(|| "nothing".to_owned(), |at| self.model.words[at].text.clone());
            match (own, &new) {
                (Some(at), _) => self.change(at, new.clone()),
                (None, Some(text)) => self.insert(&place, text),
                (None, None) => continue,
            }
            let now = new.unwrap_or_else(|| "nothing".to_owned());
            self.note(Some(column), What::Changed, format!("{said} → {now}"));
        }
    }

    /// Rewrites the type of a field, or only its `Option`.
    fn other_type(&mut self, column: &ColumnName, before: &str, after: &str) {
        let Some(field) = self.field(column).filter(|_| before != after) else { return };
        let own = self.file.text_of(&field.ty).to_owned();
        let inside =
            inside_option(&field.ty).map_or(own.as_str(), |inside| self.file.text_of(inside)).to_owned();
        let is_only_null = core(before) == core(after);
        let after =
            if is_only_null { after.replacen(core(before), &inside, 1) } else { self.named(after, true) };
        if own != after {
            self.on.edits.replace(&self.model.file, self.file.range_of(&field.ty), after.clone());
            self.note(Some(column), What::Changed, format!("{own} → {after}"));
        }
    }

    fn options(&mut self, step: &Step) {
        let Difference { removed, added } = self.difference(step);
        for (place, text) in added {
            self.note(None, What::Changed, format!("{text} added"));
            self.insert(&place, &text);
        }
        for (_, text) in removed {
            if let Some(at) = self.position(|word| word.place == Place::Table && word.text == text) {
                self.change(at, None);
                self.note(None, What::Changed, format!("{text} removed"));
            }
        }
    }

    /// The words that a step adds for an object. An object more may also ask for another word for one that is there.
    fn added_for(&self, name: &ConstraintName, object: &Object, step: &Step) -> Vec<(Place, String)> {
        let mut added = self.difference(step).added;
        added.retain(|(_, text)| !["type", "default", "identity"].contains(&slot(head(text))));
        let (item, columns) = (&self.model.item, &self.model.columns);
        let is_its =
            |word: &&(Place, String)| would_declare(self.on.dialect, item, columns, word, (name, object));
        let its: Vec<_> = added.iter().filter(is_its).cloned().collect();
        if its.is_empty() { added } else { its }
    }

    fn new_object(&mut self, name: &ConstraintName, object: &Object, step: &Step) {
        let added = self.added_for(name, object, step);
        for (place, text) in added {
            if matches!(&place, Place::Field(column) if self.new_columns.contains(column)) {
                continue;
            }
            // A relation that had no constraint has one now.
            let same = self.position(|word| {
                word.place == place && relation(&word.text) == relation(&text) && relation(&text).is_some()
            });
            match same {
                Some(at) => self.change(at, Some(with_first_argument(&text, &self.model.words[at].text))),
                None => self.insert(&place, &text),
            }
        }
        self.note(None, What::New, describe(name, object));
    }

    fn gone_object(&mut self, name: &ConstraintName, object: &Object) {
        let its: Vec<_> =
            self.model.words.iter().filter(|word| word.declares(self.on.dialect, name, object)).collect();
        if let Some(word) = its.first() {
            let table = self.model.table.to_string();
            self.on.marks.want(&self.model.file, word.attribute.start, &table, &describe(name, object));
        }
    }

    fn other_object(&mut self, name: &ConstraintName, from: &Object, to: &Object, step: &Step) {
        let mut added = self.difference(step).added;
        added
            .retain(|(place, _)| !matches!(place, Place::Field(column) if self.new_columns.contains(column)));
        let its: Vec<usize> = (0..self.model.words.len())
            .filter(|at| self.model.words[*at].declares(self.on.dialect, name, from))
            .collect();
        let keeps_target = is_same_target(from, to);
        for at in its {
            let word = &self.model.words[at];
            let new = added.iter().position(|(place, text)| *place == word.place && head(text) == word.head);
            let new = new.map(|found| added.remove(found).1);
            let new =
                new.map(|text| if keeps_target { with_first_argument(&text, &word.text) } else { text });
            let new = new.map(|text| if keeps_target { text } else { self.named(&text, false) });
            self.change(at, new);
        }
        for (place, text) in added {
            self.insert(&place, &text);
        }
        self.note(None, What::Changed, format!("{} changed", describe(name, to)));
    }

    /// The ways back that keys of other tables give the model.
    fn relations(&mut self) {
        let words = self.words(self.end);
        let is_way = |word: &&String| ["has_many", "has_one"].contains(&head(word));
        for word in words.table.iter().filter(is_way) {
            self.insert(&Place::Table, word);
            self.note(None, What::New, word.clone());
        }
    }

    fn position(&self, is_it: impl Fn(&UserWord) -> bool) -> Option<usize> {
        self.model.words.iter().position(is_it)
    }

    fn change(&mut self, at: usize, new: Option<String>) {
        self.changed.insert(at, new);
    }

    fn field(&self, column: &ColumnName) -> Option<&'a syn::Field> {
        let model = self.model;
        let at = model.columns.iter().position(|other| other == column)?;
        model.item.fields.iter().nth(at)
    }

    fn gone_field(&mut self, column: &ColumnName) {
        if let Some(at) = self.field(column).map(|field| start(self.file, field)) {
            let table = self.model.table.to_string();
            self.on.marks.want(&self.model.file, at, &table, &format!("column {:?}", column.as_str()));
        }
    }

    fn new_field(&mut self, column: &ColumnName) {
        let words = self.words(self.end);
        let Some(place) = words.fields.iter().position(|field| field.column == *column) else { return };
        let field = &words.fields[place];
        let before = words.fields[..place].iter().rev().find_map(|field| self.field(&field.column));
        let neighbour = before.or_else(|| self.model.item.fields.iter().next());
        let vis = neighbour.map_or("pub", |field| self.file.text_of(&field.vis)).to_owned();
        let vis = if vis.is_empty() { vis } else { format!("{vis} ") };
        let (rust, said): (String, Vec<_>) =
            (self.named(&field.rust, true), field.words.iter().map(|word| self.named(word, false)).collect());
        let deeper = neighbour.map_or_else(
            || format!("{}    ", indent(&self.file.text, self.file.range_of(&self.model.item).start)),
            |field| indent(&self.file.text, start(self.file, field)).to_owned(),
        );
        let text = format!("{}{deeper}{vis}{}: {rust},\n", attributes(&said, &deeper), field.ident);
        self.put_field(before, &text);
        self.note(Some(column), What::New, format!("{}: {rust}", field.ident));
        self.new_columns.push(column.clone());
    }

    /// Puts a field after another one, else first.
    fn put_field(&mut self, before: Option<&syn::Field>, text: &str) {
        let (all, path) = (&self.file.text, &self.model.file);
        let flat = || text.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_rest = |at: usize| {
            let rest = all[at..line_end(all, at)].trim();
            rest.is_empty() || rest.starts_with("//")
        };
        let first = self.model.item.fields.iter().next();
        match (before, first, &self.model.item.fields) {
            (Some(field), _, _) => {
                let end = self.file.range_of(field).end;
                let gap = all[end..].len() - all[end..].trim_start().len();
                let comma = all[end + gap..].starts_with(',').then_some(end + gap + 1);
                match (comma, is_rest(comma.unwrap_or(end))) {
                    (Some(at), true) => self.on.edits.insert(path, line_end(all, at), text),
                    (None, true) => {
                        // Several fields may follow the one that had no comma.
                        if self.commas.insert(end) {
                            self.on.edits.insert(path, end, ",");
                        }
                        self.on.edits.insert(path, line_end(all, end), text);
                    }
                    (Some(at), false) => self.on.edits.insert(path, at, format!(" {}", flat())),
                    (None, false) => {
                        self.on.edits.insert(path, end, format!(", {}", flat().trim_end_matches(',')));
                    }
                }
            }
            (None, Some(field), _) => {
                let at = start(self.file, field);
                let line = line_start(all, at);
                if all[line..at].trim().is_empty() {
                    self.on.edits.insert(path, line, text);
                } else {
                    self.on.edits.insert(path, at, format!("{} ", flat()));
                }
            }
            (None, None, Fields::Named(fields)) => {
                let at = self.file.range(fields.brace_token.span.open()).end;
                self.on.edits.insert(path, at, format!("\n{text}"));
            }
            (None, None, Fields::Unnamed(_) | Fields::Unit) => {}
        }
    }

    /// Puts a word on the struct or on a field, in an attribute of its own.
    fn insert(&mut self, place: &Place, text: &str) {
        let text = self.named(text, false);
        let path = &self.model.file;
        let all = &self.file.text;
        let (attrs, at) = match place {
            Place::Table => (&self.model.item.attrs, self.start_of_item()),
            Place::Field(column) => match self.field(column) {
                Some(field) => (&field.attrs, self.start_of_field(field)),
                None => return,
            },
        };
        let last = attrs.iter().rfind(|attribute| attribute.path().is_ident("orm"));
        let line = line_start(all, at);
        match last.map(|attribute| self.file.range_of(attribute).end) {
            Some(end) if all[end..line_end(all, end)].trim().is_empty() => {
                let text = attribute(&text, indent(all, end));
                self.on.edits.insert(path, line_end(all, end), text);
            }
            _ if all[line..at].trim().is_empty() => {
                let text = attribute(&text, indent(all, at));
                self.on.edits.insert(path, line, text);
            }
            _ => self.on.edits.insert(path, at, format!("#[orm({text})] ")),
        }
    }

    fn start_of_item(&self) -> usize {
        match &self.model.item.vis {
            Visibility::Inherited => self.file.range_of(&self.model.item.struct_token).start,
            vis => self.file.range_of(vis).start,
        }
    }

    fn start_of_field(&self, field: &syn::Field) -> usize {
        match (&field.vis, &field.ident) {
            (Visibility::Inherited, Some(ident)) => self.file.range_of(ident).start,
            (Visibility::Inherited, None) => self.file.range_of(&field.ty).start,
            (vis, _) => self.file.range_of(vis).start,
        }
    }

    /// The text with its names as the file can say them: a `use` more, or the way to them where there is no place for one.
    fn named(&mut self, text: &str, is_type: bool) -> String {
        let mut ways: BTreeMap<String, String> = BTreeMap::new();
        let words: Vec<String> = idents(text);
        if is_type {
            ways.extend(types::imports(text).map(|(of, name)| (name.to_owned(), of.to_owned())));
            let enums = self.on.schema.enums.iter().filter_map(|one| self.on.plan.enum_plan(&one.name));
            let named = enums.filter(|named| words.contains(&named.ident));
            ways.extend(
                named.map(|named| (named.ident.clone(), imports::way(&self.model.module, &named.home))),
            );
        } else {
            let targets = imports::targets(self.end, self.plan);
            let models = targets
                .iter()
                .filter(|table| **table != self.model.table)
                .filter_map(|table| self.on.plan.model(table));
            let named = models.filter(|model| {
                words.contains(&model.ident) && !text.contains(&format!("::{}", model.ident))
            });
            ways.extend(
                named.map(|model| (model.ident.clone(), imports::way(&self.model.module, &model.home))),
            );
        }
        ways.retain(|_, way| !way.is_empty());
        if self.model.is_top {
            ways.iter().for_each(|(name, way)| self.on.needs.add(&self.model.file, way, name));
            return text.to_owned();
        }
        qualified(text, &ways)
    }

    fn note(&mut self, column: Option<&ColumnName>, what: What, text: String) {
        let place = match column {
            Some(column) => format!("{}.{column}", self.model.table),
            None => self.model.table.to_string(),
        };
        self.on.noted.push(Noted { file: self.model.file.clone(), place, what, text });
    }

    /// Writes what becomes of the person's own words.
    fn finish(mut self) {
        let mut attributes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, word) in self.model.words.iter().enumerate() {
            attributes.entry(word.attribute.start).or_default().push(at);
        }
        for members in attributes.into_values() {
            let taken = members.iter().filter(|at| matches!(self.changed.get(at), Some(None))).count();
            match taken {
                0 => self.replace_words(&members),
                _ if taken == members.len() => self.remove_attribute(&self.model.words[members[0]]),
                _ => self.rebuild_attribute(&members),
            }
        }
    }

    fn replace_words(&mut self, members: &[usize]) {
        for at in members {
            if let Some(Some(text)) = self.changed.get(at) {
                let range = self.model.words[*at].range.clone();
                self.on.edits.replace(&self.model.file, range, text.clone());
            }
        }
    }

    fn remove_attribute(&mut self, word: &UserWord) {
        let (all, range) = (&self.file.text, word.attribute.clone());
        let (line, end) = (line_start(all, range.start), line_end(all, range.end));
        let is_alone = all[line..range.start].trim().is_empty() && all[range.end..end].trim().is_empty();
        let blanks = all[range.end..].len() - all[range.end..].trim_start_matches(' ').len();
        let whole = if is_alone { line..end } else { range.start..range.end + blanks };
        self.on.edits.replace(&self.model.file, whole, "");
    }

    fn rebuild_attribute(&mut self, members: &[usize]) {
        let word = |at: &usize| match self.changed.get(at) {
            Some(new) => new.clone(),
            None => Some(self.model.words[*at].text.clone()),
        };
        let words: Vec<_> = members.iter().filter_map(word).collect();
        let range = self.model.words[members[0]].attribute.clone();
        self.on.edits.replace(&self.model.file, range, format!("#[orm({})]", words.join(", ")));
    }
}

impl Difference {
    fn between(before: &Words, after: &Words) -> Self {
        let (before, after) = (listed(before), listed(after));
        Self { removed: without(&before, &after), added: without(&after, &before) }
    }
}

fn position(state: &Table, key: &orm_schema::ForeignKey) -> Option<usize> {
    let exact = state.foreign_keys.iter().position(|other| other == key);
    // A key that is other at the end has the same columns before.
    exact.or_else(|| state.foreign_keys.iter().position(|other| other.columns == key.columns))
}

fn listed(words: &Words) -> Vec<(Place, String)> {
    let table = words.table.iter().map(|word| (Place::Table, word.clone()));
    let fields = words
        .fields
        .iter()
        .flat_map(|field| field.words.iter().map(|word| (Place::Field(field.column.clone()), word.clone())));
    table.chain(fields).collect()
}

/// What the one list has more than the other.
fn without(all: &[(Place, String)], others: &[(Place, String)]) -> Vec<(Place, String)> {
    let mut left = others.to_vec();
    let mut more = Vec::new();
    for word in all {
        match left.iter().position(|other| other == word) {
            Some(at) => drop(left.remove(at)),
            None => more.push(word.clone()),
        }
    }
    more
}

fn head(word: &str) -> &str {
    word.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// `author` of `belongs_to(author: User)`.
fn relation(word: &str) -> Option<&str> {
    let inside = word.strip_prefix("belongs_to")?.trim_start().strip_prefix('(')?;
    Some(inside.split(':').next()?.trim())
}

/// The new word with the relation's name and target as the person wrote them.
fn with_first_argument(new: &str, own: &str) -> String {
    match (first_argument(new), first_argument(own)) {
        (Some(theirs), Some(own)) if head(new) == "belongs_to" => new.replacen(&theirs, &own, 1),
        _ => new.to_owned(),
    }
}

/// `author: User` of `belongs_to(author: User, on_delete = cascade)`, as it is written.
fn first_argument(word: &str) -> Option<String> {
    let inside = word.split_once('(')?.1;
    let tokens: TokenStream = word.parse().ok()?;
    let group = tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    })?;
    let first = at_commas(group).into_iter().next()?;
    let end = first.last()?.span().byte_range().end.checked_sub(word.len() - inside.len())?;
    inside.get(..end).map(|text| text.trim().to_owned())
}

fn is_same_target(from: &Object, to: &Object) -> bool {
    match (from, to) {
        (
            Object::Constraint(Constraint::ForeignKey(from)),
            Object::Constraint(Constraint::ForeignKey(to)),
        ) => (&from.table, &from.references) == (&to.table, &to.references),
        _ => false,
    }
}

/// The type without its `Option`.
fn core(rust: &str) -> &str {
    rust.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(rust)
}

fn inside_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

fn idents(text: &str) -> Vec<String> {
    fn walk(tokens: TokenStream, found: &mut Vec<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => found.push(ident.to_string()),
                TokenTree::Group(group) => walk(group.stream(), found),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    walk(text.parse::<TokenStream>().unwrap_or_else(|_| TokenStream::new()).into_token_stream(), &mut found);
    found
}

/// Every name with the way to it before it.
fn qualified(text: &str, ways: &BTreeMap<String, String>) -> String {
    let (mut out, mut word) = (String::new(), String::new());
    let put = |word: &mut String, out: &mut String| {
        if let Some(way) = ways.get(word.as_str()) {
            out.push_str(&format!("{way}::"));
        }
        out.push_str(word);
        word.clear();
    };
    for c in text.chars() {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            put(&mut word, &mut out);
            out.push(c);
        }
    }
    put(&mut word, &mut out);
    out
}
