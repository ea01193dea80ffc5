//! Rust source → declarations. The derives and the command line's scan both use it.
//!
//! A parse never stops at the first mistake: what could be read is kept and every mistake is reported, with
//! the span of the user's own token.
//!
//! | question | module |
//! |---|---|
//! | what does a parse give? | [`source`] |
//! | which attributes are there, and where? | `grammar`, [`keywords`] |
//! | what does a model say? | `model` |
//! | which models are in these files? | [`scan`] |
//! | what do the other derives say? | `enumeration`, `value`, `projection`, `rows` |

mod enumeration;
mod grammar;
mod item;
mod keywords;
mod model;
mod problems;
mod projection;
mod rows;
pub mod scan;
mod shape;
pub mod source;
mod value;

pub use enumeration::enumeration;
pub use grammar::Place;
pub use keywords::{Keyword, keywords};
pub use model::model;
pub use projection::projection;
pub use rows::{insert, patch};
pub use source::{
    EnumSource, FieldSource, InsertSource, ModelOptions, ModelSource, Parsed, PatchSource, ProjectionField,
    ProjectionFieldKind, ProjectionSource, RelationKind, RelationSource, RowField, ValueSource,
};
pub use value::value;

#[cfg(test)]
mod tests;
