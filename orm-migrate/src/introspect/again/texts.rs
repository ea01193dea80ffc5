//! Words as text: what differs between two lists of them, and what stands in one.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type};

use super::words::{Place, at_commas};
use crate::introspect::render::Words;

/// The words of which a step is made.
pub(super) struct Difference {
    pub(super) removed: Vec<(Place, String)>,
    pub(super) added: Vec<(Place, String)>,
}

impl Difference {
    pub(super) fn between(before: &Words, after: &Words) -> Self {
        let (before, after) = (listed(before), listed(after));
        Self { removed: without(&before, &after), added: without(&after, &before) }
    }
}

pub(super) fn listed(words: &Words) -> Vec<(Place, String)> {
    let table = words.table.iter().map(|word| (Place::Table, word.clone()));
    let fields = words
        .fields
        .iter()
        .flat_map(|field| field.words.iter().map(|word| (Place::Field(field.column.clone()), word.clone())));
    table.chain(fields).collect()
}

/// What the one list has more than the other.
pub(super) fn without(all: &[(Place, String)], others: &[(Place, String)]) -> Vec<(Place, String)> {
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

pub(super) fn head(word: &str) -> &str {
    word.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// `author` of `belongs_to(author: User)`.
pub(super) fn relation(word: &str) -> Option<&str> {
    let inside = word.strip_prefix("belongs_to")?.trim_start().strip_prefix('(')?;
    Some(inside.split(':').next()?.trim())
}

/// The new word with the relation's name and target as the person wrote them.
pub(super) fn with_first_argument(new: &str, own: &str) -> String {
    match (first_argument(new), first_argument(own)) {
        (Some(theirs), Some(own)) if head(new) == "belongs_to" => new.replacen(&theirs, &own, 1),
        _ => new.to_owned(),
    }
}

/// `author: User` of `belongs_to(author: User, on_delete = cascade)`, as it is written.
pub(super) fn first_argument(word: &str) -> Option<String> {
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

/// The type without its `Option`.
pub(super) fn core(rust: &str) -> &str {
    rust.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(rust)
}

pub(super) fn inside_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

pub(super) fn idents(text: &str) -> Vec<String> {
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
pub(super) fn qualified(text: &str, ways: &BTreeMap<String, String>) -> String {
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
