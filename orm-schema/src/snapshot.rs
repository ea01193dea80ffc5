//! The canonical form of a [`Schema`] on disk: `schema.json` beside every migration.

use serde::{Deserialize, Serialize};

use crate::schema::Schema;

/// The version of the format that this release writes.
pub const FORMAT: u32 = 1;

/// A schema with the version of its format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The version of the format.
    pub format: u32,
    /// The migration that it was made after, `""` for the first; unknown where it was written by an early release.
    ///
    /// Where a merge has put another migration in between, it tells what the migration itself changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The schema.
    #[serde(flatten)]
    pub schema: Schema,
}

/// Why a snapshot cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// Not JSON, or not of the expected form.
    #[error("the snapshot is not readable: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Written by a later release.
    #[error("the snapshot has format {found}, this release reads up to {FORMAT}: update orm")]
    TooNew {
        /// The version found.
        found: u32,
    },
}

impl Snapshot {
    /// Takes a schema in canonical order.
    #[must_use]
    pub fn new(schema: Schema) -> Self {
        Self { format: FORMAT, after: None, schema: schema.sorted() }
    }

    /// Says which migration it was made after, `""` for the first.
    #[must_use]
    pub fn after(mut self, name: impl Into<String>) -> Self {
        self.after = Some(name.into());
        self
    }

    /// The text of the file: the same schema gives the same bytes.
    ///
    /// # Errors
    /// Never in practice: the nouns hold nothing that JSON cannot say.
    pub fn to_json(&self) -> Result<String, SnapshotError> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    /// When it is not a snapshot, or one of a later release.
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        #[derive(Deserialize)]
        struct Header {
            format: u32,
        }
        let header: Header = serde_json::from_str(text)?;
        if header.format > FORMAT {
            return Err(SnapshotError::TooNew { found: header.format });
        }
        Ok(serde_json::from_str(text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    #[test]
    fn a_snapshot_reads_back_as_it_was_written() {
        let schema = Schema { tables: vec![Table::new("b"), Table::new("a")], enums: vec![] };
        let snapshot = Snapshot::new(schema);
        let text = snapshot.to_json().unwrap();
        assert_eq!(Snapshot::from_json(&text).unwrap(), snapshot);
        assert!(text.find("\"a\"") < text.find("\"b\""), "tables are in canonical order");
    }

    #[test]
    fn a_snapshot_of_a_later_release_is_refused() {
        let error = Snapshot::from_json(r#"{"format": 99}"#).unwrap_err();
        assert_eq!(error.to_string(), "the snapshot has format 99, this release reads up to 1: update orm");
    }
}
