//! What the derives emit: little, and only calls into orm-core.

pub(crate) mod embedded;
pub(crate) mod enumeration;
pub(crate) mod facts;
pub(crate) mod model;
pub(crate) mod models;
pub(crate) mod projection;
pub(crate) mod relations;
pub(crate) mod rows;
pub(crate) mod sql;
pub(crate) mod value;

use orm_schema::parse::source::Parsed;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;

/// The code for what could be read, and an error for everything that could not.
pub(crate) fn emit<T>(parsed: Parsed<T>, expand: fn(&T) -> TokenStream) -> proc_macro::TokenStream {
    let code = parsed.source.as_ref().map(expand);
    let errors = parsed.errors.iter().map(syn::Error::to_compile_error);
    quote!(#code #(#errors)*).into()
}

/// Where the user wrote it, for messages; names are still looked up as ours.
///
/// A struct that a macro by example made has types of that macro's caller, and with their bare span a local variable of
/// our own would belong to the caller, too.
pub(crate) fn span_of(tokens: &impl Spanned) -> Span {
    tokens.span().resolved_at(Span::call_site())
}
