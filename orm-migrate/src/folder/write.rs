//! Writing so that a kill at any moment leaves the old or the new, never half of it.
//!
//! A file is written beside its place, synced, and renamed over it (rename(2) is atomic). A migration's folder is filled
//! under a hidden name and renamed. `orm.lock` comes last: a folder that it does not list is told, not lost.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    time::Duration,
};

use chrono::{DateTime, Utc};
use orm_schema::{Schema, Snapshot};

use super::{
    Irregularity, LOCK_FILE, Migration, MigrationName, Migrations, lock_file::LockFile, read, rebase,
    rebase::Renamed,
};
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
};

/// A migration to be written.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it is for, in a few words: they become part of the name.
    pub what_for: String,
    /// When it is made.
    pub now: DateTime<Utc>,
    /// The SQL.
    pub up: String,
    /// The SQL of the way back.
    pub down: Option<String>,
    /// The schema after it.
    pub schema: Schema,
}

/// Makes an empty folder, or reads the one that is there.
pub(super) fn create(folder: &Path, dialect: Dialect) -> Result<Migrations> {
    match read::from_disk(folder) {
        Ok(migrations) if migrations.dialect == dialect => return Ok(migrations),
        Ok(migrations) => return Err(other_dialect(folder, migrations.dialect, dialect)),
        Err(error) if error.code() == Code::NoMigrations => {}
        Err(error) => return Err(error),
    }
    fs::create_dir_all(folder).map_err(|error| MigrateError::file("make", folder, error))?;
    let mut migrations = Migrations { place: Some(folder.to_owned()), ..Migrations::empty(dialect) };
    relock(&mut migrations, folder)?;
    Ok(migrations)
}

fn other_dialect(folder: &Path, found: Dialect, asked: Dialect) -> MigrateError {
    MigrateError::new(
        Code::OtherDialect,
        format!("the migrations in `{}` are for {found}, the database is {asked}", folder.display()),
    )
    .fix(format!(
        "keep one folder for each dialect: `--migrations {}`",
        folder.join(asked.to_string()).display()
    ))
    .at(Place::file(folder.join(LOCK_FILE).display()))
}

/// Adds a migration.
pub(super) fn add<'a>(migrations: &'a mut Migrations, folder: &Path, draft: &Draft) -> Result<&'a Migration> {
    MigrateError::all(migrations.irregularities.iter().map(|found| migrations.explain(found)).collect())?;
    sweep(folder);
    let last = migrations.list.last().map(|migration| &migration.name);
    let name = MigrationName::new(&draft.what_for, draft.now, last);
    let snapshot = snapshot(draft.schema.clone(), last.map_or("", MigrationName::as_str))?;
    let mut files = vec![("up.sql", draft.up.as_str()), ("schema.json", snapshot.as_str())];
    files.extend(draft.down.as_deref().map(|down| ("down.sql", down)));
    whole_folder(&folder.join(name.as_str()), &files)?;

    let written = read::from_disk(folder)?;
    *migrations = written;
    relock(migrations, folder)?;
    let added = migrations.list.iter().find(|migration| migration.name == name);
    added.ok_or_else(|| {
        MigrateError::new(Code::File, format!("migration `{name}` was written, but is not there any more"))
            .at(Place::file(folder.display()))
    })
}

/// Removes what a write that was killed left under a hidden name; one that still goes on is younger.
fn sweep(folder: &Path) {
    const OLD: Duration = Duration::from_secs(3600);
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| name.starts_with('.') && name.ends_with(".tmp"));
        let age = entry.metadata().and_then(|data| data.modified()).ok().and_then(|time| time.elapsed().ok());
        if is_ours && age.is_some_and(|age| age > OLD) {
            // What cannot be removed does no harm: hidden names are never read.
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
}

pub(super) fn snapshot(schema: Schema, after: &str) -> Result<String> {
    Snapshot::new(schema).after(after).to_json().map_err(|error| {
        MigrateError::new(Code::BadMigration, format!("the schema cannot be written: {error}"))
    })
}

/// Writes `orm.lock` from what is in the folder, once every snapshot fits what comes before it.
pub(super) fn relock(migrations: &mut Migrations, folder: &Path) -> Result<()> {
    let rebased = rebase::rebase(migrations.dialect, &migrations.list, &renamed(migrations))?;
    for migration in &rebased {
        let text = snapshot(migration.schema.clone(), &migration.after)?;
        whole_file(&folder.join(migration.name.as_str()).join(read::SNAPSHOT), &text)?;
    }
    if !rebased.is_empty() {
        migrations.list = read::from_disk(folder)?.list;
    }
    let lines = migrations
        .list
        .iter()
        .map(|migration| (migration.name.clone(), migration.checksum.clone()))
        .collect();
    let lock = LockFile::seal(migrations.dialect, lines);
    whole_file(&folder.join(LOCK_FILE), &lock.print())?;
    migrations.irregularities.clear();
    Ok(())
}

/// The migrations that only got another time, so that they come elsewhere: the rest of the name tells them.
fn renamed(migrations: &Migrations) -> Renamed {
    let found = &migrations.irregularities;
    let unlisted = |slug: &str| {
        found.iter().find_map(|found| {
            let Irregularity::Unlisted(new) = found else { return None };
            (new.slug() == slug).then(|| new.clone())
        })
    };
    let pairs = found.iter().filter_map(|found| {
        let Irregularity::Missing(old) = found else { return None };
        Some((old.to_string(), unlisted(old.slug())?))
    });
    pairs.collect()
}

/// Writes a file that appears whole or not at all.
pub(crate) fn whole_file(path: &Path, text: &str) -> Result<()> {
    let temporary = hidden_beside(path);
    let written = synced(&temporary, text).and_then(|()| fs::rename(&temporary, path));
    let written = written.and_then(|()| sync_folder(path));
    written.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        MigrateError::file("write", path, error)
    })
}

/// Writes a folder that appears whole or not at all.
pub(crate) fn whole_folder(path: &Path, files: &[(&str, &str)]) -> Result<()> {
    let temporary = hidden_beside(path);
    let fill = || {
        fs::create_dir(&temporary)?;
        for (name, text) in files {
            let file = temporary.join(name);
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            synced(&file, text)?;
        }
        fs::rename(&temporary, path)?;
        sync_folder(path)
    };
    fill().map_err(|error| {
        let _ = fs::remove_dir_all(&temporary);
        MigrateError::file("write", path, error)
    })
}

/// A hidden name that no other process uses, in the same folder and so on the same disk.
pub(crate) fn hidden_beside(path: &Path) -> std::path::PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

pub(crate) fn synced(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Makes a rename last; where a folder cannot be opened as a file, the system does it on its own.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match fs::File::open(parent) {
        Ok(folder) if cfg!(unix) => folder.sync_all(),
        Ok(_) | Err(_) => Ok(()),
    }
}
