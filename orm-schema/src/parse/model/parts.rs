//! `primary_key(…)`, `unique(…)`, `index(…)` and `check(…)` on the struct, as written.

use proc_macro2::TokenTree;
use syn::{Ident, LitStr, Token, ext::IdentExt, parse::ParseStream, token::Paren};

use super::relation::deferrable;
use crate::{
    constraint::Deferrable,
    index::{NullsOrder, SortOrder},
    parse::{
        grammar::{Grammar, Place, Word},
        item::{Item, at_end, each, member, nothing_there, positive, skip_element},
        problems::Problems,
    },
};

/// What `primary_key(…)` or `unique(…)` says.
pub(super) struct FieldList {
    pub(super) word: Ident,
    pub(super) fields: Vec<Ident>,
    pub(super) options: KeyOptions,
}

/// The options of `primary_key(…)` and `unique(…)`.
#[derive(Default)]
pub(super) struct KeyOptions {
    pub(super) name: Option<LitStr>,
    pub(super) include: Vec<Ident>,
    pub(super) nulls_not_distinct: bool,
    pub(super) deferrable: Deferrable,
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
    pub(super) include: Vec<Ident>,
    pub(super) nulls_not_distinct: bool,
    pub(super) parameters: Option<String>,
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
    pub(super) prefix: Option<u32>,
    pub(super) collation: Option<String>,
    pub(super) operator_class: Option<String>,
}

/// What `check(…)` says.
pub(super) struct CheckSaid {
    pub(super) expression: LitStr,
    pub(super) options: CheckOptions,
}

/// The options of `check(…)`.
#[derive(Default)]
pub(super) struct CheckOptions {
    pub(super) name: Option<LitStr>,
    pub(super) no_inherit: bool,
    pub(super) not_valid: bool,
}

/// Sets a word that stands alone.
fn flag(into: &mut bool, item: &Item<'_>) -> syn::Result<()> {
    item.flag()?;
    *into = true;
    Ok(())
}

fn text(into: &mut Option<LitStr>, item: &Item<'_>) -> syn::Result<()> {
    *into = Some(item.text()?);
    Ok(())
}

/// Reads `word("…")`.
fn quoted(into: &mut Option<String>, item: &mut Item<'_>) -> syn::Result<()> {
    item.arguments("\"…\"", |input, _| {
        let text: LitStr = input.parse()?;
        if text.value().trim().is_empty() {
            return Err(syn::Error::new(text.span(), "nothing is said here"));
        }
        *into = Some(text.value());
        Ok(())
    })
}

/// Reads `include(a, b)`.
fn include(into: &mut Vec<Ident>, item: &mut Item<'_>) -> syn::Result<()> {
    item.arguments("a, b", |input, problems| {
        each(input, problems, |input, _| {
            into.push(member(input)?);
            Ok(())
        });
        Ok(())
    })
}

/// Reads `with(fillfactor = 70, fastupdate = off)` as SQL.
fn parameters(into: &mut Option<String>, item: &mut Item<'_>) -> syn::Result<()> {
    let mut said = Vec::new();
    item.arguments("fillfactor = 70", |input, problems| {
        each(input, problems, |input, _| {
            let name = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            let value: TokenTree = input.parse()?;
            said.push(format!("{name} = {value}"));
            Ok(())
        });
        Ok(())
    })?;
    *into = (!said.is_empty()).then(|| said.join(", "));
    Ok(())
}

pub(super) const PRIMARY_KEY: Grammar<KeyOptions> = Grammar {
    place: Place::PrimaryKey,
    words: &[
        Word::once("name", |key, item| text(&mut key.name, item)),
        Word::once("include", |key, item| include(&mut key.include, item)),
        Word::once("deferrable", |key: &mut KeyOptions, item| {
            key.deferrable = deferrable(item)?;
            Ok(())
        })
        .bare(),
        Word::not_yet("without_overlaps", "WITHOUT OVERLAPS"),
        Word::not_yet("with", "storage parameters"),
        Word::not_yet("tablespace", "USING INDEX TABLESPACE"),
    ],
};

