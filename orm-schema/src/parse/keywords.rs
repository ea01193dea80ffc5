//! Every attribute there is, for the documentation's test and for "belongs on …".

use super::{enumeration, grammar::Place, model, projection, rows, value};

/// One word of the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyword {
    /// Where it stands.
    pub place: Place,
    /// The word.
    pub word: &'static str,
    /// Whether it is only understood, not built.
    pub not_yet: bool,
}

/// All words, in the order of their places.
#[must_use]
pub fn keywords() -> Vec<Keyword> {
    let mut all = model::keywords();
    all.extend(enumeration::keywords());
    all.extend(value::WORDS.keywords());
    all.extend(projection::keywords());
    all.extend(rows::keywords());
    all
}
