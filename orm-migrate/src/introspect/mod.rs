//! [`Schema`] → Rust models, as a person would write them.
//!
//! Whatever the source of the schema, the models scan back to one whose diff against it is empty. Attributes stand only
//! where what would be derived is something else.
//!
//! | question | module |
//! |---|---|
//! | what is it called in Rust? | `ident`, `plan` |
//! | how do models lead to each other? | `relations` |
//! | which Rust type, which default? | `types` |
//! | which attributes? | `attributes` |
//! | what does the file look like? | `render` |
//! | how does it get to disk? | `write` |

mod attributes;
mod ident;
mod plan;
mod relations;
mod render;
mod types;
mod write;

use orm_schema::Schema;

pub use write::{Written, write};

use crate::{dialect::Dialect, error::Result, inspect::Inspected};

/// How to write models.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Derives beside `Debug`, `Clone`, `PartialEq` and `Model`: `serde::Serialize`, say.
    pub derives: Vec<String>,
}

/// A file of models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Its path within the output folder.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Writes models for a database: a file for each table, one for the enums, and `mod.rs`.
///
/// ```
/// use orm_migrate::{Dialect, Inspected, introspect::{Options, models}};
/// use orm_schema::{Column, ColumnType, Schema, Table};
///
/// let mut table = Table::new("order_lines");
/// table.columns = vec![Column::new("amount", ColumnType::Native("INT".into()))];
/// let schema = Schema { tables: vec![table], enums: vec![] };
/// let inspected = Inspected { schema, ..Inspected::default() };
/// let files = models(Dialect::Sqlite, &inspected, &Options::default())?;
/// assert_eq!(files[0].path, "mod.rs");
/// assert_eq!(files[1].path, "order_line.rs");
/// assert!(files[1].text.contains("pub struct OrderLine {\n    pub amount: i32,\n}"));
/// # Ok::<_, orm_migrate::MigrateError>(())
/// ```
///
/// # Errors
/// Never in practice: only if the text is no Rust.
pub fn models(dialect: Dialect, inspected: &Inspected, options: &Options) -> Result<Vec<GeneratedFile>> {
    let schema: Schema = dialect.as_models_say(&inspected.schema);
    let mut plan = plan::Plan::of(&schema);
    plan.domains.clone_from(&inspected.domains);
    render::files(dialect, &schema, &plan, options)
}
