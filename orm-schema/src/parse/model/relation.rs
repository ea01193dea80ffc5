//! `belongs_to(…)`, `has_many(…)` and `has_one(…)`, as written.

use proc_macro2::Span;
use syn::{Ident, LitStr, Path, Token, ext::IdentExt, parse::ParseStream, token::Paren};

use crate::{
    constraint::{Deferrable, ReferentialAction},
    parse::{
        grammar::{Grammar, Place, Word},
        item::{Item, each, member, nothing_there, path_text},
        problems::Problems,
        source::RelationKind,
    },
};

/// What `belongs_to(…)` says.
pub(super) struct BelongsTo {
    pub(super) name: Ident,
    pub(super) target: Path,
    /// The fields of this model, where it stands on the struct.
    pub(super) local: Vec<Ident>,
    pub(super) references: Option<Vec<Ident>>,
    pub(super) said: BelongsToOptions,
}

/// The options of `belongs_to(…)`.
#[derive(Default)]
pub(super) struct BelongsToOptions {
    pub(super) on_delete: Option<(Ident, ReferentialAction)>,
    pub(super) on_update: Option<(Ident, ReferentialAction)>,
    pub(super) no_foreign_key: Option<Span>,
    pub(super) on_delete_sets: Vec<Ident>,
    pub(super) deferrable: Option<Deferrable>,
    pub(super) match_full: bool,
    pub(super) not_valid: bool,
    pub(super) name: Option<LitStr>,
}

/// What `has_many(…)` and `has_one(…)` say.
pub(super) struct Inverse {
    pub(super) name: Ident,
    pub(super) kind: RelationKind,
}

/// `SET NULL` of columns that take no NULL: the other row cannot go while this one is there. Some databases have it.
pub(super) const SET_NULL_OR_FAIL: &str = "set_null_or_fail";

const ACTIONS: &[(&str, ReferentialAction)] = &[
    ("cascade", ReferentialAction::Cascade),
    ("restrict", ReferentialAction::Restrict),
    ("set_null", ReferentialAction::SetNull),
    (SET_NULL_OR_FAIL, ReferentialAction::SetNull),
    ("set_default", ReferentialAction::SetDefault),
    ("no_action", ReferentialAction::NoAction),
];

const DEFERRED: &[(&str, Deferrable)] = &[
    ("initially_deferred", Deferrable::InitiallyDeferred),
    ("initially_immediate", Deferrable::InitiallyImmediate),
];

pub(super) const WORDS: Grammar<BelongsToOptions> = Grammar {
    place: Place::BelongsTo,
    words: &[
        Word::once("on_delete", |options, item| {
            options.on_delete = Some(action(item)?);
            if item.input.peek(Paren) {
                options.on_delete_sets = members(item.input)?;
            }
            Ok(())
        }),
        Word::once("on_update", |options, item| {
            options.on_update = Some(action(item)?);
            Ok(())
        }),
        Word::once("foreign_key", |options, item| {
            let (_, wanted) = item.choice(&[("true", true), ("false", false)])?;
            options.no_foreign_key = (!wanted).then(|| item.word.span());
            Ok(())
        }),
        Word::once("deferrable", |options, item| {
            options.deferrable = Some(deferrable(item)?);
            Ok(())
        }),
        Word::once("name", |options, item| {
            options.name = Some(item.text()?);
            Ok(())
        }),
        Word::once("match", |options, item| {
            options.match_full = item.choice(&[("full", true), ("simple", false)])?.1;
            Ok(())
        }),
        Word::once("not_valid", |options, item| {
            item.flag()?;
            options.not_valid = true;
            Ok(())
        }),
        Word::not_yet("not_enforced", "NOT ENFORCED"),
        Word::not_yet("period", "PERIOD"),
    ],
};

/// Reads `(name: Target[.field], …)`, and on the struct the fields: `(a, b) [= (c, d)]`.
pub(super) fn belongs_to(item: &mut Item<'_>, on_struct: bool) -> syn::Result<Option<BelongsTo>> {
    let example = if on_struct { "line: OrderLine, (order_id, line_no)" } else { "author: User" };
    let before = item.problems.count();
    let mut read: Option<BelongsTo> = None;
    item.arguments(example, |input, problems| {
        let mut relation = head(input, example)?;
        options(input, &mut relation, on_struct, problems);
        read = Some(relation);
        Ok(())
    })?;
    match read {
        Some(relation) if on_struct && relation.local.is_empty() => {
            let message = format!("which fields? write `belongs_to({example})`");
            nothing_there(item, before, relation.name.span(), &message)
        }
        read => Ok(read),
    }
}

