//! How PostgreSQL spells what migrations speak of.

mod alter_column;
mod cast;
pub(crate) mod ddl;
mod expression;
mod fit;
mod node;
pub(crate) mod normalise;
pub(crate) mod plan;
mod primary;
mod replace_enum;
pub(crate) mod split;
mod steps;
pub mod types;
