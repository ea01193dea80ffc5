//! What `orm::models!()` emits: the tables of all models that a scan of the crate finds, each held against what the
//! compiler knows of it.

use orm_schema::{
    ColumnType, Schema,
    lower::FieldType,
    parse::scan::{Options, Scan, ScannedModel, scan},
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};

/// Scans the crate and emits the list, or an error for everything that the scan could not follow.
pub(crate) fn expand() -> TokenStream {
    // Spans of files that the compiler did not read have no lines.
    proc_macro2::fallback::force();
    let scan = scan(&Options { roots: crate::crate_root::roots() });
    proc_macro2::fallback::unforce();
    let errors = scan.errors.iter().chain(&scan.warnings).map(|error| {
        let fix = error.fix.as_ref().map(|fix| format!("\n  fix: {fix}")).unwrap_or_default();
        syn::Error::new(Span::call_site(), format!("{error}{fix}")).to_compile_error()
    });
    let models = scan.models.iter().map(|model| path(&model.path));
    let checks = scan.models.iter().map(|model| check(&scan.schema, model));
    let files = watched(&scan);
    quote! {{
        #(#errors)*
        #(#files)*
        #(#checks)*
        ::orm::Models::new(&[#(<#models as ::orm::Model>::TABLE),*])
    }}
}

/// Makes cargo compile the crate again when one of the files changes.
fn watched(scan: &Scan) -> Vec<TokenStream> {
    let paths = scan.files.iter().filter_map(|file| std::fs::canonicalize(file).ok());
    paths
        .filter_map(|path| {
            path.to_str().map(|path| {
                quote!(
                    const _: &[u8] = ::core::include_bytes!(#path);
                )
            })
        })
        .collect()
}

fn path(text: &str) -> TokenStream {
    syn::parse_str::<syn::Path>(text).map_or_else(|error| error.to_compile_error(), |path| quote!(#path))
}

fn check(schema: &Schema, model: &ScannedModel) -> TokenStream {
    let path = path(&model.path);
    let facts = model.types.iter().map(|ty| fact(schema, ty));
    quote! {
        const _: () = ::orm::__private::assert_facts(<#path as ::orm::Model>::TABLE, &[#(#facts),*]);
    }
}

/// A type that the scan does not know (the column's is written out beside it) is left to the compiler.
fn fact(schema: &Schema, ty: &FieldType) -> TokenStream {
    if matches!(ty.column_type, ColumnType::Native(_)) {
        return option(None::<TokenStream>);
    }
    let (value, nullable) = (value_type(schema, &ty.column_type), ty.nullable);
    option(Some(quote!(::orm::__private::Fact { value: #value, nullable: #nullable })))
}

fn value_type(schema: &Schema, column_type: &ColumnType) -> TokenStream {
    let word = match column_type {
        ColumnType::Bool => quote!(Bool),
        ColumnType::I8 => quote!(I8),
        ColumnType::I16 => quote!(I16),
        ColumnType::I32 => quote!(I32),
        ColumnType::I64 => quote!(I64),
        ColumnType::U8 => quote!(U8),
        ColumnType::U16 => quote!(U16),
        ColumnType::U32 => quote!(U32),
        ColumnType::U64 => quote!(U64),
        ColumnType::F32 => quote!(F32),
        ColumnType::F64 => quote!(F64),
        ColumnType::Text | ColumnType::Varchar(_) | ColumnType::Native(_) => quote!(Text),
        ColumnType::Bytes => quote!(Bytes),
        ColumnType::Date => quote!(Date),
        ColumnType::Time => quote!(Time),
        ColumnType::DateTime => quote!(DateTime),
        ColumnType::Timestamp => quote!(Timestamp),
        ColumnType::Uuid => quote!(Uuid),
        ColumnType::Decimal | ColumnType::DecimalOf(..) => quote!(Decimal),
        ColumnType::Json => quote!(Json),
        ColumnType::Array(element) => {
            let element = value_type(schema, element);
            quote!(Array(&#element))
        }
        ColumnType::Enum(name) => {
            let labels = schema.enum_type(name).map(|found| found.labels.clone()).unwrap_or_default();
            let (name, namespace) = (&name.name, option(name.namespace.as_deref()));
            quote!(Enum(&::orm::__private::EnumFact { namespace: #namespace, name: #name, labels: &[#(#labels),*] }))
        }
    };
    quote!(::orm::__private::ValueType::#word)
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        None => quote!(::core::option::Option::None),
        Some(value) => quote!(::core::option::Option::Some(#value)),
    }
}
