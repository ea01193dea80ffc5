//! What `#[derive(Value)]` emits: a newtype is stored as the type inside.

use orm_schema::parse::ValueSource;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

pub(crate) fn expand(source: &ValueSource) -> TokenStream {
    let (orm, ident, inner) = (&source.crate_path, &source.ident, &source.inner);
    let scalar = quote_spanned!(inner.span()=> <#inner as #orm::Scalar>);
    let (get, make) = match &source.field {
        None => (quote!(self.0), quote!(Self(inner))),
        Some(field) => (quote!(self.#field), quote!(Self { #field: inner })),
    };
    quote! {
        #[automatically_derived]
        impl #orm::Scalar for #ident {
            const VALUE: #orm::__private::ValueType = #scalar::VALUE;
            fn encode(self) -> #orm::Value { #scalar::encode(#get) }
            fn decode(reader: &mut #orm::Reader<'_>) -> #orm::Result<::core::option::Option<Self>> {
                ::core::result::Result::Ok(#scalar::decode(reader)?.map(|inner| #make))
            }
        }
    }
}
