//! The migrations folder.
//!
//! ```text
//! migrations/
//!   orm.lock                       which migrations, in order, with their checksums
//!   20261120114000_add_bio/
//!     up.sql                       for people to read and edit
//!     down.sql                     the way back; may be missing
//!     schema.json                  the whole schema after it
//! ```
//!
//! A folder is read from disk or from a program that holds it ([`Migrations::embedded`]); both end in the same checks.
//! What is merely irregular (an edited file, a folder that `orm.lock` does not list) is kept aside, so that `status`
//! can tell it and `deploy` can refuse.

mod checksum;
mod lock_file;
mod name;
mod read;
mod rebase;
mod remove;
mod squash;
pub(crate) mod write;

use std::path::{Path, PathBuf};

use orm_schema::Schema;

pub(crate) use checksum::{fingerprint, portable};
pub use name::MigrationName;
pub(crate) use rebase::{merge, rebuilds};
pub(crate) use squash::REPLACES;
pub use squash::Replaced;
pub use write::Draft;

use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
};

/// The name of the lock file.
pub const LOCK_FILE: &str = "orm.lock";

/// The migrations of one folder, in order.
#[derive(Debug, Clone)]
pub struct Migrations {
    dialect: Dialect,
    list: Vec<Migration>,
    irregularities: Vec<Irregularity>,
    place: Option<PathBuf>,
}

/// One migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its name, which is that of its folder.
    pub name: MigrationName,
    /// The SQL, line endings made `\n`.
    pub up: String,
    /// The SQL of the way back, if there is one.
    pub down: Option<String>,
    /// The schema after it.
    pub schema: Schema,
    /// The migration that it was made after, `""` for the first, if its snapshot says so.
    pub after: Option<String>,
    /// The checksum of its files, as `orm.lock` has it.
    pub checksum: String,
    /// Where `up.sql` is, for messages.
    pub file: String,
}

impl Migration {
    /// The checksum of what runs, as the journal has it: editing `down.sql` of a migration that ran changes nothing.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.up)
    }

    /// Where `down.sql` is, for messages.
    #[must_use]
    pub(crate) fn down_file(&self) -> String {
        self.file
            .strip_suffix("up.sql")
            .map_or_else(|| self.file.clone(), |folder| format!("{folder}down.sql"))
    }
}

/// Something about a folder that is not as `orm.lock` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Irregularity {
    /// A file differs from its checksum.
    Edited(MigrationName),
    /// Listed, but not there.
    Missing(MigrationName),
    /// There, but not listed.
    Unlisted(MigrationName),
    /// The lines are not those that were sealed together: one was added, taken out or moved by hand, or by a merge.
    Unsealed,
}

impl Migrations {
    /// A folder without a migration, which need not be there yet.
    #[must_use]
    pub fn empty(dialect: Dialect) -> Self {
        Self { dialect, list: Vec::new(), irregularities: Vec::new(), place: None }
    }

    /// Reads a folder.
    ///
    /// # Errors
    /// When there is none, when it is no migrations folder, or when a file in it is not readable. What is only
    /// irregular is no error here: see [`irregularities`](Self::irregularities) and [`verified`](Self::verified).
    pub fn read(folder: &Path) -> Result<Self> {
        read::from_disk(folder)
    }

