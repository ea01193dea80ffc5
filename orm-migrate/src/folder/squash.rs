//! One migration in the place of the first ones: which ones it says itself, at its top.

use std::{fs, path::Path};

use orm_schema::Schema;

use super::{Migration, MigrationName, Migrations, write};
use crate::error::{MigrateError, Result};

const REPLACES: &str = "-- orm: replaces ";

/// A migration in whose place another has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Its name.
    pub name: String,
    /// The fingerprint of the SQL that it ran.
    pub fingerprint: String,
}

impl Migration {
    /// The migrations in whose place this one is: a database that has run all of them has run this one.
    #[must_use]
    pub fn replaces(&self) -> Vec<Replaced> {
        let head = self.up.lines().take_while(|line| line.starts_with("--"));
        let said = head.filter_map(|line| line.strip_prefix(REPLACES)?.split_once(' '));
        said.map(|(name, fingerprint)| Replaced {
            name: name.to_owned(),
            fingerprint: fingerprint.trim().to_owned(),
        })
        .collect()
    }
}

impl Migrations {
    /// The first ones alone.
    pub(crate) fn first(&self, count: usize) -> Self {
        let list = self.list.iter().take(count).cloned().collect();
        Self { list, irregularities: Vec::new(), ..self.clone() }
    }

    /// Writes a migration in the place of the first ones, which go; its name.
    ///
    /// The old folders go under a hidden name before `orm.lock` is written: if the process dies in between, the lock file
    /// says what is missing, and version control has it.
    pub(crate) fn replace_first(
        &mut self,
        folder: &Path,
        count: usize,
        (what_for, up, schema): (&str, &str, Schema),
    ) -> Result<MigrationName> {
        let old: Vec<Migration> = self.list.iter().take(count).cloned().collect();
        let name = name(&old, what_for);
        let up = with_replaced(up, &old);
        let snapshot = write::snapshot(schema, "")?;
        write::whole_folder(&folder.join(name.as_str()), &[("up.sql", &up), ("schema.json", &snapshot)])?;
        if let Some(next) = self.list.get(count) {
            let snapshot = write::snapshot(next.schema.clone(), name.as_str())?;
            write::whole_file(&folder.join(next.name.as_str()).join("schema.json"), &snapshot)?;
        }
        let bin = write::hidden_beside(&folder.join("squashed"));
        fs::create_dir(&bin).map_err(|error| MigrateError::file("make", &bin, error))?;
        for migration in &old {
            let path = folder.join(migration.name.as_str());
            fs::rename(&path, bin.join(migration.name.as_str()))
                .map_err(|error| MigrateError::file("move", &path, error))?;
        }
        *self = Self::read(folder)?;
        self.relock(folder)?;
        fs::remove_dir_all(&bin).map_err(|error| MigrateError::file("remove", &bin, error))?;
        Ok(name)
    }
}

/// The time of the last one, so that it comes where they were, and a name that none of them had.
fn name(old: &[Migration], what_for: &str) -> MigrationName {
    let last = old.last().map(|migration| &migration.name);
    let mut name = MigrationName::in_place_of(last, what_for);
    while old.iter().any(|migration| migration.name == name) {
        name = MigrationName::in_place_of(last, &format!("squashed {}", name.slug()));
    }
    name
}

/// Behind the first line, which says what kind of migration it is.
fn with_replaced(up: &str, old: &[Migration]) -> String {
    let (first, rest) = up.split_once('\n').unwrap_or((up, ""));
    let lines: String = old
        .iter()
        .map(|migration| format!("{REPLACES}{} {}\n", migration.name, migration.fingerprint()))
        .collect();
    format!("{first}\n{lines}{rest}")
}
