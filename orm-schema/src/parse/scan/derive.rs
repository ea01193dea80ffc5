//! Which derives are ours. The name says nothing: other crates have a `Model` too.

use syn::{Attribute, Data, DeriveInput, Path, Token, punctuated::Punctuated};

use super::{
    code,
    external::ORM,
    report::Report,
    resolve::{Named, Space},
    tree::{Item, ModuleId, Tree},
};

/// A derive that a scan reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Derive {
    Model,
    Enum,
    Value,
}

/// What a path in `#[derive(…)]` is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Ours(Derive),
    Foreign(String),
    Unknown,
}

/// Where a derive comes from. In a loose file, whose prelude may be elsewhere, an unknown one is ours.
pub(super) fn origin(tree: &Tree, module: ModuleId, path: &Path) -> Origin {
    match tree.resolve(module, path, Space::Macros) {
        Some(Named::External(path)) => match ours(&path) {
            Some(derive) => Origin::Ours(derive),
            None => Origin::Foreign(path.join("::")),
        },
        Some(Named::Module(_) | Named::Item(_)) => Origin::Unknown,
        None => match path.get_ident().map(ToString::to_string).and_then(|name| by_name(&name)) {
            Some(derive) if tree.crate_of(module).loose => Origin::Ours(derive),
            _ => Origin::Unknown,
        },
    }
}

/// The derives of an item that are ours. One that may be meant to be is a warning.
pub(super) fn of_item(tree: &Tree, item: &Item, input: &DeriveInput, report: &mut Report) -> Vec<Derive> {
    let mut found = Vec::new();
    for path in derives(&input.attrs) {
        let Some(name) = path.segments.last().map(|segment| segment.ident.clone()) else { continue };
        match origin(tree, item.module, &path) {
            Origin::Ours(derive) => found.push(derive),
            Origin::Foreign(other) if name == "Model" && has_ours(input) => {
                let message =
                    format!("`{}` has attributes of orm, but `{name}` is `{other}` here", item.ident);
                report.warning(code::DERIVE_UNKNOWN, item.at(name.span()), message, "write `orm::Model`");
            }
            Origin::Unknown if name == "Model" => {
                let message =
                    format!("it cannot be seen where `{name}` comes from, so `{}` is left out", item.ident);
                report.warning(code::DERIVE_UNKNOWN, item.at(name.span()), message, "write `orm::Model`");
            }
            Origin::Foreign(_) | Origin::Unknown => {}
        }
    }
    found
}

fn derives(attributes: &[Attribute]) -> Vec<Path> {
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    derives
        .filter_map(|derive| derive.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok())
        .flatten()
        .collect()
}

/// Whether an item has attributes of ours.
pub(super) fn has_ours(input: &DeriveInput) -> bool {
    let ours = |attributes: &[Attribute]| attributes.iter().any(|attribute| attribute.path().is_ident("orm"));
    ours(&input.attrs) || parts(input).into_iter().any(ours)
}

/// The attributes of the fields or variants.
pub(super) fn parts(input: &DeriveInput) -> Vec<&[Attribute]> {
    match &input.data {
        Data::Struct(data) => data.fields.iter().map(|field| field.attrs.as_slice()).collect(),
        Data::Enum(data) => data.variants.iter().map(|variant| variant.attrs.as_slice()).collect(),
        Data::Union(data) => data.fields.named.iter().map(|field| field.attrs.as_slice()).collect(),
    }
}

fn ours(path: &[String]) -> Option<Derive> {
    match path {
        [first, .., last] if first == ORM => by_name(last),
        _ => None,
    }
}

fn by_name(name: &str) -> Option<Derive> {
    match name {
        "Model" => Some(Derive::Model),
        "Enum" => Some(Derive::Enum),
        "Value" => Some(Derive::Value),
        _ => None,
    }
}
