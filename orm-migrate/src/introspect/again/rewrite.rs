//! The steps of a table, as edits of its model.
//!
//! A step is the words before and after it, by the writer that writes new models. What differs is put where the person's
//! word for it stands; every other word is left as it is.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use orm_schema::{ColumnName, ConstraintName, Schema, Table};

use super::{
    Noted, What,
    edit::{Edits, indent},
    marks::Marks,
    models::ExistingModel,
    needs::Needs,
    source::SourceFile,
    states::{Object, Step, Way, What as StepWhat, describe},
    texts::{Difference, core, head, idents, inside_option, qualified, relation, with_first_argument},
    words::{Fields, Place, UserWord, slot, start, would_declare},
};
use crate::{
    change::Constraint,
    dialect::Dialect,
    introspect::{
        docs::{self, doc_lines},
        imports,
        layout::attributes,
        plan::{ModelPlan, Plan},
        relations::Kind,
        render::Words,
        types,
    },
};

/// What a field says of its column alone; comments are a matter of their own.
const OF_FIELDS: [&str; 5] = ["type", "default", "identity", "collate", "generated"];

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
pub(super) struct Model<'a, 'b> {
    pub(super) on: &'b mut Rewriter<'a>,
    pub(super) model: &'a ExistingModel,
    pub(super) file: &'a SourceFile,
    pub(super) plan: &'a ModelPlan,
    pub(super) end: &'a Table,
    /// What becomes of the person's words, by their place in the model: another text, or nothing.
    pub(super) changed: BTreeMap<usize, Option<String>>,
    pub(super) new_columns: Vec<ColumnName>,
    /// Where a comma was put behind the last field.
    pub(super) commas: BTreeSet<usize>,
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
        one.comments(&way.start);
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

    /// The comments that the model says: of the table, then of its columns.
    fn comments(&mut self, start: &Table) {
        let end = self.end;
        self.comment(None, start.comment.as_deref(), end.comment.as_deref());
        for column in self.model.columns.clone() {
            if let (Some(before), Some(after)) = (start.column(&column), end.column(&column)) {
                self.comment(Some(&column), before.comment.as_deref(), after.comment.as_deref());
            }
        }
    }

    /// A comment that became another: in the word that says it, else in the doc comments that do.
    fn comment(&mut self, column: Option<&ColumnName>, before: Option<&str>, after: Option<&str>) {
        let after = after.unwrap_or_default();
        if before.is_none_or(|before| before == after) {
            return;
        }
        let place = column.map_or(Place::Table, |column| Place::Field(column.clone()));
        let text = format!("comment = {after:?}");
        let own = self.position(|word| word.place == place && word.head == "comment");
        match (own, self.docs(column).filter(|_| !after.is_empty() && docs::say(after))) {
            (Some(at), _) => self.change(at, Some(text)),
            (None, Some(range)) => {
                let lines = doc_lines(after, indent(&self.file.text, range.start));
                self.on.edits.replace(&self.model.file, range, lines.trim().to_owned());
            }
            (None, None) => self.insert(&place, &text),
        }
        self.note(column, What::Changed, format!("comment {after:?}"));
    }

    /// Where the doc comments of the struct or of a field stand, if they stand together.
    fn docs(&self, column: Option<&ColumnName>) -> Option<Range<usize>> {
        let attributes = match column {
            Some(column) => &self.field(column)?.attrs,
            None => &self.model.item.attrs,
        };
        let is_doc = |attribute: &&syn::Attribute| attribute.path().is_ident("doc");
        let (first, last) = (
            attributes.iter().position(|one| is_doc(&one))?,
            attributes.iter().rposition(|one| is_doc(&one))?,
        );
        let together = &attributes[first..=last];
        let range = |attribute| self.file.range_of(attribute);
        together
            .iter()
            .all(|one| is_doc(&one))
            .then(|| range(&attributes[first]).start..range(&attributes[last]).end)
    }

    fn slots(&mut self, column: &ColumnName, difference: &Difference) {
        let place = Place::Field(column.clone());
        for wanted in OF_FIELDS {
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
        for (place, text) in added.into_iter().filter(|(place, _)| *place == Place::Table) {
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
        added.retain(|(_, text)| !OF_FIELDS.contains(&slot(head(text))));
        let fields = Fields::of(&self.model.item, &self.model.columns);
        let is_its = |word: &&(Place, String)| would_declare(self.on.dialect, &fields, word, (name, object));
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
        let mut added = self.added_for(name, to, step);
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
            self.note(None, What::New, format!("relation `{word}`"));
        }
    }

    fn position(&self, is_it: impl Fn(&UserWord) -> bool) -> Option<usize> {
        self.model.words.iter().position(is_it)
    }

    fn change(&mut self, at: usize, new: Option<String>) {
        self.changed.insert(at, new);
    }

    pub(super) fn field(&self, column: &ColumnName) -> Option<&'a syn::Field> {
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
        let comment = self.end.column(column).and_then(|column| column.comment.clone()).unwrap_or_default();
        let field_of =
            |said: &[String]| format!("{}{deeper}{vis}{}: {rust},\n", attributes(said, &deeper), field.ident);
        let text = doc_lines(&comment, &deeper) + &field_of(&said);
        // A line that goes on has no place for a doc comment.
        let word = (!comment.is_empty() && docs::say(&comment)).then(|| format!("comment = {comment:?}"));
        let flat = field_of(&said.iter().cloned().chain(word).collect::<Vec<_>>());
        self.put_field(before, &text, &flat);
        self.note(Some(column), What::New, format!("field `{}: {rust}`", field.ident));
        self.new_columns.push(column.clone());
    }

    /// The text with its names as the file can say them: a `use` more, or the way to them where there is no place for one.
    pub(super) fn named(&mut self, text: &str, is_type: bool) -> String {
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
}

fn position(state: &Table, key: &orm_schema::ForeignKey) -> Option<usize> {
    let exact = state.foreign_keys.iter().position(|other| other == key);
    // A key that is other at the end has the same columns before.
    exact.or_else(|| state.foreign_keys.iter().position(|other| other.columns == key.columns))
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
