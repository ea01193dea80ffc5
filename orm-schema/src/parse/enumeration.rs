//! `#[derive(Enum)]`.

use proc_macro2::Ident;
use syn::{Data, DeriveInput, Fields, LitStr, Path, Variant, parse_quote};

use super::{
    grammar::{Grammar, Place, Word},
    item::plain,
    keywords::Keyword,
    problems::Problems,
    shape,
    source::{EnumSource, Parsed},
};
use crate::{enum_type::EnumType, name::EnumName, naming};

#[derive(Default)]
struct EnumAttributes {
    name: Option<LitStr>,
    namespace: Option<LitStr>,
    crate_path: Option<Path>,
}

const WORDS: Grammar<EnumAttributes> = Grammar {
    place: Place::Enum,
    words: &[
        Word::once("name", |said, item| {
            said.name = Some(item.text()?);
            Ok(())
        }),
        Word::once("namespace", |said, item| {
            said.namespace = Some(item.text()?);
            Ok(())
        }),
        Word::once("crate", |said, item| {
            said.crate_path = Some(item.path("::orm")?);
            Ok(())
        }),
        Word::not_yet("renamed_from", "renaming an enum type"),
        Word::not_yet("comment", "comments in the database"),
    ],
};

const VARIANT: Grammar<Option<LitStr>> = Grammar {
    place: Place::Variant,
    words: &[
        Word::once("label", |label, item| {
            *label = Some(item.value("\"…\"")?);
            Ok(())
        }),
        Word::not_yet("renamed_from", "renaming a label"),
    ],
};

pub(super) fn keywords() -> Vec<Keyword> {
    WORDS.keywords().chain(VARIANT.keywords()).collect()
}

/// Reads an enum type. Every mistake is in `errors`; `source` holds what could be read beside them.
///
/// ```
/// let status: syn::DeriveInput = syn::parse_quote! { enum OrderStatus { Open, InTransit } };
/// let source = orm_schema::parse::enumeration(&status).source;
/// assert_eq!(source.map(|status| status.enum_type.labels), Some(vec!["open".into(), "in_transit".into()]));
/// ```
#[must_use]
pub fn enumeration(input: &DeriveInput) -> Parsed<EnumSource> {
    let mut problems = Problems::default();
    let source = read(input, &mut problems);
    problems.parsed(source)
}

fn read(input: &DeriveInput, problems: &mut Problems) -> Option<EnumSource> {
    let name = &input.ident;
    let Data::Enum(data) = &input.data else {
        problems.say(name.span(), format!("`Enum` is derived on an enum, `{name}` is none"));
        return None;
    };
    if data.variants.is_empty() {
        problems.say(name.span(), format!("`{name}` has no variants"));
        return None;
    }
    if !shape::no_generics("an enum type", input, problems) {
        return None;
    }
    let mut said = EnumAttributes::default();
    WORDS.attributes(&input.attrs, &mut said, problems);
    let (variants, labels) = variants(&data.variants.iter().collect::<Vec<_>>(), problems);
    let type_name = said.name.map_or_else(|| naming::snake_case(&plain(name)), |name| name.value());
    let namespace = said.namespace.map(|namespace| namespace.value());
    Some(EnumSource {
        ident: name.clone(),
        crate_path: said.crate_path.unwrap_or_else(|| parse_quote!(::orm)),
        enum_type: EnumType { name: EnumName { namespace, name: type_name }, labels },
        variants,
    })
}

fn variants(variants: &[&Variant], problems: &mut Problems) -> (Vec<Ident>, Vec<String>) {
    let (mut idents, mut labels) = (Vec::new(), Vec::new());
    for variant in variants {
        let name = plain(&variant.ident);
        let mut said = None;
        VARIANT.attributes(&variant.attrs, &mut said, problems);
        if !matches!(variant.fields, Fields::Unit) {
            problems.say(
                variant.ident.span(),
                format!("the variant `{name}` of an enum type cannot hold a value"),
            );
            continue;
        }
        let label = said.as_ref().map_or_else(|| naming::snake_case(&name), LitStr::value);
        if labels.contains(&label) {
            let span = said.map_or_else(|| variant.ident.span(), |label| label.span());
            problems.say(span, format!("two variants have the label `{label}`"));
        }
        idents.push(variant.ident.clone());
        labels.push(label);
    }
    (idents, labels)
}
