//! What a field's type is in the database, and how its value gets there and back.

use orm_schema::parse::FieldSource;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Path, spanned::Spanned};

use super::span_of;

/// The path to this crate at the user's own token: where a type spans tokens of two places, the compiler points at
/// the derive.
pub(crate) fn path_at(orm: &Path, span: Span) -> TokenStream {
    quote!(#orm)
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}

/// The type of the column: that of the field, or what `via` says.
pub(crate) fn stored_type(field: &FieldSource) -> TokenStream {
    match &field.via {
        None => {
            let ty = &field.ty;
            quote!(#ty)
        }
        Some(via) if field.optional => quote!(::core::option::Option<#via>),
        Some(via) => quote!(#via),
    }
}

/// An expression of the field's type, as the type of the column.
pub(crate) fn stored(field: &FieldSource, value: &TokenStream) -> TokenStream {
    match &field.via {
        None => quote!(#value),
        Some(via) if field.optional => quote!(#value.map(<#via as ::core::convert::From<_>>::from)),
        Some(via) => quote!(<#via as ::core::convert::From<_>>::from(#value)),
    }
}

/// Reads the field from `reader`.
pub(crate) fn decoded(orm: &Path, field: &FieldSource) -> TokenStream {
    let ty = &field.ty;
    let orm = path_at(orm, ty.span());
    match &field.via {
        None => quote_spanned!(span_of(&ty)=> <#ty as #orm::ColumnValue>::decode(reader)?),
        Some(via) if field.optional => {
            quote_spanned!(span_of(&ty)=> #orm::__private::decode_via_option::<_, #via>(reader)?)
        }
        Some(via) => quote_spanned!(span_of(&ty)=> #orm::__private::decode_via::<_, #via>(reader)?),
    }
}

/// A value of the field's type, encoded.
pub(crate) fn encoded(orm: &Path, field: &FieldSource, value: &TokenStream) -> TokenStream {
    let (ty, value) = (stored_type(field), stored(field, value));
    let orm = path_at(orm, field.ty.span());
    quote_spanned!(span_of(&field.ty)=> <#ty as #orm::ColumnValue>::encode(#value))
}
