//! How SQLite spells what migrations speak of, and what it does around them.

mod alter;
pub(crate) mod broken;
pub(crate) mod clear;
pub(crate) mod create_table;
pub(crate) mod ddl;
mod default;
pub(crate) mod definitions;
pub(crate) mod doubt;
pub(crate) mod fit;
pub(crate) mod inspect;
pub(crate) mod journal;
pub(crate) mod lint;
pub(crate) mod lock;
pub(crate) mod normalise;
pub(crate) mod plan;
mod rebuild;
pub(crate) mod reset;
pub(crate) mod scope;
pub(crate) mod split;
pub mod types;
