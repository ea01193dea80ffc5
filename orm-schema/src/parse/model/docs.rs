//! Doc comments as text.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The text of the doc comments, line by line, without the one space that stands after `///`.
pub(super) fn text(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(line).collect();
    lines.join("\n")
}

fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    match &pair.value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if pair.path.is_ident("doc") => {
            let text = text.value();
            Some(text.strip_prefix(' ').map_or_else(|| text.clone(), str::to_owned))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doc_comment_is_its_lines() {
        let item: syn::ItemStruct = syn::parse_quote! {
            /// Who may log in,
            ///   and since when.
            #[derive(Debug)]
            #[doc = "No space"]
            struct User;
        };
        assert_eq!(text(&item.attrs), "Who may log in,\n  and since when.\nNo space");
        assert_eq!(text(&[]), "");
    }
}
