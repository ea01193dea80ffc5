//! What `#[derive(Model)]` emits: the columns struct, the struct of required fields, and the table as constants.

use orm_schema::{
    ColumnType,
    parse::{FieldSource, ModelSource},
};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{ext::IdentExt, spanned::Spanned};

use super::{
    facts::{decoded, encoded, path_at, stored, stored_type},
    relations, span_of,
};

pub(crate) fn expand(model: &ModelSource) -> TokenStream {
    let columns = columns_struct(model);
    let row = new_struct(model);
    let item = item_impl(model);
    let model_impl = model_impl(model);
    let keyed = keyed_impl(model);
    let checks = relations::checks(model);
    quote!(#columns #row #item #model_impl #keyed #checks)
}

/// The columns and relations, as closures of queries get them.
fn columns_struct(model: &ModelSource) -> TokenStream {
    let (orm, vis, name) = (&model.options.crate_path, &model.vis, &model.options.columns_ident);
    let model_ident = &model.ident;
    let doc = format!("The columns and relations of [`{model_ident}`].");
    let columns = model.fields.iter().map(|field| {
        let (ident, vis, docs, ty) = (&field.ident, &field.vis, &field.docs, stored_type(field));
        let orm = path_at(orm, field.ty.span());
        let ty = quote_spanned!(span_of(&field.ty)=>
            #orm::Expr<<__Kind as #orm::Kind>::Val<#ty>, <__Kind as #orm::Kind>::Level, #orm::Column>);
        quote!(#(#docs)* #vis #ident: #ty)
    });
    let relations = model.relations.iter().map(|relation| {
        let (ident, docs, ty) = (&relation.ident, &relation.docs, relations::relation_type(model, relation));
        quote!(#(#docs)* #vis #ident: #ty)
    });
    quote! {
        #[doc = #doc]
        #[allow(missing_docs, dead_code, non_snake_case)]
        #vis struct #name<__Kind: #orm::Kind = #orm::Plain> {
            #(#columns,)*
            #(#relations,)*
            #[doc(hidden)]
            __source: #orm::__private::SourceOf<__Kind>,
        }
        impl<__Kind: #orm::Kind> ::core::clone::Clone for #name<__Kind> {
            fn clone(&self) -> Self { *self }
        }
        impl<__Kind: #orm::Kind> ::core::marker::Copy for #name<__Kind> {}
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<__Kind: #orm::__private::WholeKind> #orm::Picks<#orm::Rows> for #name<__Kind> {
            type Out = __Kind::Row<#model_ident>;
            fn append_to(self, list: &mut #orm::__private::PickList) {
                self.__source.append_row::<#model_ident>(list)
            }
            fn decode(reader: &mut #orm::Reader<'_>) -> #orm::Result<Self::Out> {
                __Kind::decode::<#model_ident>(reader)
            }
        }
    }
}

/// The required fields, each with its own visibility.
fn new_struct(model: &ModelSource) -> TokenStream {
    let (orm, vis, ident) = (&model.options.crate_path, &model.vis, &model.ident);
    let name = &model.options.new_ident;
    let doc = format!("The required fields of a new [`{ident}`].");
    let required = || model.fields.iter().enumerate().filter(|(_, field)| field.required);
    let fields = required().map(|(_, field)| {
        let (ident, vis, docs, ty) = (&field.ident, &field.vis, &field.docs, &field.ty);
        quote!(#(#docs)* #vis #ident: #ty)
    });
    let writes = required().map(|(place, field)| write_field(model, place, field));
    let row = if model.fields.iter().any(|field| field.required) { quote!(row) } else { quote!(_) };
    quote! {
        #[doc = #doc]
        #[allow(missing_docs, dead_code, non_snake_case)]
        #[derive(Clone)]
        #vis struct #name { #(#fields,)* }
        #[automatically_derived]
        impl #orm::Insertable<#ident> for #name {
            fn write(self, #row: &mut #orm::RowBuilder) { #(#writes)* }
        }
    }
}

fn write_field(model: &ModelSource, place: usize, field: &FieldSource) -> TokenStream {
    let ident = &field.ident;
    let value = encoded(&model.options.crate_path, field, &quote!(self.#ident));
    quote!(row.set(#place, #value);)
}

fn item_impl(model: &ModelSource) -> TokenStream {
    let (orm, ident) = (&model.options.crate_path, &model.ident);
    quote! {
        #[automatically_derived]
        impl #orm::Item for #ident {
            type Model = Self;
            fn reading(_: u32) -> #orm::__private::Reading { #orm::__private::Reading::whole::<Self>() }
        }
        #[automatically_derived]
        impl #orm::FromRow for #ident {
            fn by_hand() -> #orm::__private::ByHand<Self> { #orm::__private::ByHand::model() }
        }
    }
}

fn model_impl(model: &ModelSource) -> TokenStream {
    let (orm, ident, columns) = (&model.options.crate_path, &model.ident, &model.options.columns_ident);
    let table = table_facts(model);
    let column_fields = model.fields.iter().enumerate().map(|(place, field)| {
        let ident = &field.ident;
        let orm = path_at(orm, field.ty.span());
        quote_spanned!(span_of(&field.ty)=> #ident: #orm::__private::column(source, &Self::TABLE.columns[#place]))
    });
    let relation_fields = model.relations.iter().map(|relation| relations::field(model, relation));
    let decodes = model.fields.iter().map(|field| {
        let (ident, value) = (&field.ident, decoded(orm, field));
        quote!(#ident: #value)
    });
    let writes = model.fields.iter().enumerate().map(|(place, field)| {
        let ident = &field.ident;
        // What only the database writes counts as read all the same.
        if field.by_database { quote!(let _ = self.#ident;) } else { write_field(model, place, field) }
    });
    let fill = fill(model);
    quote! {
        #[automatically_derived]
        impl #orm::Model for #ident {
            type Columns<__Kind: #orm::Kind> = #columns<__Kind>;
            const TABLE: &'static #orm::TableFacts = &#table;
            fn columns<__Kind: #orm::Kind>(source: u32) -> #columns<__Kind> {
                #columns {
                    #(#column_fields,)*
                    #(#relation_fields,)*
                    __source: #orm::__private::SourceOf::new(source),
                }
            }
            fn decode(reader: &mut #orm::Reader<'_>) -> #orm::Result<Self> {
                ::core::result::Result::Ok(Self { #(#decodes,)* })
            }
            fn write(self, row: &mut #orm::RowBuilder) { #(#writes)* }
            #fill
        }
    }
}

/// The columns that the program itself makes when an insert leaves them out.
fn fill(model: &ModelSource) -> Option<TokenStream> {
    let orm = &model.options.crate_path;
    let defaults: Vec<TokenStream> = model
        .fields
        .iter()
        .enumerate()
        .filter_map(|(place, field)| {
            let function = field.default_with.as_ref()?;
            let ty = &field.ty;
            let value = encoded(orm, field, &quote!(value));
            Some(quote_spanned!(span_of(&function)=>
                row.set_default(#place, || { let value: #ty = (#function)(); #value });))
        })
        .collect();
    (!defaults.is_empty()).then(|| quote!(fn fill(row: &mut #orm::RowBuilder) { #(#defaults)* }))
}

fn table_facts(model: &ModelSource) -> TokenStream {
    let (orm, declaration) = (&model.options.crate_path, &model.declaration);
    let name = &declaration.table.name;
    let namespace = match &declaration.table.namespace {
        None => quote!(::core::option::Option::None),
        Some(namespace) => quote!(::core::option::Option::Some(#namespace)),
    };
    let ident = model.ident.unraw().to_string();
    let columns = model.fields.iter().zip(&declaration.fields).map(|(field, declared)| {
        let (ty, required) = (stored_type(field), field.required);
        let (name, column) = (&declared.field, declared.column.as_str());
        let at = path_at(orm, field.ty.span());
        let fact = quote_spanned!(span_of(&field.ty)=> <#ty as #at::ColumnValue>::FACT);
        let native = match &declared.column_type {
            Some(ColumnType::Native(native)) => quote!(::core::option::Option::Some(#native)),
            Some(_) | None => quote!(::core::option::Option::None),
        };
        quote!(#orm::ColumnFacts { field: #name, name: #column, fact: #fact, required: #required, native: #native })
    });
    let key = declaration.primary_key.iter().flat_map(|key| &key.columns).map(|column| column.as_str());
    let json = serde_json::to_string(declaration).unwrap_or_default();
    let targets = relations::targets(model);
    quote! {
        #orm::TableFacts {
            model: #ident,
            namespace: #namespace,
            name: #name,
            columns: &[#(#columns),*],
            key: &[#(#key),*],
            declaration: #json,
            targets: &[#(#targets),*],
        }
    }
}

fn keyed_impl(model: &ModelSource) -> Option<TokenStream> {
    let (orm, ident) = (&model.options.crate_path, &model.ident);
    let key = model.declaration.primary_key.as_ref()?;
    // The fields in the order of the key, which may not be that of the struct.
    let fields: Vec<&FieldSource> = key
        .columns
        .iter()
        .filter_map(|column| {
            let place = model.declaration.fields.iter().position(|field| field.column == *column)?;
            model.fields.get(place)
        })
        .collect();
    let types: Vec<TokenStream> = fields.iter().map(|field| stored_type(field)).collect();
    let values: Vec<TokenStream> = fields
        .iter()
        .map(|field| {
            let ident = &field.ident;
            stored(field, &quote!(::core::clone::Clone::clone(&self.#ident)))
        })
        .collect();
    let names = key.columns.iter().map(|column| column.as_str());
    let (ty, value) = match (&types[..], &values[..]) {
        ([], _) => return None,
        ([ty], [value]) => (quote!(#ty), quote!(#value)),
        _ => (quote!((#(#types,)*)), quote!((#(#values,)*))),
    };
    Some(quote! {
        #[automatically_derived]
        impl #orm::Keyed for #ident {
            type Key = #ty;
            const KEY: &'static [&'static str] = &[#(#names),*];
            fn key(&self) -> #ty { #value }
        }
    })
}
