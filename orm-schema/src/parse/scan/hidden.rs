//! Models where a scan cannot follow: in the tokens of a macro, in the body of a function.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Ident, Path, Token, punctuated::Punctuated, visit::Visit};

/// The paths in every `derive(…)` of the tokens that names a `Model`, with the place of that name.
pub(super) fn derives(tokens: TokenStream) -> Vec<(Span, Vec<Path>)> {
    let mut found = Vec::new();
    let mut after_derive = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) if after_derive && group.delimiter() == Delimiter::Parenthesis => {
                found.extend(models(group.stream()));
                after_derive = false;
            }
            TokenTree::Group(group) => {
                found.extend(derives(group.stream()));
                after_derive = false;
            }
            TokenTree::Ident(ident) => after_derive = ident == "derive",
            TokenTree::Punct(_) | TokenTree::Literal(_) => after_derive = false,
        }
    }
    found
}

/// The names in `mod name;` among the tokens.
pub(super) fn modules(tokens: TokenStream) -> Vec<Ident> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let nested = tokens.iter().filter_map(|token| match token {
        TokenTree::Group(group) => Some(modules(group.stream())),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    });
    let mut found: Vec<Ident> = nested.flatten().collect();
    for window in tokens.windows(3) {
        if let [TokenTree::Ident(word), TokenTree::Ident(name), TokenTree::Punct(end)] = window
            && word == "mod"
            && end.as_char() == ';'
        {
            found.push(name.clone());
        }
    }
    found
}

/// The derives inside the bodies of an item; functions that are tests are left out.
pub(super) fn in_bodies(item: &syn::Item) -> Vec<(Span, Vec<Path>)> {
    let mut bodies = Bodies::default();
    bodies.visit_item(item);
    bodies.found
}

#[derive(Default)]
struct Bodies {
    found: Vec<(Span, Vec<Path>)>,
}

impl Visit<'_> for Bodies {
    fn visit_item_fn(&mut self, function: &syn::ItemFn) {
        if !function.attrs.iter().any(is_test) {
            syn::visit::visit_item_fn(self, function);
        }
    }

    fn visit_item_mod(&mut self, module: &syn::ItemMod) {
        if !module.attrs.iter().any(is_test) {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_struct(&mut self, item: &syn::ItemStruct) {
        let attributes = item.attrs.iter().map(ToTokens::to_token_stream).collect();
        self.found.extend(derives(attributes));
    }
}

/// `#[test]`, `#[tokio::test]`, `#[cfg(test)]`
fn is_test(attribute: &Attribute) -> bool {
    let test = |path: &Path| path.segments.last().is_some_and(|segment| segment.ident == "test");
    test(attribute.path())
        || attribute.path().is_ident("cfg") && attribute.parse_args::<Path>().is_ok_and(|path| test(&path))
}

fn models(tokens: TokenStream) -> Option<(Span, Vec<Path>)> {
    let model = tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Model" => Some(ident),
        TokenTree::Ident(_) | TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    })?;
    // `derive($crate::Model)` in a macro is no list of paths; its `Model` then stands for itself.
    let paths = syn::parse::Parser::parse2(Punctuated::<Path, Token![,]>::parse_terminated, tokens);
    let paths = paths.map(|paths| paths.into_iter().collect()).unwrap_or_else(|_| vec![model.clone().into()]);
    Some((model.span(), paths))
}
