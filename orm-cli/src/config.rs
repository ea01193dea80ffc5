//! `orm.toml`: what a project says once, so that nobody has to type it.
//!
//! ```toml
//! migrations = "migrations"            # the folder
//! models = ["src/models", "../shop"]   # files, folders or packages; else the package here
//! database = "main"                    # which of the databases, if there are several
//!
//! [databases.main]
//! url = "sqlite:app.db"
//!
//! [databases.reports]
//! url = "postgres://localhost/reports"
//! migrations = "migrations/reports"
//! models = ["reports/src/models"]
//!
//! [lint]
//! ignore = ["L502"]                    # rules that are turned off
//! ```

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use orm_migrate::lint;
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
    /// The databases.
    #[serde(default)]
    pub(crate) databases: BTreeMap<String, DatabaseConfig>,
    /// What the linter is told.
    #[serde(default)]
    pub(crate) lint: LintConfig,
}

/// What the linter is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LintConfig {
    /// The codes of rules that are turned off.
    #[serde(default)]
    pub(crate) ignore: Vec<toml::Spanned<String>>,
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
    let unknown = config.lint.ignore.iter().find(|code| lint::rule(code.get_ref()).is_none());
    match unknown {
        Some(code) => Err(unknown_rule(path, &text, code)),
        None => Ok(config),
    }
}

fn unknown_rule(path: &Path, text: &str, code: &toml::Spanned<String>) -> Failure {
    let report = Report::new(Code::Config, format!("there is no rule `{}`", code.get_ref()))
        .fix("name a rule by its code, such as `L502`; docs/lint.md lists them")
        .at(path.display(), text, code.span());
    Failure::of(report)
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
        .fix("known are `migrations`, `models`, `database`, `url`, `migrations`, `models` of `[databases.NAME]`, and `ignore` of `[lint]`");
    Failure::of(match error.span() {
        Some(span) => report.at(path.display(), text, span),
        None => report.file(path.display()),
    })
}
