//! Rust source → declarations. The derives and the command line's scan both use it.
//!
//! A parse never stops at the first mistake: what could be read is kept and every mistake is reported, with
//! the span of the user's own token.

pub mod source;

pub use source::{
    EnumSource, FieldSource, InsertSource, ModelOptions, ModelSource, PatchSource, ProjectionField,
    ProjectionFieldKind, ProjectionSource, RelationKind, RelationSource, ValueSource,
};
