//! `primary_key(…)`, `unique(…)`, `index(…)` and `check(…)` on the struct, as written.

use syn::{Ident, LitStr, ext::IdentExt, parse::ParseStream, token::Paren};

use crate::{
    index::{NullsOrder, SortOrder},
    parse::{
        grammar::{Grammar, Place, Word},
        item::{Item, at_end, each, member, nothing_there, skip_element},
        problems::Problems,
    },
};

/// What `primary_key(…)` or `unique(…)` says.
pub(super) struct FieldList {
    pub(super) word: Ident,
    pub(super) fields: Vec<Ident>,
    pub(super) name: Option<LitStr>,
}

/// What `index(…)` says.
pub(super) struct IndexSaid {
    pub(super) word: Ident,
    pub(super) parts: Vec<PartSaid>,
    pub(super) options: IndexOptions,
}

/// The options of `index(…)`.
#[derive(Default)]
pub(super) struct IndexOptions {
    pub(super) name: Option<LitStr>,
    pub(super) unique: bool,
    pub(super) predicate: Option<LitStr>,
    pub(super) method: Option<LitStr>,
}

/// One part of `index(…)`.
pub(super) struct PartSaid {
    pub(super) key: KeySaid,
    pub(super) options: PartOptions,
}

/// A field, or SQL.
pub(super) enum KeySaid {
    Field(Ident),
    Expression(LitStr),
}

/// What follows a part.
#[derive(Default)]
pub(super) struct PartOptions {
    pub(super) order: Option<SortOrder>,
    pub(super) nulls: Option<NullsOrder>,
}

/// What `check(…)` says.
pub(super) struct CheckSaid {
    pub(super) expression: LitStr,
    pub(super) name: Option<LitStr>,
}

type Name = Option<LitStr>;

fn name(into: &mut Name, item: &mut Item<'_>) -> syn::Result<()> {
    *into = Some(item.text()?);
    Ok(())
}

pub(super) const PRIMARY_KEY: Grammar<Name> = Grammar {
    place: Place::PrimaryKey,
    words: &[
        Word::once("name", name),
        Word::not_yet("include", "INCLUDE"),
        Word::not_yet("deferrable", "a deferrable key").bare(),
        Word::not_yet("without_overlaps", "WITHOUT OVERLAPS"),
        Word::not_yet("with", "storage parameters"),
        Word::not_yet("tablespace", "USING INDEX TABLESPACE"),
    ],
};

pub(super) const UNIQUE: Grammar<Name> = Grammar {
    place: Place::Unique,
    words: &[
        Word::once("name", name),
        Word::not_yet("nulls_not_distinct", "NULLS NOT DISTINCT").bare(),
        Word::not_yet("include", "INCLUDE"),
        Word::not_yet("deferrable", "a deferrable unique constraint").bare(),
        Word::not_yet("without_overlaps", "WITHOUT OVERLAPS"),
        Word::not_yet("with", "storage parameters"),
        Word::not_yet("tablespace", "USING INDEX TABLESPACE"),
    ],
};

pub(super) const CHECK: Grammar<Name> = Grammar {
    place: Place::Check,
    words: &[
        Word::once("name", name),
        Word::not_yet("no_inherit", "NO INHERIT").bare(),
        Word::not_yet("not_valid", "NOT VALID").bare(),
        Word::not_yet("not_enforced", "NOT ENFORCED").bare(),
    ],
};

pub(super) const INDEX: Grammar<IndexOptions> = Grammar {
    place: Place::Index,
    words: &[
        Word::once("name", |index, item| name(&mut index.name, item)),
        Word::once("unique", |index: &mut IndexOptions, item| {
            item.flag()?;
            index.unique = true;
            Ok(())
        })
        .bare(),
        Word::once("where", |index: &mut IndexOptions, item| {
            index.predicate = Some(item.text()?);
            Ok(())
        }),
        Word::once("method", |index: &mut IndexOptions, item| {
            index.method = Some(item.text()?);
            Ok(())
        }),
        Word::not_yet("include", "INCLUDE"),
        Word::not_yet("nulls_not_distinct", "NULLS NOT DISTINCT").bare(),
        Word::not_yet("with", "storage parameters"),
        Word::not_yet("tablespace", "TABLESPACE"),
        Word::not_yet("only", "an index of a partitioned table alone").bare(),
        Word::not_yet("comment", "comments in the database"),
        Word::not_yet("invisible", "invisible indexes").bare(),
    ],
};

