//! [`Schema`](orm_schema::Schema) → Rust models, as a person would write them.
//!
//! Whatever the source of the schema, the models scan back to one whose diff against it is empty. Attributes stand only
//! where what would be derived is something else.
//!
//! | question | module |
//! |---|---|
//! | what is it called in Rust? | `ident`, `inflect`, `plan` |
//! | which columns hold one enum? | `enums` |
//! | how do models lead to each other? | `relations` |
//! | which Rust type, which default? | `types` |
//! | which attributes? | `attributes`, `written_names` |
//! | what stands above, what is imported? | `docs`, `imports` |
//! | what does the file look like? | `render`, `layout` |
//! | how does it get to disk? | `write` |
//! | how do models keep up that a person has edited? | `again` |

mod again;
mod attributes;
mod docs;
mod enums;
mod ident;
mod imports;
mod inflect;
mod layout;
mod plan;
mod relations;
mod render;
mod types;
mod write;
mod written_names;

pub use again::{Noted, Rewritten, What, update};
pub use write::{Written, rewrite, write};

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

/// Writes models for a database: a file for each table, one for the enums, and `mod.rs`; a folder for
/// each namespace but the search path's own.
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
    let (schema, columns) =
        enums::shared(dialect, dialect.as_models_say(&inspected.schema), &enums::Chosen::new());
    let plan = plan::Plan::of(&schema, columns, &inspected.domains, &plan::Known::default());
    render::files(dialect, &schema, &plan, options)
}
