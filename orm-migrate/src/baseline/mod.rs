//! Takes over a database that is there already: its whole definition as the first migration.
//!
//! ```text
//! catalogs ─ definitions (each dialect) ─→ Definitions ─ order ─→ file ─→ up.sql ─ take_over ─→ folder, journal
//! ```
//!
//! A definition is an object as the SQL that makes it anew, in the database's own spelling: nothing here is rendered
//! from models, so that no default, type or condition comes out otherwise than it is. What cannot be made anew is told.
//!
//! | question | module |
//! |---|---|
//! | in which order? | `order` |
//! | what does the file say? | `file` |
//! | who writes and records it? | `take_over` |

mod file;
pub(crate) mod order;
mod take_over;

use std::collections::BTreeSet;

pub use file::{MARKER, is_baseline};
pub(crate) use take_over::render;
pub use take_over::{Baseline, Taken, refuse_history, take_over};

use crate::inspect::NotOwned;

/// What stands for an object among others: unique in its database, and nothing to be shown.
pub(crate) type Key = String;

/// Everything that makes a database.
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    /// The objects, in any order.
    pub(crate) list: Vec<Definition>,
    /// What is not written, and told.
    pub(crate) left_out: Vec<NotOwned>,
    /// What each transaction of the file begins with.
    pub(crate) preamble: Vec<String>,
    /// How many statements one transaction takes; `None` where the whole file is one, or each statement.
    pub(crate) most_in_a_transaction: Option<usize>,
}

/// An object as the SQL that makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Definition {
    pub(crate) key: Key,
    /// What it is: `table`, `view`, …
    pub(crate) kind: &'static str,
    /// Its name, for people and for the order.
    pub(crate) name: String,
    /// What is ready with a lower rank comes first.
    pub(crate) rank: usize,
    /// The statement up to its items; all of it where it has none.
    pub(crate) head: String,
    /// Columns and constraints.
    pub(crate) items: Vec<Item>,
    /// The statement after its items.
    pub(crate) tail: String,
    /// Statements after it that belong to it, such as comments.
    pub(crate) further: Vec<String>,
    /// What must be there before.
    pub(crate) needs: BTreeSet<Key>,
    /// What the session must be set to for it; none is what the session is.
    pub(crate) session: Option<String>,
    /// Nothing writes it: it is left out, and what needs it with it.
    pub(crate) unwritten: bool,
    /// Why not, where its kind does not say it.
    pub(crate) why: Option<String>,
}

/// One of the items between a statement's parentheses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) before: String,
    /// What may be said later, where it needs what needs the object.
    pub(crate) part: Option<Part>,
    pub(crate) after: String,
}

/// What an object says of itself, or a statement of its own says later.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// The definition that it becomes apart.
    pub(crate) apart: Box<Definition>,
    /// Its text inside.
    pub(crate) text: String,
}

impl Item {
    /// An item that stays where it is.
    pub(crate) fn of(text: impl Into<String>) -> Self {
        Self { before: text.into(), ..Self::default() }
    }

    fn text(&self) -> String {
        let part = self.part.as_ref().map_or("", |part| part.text.as_str());
        format!("{}{part}{}", self.before, self.after)
    }
}

impl Definition {
    /// Everything that must be there before, of the parts that it still says itself too.
    pub(crate) fn all_needs(&self) -> impl Iterator<Item = &Key> {
        let parts = self.items.iter().filter_map(|item| item.part.as_ref());
        self.needs.iter().chain(parts.flat_map(|part| &part.apart.needs)).filter(|key| **key != self.key)
    }

    /// The statements after it, those of the parts that it still says itself too.
    pub(crate) fn all_further(&self) -> impl Iterator<Item = &String> {
        let parts = self.items.iter().filter_map(|item| item.part.as_ref());
        self.further.iter().chain(parts.flat_map(|part| &part.apart.further))
    }

    /// The statement that makes it.
    pub(crate) fn statement(&self) -> String {
        let items = self.items.iter().map(Item::text).filter(|text| !text.is_empty()).collect::<Vec<_>>();
        let items = if items.is_empty() { String::new() } else { format!("\n  {}\n", items.join(",\n  ")) };
        format!("{}{items}{}", self.head, self.tail)
    }
}
