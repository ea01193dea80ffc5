//! How PostgreSQL spells what migrations speak of.

pub(crate) mod normalise;
pub(crate) mod split;
pub mod types;
