//! The tables of attributes: one word, one reader. What is not in a table is no attribute.

use syn::{Attribute, Ident, Meta, Token, ext::IdentExt, parse::ParseStream, spanned::Spanned, token::Paren};

use super::{
    item::{Item, each},
    keywords::{Keyword, keywords},
    problems::{Problems, did_you_mean},
};

/// Where attributes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `#[orm(…)]` on the struct of a model.
    Model,
    /// `#[orm(…)]` on a field of a model.
    Field,
    /// `belongs_to(…)`
    BelongsTo,
    /// `index(…)`
    Index,
    /// after a field or an expression in `index(…)`
    IndexPart,
    /// `unique(…)` on the struct
    Unique,
    /// `primary_key(…)` on the struct
    PrimaryKey,
    /// `check(…)` on the struct
    Check,
    /// `#[orm(…)]` on an enum
    Enum,
    /// `#[orm(…)]` on a variant of an enum
    Variant,
    /// `#[orm(…)]` on a newtype
    Value,
    /// `#[orm(…)]` on the struct of a projection
    Projection,
    /// `#[orm(…)]` on a field of a projection
    ProjectionField,
    /// `#[orm(…)]` on the struct of an insert or a patch
    Rows,
    /// `#[orm(…)]` on a field of an insert or a patch
    RowsField,
}

impl Place {
    /// As the documentation heads its list.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Field => "field",
            Self::BelongsTo => "belongs_to",
            Self::Index => "index",
            Self::IndexPart => "index part",
            Self::Unique => "unique",
            Self::PrimaryKey => "primary_key",
            Self::Check => "check",
            Self::Enum => "enum",
            Self::Variant => "variant",
            Self::Value => "value",
            Self::Projection => "projection",
            Self::ProjectionField => "projection field",
            Self::Rows => "insert, patch",
            Self::RowsField => "insert, patch field",
        }
    }

    /// `belongs …`
    const fn whereabouts(self) -> &'static str {
        match self {
            Self::Model => "on the struct",
            Self::Field => "on a field",
            Self::BelongsTo => "in `belongs_to(…)`",
            Self::Index => "in `index(…)`",
            Self::IndexPart => "after a field in `index(…)`",
            Self::Unique => "in `unique(…)`",
            Self::PrimaryKey => "in `primary_key(…)`",
            Self::Check => "in `check(…)`",
            Self::Enum => "on an enum",
            Self::Variant => "on a variant",
            Self::Value => "on a newtype",
            Self::Projection => "on a projection",
            Self::ProjectionField => "on a field of a projection",
            Self::Rows => "on an insert or a patch",
            Self::RowsField => "on a field of an insert or a patch",
        }
    }

    /// What other libraries call it, and what it is called here.
    const fn synonyms(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Model => &[("name", "table"), ("table_name", "table"), ("schema", "namespace")],
            Self::Field => &[
                ("name", "column"),
                ("rename", "column"),
                ("column_name", "column"),
                ("column_type", "type"),
                ("sql_type", "type"),
                ("references", "belongs_to"),
                ("auto_increment", "identity"),
                ("autoincrement", "identity"),
                ("pk", "primary_key"),
                ("key", "primary_key"),
            ],
            Self::Enum => &[("type_name", "name"), ("schema", "namespace")],
            Self::Variant => &[("rename", "label"), ("name", "label"), ("value", "label")],
            Self::BelongsTo
            | Self::Index
            | Self::IndexPart
            | Self::Unique
            | Self::PrimaryKey
            | Self::Check
            | Self::Value
            | Self::Projection
            | Self::ProjectionField
            | Self::Rows
            | Self::RowsField => &[],
        }
    }
}

/// Reads what follows a word.
pub(super) type Reader<T> = fn(&mut T, &mut Item<'_>) -> syn::Result<()>;

/// A word of the grammar.
pub(super) struct Word<T: 'static> {
    name: &'static str,
    repeats: bool,
    bare: bool,
    read: Read<T>,
}

enum Read<T: 'static> {
    Now(Reader<T>),
    NotYet(&'static str),
}

impl<T> Word<T> {
    /// A word that may be given once.
    pub(super) const fn once(name: &'static str, read: Reader<T>) -> Self {
        Self { name, repeats: false, bare: false, read: Read::Now(read) }
    }

