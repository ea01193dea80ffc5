//! Reads the schema of a live database from its catalogs.
//!
//! A handful of queries, whatever the number of tables. Types come as the database prints them
//! ([`ColumnType::Native`](orm_schema::ColumnType::Native)), defaults and conditions as its own SQL, constraints with
//! the names they have: making two spellings equal is the business of [`normalise`](crate::normalise).

use orm_core::Connection;
use orm_schema::Schema;

use crate::{dialect::Dialect, error::Result};

/// What a database holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspected {
    /// What the models can say.
    pub schema: Schema,
    /// What they cannot: left alone, and told.
    pub not_owned: Vec<NotOwned>,
}

/// An object that no model can say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotOwned {
    /// What it is: `view`, `trigger`, `virtual table`, …
    pub kind: &'static str,
    /// Its name, with what it belongs to: `update_total on orders`.
    pub name: String,
}

/// The prefix of the engine's own tables, which are no part of any schema.
pub(crate) const OWN_PREFIX: &str = "_orm_";

/// Reads the schema of the database, our own tables left out.
///
/// # Errors
/// When a catalog query fails.
pub async fn inspect(connection: &mut Connection) -> Result<Inspected> {
    let mut inspected = Dialect::of(connection).inspect(connection).await?;
    inspected.schema = inspected.schema.sorted();
    inspected.not_owned.sort();
    Ok(inspected)
}