pub(super) const UNIQUE: Grammar<KeyOptions> = Grammar {
    place: Place::Unique,
    words: &[
        Word::once("name", |key, item| text(&mut key.name, item)),
        Word::once("nulls_not_distinct", |key: &mut KeyOptions, item| {
            flag(&mut key.nulls_not_distinct, item)
        })
        .bare(),
        Word::once("include", |key, item| include(&mut key.include, item)),
        Word::once("deferrable", |key: &mut KeyOptions, item| {
            key.deferrable = deferrable(item)?;
            Ok(())
        })
        .bare(),
        Word::not_yet("without_overlaps", "WITHOUT OVERLAPS"),
        Word::not_yet("with", "storage parameters"),
        Word::not_yet("tablespace", "USING INDEX TABLESPACE"),
    ],
};

pub(super) const CHECK: Grammar<CheckOptions> = Grammar {
    place: Place::Check,
    words: &[
        Word::once("name", |check, item| text(&mut check.name, item)),
        Word::once("no_inherit", |check: &mut CheckOptions, item| flag(&mut check.no_inherit, item)).bare(),
        Word::once("not_valid", |check: &mut CheckOptions, item| flag(&mut check.not_valid, item)).bare(),
        Word::not_yet("not_enforced", "NOT ENFORCED").bare(),
    ],
};

pub(super) const INDEX: Grammar<IndexOptions> = Grammar {
    place: Place::Index,
    words: &[
        Word::once("name", |index, item| text(&mut index.name, item)),
        Word::once("unique", |index: &mut IndexOptions, item| flag(&mut index.unique, item)).bare(),
        Word::once("where", |index, item| text(&mut index.predicate, item)),
        Word::once("method", |index, item| text(&mut index.method, item)),
        Word::once("include", |index, item| include(&mut index.include, item)),
        Word::once("nulls_not_distinct", |index: &mut IndexOptions, item| {
            flag(&mut index.nulls_not_distinct, item)
        })
        .bare(),
        Word::once("with", |index, item| parameters(&mut index.parameters, item)),
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
        Word::once("opclass", |part, item| quoted(&mut part.operator_class, item)),
        Word::once("collate", |part, item| quoted(&mut part.collation, item)),
        Word::once("prefix", |part: &mut PartOptions, item| {
            item.arguments("10", |input, _| {
                part.prefix = Some(positive(&input.parse()?)?);
                Ok(())
            })
        }),
    ],
};

/// Reads `(a, b[, name = "…", include(c), deferrable])`.
pub(super) fn field_list(
    item: &mut Item<'_>,
    grammar: &Grammar<KeyOptions>,
) -> syn::Result<Option<FieldList>> {
    let before = item.problems.count();
    let mut list = FieldList { word: item.word.clone(), fields: Vec::new(), options: KeyOptions::default() };
    let mut seen = Vec::new();
    item.arguments("a, b", |input, problems| {
        each(input, problems, |input, problems| {
            if grammar.option_next(input) {
                return grammar.item(input, &mut list.options, &mut seen, problems);
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
    let mut expression: Option<LitStr> = None;
    let mut options = CheckOptions::default();
    let mut seen = Vec::new();
    item.arguments("\"price > 0\"", |input, problems| {
        each(input, problems, |input, problems| {
            if !input.peek(LitStr) {
                return CHECK.item(input, &mut options, &mut seen, problems);
            }
            let text: LitStr = input.parse()?;
            match expression.replace(text) {
                None => Ok(()),
                Some(first) => {
                    Err(syn::Error::new(first.span(), "one condition each: write another `check(…)`"))
                }
            }
        });
        Ok(())
    })?;
    match expression {
        Some(expression) if !expression.value().trim().is_empty() => {
            Ok(Some(CheckSaid { expression, options }))
        }
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