    /// A word that may be given again.
    pub(super) const fn many(name: &'static str, read: Reader<T>) -> Self {
        Self { name, repeats: true, bare: false, read: Read::Now(read) }
    }

    /// The word stands alone where fields could stand too.
    pub(super) const fn bare(self) -> Self {
        Self { bare: true, ..self }
    }

    /// A word of the grammar that is not built; `what` it stands for in the databases' manuals.
    pub(super) const fn not_yet(name: &'static str, what: &'static str) -> Self {
        Self { name, repeats: false, bare: false, read: Read::NotYet(what) }
    }
}

/// The words of one place.
pub(super) struct Grammar<T: 'static> {
    pub(super) place: Place,
    pub(super) words: &'static [Word<T>],
}

impl<T> Grammar<T> {
    /// Reads every `#[orm(…)]` of an item.
    pub(super) fn attributes(&self, attributes: &[Attribute], into: &mut T, problems: &mut Problems) {
        let mut seen = Vec::new();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("orm")) {
            let Meta::List(list) = &attribute.meta else {
                problems.say(attribute.meta.span(), "write `#[orm(…)]`");
                continue;
            };
            let before = problems.count();
            let read = list.parse_args_with(|input: ParseStream<'_>| {
                each(input, problems, |input, problems| self.item(input, into, &mut seen, problems));
                Ok(())
            });
            // After a mistake inside a group, syn reports the rest of the group as well: one is enough.
            if problems.count() == before {
                problems.keep(read);
            }
        }
    }

    /// Reads one attribute.
    pub(super) fn item(
        &self,
        input: ParseStream<'_>,
        into: &mut T,
        seen: &mut Vec<&'static str>,
        problems: &mut Problems,
    ) -> syn::Result<()> {
        let word = input
            .call(Ident::parse_any)
            .map_err(|error| syn::Error::new(error.span(), "expected the name of an attribute"))?;
        let Some(found) = self.words.iter().find(|candidate| word == candidate.name) else {
            return Err(self.unknown(&word));
        };
        match found.read {
            Read::NotYet(what) => Err(not_yet(&word, what)),
            Read::Now(_) if !found.repeats && seen.contains(&found.name) => {
                Err(syn::Error::new(word.span(), format!("`{word}` is given twice")))
            }
            Read::Now(read) => {
                seen.push(found.name);
                read(into, &mut Item { word: &word, input, problems })
            }
        }
    }

    /// Whether an option comes next, where fields may stand too: `word = …`, `word(…)` and words declared
    /// [`bare`](Word::bare). Any other identifier is a field, so that a field may be called `name`.
    pub(super) fn option_next(&self, input: ParseStream<'_>) -> bool {
        let Ok(word) = input.fork().call(Ident::parse_any) else { return false };
        let found = self.words.iter().find(|candidate| word == candidate.name);
        input.peek2(Token![=]) || found.is_some_and(|found| found.bare || input.peek2(Paren))
    }

    /// Its words, for the list of all.
    pub(super) fn keywords(&self) -> impl Iterator<Item = Keyword> {
        self.words.iter().map(|word| Keyword {
            place: self.place,
            word: word.name,
            not_yet: matches!(word.read, Read::NotYet(_)),
        })
    }

    fn unknown(&self, word: &Ident) -> syn::Error {
        let text = word.to_string();
        let message = match self.belongs_elsewhere(&text) {
            Some(place) => format!("`{text}` belongs {}", place.whereabouts()),
            None => format!("unknown attribute `{text}`{}", self.suggestion(&text)),
        };
        syn::Error::new(word.span(), message)
    }

    fn belongs_elsewhere(&self, text: &str) -> Option<Place> {
        let synonym = self.place.synonyms().iter().any(|(other, _)| *other == text);
        let elsewhere = || keywords().into_iter().find(|keyword| keyword.word == text);
        if synonym { None } else { elsewhere().map(|keyword| keyword.place) }
    }

    fn suggestion(&self, text: &str) -> String {
        match self.place.synonyms().iter().find(|(other, _)| *other == text) {
            Some((_, ours)) => format!(": did you mean `{ours}`?"),
            None => did_you_mean(text, self.words.iter().map(|word| word.name)),
        }
    }
}

fn not_yet(word: &Ident, what: &str) -> syn::Error {
    syn::Error::new(word.span(), format!("not yet: `{word}` ({what})"))
}
