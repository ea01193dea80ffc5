//! What an item looks like: named fields, generics, `Option<…>`.

use syn::{
    Data, DeriveInput, Field, Fields, GenericArgument, PathArguments, Type, punctuated::Punctuated,
    spanned::Spanned, token::Comma,
};

use super::problems::Problems;

/// The fields of a struct without generics; anything else is a mistake. `what` is "a model", say.
pub(super) fn named_fields<'a>(
    what: &str,
    input: &'a DeriveInput,
    problems: &mut Problems,
) -> Option<&'a Punctuated<Field, Comma>> {
    let name = &input.ident;
    let found = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if fields.named.is_empty() => {
                problems.say(name.span(), format!("`{name}` has no fields"));
                return None;
            }
            Fields::Named(fields) => {
                return no_generics(what, input, problems).then_some(&fields.named);
            }
            Fields::Unnamed(_) => "a tuple struct",
            Fields::Unit => "a unit struct",
        },
        Data::Enum(_) => "an enum",
        Data::Union(_) => "a union",
    };
    problems.say(name.span(), format!("{what} is a struct with named fields, `{name}` is {found}"));
    None
}

/// Whether the item has no generic parameters; having some is a mistake.
pub(super) fn no_generics(what: &str, input: &DeriveInput, problems: &mut Problems) -> bool {
    let generics = &input.generics;
    let none = generics.params.is_empty() && generics.where_clause.is_none();
    if !none {
        problems.say(generics.params.span(), format!("{what} has no generic parameters"));
    }
    none
}

/// The type inside a written `Option<…>`.
pub(super) fn inside_option(ty: &Type) -> Option<&Type> {
    let segment = match bare(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last()?,
        _ => return None,
    };
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments)
            if segment.ident == "Option" && arguments.args.len() == 1 =>
        {
            match arguments.args.first() {
                Some(GenericArgument::Type(inner)) => Some(inner),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether the type is written as an integer that a database can count up.
pub(super) fn is_integer(ty: &Type) -> bool {
    const INTEGERS: [&str; 8] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
    match bare(ty) {
        Type::Path(path) => INTEGERS.iter().any(|name| path.path.is_ident(name)),
        _ => false,
    }
}

/// The type without the invisible and visible parentheses around it.
pub(super) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        _ => ty,
    }
}
