//! How MariaDB and MySQL spell what migrations speak of, and what they do around them.
//!
//! One folder, since they mostly speak one SQL; where they differ, the dialect is handed in.

pub(crate) mod asked;
mod broken;
pub(crate) mod carry_over;
pub(crate) mod catalog;
pub(crate) mod clear;
pub(crate) mod ddl;
mod default;
pub(crate) mod definitions;
pub(crate) mod doubt;
pub(crate) mod engines;
mod expression;
pub(crate) mod fit;
pub(crate) mod inspect;
pub(crate) mod journal;
pub(crate) mod lint;
pub(crate) mod lock;
mod negate;
pub(crate) mod normalise;
mod online;
pub(crate) mod plan;
mod primary;
pub(crate) mod reset;
pub(crate) mod scope;
mod shown;
pub(crate) mod split;
mod steps;
pub(crate) mod tenants;
pub(crate) mod text;
mod triggers;
mod twin;
pub mod types;
pub(crate) mod unsupported;
