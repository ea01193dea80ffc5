//! The words of `#[orm(…)]` that a person wrote: where each stands, and what it declares.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use orm_schema::{
    Check, ColumnName, ConstraintName, Index, IndexKey, Unique, declaration::ForeignKeyDeclaration, parse,
};
use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::quote;
use syn::{
    Attribute, Data, DeriveInput, Field, FieldsNamed, ItemStruct, Meta, ext::IdentExt as _, parse_quote,
    spanned::Spanned, token::Brace,
};

use super::{source::SourceFile, states::Object};
use crate::{change::Constraint, dialect::Dialect, normalise::tidy};

/// What words stand on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// The struct.
    Table,
    /// The field of a column.
    Field(ColumnName),
}

/// A word as it is written.
#[derive(Debug, Clone)]
pub(super) struct UserWord {
    pub(super) place: Place,
    /// `index` of `index(a, b)`.
    pub(super) head: String,
    pub(super) text: String,
    pub(super) range: Range<usize>,
    /// The whole `#[orm(…)]`.
    pub(super) attribute: Range<usize>,
    /// The constraints and indexes that it declares.
    declares: Vec<Declared>,
}

/// What a word says, as far as it has an object in the database.
#[derive(Debug, Clone)]
enum Declared {
    PrimaryKey,
    Unique(Unique),
    ForeignKey(ForeignKeyDeclaration),
    Check(Check),
    Index(Index),
}

/// The words of a model.
pub(super) fn words(file: &SourceFile, item: &ItemStruct, columns: &[ColumnName]) -> Vec<UserWord> {
    let on_struct = item.attrs.iter().flat_map(|attribute| in_attribute(file, attribute, &Place::Table));
    let mut words: Vec<_> = on_struct.collect();
    for (field, column) in item.fields.iter().zip(columns) {
        let place = Place::Field(column.clone());
        words.extend(field.attrs.iter().flat_map(|attribute| in_attribute(file, attribute, &place)));
    }
    let fields = Fields::of(item, columns);
    for word in &mut words {
        word.declares = fields.declares(word);
    }
    words
}

/// Whether a word that nobody has written yet would declare that object.
pub(super) fn would_declare(
    dialect: Dialect,
    fields: &Fields<'_>,
    (place, text): &(Place, String),
    (name, object): (&ConstraintName, &Object),
) -> bool {
    let head = text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned();
    let (place, text) = (place.clone(), text.clone());
    let mut word = UserWord { place, head, text, range: 0..0, attribute: 0..0, declares: Vec::new() };
    word.declares = fields.declares(&word);
    word.declares(dialect, name, object)
}

/// Whether an attribute may hold words that only some builds have: those are no words to edit.
pub(super) fn is_conditional(item: &ItemStruct) -> bool {
    let fields = item.fields.iter().flat_map(|field| &field.attrs);
    let holds_ours = |attribute: &Attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg_attr") && names_ours(list.tokens.clone()),
        Meta::Path(_) | Meta::NameValue(_) => false,
    };
    item.attrs.iter().chain(fields).any(holds_ours)
}

