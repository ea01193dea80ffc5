//! The derives of orm: entry points only.
//!
//! Parsing is [`orm_schema::parse`], which the command line uses too; what is emitted is in `expand`, one output a
//! file; what runs is in orm-core. A derive keeps what it could read and emits code for it beside the errors, so
//! that an unfinished attribute does not break everything that uses the struct.

mod crate_root;
mod expand;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Maps a struct to a table. The grammar of its attributes is in `docs/attributes.md`.
#[proc_macro_derive(Model, attributes(orm))]
pub fn model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::emit(orm_schema::parse::model(&input), expand::model::expand)
}

/// Makes a fieldless enum a type of a column.
#[proc_macro_derive(Enum, attributes(orm))]
pub fn enumeration(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::emit(orm_schema::parse::enumeration(&input), expand::enumeration::expand)
}

/// Makes a newtype a type of a column: that of the type inside.
#[proc_macro_derive(Value, attributes(orm))]
pub fn value(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::emit(orm_schema::parse::value(&input), expand::value::expand)
}

/// Makes a struct say what to read of a model: some columns, expressions and relations.
#[proc_macro_derive(Projection, attributes(orm))]
pub fn projection(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::emit(orm_schema::parse::projection(&input), expand::projection::expand)
}

/// Makes a struct a row to insert.
#[proc_macro_derive(Insert, attributes(orm))]
pub fn insert(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::emit(orm_schema::parse::insert(&input), expand::rows::insert)
}

/// Makes a struct of options a change of a row.
#[proc_macro_derive(Patch, attributes(orm))]
pub fn patch(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::emit(orm_schema::parse::patch(&input), expand::rows::patch)
}

/// All models of the crate, found by a scan of its source and checked by the compiler.
#[proc_macro]
pub fn models(input: TokenStream) -> TokenStream {
    let _ = parse_macro_input!(input as syn::parse::Nothing);
    expand::models::expand().into()
}

/// Embeds a migrations folder, named relative to the package.
#[proc_macro]
pub fn migrate(input: TokenStream) -> TokenStream {
    let folder = parse_macro_input!(input as syn::LitStr);
    expand::embedded::expand(&folder).into()
}

/// SQL by hand, whose values are bound: gives a `RawSql`, which says how it is run.
///
/// `{name}` and `{any + expression}` become parameters, taken by reference and never put into the text; `{{` and `}}` stand for
/// braces of the SQL. Inside quotes and comments nothing is bound, so a value there does not compile.
#[proc_macro]
pub fn sql(input: TokenStream) -> TokenStream {
    expand::sql::expand(input.into()).into()
}
