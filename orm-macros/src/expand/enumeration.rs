//! What `#[derive(Enum)]` emits.

use orm_schema::parse::EnumSource;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(source: &EnumSource) -> TokenStream {
    let (orm, ident, variants) = (&source.crate_path, &source.ident, &source.variants);
    let (name, labels) = (&source.enum_type.name.name, &source.enum_type.labels);
    let namespace = match &source.enum_type.name.namespace {
        None => quote!(::core::option::Option::None),
        Some(namespace) => quote!(::core::option::Option::Some(#namespace)),
    };
    quote! {
        #[automatically_derived]
        impl #orm::Scalar for #ident {
            const VALUE: #orm::__private::ValueType = #orm::__private::ValueType::Enum(
                &#orm::__private::EnumFact { namespace: #namespace, name: #name, labels: &[#(#labels),*] });
            fn encode(self) -> #orm::Value {
                #orm::__private::encode_label(
                    <Self as #orm::Scalar>::VALUE,
                    match self { #(Self::#variants => #labels,)* },
                )
            }
            fn decode(reader: &mut #orm::Reader<'_>) -> #orm::Result<::core::option::Option<Self>> {
                #orm::__private::decode_label(reader, #name, |label| ::core::option::Option::Some(match label {
                    #(#labels => Self::#variants,)*
                    _ => return ::core::option::Option::None,
                }))
            }
        }
        #[automatically_derived]
        impl #orm::ArrayElement for #ident {
            const ELEMENT: &'static #orm::__private::ValueType = &<Self as #orm::Scalar>::VALUE;
            fn from_value(value: #orm::Value) -> #orm::Result<Self> {
                match value {
                    #(#orm::Value::Enum(_, #labels) => ::core::result::Result::Ok(Self::#variants),)*
                    other => ::core::result::Result::Err(#orm::__private::wrong_element(&other)),
                }
            }
        }
    }
}
