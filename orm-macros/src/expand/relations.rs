//! What `#[derive(Model)]` emits for relations and foreign keys.

use orm_schema::parse::{FieldSource, ModelSource, RelationKind, RelationSource};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Path, ext::IdentExt};

use super::{facts::stored_type, span_of};

/// The type of a relation's field in the columns struct.
pub(crate) fn relation_type(model: &ModelSource, relation: &RelationSource) -> TokenStream {
    let (orm, owner) = (&model.options.crate_path, &model.ident);
    let (target, cardinality) = match &relation.kind {
        RelationKind::BelongsTo { target, optional: true, .. } => (target, quote!(Maybe)),
        RelationKind::BelongsTo { target, .. } => (target, quote!(One)),
        RelationKind::HasMany { target, .. } | RelationKind::Through { target, .. } => (target, quote!(Many)),
        RelationKind::HasOne { target, .. } => (target, quote!(Maybe)),
    };
    quote_spanned!(span_of(&target)=> #orm::Relation<#owner, #target, #orm::#cardinality>)
}

/// A relation's field in the function that makes the columns struct.
pub(crate) fn field(model: &ModelSource, relation: &RelationSource) -> TokenStream {
    let orm = &model.options.crate_path;
    let (ident, name) = (&relation.ident, relation.ident.unraw().to_string());
    let link = link(model, relation);
    quote!(#ident: #orm::Relation::new(source, #name, #link))
}

fn link(model: &ModelSource, relation: &RelationSource) -> TokenStream {
    let (orm, owner) = (&model.options.crate_path, &model.ident);
    match &relation.kind {
        RelationKind::BelongsTo { fields, references, .. } => {
            let columns = fields.iter().map(|field| column_name(model, field));
            let references = names(references.as_deref());
            quote!(#orm::__private::Link::Forward(
                &#orm::__private::BelongsTo { columns: &[#(#columns),*], references: #references }))
        }
        RelationKind::HasMany { target, relation } | RelationKind::HasOne { target, relation } => {
            let back = leads_back(orm, target, &quote!(#owner), relation);
            quote!(#orm::__private::Link::Inverse(|| #back))
        }
        RelationKind::Through { target, join, first, second } => {
            let to_owner = leads_back(orm, join, &quote!(#owner), first);
            let to_target = leads_back(orm, join, &quote!(#target), second);
            quote!(#orm::__private::Link::Through(|| #orm::__private::Through {
                table: <#join as #orm::Model>::TABLE,
                fill: <#join as #orm::Model>::fill,
                owner: #to_owner,
                target: #to_target,
            }))
        }
    }
}

/// The relation `from.relation`, which must lead to `to`: a wrong name is an error at the user's own token.
fn leads_back(orm: &Path, from: &Path, to: &TokenStream, relation: &Ident) -> TokenStream {
    let columns = quote!(<#from as #orm::Model>::columns::<#orm::Plain>(0));
    let relation = quote_spanned!(span_of(&relation)=> #columns.#relation);
    quote_spanned!(span_of(&relation)=> #orm::__private::belongs_to_of::<#from, #to, _>(#relation))
}

/// Where the foreign keys lead, in the order of their declaration.
pub(crate) fn targets(model: &ModelSource) -> Vec<TokenStream> {
    let orm = &model.options.crate_path;
    let mut targets: Vec<(usize, TokenStream)> = model
        .relations
        .iter()
        .filter_map(|relation| match &relation.kind {
            RelationKind::BelongsTo { target, references, foreign_key: Some(place), .. } => {
                let references = names(references.as_deref());
                let target = quote_spanned!(span_of(&target)=>
                    || #orm::__private::target(<#target as #orm::Model>::TABLE, #references));
                Some((*place, target))
            }
            _ => None,
        })
        .collect();
    targets.sort_by_key(|(place, _)| *place);
    targets.into_iter().map(|(_, target)| target).collect()
}

/// Lets the compiler compare the types of foreign keys with those of the keys that they refer to.
pub(crate) fn checks(model: &ModelSource) -> TokenStream {
    let checks = model.relations.iter().filter_map(|relation| check(model, relation));
    quote!(#(#checks)*)
}

fn check(model: &ModelSource, relation: &RelationSource) -> Option<TokenStream> {
    let RelationKind::BelongsTo { target, fields, references, .. } = &relation.kind else { return None };
    let orm = &model.options.crate_path;
    let sources: Vec<&FieldSource> = fields.iter().filter_map(|field| field_of(model, field)).collect();
    let types: Vec<TokenStream> = sources.iter().map(|field| stored_type(field)).collect();
    let span = span_of(&sources.first()?.ty);
    Some(match references {
        None => {
            let bases: Vec<TokenStream> = if let [ty] = &types[..] {
                vec![quote_spanned!(span=> <#ty as #orm::ColumnValue>::Base)]
            } else {
                vec![quote_spanned!(span=> (#(<#types as #orm::ColumnValue>::Base,)*))]
            };
            quote_spanned!(span=>
                const _: () = #orm::__private::references_key::<#(#bases)*, <#target as #orm::Keyed>::Key>();)
        }
        Some(references) => {
            let checks = sources.iter().zip(&types).zip(references).map(|((field, ty), reference)| {
                let column = quote_spanned!(span_of(&reference)=> target.#reference);
                quote_spanned!(span_of(&field.ty)=> #orm::__private::references_column::<#ty, _>(#column);)
            });
            quote!(const _: fn(#orm::Columns<#target>) = |target| { #(#checks)* };)
        }
    })
}

fn field_of<'a>(model: &'a ModelSource, ident: &Ident) -> Option<&'a FieldSource> {
    model.fields.iter().find(|field| field.ident == *ident)
}

/// The column of a field; a field that could not be read is an error already.
fn column_name(model: &ModelSource, ident: &Ident) -> String {
    let place = model.fields.iter().position(|field| field.ident == *ident);
    place
        .and_then(|place| model.declaration.fields.get(place))
        .map_or_else(|| ident.unraw().to_string(), |field| field.column.as_str().to_owned())
}

fn names(idents: Option<&[Ident]>) -> TokenStream {
    match idents {
        None => quote!(::core::option::Option::None),
        Some(idents) => {
            let names = idents.iter().map(|ident| ident.unraw().to_string());
            quote!(::core::option::Option::Some(&[#(#names),*]))
        }
    }
}
