//! Every rule and every message of the parser, as facts.

mod documented;
mod mistakes;
mod model;
mod others;
mod structs;

use syn::{DeriveInput, spanned::Spanned};

use super::{ModelSource, Parsed};

/// The model, which must have no mistakes.
fn model(text: &str) -> ModelSource {
    let parsed = super::model(&item(text));
    assert_eq!(said(&parsed), []);
    parsed.source.expect("a model without mistakes")
}

/// A model with these fields.
fn fields(text: &str) -> ModelSource {
    model(&format!("struct User {{ id: i64, {text} }}"))
}

/// The mistakes of a model: the user's token, and what is said of it.
fn mistakes(text: &str) -> Vec<(String, String)> {
    said(&super::model(&item(text)))
}

/// The only mistake of a model with these fields.
fn mistake(text: &str) -> (String, String) {
    only(mistakes(&format!("struct User {{ id: i64, {text} }}")))
}

/// The only mistake of a model with these attributes on the struct.
fn struct_mistake(text: &str) -> (String, String) {
    only(mistakes(&format!(
        "#[orm({text})] struct User {{ id: i64, email: String, age: i32, note: Option<String> }}"
    )))
}

fn only(mut mistakes: Vec<(String, String)>) -> (String, String) {
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    mistakes.remove(0)
}

fn said<T>(parsed: &Parsed<T>) -> Vec<(String, String)> {
    parsed
        .errors
        .iter()
        .map(|error| (error.span().source_text().unwrap_or_default(), error.to_string()))
        .collect()
}

fn item(text: &str) -> DeriveInput {
    syn::parse_str(text).expect("Rust")
}

fn pair(token: &str, message: &str) -> (String, String) {
    (token.to_owned(), message.to_owned())
}

fn text(tokens: &impl Spanned) -> String {
    tokens.span().source_text().unwrap_or_default()
}
