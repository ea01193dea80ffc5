//! Files → [`Migrations`].

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use orm_schema::Snapshot;

use super::{
    Irregularity, LOCK_FILE, Migration, MigrationName, Migrations,
    checksum::{combined, portable},
    lock_file::LockFile,
};
use crate::error::{Code, MigrateError, Place, Result};

/// Paths relative to the folder, with `/`, and their text.
type Files = BTreeMap<String, String>;

const UP: &str = "up.sql";
const DOWN: &str = "down.sql";
pub(super) const SNAPSHOT: &str = "schema.json";

/// Reads a folder from disk.
pub(super) fn from_disk(folder: &Path) -> Result<Migrations> {
    let names = entries(folder)?;
    let mut files = Files::new();
    if let Some(text) = read_text(&folder.join(LOCK_FILE))? {
        files.insert(LOCK_FILE.to_owned(), text);
    }
    refuse_other_folders(folder, &names, files.contains_key(LOCK_FILE))?;
    for name in names.iter().filter(|name| MigrationName::parse(name).is_some()) {
        for file in [UP, DOWN, SNAPSHOT] {
            if let Some(text) = read_text(&folder.join(name).join(file))? {
                files.insert(format!("{name}/{file}"), text);
            }
        }
        files.entry(format!("{name}/")).or_default();
    }
    assemble(files, Some(folder.to_owned()))
}

/// The names of the folders in a folder, but for hidden ones, which a write that was cut off may have left.
fn entries(folder: &Path) -> Result<Vec<String>> {
    let listed = fs::read_dir(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => no_folder(folder),
        io::ErrorKind::NotADirectory => not_migrations(folder, "it is a file"),
        _ => MigrateError::file("read", folder, error),
    })?;
    let mut names = Vec::new();
    for entry in listed {
        let entry = entry.map_err(|error| MigrateError::file("read", folder, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn refuse_other_folders(folder: &Path, names: &[String], has_lock: bool) -> Result<()> {
    // Such as `migrations/postgres` beside the migrations of another dialect.
    let (own, names): (Vec<_>, Vec<_>) =
        names.iter().partition(|name| folder.join(name).join(LOCK_FILE).is_file());
    if let (false, Some(inner)) = (has_lock, own.first()) {
        let why = format!("it holds migrations folders itself, such as `{inner}`");
        return Err(not_migrations(folder, &why)
            .fix(format!("name one: `--migrations {}`", folder.join(inner).display())));
    }
    let foreign = names.iter().find(|name| MigrationName::parse(name).is_none());
    match (has_lock, foreign) {
        (true, None) => Ok(()),
        (true, Some(name)) => Err(MigrateError::new(
            Code::BadName,
            format!("`{name}` is no name of a migration: expected `<YYYYMMDDhhmmss>_<slug>`"),
        )
        .fix("rename the folder, or move it elsewhere")
        .at(Place::file(folder.join(name).display()))),
        (false, None) if is_empty(folder) => Err(no_folder(folder)),
        (false, None) if !names.is_empty() => Err(MigrateError::new(
            Code::LockFile,
            format!("`{}` has migrations but no `{LOCK_FILE}`", folder.display()),
        )
        .fix(format!("restore `{LOCK_FILE}` from version control"))
        .at(Place::file(folder.display()))),
        (false, _) => Err(not_migrations(folder, &format!("it has files, but no `{LOCK_FILE}`"))),
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| {
        entries.all(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with('.')))
    })
}

fn no_folder(folder: &Path) -> MigrateError {
    MigrateError::new(Code::NoMigrations, format!("there are no migrations in `{}` yet", folder.display()))
        .fix("run `orm migrate dev` to make the first one, or name the folder with `--migrations DIR`")
        .at(Place::file(folder.display()))
}

fn not_migrations(folder: &Path, why: &str) -> MigrateError {
    MigrateError::new(Code::NotMigrations, format!("`{}` is no migrations folder: {why}", folder.display()))
        .fix("name the folder with `--migrations DIR`")
        .at(Place::file(folder.display()))
}

/// The text of a file, `None` if it is not there.
fn read_text(path: &Path) -> Result<Option<String>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(MigrateError::file("read", path, error)),
    };
    let text = String::from_utf8(bytes).map_err(|_| {
        MigrateError::new(Code::File, format!("`{}` is not UTF-8", path.display()))
            .fix("save the file as UTF-8")
            .at(Place::file(path.display()))
    })?;
    Ok(Some(portable(&text)))
}