fn names_ours(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "orm",
        TokenTree::Group(group) => names_ours(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn in_attribute(file: &SourceFile, attribute: &Attribute, place: &Place) -> Vec<UserWord> {
    let Meta::List(list) = &attribute.meta else { return Vec::new() };
    if !list.path.is_ident("orm") {
        return Vec::new();
    }
    let parts = at_commas(list.tokens.clone());
    let word = |range: Range<usize>| {
        let text = file.text.get(range.clone()).unwrap_or_default().to_owned();
        let head =
            text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned();
        let attribute = file.range_of(attribute);
        UserWord { place: place.clone(), head, text, range, attribute, declares: Vec::new() }
    };
    parts.iter().filter_map(|part| range(file, part)).map(word).collect()
}

/// The parts of a list. A comma between `<` and `>` separates nothing.
pub(super) fn at_commas(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let (mut parts, mut depth) = (vec![Vec::new()], 0_usize);
    for token in tokens {
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                ',' if depth == 0 => {
                    parts.push(Vec::new());
                    continue;
                }
                '<' => depth += 1,
                '>' if punct.spacing() == Spacing::Alone || depth > 0 => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        parts.last_mut().into_iter().for_each(|part| part.push(token.clone()));
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The bytes of tokens that stand one after the other.
pub(super) fn range(file: &SourceFile, tokens: &[TokenTree]) -> Option<Range<usize>> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    Some(file.range(first.span()).start..file.range(last.span()).end)
}

/// The fields of a struct, found by what words call them.
pub(super) struct Fields<'a> {
    item: &'a ItemStruct,
    fields: Vec<&'a Field>,
    columns: &'a [ColumnName],
    by_name: BTreeMap<String, usize>,
    by_column: BTreeMap<&'a ColumnName, usize>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(item: &'a ItemStruct, columns: &'a [ColumnName]) -> Self {
        let names = item.fields.iter().enumerate();
        let by_name = names.filter_map(|(at, field)| Some((field.ident.as_ref()?.unraw().to_string(), at)));
        let by_column = columns.iter().enumerate().map(|(at, column)| (column, at));
        Self {
            item,
            fields: item.fields.iter().collect(),
            columns,
            by_name: by_name.collect(),
            by_column: by_column.collect(),
        }
    }

    /// What the word declares: what the parser makes of the struct with nothing but it.
    fn declares(&self, word: &UserWord) -> Vec<Declared> {
        if word.head == "primary_key" {
            return vec![Declared::PrimaryKey];
        }
        let Ok(tokens) = word.text.parse::<TokenStream>() else { return Vec::new() };
        let input = self.with_only(word, &parse_quote!(#[orm(#tokens)]));
        let Some(source) = parse::model(&input).source else { return Vec::new() };
        let said = source.declaration;
        let mut all: Vec<_> = said.uniques.into_iter().map(Declared::Unique).collect();
        all.extend(said.foreign_keys.into_iter().map(Declared::ForeignKey));
        all.extend(said.checks.into_iter().map(Declared::Check));
        all.extend(said.indexes.into_iter().map(Declared::Index));
        all
    }

    /// The struct with the fields that the word may speak of, so that reading all words of a wide struct stays quick.
    fn with_only(&self, word: &UserWord, only: &Attribute) -> DeriveInput {
        let (ident, vis) = (&self.item.ident, &self.item.vis);
        let mut input: DeriveInput = parse_quote!(#vis struct #ident {});
        input.generics = self.item.generics.clone();
        if word.place == Place::Table {
            input.attrs.push(only.clone());
        }
        if let Data::Struct(data) = &mut input.data {
            let fields = self.spoken_of(word).into_iter().filter_map(|at| self.field(at, word, only));
            data.fields =
                syn::Fields::Named(FieldsNamed { brace_token: Brace::default(), named: fields.collect() });
        }
        input
    }

    /// The places of the word's own field, and of those that it names; the first one where it names none.
    fn spoken_of(&self, word: &UserWord) -> BTreeSet<usize> {
        let names = word.text.split(|c: char| !c.is_alphanumeric() && c != '_');
        let mut places: BTreeSet<_> = names.filter_map(|name| self.by_name.get(name).copied()).collect();
        if let Place::Field(column) = &word.place {
            places.extend(self.by_column.get(column));
        }
        if places.is_empty() {
            places.insert(0);
        }
        places
    }

    /// A field without its words, but for its column and the word itself.
    fn field(&self, at: usize, word: &UserWord, only: &Attribute) -> Option<Field> {
        let (mut field, column) = (Field::clone(self.fields.get(at)?), self.columns.get(at)?);
        let name = column.as_str();
        let tokens = if word.head == "column" { quote!() } else { quote!(column = #name) };
        field.attrs = vec![parse_quote!(#[orm(#tokens)])];
        if word.place == Place::Field(column.clone()) {
            field.attrs.push(only.clone());
        }
        Some(field)
    }
}

impl UserWord {
    /// The place of the word in its field or struct that another one takes: `type`, `max_len` and `decimal` say the same.
    pub(super) fn slot(&self) -> &str {
        slot(&self.head)
    }

    /// Whether it declares that object.
    pub(super) fn declares(&self, dialect: Dialect, name: &ConstraintName, object: &Object) -> bool {
        self.declares.iter().any(|declared| declared.is(dialect, name, object))
    }
}

/// What a word says, whatever its words.
pub(super) fn slot(head: &str) -> &str {
    match head {
        "max_len" | "decimal" => "type",
        "default_sql" => "default",
        "generated_virtual" => "generated",
        other => other,
    }
}

impl Declared {
    fn is(&self, dialect: Dialect, name: &ConstraintName, object: &Object) -> bool {
        let named =
            |written: Option<&ConstraintName>, same: bool| written.map_or(same, |written| written == name);
        match (self, object) {
            (Self::PrimaryKey, Object::Constraint(Constraint::PrimaryKey(_))) => true,
            (Self::Unique(said), Object::Constraint(Constraint::Unique(unique))) => {
                named(said.name.as_ref(), said.columns == unique.columns)
            }
            // A unique index is a unique constraint on MariaDB.
            (Self::Index(said), Object::Constraint(Constraint::Unique(unique))) => {
                said.unique && named(said.name.as_ref(), said.columns() == unique.columns)
            }
            (Self::ForeignKey(said), Object::Constraint(Constraint::ForeignKey(key))) => {
                // The same name may stand on a column that is gone and on the one that came for it.
                said.columns == key.columns && named(said.name.as_ref(), true)
            }
            (Self::Check(said), Object::Constraint(Constraint::Check(check))) => {
                let same = tidy(dialect, &said.expression) == tidy(dialect, &check.expression);
                named(said.name.as_ref(), same)
            }
            (Self::Index(said), Object::Index(index)) => named(said.name.as_ref(), is_same(said, index)),
            (
                Self::PrimaryKey | Self::Unique(_) | Self::ForeignKey(_) | Self::Check(_) | Self::Index(_),
                Object::Constraint(_) | Object::Index(_),
            ) => false,
        }
    }
}

fn is_same(said: &Index, index: &Index) -> bool {
    let expressions =
        |index: &Index| index.parts.iter().filter(|part| matches!(part.key, IndexKey::Expression(_))).count();
    said.unique == index.unique
        && said.parts.len() == index.parts.len()
        && (said.columns() == index.columns() || expressions(said) > 0)
}

/// Where something starts with its attributes.
pub(super) fn start(file: &SourceFile, node: &impl Spanned) -> usize {
    file.range_of(node).start
}