pub(super) const PART: Grammar<PartOptions> = Grammar {
    place: Place::IndexPart,
    words: &[
        Word::once("asc", |part, item| part.set_order(item, SortOrder::Asc)),
        Word::once("desc", |part, item| part.set_order(item, SortOrder::Desc)),
        Word::once("nulls_first", |part, item| part.set_nulls(item, NullsOrder::First)),
        Word::once("nulls_last", |part, item| part.set_nulls(item, NullsOrder::Last)),
        Word::not_yet("opclass", "operator classes"),
        Word::not_yet("collate", "collations"),
        Word::not_yet("prefix", "indexes of a text's first letters"),
    ],
};

/// Reads `(a, b[, name = "…"])`.
pub(super) fn field_list(item: &mut Item<'_>, grammar: &Grammar<Name>) -> syn::Result<Option<FieldList>> {
    let before = item.problems.count();
    let mut list = FieldList { word: item.word.clone(), fields: Vec::new(), name: None };
    let mut seen = Vec::new();
    item.arguments("a, b", |input, problems| {
        each(input, problems, |input, problems| {
            if grammar.option_next(input) {
                return grammar.item(input, &mut list.name, &mut seen, problems);
            }
            list.fields.push(member(input)?);
            Ok(())
        });
        Ok(())
    })?;
    if list.fields.is_empty() {
        let message = format!("which fields? write `{}(a, b)`", list.word);
        return nothing_there(item, before, list.word.span(), &message);
    }
    Ok(Some(list))
}

/// Reads `(a, b desc nulls_last, expr("…")[, name = "…", unique, where = "…", method = "…"])`.
pub(super) fn index(item: &mut Item<'_>) -> syn::Result<Option<IndexSaid>> {
    let before = item.problems.count();
    let mut said = IndexSaid { word: item.word.clone(), parts: Vec::new(), options: IndexOptions::default() };
    let mut seen = Vec::new();
    item.arguments("a, b desc", |input, problems| {
        each(input, problems, |input, problems| {
            if INDEX.option_next(input) {
                return INDEX.item(input, &mut said.options, &mut seen, problems);
            }
            said.parts.push(part(input, problems)?);
            Ok(())
        });
        Ok(())
    })?;
    if said.parts.is_empty() {
        return nothing_there(item, before, said.word.span(), "which fields? write `index(a, b desc)`");
    }
    Ok(Some(said))
}

/// Reads `("…"[, name = "…"])`.
pub(super) fn check(item: &mut Item<'_>) -> syn::Result<Option<CheckSaid>> {
    let before = item.problems.count();
    let mut said = (None, None);
    let mut seen = Vec::new();
    item.arguments("\"price > 0\"", |input, problems| {
        each(input, problems, |input, problems| {
            if !input.peek(LitStr) {
                return CHECK.item(input, &mut said.1, &mut seen, problems);
            }
            let text: LitStr = input.parse()?;
            match said.0.replace(text) {
                None => Ok(()),
                Some(first) => {
                    Err(syn::Error::new(first.span(), "one condition each: write another `check(…)`"))
                }
            }
        });
        Ok(())
    })?;
    let (expression, name) = said;
    match expression {
        Some(expression) if !expression.value().trim().is_empty() => Ok(Some(CheckSaid { expression, name })),
        _ => nothing_there(item, before, item.word.span(), "which condition? write `check(\"price > 0\")`"),
    }
}

fn part(input: ParseStream<'_>, problems: &mut Problems) -> syn::Result<PartSaid> {
    let mut part = PartSaid { key: key(input)?, options: PartOptions::default() };
    let mut seen = Vec::new();
    while !at_end(input) {
        let suffix = PART.item(input, &mut part.options, &mut seen, problems);
        if problems.keep(suffix).is_none() {
            skip_element(input);
        }
    }
    Ok(part)
}

fn key(input: ParseStream<'_>) -> syn::Result<KeySaid> {
    if !(input.peek(Ident::peek_any) && input.peek2(Paren)) {
        return member(input).map(KeySaid::Field);
    }
    let word = input.call(Ident::parse_any)?;
    if word != "expr" {
        return Err(syn::Error::new(word.span(), "an expression is written `expr(\"…\")`"));
    }
    let content;
    syn::parenthesized!(content in input);
    content.parse().map(KeySaid::Expression)
}

impl PartOptions {
    fn set_order(&mut self, item: &Item<'_>, order: SortOrder) -> syn::Result<()> {
        if self.order.replace(order).is_some() {
            return Err(syn::Error::new(item.word.span(), "only one of `asc` and `desc`"));
        }
        Ok(())
    }

    fn set_nulls(&mut self, item: &Item<'_>, nulls: NullsOrder) -> syn::Result<()> {
        if self.nulls.replace(nulls).is_some() {
            return Err(syn::Error::new(item.word.span(), "only one of `nulls_first` and `nulls_last`"));
        }
        Ok(())
    }
}