/// Puts the migrations together and holds them against the lock file.
pub(super) fn assemble(files: Files, place: Option<PathBuf>) -> Result<Migrations> {
    let shown = |path: &str| match &place {
        Some(folder) => folder.join(path).display().to_string(),
        None => path.to_owned(),
    };
    let lock_text = files.get(LOCK_FILE).ok_or_else(|| {
        MigrateError::new(Code::NotMigrations, format!("the embedded folder has no `{LOCK_FILE}`"))
            .fix("name a migrations folder in `orm::migrate!`")
    })?;
    let lock = LockFile::parse(lock_text, &shown(LOCK_FILE))?;
    let mut list = Vec::new();
    for name in names(&files) {
        list.push(migration(&files, name, &shown)?);
    }
    let irregularities = irregularities(&lock, &list);
    Ok(Migrations { dialect: lock.dialect, list, irregularities, place })
}

fn names(files: &Files) -> Vec<MigrationName> {
    let mut names: Vec<_> =
        files.keys().filter_map(|path| MigrationName::parse(path.split_once('/')?.0)).collect();
    names.sort();
    names.dedup();
    names
}

fn migration(files: &Files, name: MigrationName, shown: &impl Fn(&str) -> String) -> Result<Migration> {
    let text = |file: &str| files.get(&format!("{name}/{file}"));
    let required = |file: &str| text(file).ok_or_else(|| missing_file(&name, file, shown));
    let (up, snapshot) = (required(UP)?, required(SNAPSHOT)?);
    let down = text(DOWN);
    let Snapshot { schema, after, .. } =
        Snapshot::from_json(snapshot).map_err(|error| bad_snapshot(&name, &error.to_string(), shown))?;
    let parts = [(UP, Some(up)), (DOWN, down), (SNAPSHOT, Some(snapshot))];
    let checksum = combined(parts.into_iter().filter_map(|(file, text)| Some((file, text?.as_str()))));
    let file = shown(&format!("{name}/{UP}"));
    Ok(Migration { up: up.clone(), down: down.cloned(), schema, after, checksum, file, name })
}

fn missing_file(name: &MigrationName, file: &str, shown: &impl Fn(&str) -> String) -> MigrateError {
    MigrateError::new(Code::BadMigration, format!("migration `{name}` has no `{file}`"))
        .fix(format!("restore the file from version control; if the migration ran nowhere, delete its folder and its line in `{LOCK_FILE}`, and run `orm migrate dev`"))
        .at(Place::file(shown(name.as_str())))
}

fn bad_snapshot(name: &MigrationName, why: &str, shown: &impl Fn(&str) -> String) -> MigrateError {
    MigrateError::new(Code::BadMigration, format!("the schema of migration `{name}` is not readable: {why}"))
        .fix(format!("restore `{SNAPSHOT}` from version control"))
        .at(Place::file(shown(&format!("{name}/{SNAPSHOT}"))))
}

fn irregularities(lock: &LockFile, list: &[Migration]) -> Vec<Irregularity> {
    let mut found = Vec::new();
    for (name, checksum) in &lock.lines {
        match list.iter().find(|migration| migration.name == *name) {
            None => found.push(Irregularity::Missing(name.clone())),
            Some(migration) if migration.checksum != *checksum => {
                found.push(Irregularity::Edited(name.clone()))
            }
            Some(_) => {}
        }
    }
    let is_listed = |migration: &&Migration| lock.lines.iter().any(|(name, _)| *name == migration.name);
    let unlisted = list.iter().filter(|migration| !is_listed(migration));
    found.extend(unlisted.map(|migration| Irregularity::Unlisted(migration.name.clone())));
    if !lock.is_sealed() {
        found.push(Irregularity::Unsealed);
    }
    found
}
