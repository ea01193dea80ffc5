//! What `#[derive(Insert)]` and `#[derive(Patch)]` emit.

use orm_schema::parse::{InsertSource, PatchSource};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::span_of;

pub(crate) fn insert(source: &InsertSource) -> TokenStream {
    let (orm, ident, model) = (&source.crate_path, &source.ident, &source.model);
    let writes = source.fields.iter().map(|(field, column, ty)| {
        let column = quote_spanned!(span_of(&column)=> columns.#column);
        quote_spanned!(span_of(&ty)=> row.set_column(#column, self.#field);)
    });
    let columns = (!source.fields.is_empty())
        .then(|| quote!(let columns = <#model as #orm::Model>::columns::<#orm::Plain>(0);));
    let nested = source.nested.iter().map(|(field, relation)| {
        quote_spanned!(span_of(&relation)=> row.with::<#model, _, _, _>(#relation, self.#field);)
    });
    let given = source.fields.iter().map(|(_, column, _)| column).chain(&source.under);
    let given = given.map(|column| column.unraw().to_string());
    quote! {
        #[automatically_derived]
        impl #orm::Insertable<#model> for #ident {
            fn write(self, row: &mut #orm::RowBuilder) {
                #columns
                #(#writes)*
                #(#nested)*
            }
        }
        const _: () = #orm::__private::check_required(<#model as #orm::Model>::TABLE, &[#(#given),*]);
    }
}

pub(crate) fn patch(source: &PatchSource) -> TokenStream {
    let (orm, ident, model) = (&source.crate_path, &source.ident, &source.model);
    let writes = source.fields.iter().map(|(field, column, ty)| {
        let column = quote_spanned!(span_of(&column)=> columns.#column);
        quote_spanned!(span_of(&ty)=> patch.set(#column, self.#field);)
    });
    quote! {
        #[automatically_derived]
        impl #orm::Patch<#model> for #ident {
            fn write(self, columns: #orm::Columns<#model>, patch: &mut #orm::PatchBuilder) { #(#writes)* }
        }
    }
}