    /// Takes a folder that a program holds: paths relative to it, with `/`, and their text.
    ///
    /// ```
    /// use orm_migrate::Migrations;
    /// let migrations = Migrations::embedded(&[("orm.lock", "format 1\ndialect sqlite\nhead -\n")])?;
    /// assert!(migrations.list().is_empty());
    /// # Ok::<_, orm_migrate::MigrateError>(())
    /// ```
    ///
    /// # Errors
    /// As [`read`](Self::read), and when anything is irregular: a program cannot be mended while it runs.
    pub fn embedded(files: &[(&str, &str)]) -> Result<Self> {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), portable(text))).collect();
        read::assemble(files, None)?.verified()
    }

    /// Makes an empty folder for a dialect; one that is there already is left as it is.
    ///
    /// # Errors
    /// When it is there but no migrations folder of that dialect, or when it cannot be written.
    pub fn create(folder: &Path, dialect: Dialect) -> Result<Self> {
        write::create(folder, dialect)
    }

    /// Adds a migration: its folder appears whole or not at all, then `orm.lock` lists it.
    ///
    /// # Errors
    /// When the folder is not as `orm.lock` says, or cannot be written.
    pub fn add(&mut self, folder: &Path, draft: &Draft) -> Result<&Migration> {
        write::add(self, folder, draft)
    }

    /// Writes `orm.lock` anew from what is in the folder: edits and merges are accepted.
    ///
    /// The snapshot of a migration that another one has come before since it was made is written anew, too.
    ///
    /// # Errors
    /// When it cannot be written, and when a migration would undo what has come before it.
    pub fn relock(&mut self, folder: &Path) -> Result<()> {
        write::relock(self, folder)
    }

    /// The dialect that the SQL is for.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The migrations, in order.
    #[must_use]
    pub fn list(&self) -> &[Migration] {
        &self.list
    }

    /// The migration of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Migration> {
        self.list.iter().find(|migration| migration.name.as_str() == name)
    }

    /// The schema after the last migration.
    #[must_use]
    pub fn schema(&self) -> Schema {
        self.list.last().map(|migration| migration.schema.clone()).unwrap_or_default()
    }

    /// What is not as `orm.lock` says.
    #[must_use]
    pub fn irregularities(&self) -> &[Irregularity] {
        &self.irregularities
    }

    /// Only if everything is as `orm.lock` says.
    ///
    /// # Errors
    /// All irregularities together.
    pub fn verified(self) -> Result<Self> {
        MigrateError::all(
            self.irregularities.iter().map(|irregularity| self.explain(irregularity)).collect(),
        )?;
        Ok(self)
    }

    /// An irregularity as an error.
    #[must_use]
    pub fn explain(&self, irregularity: &Irregularity) -> MigrateError {
        let error = match irregularity {
            Irregularity::Edited(name) => {
                MigrateError::new(Code::Edited, format!("migration `{name}` was edited since `{LOCK_FILE}` was written"))
                    .fix("run `orm migrate dev` to take the edit over while it has run nowhere, or restore the file")
            }
            Irregularity::Missing(name) => {
                MigrateError::new(Code::Missing, format!("`{LOCK_FILE}` lists migration `{name}`, but its folder is gone"))
                    .fix(format!("restore the folder from version control; if it ran nowhere, delete its line in `{LOCK_FILE}` and run `orm migrate dev`"))
            }
            Irregularity::Unlisted(name) => {
                MigrateError::new(Code::Unlisted, format!("the folder has migration `{name}`, but `{LOCK_FILE}` does not list it"))
                    .fix("run `orm migrate dev` to take it over, or remove the folder")
            }
            Irregularity::Unsealed => {
                MigrateError::new(Code::Unsealed, format!("the lines of `{LOCK_FILE}` are not those that were sealed together"))
                    .fix("after a merge, check that the migrations fit in this order, then run `orm migrate dev`; else restore the file")
            }
        };
        error.at(Place::file(self.path_of(irregularity)))
    }

    fn path_of(&self, irregularity: &Irregularity) -> String {
        let path = match irregularity {
            Irregularity::Edited(name) | Irregularity::Unlisted(name) => name.as_str(),
            Irregularity::Missing(_) | Irregularity::Unsealed => LOCK_FILE,
        };
        match &self.place {
            Some(place) => place.join(path).display().to_string(),
            None => path.to_owned(),
        }
    }
}

/// Writes a file that appears whole or not at all.
///
/// ```
/// let home = tempfile::tempdir()?;
/// orm_migrate::folder::write_file(&home.path().join("a.txt"), "all of it")?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When it cannot be written; then the file is as it was.
pub fn write_file(path: &Path, text: &str) -> Result<()> {
    write::whole_file(path, text)
}

#[cfg(test)]
mod tests;
