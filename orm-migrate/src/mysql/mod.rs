//! How MariaDB and MySQL spell what migrations speak of, and what it does around them.
//!
//! One folder, since they mostly speak one SQL; where they differ, the dialect is handed in.

mod ddl;
mod default;
mod expression;
mod negate;
pub(crate) mod normalise;
pub(crate) mod plan;
mod primary;
pub(crate) mod split;
mod steps;
pub(crate) mod text;
pub mod types;
pub(crate) mod unsupported;
