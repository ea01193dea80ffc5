//! `#[derive(Value)]`: a newtype that is stored as the type inside it.

use syn::{Data, DeriveInput, Field, Fields, Path, parse_quote};

use super::{
    grammar::{Grammar, Place, Word},
    problems::Problems,
    shape,
    source::{Parsed, ValueSource},
};

pub(super) const WORDS: Grammar<Option<Path>> = Grammar {
    place: Place::Value,
    words: &[
        Word::once("crate", |path, item| {
            *path = Some(item.path("::orm")?);
            Ok(())
        }),
        Word::not_yet("domain", "CREATE DOMAIN"),
    ],
};

/// Reads a newtype. Every mistake is in `errors`; `source` holds what could be read beside them.
///
/// ```
/// let id: syn::DeriveInput = syn::parse_quote! { struct UserId(i64); };
/// assert!(orm_schema::parse::value(&id).source.is_some_and(|id| id.field.is_none()));
/// ```
#[must_use]
pub fn value(input: &DeriveInput) -> Parsed<ValueSource> {
    let mut problems = Problems::default();
    let source = read(input, &mut problems);
    problems.parsed(source)
}

fn read(input: &DeriveInput, problems: &mut Problems) -> Option<ValueSource> {
    let mut crate_path = None;
    WORDS.attributes(&input.attrs, &mut crate_path, problems);
    let Some(field) = only_field(input) else {
        let name = &input.ident;
        problems.say(name.span(), format!("a value is a struct with one field: `struct {name}(i64);`"));
        return None;
    };
    shape::no_generics("a value", input, problems).then(|| ValueSource {
        ident: input.ident.clone(),
        crate_path: crate_path.unwrap_or_else(|| parse_quote!(::orm)),
        inner: field.ty.clone(),
        field: field.ident.clone(),
    })
}

fn only_field(input: &DeriveInput) -> Option<&Field> {
    let Data::Struct(data) = &input.data else { return None };
    match &data.fields {
        Fields::Named(_) | Fields::Unnamed(_) if data.fields.len() == 1 => data.fields.iter().next(),
        Fields::Named(_) | Fields::Unnamed(_) | Fields::Unit => None,
    }
}
