//! How PostgreSQL spells what migrations speak of, and what it does around them.

mod alter_column;
pub(crate) mod asked;
pub(crate) mod carry_over;
mod cast;
pub(crate) mod catalog;
pub(crate) mod clear;
pub(crate) mod ddl;
pub(crate) mod definitions;
pub(crate) mod doubt;
mod expression;
mod fit;
pub(crate) mod inspect;
pub(crate) mod journal;
mod literal;
pub(crate) mod lock;
pub(crate) mod normalise;
mod not_owned;
pub(crate) mod plan;
mod primary;
pub(crate) mod printers;
mod replace_enum;
pub(crate) mod reset;
pub(crate) mod scope;
pub(crate) mod split;
mod steps;
pub(crate) mod tenants;
pub mod types;