fn head(input: ParseStream<'_>, example: &str) -> syn::Result<BelongsTo> {
    let (name, target) = name_and_target(input, &format!("belongs_to({example})"))?;
    let references = if input.peek(Token![.]) { Some(vec![dot_member(input)?]) } else { None };
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(BelongsTo { name, target, local: Vec::new(), references, said: BelongsToOptions::default() })
}

fn options(input: ParseStream<'_>, relation: &mut BelongsTo, on_struct: bool, problems: &mut Problems) {
    let mut seen = Vec::new();
    each(input, problems, |input, problems| {
        if !input.peek(Paren) {
            return WORDS.item(input, &mut relation.said, &mut seen, problems);
        }
        let span = input.span();
        let (local, references) = (members(input)?, equal_members(input)?);
        if !on_struct {
            return Err(syn::Error::new(span, "fields are named in a `belongs_to` on the struct"));
        }
        if references.as_ref().is_some_and(|references| references.len() != local.len()) {
            return Err(syn::Error::new(span, "both sides need the same number of fields"));
        }
        relation.local = local;
        relation.references = references.or_else(|| relation.references.take());
        Ok(())
    });
}

/// Reads `(name: Target.relation)` and `(name: Target through Join.first, Join.second)`.
pub(super) fn inverse(item: &mut Item<'_>) -> syn::Result<Inverse> {
    let word = item.word;
    let one = word == "has_one";
    let mut read = None;
    item.arguments("posts: Post.author", |input, _| {
        let (name, target) = name_and_target(input, &format!("{word}(posts: Post.author)"))?;
        let kind = if input.peek(Ident::peek_any) {
            through(input, target, one)?
        } else {
            let relation = back(input, &target, word, &name)?;
            if one {
                RelationKind::HasOne { target, relation }
            } else {
                RelationKind::HasMany { target, relation }
            }
        };
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(syn::Error::new(
                input.span(),
                format!("one relation each: write another `{word}(…)`"),
            ));
        }
        read = Some(Inverse { name, kind });
        Ok(())
    })?;
    read.ok_or_else(|| syn::Error::new(word.span(), "expected a relation"))
}

fn back(input: ParseStream<'_>, target: &Path, word: &Ident, name: &Ident) -> syn::Result<Ident> {
    if input.peek(Token![.]) {
        return dot_member(input);
    }
    let target = path_text(target);
    let message =
        format!("name the relation of `{target}` that leads back: `{word}({name}: {target}.its_relation)`");
    Err(syn::Error::new(name.span(), message))
}

fn through(input: ParseStream<'_>, target: Path, one: bool) -> syn::Result<RelationKind> {
    let word = input.call(Ident::parse_any)?;
    if word != "through" {
        return Err(syn::Error::new(word.span(), "expected `.relation` or `through`"));
    }
    if one {
        return Err(syn::Error::new(word.span(), "not yet: `has_one` with `through`"));
    }
    let join = input.call(Path::parse_mod_style)?;
    let first = dot_member(input)?;
    input.parse::<Token![,]>()?;
    let again = input.call(Path::parse_mod_style)?;
    let second = dot_member(input)?;
    if path_text(&join) != path_text(&again) {
        let message = format!("both relations are those of the join model `{}`", path_text(&join));
        return Err(syn::Error::new_spanned(&again, message));
    }
    Ok(RelationKind::Through { target, join, first, second })
}

fn name_and_target(input: ParseStream<'_>, example: &str) -> syn::Result<(Ident, Path)> {
    let hint = |error: syn::Error| syn::Error::new(error.span(), format!("expected `{example}`"));
    let name = member(input).map_err(hint)?;
    input.parse::<Token![:]>().map_err(hint)?;
    let target = input.call(Path::parse_mod_style).map_err(hint)?;
    Ok((name, target))
}

fn dot_member(input: ParseStream<'_>) -> syn::Result<Ident> {
    input.parse::<Token![.]>()?;
    member(input)
}

fn equal_members(input: ParseStream<'_>) -> syn::Result<Option<Vec<Ident>>> {
    if input.parse::<Option<Token![=]>>()?.is_some() { members(input).map(Some) } else { Ok(None) }
}

fn members(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    let content;
    syn::parenthesized!(content in input);
    let members = content.parse_terminated(member, Token![,])?;
    if members.is_empty() {
        return Err(syn::Error::new(content.span(), "expected the names of fields"));
    }
    Ok(members.into_iter().collect())
}

fn action(item: &Item<'_>) -> syn::Result<(Ident, ReferentialAction)> {
    item.choice(ACTIONS)
}

/// Reads what stands after `deferrable`: nothing, or when the check is made at first.
pub(super) fn deferrable(item: &Item<'_>) -> syn::Result<Deferrable> {
    let immediate = item.flag().map(|_| Deferrable::InitiallyImmediate);
    immediate.or_else(|_| item.choice(DEFERRED).map(|(_, choice)| choice))
}
