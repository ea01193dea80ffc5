//! The nouns of orm.
//!
//! A [`Schema`] is the tables and enum types that belong together. It comes from four places (the derive, a scan
//! of Rust source, a live database, a snapshot on disk) and is always the same type, so that they can be
//! compared. This crate holds the nouns and the rules for names; with the feature `parse` it also reads Rust
//! source into [`Declaration`]s and lowers them to [`Table`]s: one item for a derive, or by `parse::scan` all files
//! that a crate's root leads to. The scan is here because the command line and `orm::models!()` share it, and a
//! macro must not pull in a database.
//!
//! It must not know SQL or a database; and no file, but for `parse::scan`, which only reads source.
//!
//! | question | module |
//! |---|---|
//! | what is it called? | [`name`], [`naming`] |
//! | what does a column hold? | [`column_type`], [`column`](mod@column) |
//! | what does a table consist of? | [`table`], [`constraint`], [`index`], [`enum_type`] |
//! | what does a struct say? | [`declaration`], [`lower`] |
//! | what do the source files of a crate say? | `parse::scan` |
//! | what is written to disk? | [`snapshot`] |

pub mod column;
pub mod column_type;
pub mod constraint;
pub mod declaration;
pub mod enum_type;
pub mod index;
pub mod lower;
pub mod name;
pub mod naming;
#[cfg(feature = "parse")]
pub mod parse;
pub mod schema;
pub mod snapshot;
pub mod table;

pub use column::{Column, ColumnDefault, Generated, Identity};
pub use column_type::{ColumnType, EnumFact, Fact, ValueType};
pub use constraint::{Check, Deferrable, ForeignKey, PrimaryKey, ReferentialAction, Unique};
pub use declaration::Declaration;
pub use enum_type::EnumType;
pub use index::{Index, IndexKey, IndexPart, NullsOrder, SortOrder};
pub use name::{ColumnName, ConstraintName, EnumName, TableName};
pub use schema::Schema;
pub use snapshot::Snapshot;
pub use table::Table;
