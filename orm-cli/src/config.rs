//! `orm.toml`: what a project says once, so that nobody has to type it.
//!
//! ```toml
//! migrations = "migrations"            # the folder
//! models = ["src/models", "../shop"]   # files, folders or packages; else the package here
//! database = "main"                    # which of the databases, if there are several
//!
//! [drift]
//! ignore = ["table legacy"]            # what a live database may have besides its history
//!
//! [seed]
//! files = ["seeds/users.sql"]          # what `orm db seed` and `orm migrate reset` run
//! command = ["cargo", "run", "--bin", "seed"]
//!
//! [databases.main]
//! url = "sqlite:app.db"
//!
//! [databases.reports]
//! url = "postgres://localhost/reports"
//! migrations = "migrations/reports"
//! models = ["reports/src/models"]
//! ```

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::failure::{Code, Failure, Report};

/// The name of the file.
pub(crate) const FILE: &str = "orm.toml";

/// The file as data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The migrations folder.
    pub(crate) migrations: Option<PathBuf>,
    /// Where the models are.
    #[serde(default)]
    pub(crate) models: Vec<PathBuf>,
    /// The name of the database that is meant where nothing else is said.
    pub(crate) database: Option<String>,
    /// What a live database may have that its history does not explain.
    #[serde(default)]
    pub(crate) drift: Drift,
    /// What fills a new database.
    #[serde(default)]
    pub(crate) seed: Seed,
    /// The databases.
    #[serde(default)]
    pub(crate) databases: BTreeMap<String, DatabaseConfig>,
}

/// Differences between a live database and its history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Drift {
    /// Those that nobody wants to be told of: `table legacy`, `column users.age`, `index users.by_age`.
    #[serde(default)]
    pub(crate) ignore: Vec<String>,
}

/// What fills a new database with rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seed {
    /// Files of SQL, in their order.
    #[serde(default)]
    pub(crate) files: Vec<PathBuf>,
    /// A program and its words; it finds the database in `DATABASE_URL`.
    #[serde(default)]
    pub(crate) command: Vec<String>,
}

/// One database.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatabaseConfig {
    /// Its URL; may be left out where `DATABASE_URL` names it.
    pub(crate) url: Option<String>,
    /// Its migrations folder, if it has one of its own.
    pub(crate) migrations: Option<PathBuf>,
    /// Its models, if it has some of its own.
    #[serde(default)]
    pub(crate) models: Vec<PathBuf>,
}

/// A file that was found, and the folder that it speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Project {
    /// The folder: empty where it is the working folder.
    pub(crate) root: PathBuf,
    /// What the file says.
    pub(crate) config: Config,
}

impl Project {
    /// Finds the file in a folder or above it; without one, the folder is a project that says nothing.
    pub(crate) fn find(folder: &Path) -> Result<Self, Failure> {
        let Some(root) = folder.ancestors().find(|folder| folder.join(FILE).is_file()) else {
            return Ok(Self::default());
        };
        let root = if root == folder { PathBuf::new() } else { root.to_path_buf() };
        let config = read(&root.join(FILE))?;
        Ok(Self { root, config })
    }

    /// A path of the file, as seen from the working folder.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        self.root.join(path)
    }

    /// The path of the file itself.
    pub(crate) fn file(&self) -> PathBuf {
        self.root.join(FILE)
    }
}

fn read(path: &Path) -> Result<Config, Failure> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let config: Config = toml::from_str(&text).map_err(|error| wrong(path, &text, &error))?;
    if let Some(name) = config.database.as_ref().filter(|name| !config.databases.contains_key(*name)) {
        let report = Report::new(Code::Config, format!("`{FILE}` has no database `{name}`"))
            .fix(format!("add `[databases.{name}]`, or correct `database = {name:?}`"))
            .file(path.display());
        return Err(Failure::of(report));
    }
    Ok(config)
}

/// The text of a file that ignores these, too; everything else in it stays as it is.
///
/// # Errors
/// When the file is none of this kind.
pub(crate) fn ignoring(text: &str, objects: &[String]) -> Result<String, String> {
    let mut file: toml_edit::DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let drift = file.entry("drift").or_insert(toml_edit::table());
    let drift = drift.as_table_like_mut().ok_or("`drift` is no table")?;
    let list = drift.entry("ignore").or_insert(toml_edit::value(toml_edit::Array::new()));
    let list = list.as_array_mut().ok_or("`ignore` of `[drift]` is no list")?;
    for object in objects {
        if list.iter().all(|known| known.as_str() != Some(object)) {
            list.push(object.as_str());
        }
    }
    Ok(file.to_string())
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let report = Report::new(Code::Config, format!("`{}` cannot be read", path.display()))
        .why(error.to_string())
        .fix("check that it is a file of UTF-8 text that you may read")
        .file(path.display());
    Failure::of(report)
}

fn wrong(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let report = Report::new(Code::Config, format!("`{}` is not right: {}", path.display(), error.message()))
        .fix("known are `migrations`, `models`, `database`, `ignore` of `[drift]`, `files` and `command` of `[seed]`, and `url`, `migrations`, `models` of `[databases.NAME]`");
    Failure::of(match error.span() {
        Some(span) => report.at(path.display(), text, span),
        None => report.file(path.display()),
    })
}
