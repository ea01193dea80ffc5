//! What the derives let the compiler check: types of foreign keys, and required fields of an insert.

use crate::{
    column_value::ColumnValue,
    expr::{Column, Expr, Rows},
    facts::TableFacts,
    models::same_text,
};

/// The type of a foreign key is that of the key that it refers to.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a foreign key of type `{Self}` cannot refer to a key of type `{K}`",
    label = "the key that it refers to is a `{K}`",
    note = "give the field the type of the key that it refers to, or an `Option` of it"
)]
pub trait References<K> {}

impl<K> References<K> for K {}

/// Checks the fields of a foreign key against the target's primary key; for the derive.
#[doc(hidden)]
pub const fn references_key<F: References<K>, K>() {}

/// Checks the field of a foreign key against a column of the target; for the derive.
#[doc(hidden)]
pub fn references_column<F: ColumnValue, T: ColumnValue>(_: Expr<T, Rows, Column>)
where
    F::Base: References<T::Base>,
{
}

/// Checks that a `#[derive(Insert)]` gives every required field; for the derive.
///
/// # Panics
/// When one is missing, while the program is compiled.
#[doc(hidden)]
pub const fn check_required(table: &TableFacts, given: &[&str]) {
    let mut at = 0;
    while at < table.columns.len() {
        let facts = &table.columns[at];
        if facts.required && !contains(given, facts.field) {
            let message = Message::new()
                .add("the required field `")
                .add(facts.field)
                .add("` is missing: add it to the struct");
            panic!("{}", message.text());
        }
        at += 1;
    }
}

const fn contains(list: &[&str], wanted: &str) -> bool {
    let mut at = 0;
    while at < list.len() {
        if same_text(list[at], wanted) {
            return true;
        }
        at += 1;
    }
    false
}

/// A message put together while the program is compiled.
struct Message {
    bytes: [u8; 200],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Self { bytes: [0; 200], length: 0 }
    }

    /// Appends a text; what does not fit is cut between characters.
    const fn add(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if self.length + text.len() <= self.bytes.len() {
            let mut at = 0;
            while at < text.len() {
                self.bytes[self.length + at] = text[at];
                at += 1;
            }
            self.length += text.len();
        }
        self
    }

    const fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "a required field is missing",
        }
    }
}
