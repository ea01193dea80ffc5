//! Takes a migration that ran nowhere off a folder again.

use std::{fs, path::Path};

use super::{Migrations, write};
use crate::error::{MigrateError, Result};

impl Migrations {
    /// Removes the folder of a migration and its line in `orm.lock`.
    ///
    /// The folder goes first, as a whole, under a hidden name: if the process dies in between, the lock file still says what is
    /// missing.
    ///
    /// # Errors
    /// When the folder cannot be removed or `orm.lock` cannot be written.
    pub fn remove(&mut self, folder: &Path, name: &str) -> Result<()> {
        let path = folder.join(name);
        let bin = write::hidden_beside(&path);
        fs::rename(&path, &bin)
            .and_then(|()| fs::remove_dir_all(&bin))
            .map_err(|error| MigrateError::file("remove", &path, error))?;
        self.list.retain(|migration| migration.name.as_str() != name);
        write::relock(self, folder)
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use orm_schema::Schema;

    use super::super::Draft;
    use super::*;
    use crate::dialect::Dialect;

    #[test]
    fn a_folder_without_its_last_migration_is_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("migrations");
        let mut migrations = Migrations::create(&folder, Dialect::Sqlite).unwrap();
        let before = fs::read_to_string(folder.join("orm.lock")).unwrap();
        let draft = Draft {
            what_for: "a".into(),
            now: Utc::now(),
            up: "SELECT 1;\n".into(),
            down: None,
            schema: Schema::default(),
        };
        let name = migrations.add(&folder, &draft).unwrap().name.to_string();
        migrations.remove(&folder, &name).unwrap();
        assert_eq!(fs::read_to_string(folder.join("orm.lock")).unwrap(), before);
        assert!(Migrations::read(&folder).unwrap().verified().unwrap().list().is_empty());
    }
}
