//! What `#[derive(Projection)]` emits: what to select, what to load, and how a row is put together.

use orm_schema::parse::{ProjectionField, ProjectionFieldKind, ProjectionSource};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Path, ext::IdentExt};

use super::span_of;

pub(crate) fn expand(source: &ProjectionSource) -> TokenStream {
    let (orm, ident, model) = (&source.crate_path, &source.ident, &source.model);
    let (relations, scalars): (Vec<_>, Vec<_>) =
        source.fields.iter().partition(|field| matches!(field.kind, ProjectionFieldKind::With(_)));
    let steps = source.fields.iter().map(|field| step(model, field));
    let types: Vec<_> = scalars.iter().map(|field| &field.ty).collect();
    let names: Vec<_> = scalars.iter().map(|field| &field.ident).collect();
    let loads = relations.iter().enumerate().map(|(place, field)| {
        let (ident, ty) = (&field.ident, &field.ty);
        quote!(#ident: parts.take::<#ty>(#place)?)
    });
    let by_hand = relations.is_empty().then(|| by_hand(source));
    let parts = if relations.is_empty() { quote!(_) } else { quote!(parts) };
    let reader = if scalars.is_empty() { quote!(_) } else { quote!(reader) };
    quote! {
        #[automatically_derived]
        impl #orm::Item for #ident {
            type Model = #model;
            fn reading(source: u32) -> #orm::__private::Reading {
                let columns = <#model as #orm::Model>::columns::<#orm::Plain>(source);
                let mut reading = #orm::__private::Reading::projection::<Self>();
                #(#steps)*
                reading
            }
        }
        #[automatically_derived]
        impl #orm::Projection for #ident {
            type Scalars = (#(#types,)*);
            fn decode(#reader: &mut #orm::Reader<'_>) -> #orm::Result<Self::Scalars> {
                ::core::result::Result::Ok((#(<#types as #orm::ColumnValue>::decode(reader)?,)*))
            }
            fn assemble(
                (#(#names,)*): Self::Scalars,
                #parts: &mut #orm::__private::Parts,
            ) -> #orm::Result<Self> {
                ::core::result::Result::Ok(Self { #(#names,)* #(#loads,)* })
            }
        }
        #by_hand
    }
}

/// How a row of SQL by hand is read: a field that is a column by the column's name, a computed one by its own. Relations have
/// no place in such a row.
fn by_hand(source: &ProjectionSource) -> TokenStream {
    let (orm, ident) = (&source.crate_path, &source.ident);
    let names = source.fields.iter().map(|field| match &field.kind {
        ProjectionFieldKind::Column(_) => quote!(::core::option::Option::None),
        ProjectionFieldKind::Expr(_) | ProjectionFieldKind::With(_) => {
            let name = field.ident.unraw().to_string();
            quote!(::core::option::Option::Some(#name))
        }
    });
    quote! {
        #[automatically_derived]
        impl #orm::FromRow for #ident {
            fn by_hand() -> #orm::__private::ByHand<Self> {
                #orm::__private::ByHand::projection(&[#(#names),*])
            }
        }
    }
}

fn step(model: &Path, field: &ProjectionField) -> TokenStream {
    let ty = &field.ty;
    match &field.kind {
        ProjectionFieldKind::Column(column) => {
            let column = quote_spanned!(span_of(&column)=> columns.#column);
            quote_spanned!(span_of(&ty)=> reading.pick::<#ty, _>(#column);)
        }
        ProjectionFieldKind::Expr(expr) => {
            quote_spanned!(span_of(&expr)=> reading.expr::<#ty, #model, _>(columns, #expr);)
        }
        ProjectionFieldKind::With(relation) => {
            quote_spanned!(span_of(&relation)=> reading.load::<#ty, #model, _>(columns, #relation);)
        }
    }
}
