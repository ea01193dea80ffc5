//! Which database, which models, which migrations: words before the environment, before `.env`, before `orm.toml`.

use std::path::{Path, PathBuf};

use orm_core::ConnectOptions;
use orm_migrate::source;

use crate::{
    args::{Features, Global},
    config::{self, DatabaseConfig, Project},
    environment::{self, DATABASE_URL, DOTENV, Environment},
    failure::{Code, Failure, Report},
};

/// The migrations folder where nobody says another.
const MIGRATIONS: &str = "migrations";

/// A database that was named.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Its URL, with the password.
    pub(crate) url: String,
    /// The URL, understood.
    pub(crate) options: ConnectOptions,
    /// What named it, for messages.
    pub(crate) from: String,
}

impl Target {
    /// Its URL for a program that runs in another folder.
    pub(crate) fn absolute_url(&self) -> String {
        let Some(file) = self.options.file().and_then(|file| std::path::absolute(file).ok()) else {
            return self.url.clone();
        };
        let query = self.url.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
        format!("sqlite:{}{query}", file.display())
    }
}

/// All that was said, in one place.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    global: Global,
    environment: Environment,
    project: Project,
}

impl Settings {
    /// Finds `orm.toml` and puts everything together.
    pub(crate) fn new(global: Global, environment: Environment) -> Result<Self, Failure> {
        let project = Project::find(&environment.folder)?;
        let settings = Self { global, environment, project };
        settings.named()?;
        Ok(settings)
    }

    /// Whether a person can answer questions.
    pub(crate) fn ignored_drift(&self) -> &[String] {
        &self.project.config.drift.ignore
    }

    /// What fills a new database: the files as seen from the working folder, and a program.
    pub(crate) fn seed(&self) -> (Vec<PathBuf>, &[String]) {
        let seed = &self.project.config.seed;
        (seed.files.iter().map(|file| self.project.path(file)).collect(), &seed.command)
    }

    /// Where `orm.toml` is, or would be.
    pub(crate) fn config_file(&self) -> PathBuf {
        self.project.file()
    }

    /// Whether there is somebody to ask.
    pub(crate) fn can_ask(&self) -> bool {
        self.environment.can_ask && !self.global.json
    }

    /// The folder of the project, as seen from the working folder.
    pub(crate) fn root(&self) -> &Path {
        &self.project.root
    }

    /// The migrations folder.
    pub(crate) fn migrations(&self) -> PathBuf {
        let config = &self.project.config;
        let own = self.selected().and_then(|(_, database)| database.migrations.as_ref());
        match (&self.global.migrations, own.or(config.migrations.as_ref())) {
            (Some(typed), _) => typed.clone(),
            (None, Some(written)) => self.project.path(written),
            (None, None) => self.project.path(Path::new(MIGRATIONS)),
        }
    }

    /// Where the models are.
    pub(crate) fn models(&self, features: &Features) -> source::Options {
        let config = &self.project.config;
        let own = self.selected().map(|(_, database)| &database.models).filter(|models| !models.is_empty());
        let written = own.unwrap_or(&config.models).iter().map(|path| self.project.path(path));
        let typed = &self.global.models;
        source::Options {
            package: if self.project.root.as_os_str().is_empty() {
                ".".into()
            } else {
                self.project.root.clone()
            },
            paths: if typed.is_empty() { written.collect() } else { typed.clone() },
            features: features.features.clone(),
            all_features: features.all_features,
            no_default_features: features.no_default_features,
        }
    }

    /// The database that is meant.
    pub(crate) fn target(&self) -> Result<Target, Failure> {
        self.named_target()?.ok_or_else(|| self.no_database())
    }

    /// The database that is meant, if any is named.
    pub(crate) fn named_target(&self) -> Result<Option<Target>, Failure> {
        if let Some(url) = &self.global.database_url {
            return target(url, "--database-url", Path::new("")).map(Some);
        }
        let named = if self.global.database.is_some() { self.named()? } else { None };
        if let Some((name, DatabaseConfig { url: Some(url), .. })) = named {
            return self.configured(name, url).map(Some);
        }
        if let Some(url) = &self.environment.database_url {
            return target(url, DATABASE_URL, Path::new("")).map(Some);
        }
        for folder in [Path::new(""), self.root()] {
            if let Some(url) = environment::dotenv_url(folder)? {
                let file = folder.join(DOTENV);
                return target(&url, &format!("{DATABASE_URL} in {}", file.display()), folder).map(Some);
            }
        }
        match self.selected() {
            Some((name, DatabaseConfig { url: Some(url), .. })) => self.configured(name, url).map(Some),
            Some(_) | None => Ok(None),
        }
    }

    fn configured(&self, name: &str, url: &str) -> Result<Target, Failure> {
        let from = format!("`databases.{name}` in {}", self.project.file().display());
        target(url, &from, self.root())
    }

    /// The database of orm.toml that is meant.
    fn selected(&self) -> Option<(&str, &DatabaseConfig)> {
        let config = &self.project.config;
        let name = self.global.database.as_ref().or(config.database.as_ref());
        let mut all = config.databases.iter();
        let found = match (name, all.next(), all.next()) {
            (Some(name), ..) => config.databases.get_key_value(name),
            (None, Some(only), None) => Some(only),
            (None, ..) => None,
        };
        found.map(|(name, database)| (name.as_str(), database))
    }

    /// The database of `--database`, which must be there.
    fn named(&self) -> Result<Option<(&str, &DatabaseConfig)>, Failure> {
        let Some(name) = &self.global.database else { return Ok(None) };
        let databases = &self.project.config.databases;
        let names: Vec<_> = databases.keys().map(|name| format!("`{name}`")).collect();
        let known = if names.is_empty() {
            "it names none".to_owned()
        } else {
            format!("it has {}", names.join(", "))
        };
        let found = databases.get_key_value(name).map(|(name, database)| (name.as_str(), database));
        found.map(Some).ok_or_else(|| {
            let report =
                Report::new(Code::NoDatabase, format!("`{}` has no database `{name}`", config::FILE))
                    .why(known)
                    .fix(format!("name another with `--database NAME`, or add `[databases.{name}]`"))
                    .file("--database");
            Failure::of(report)
        })
    }

    fn no_database(&self) -> Failure {
        let names: Vec<_> = self.project.config.databases.keys().map(String::as_str).collect();
        let why = match names.as_slice() {
            [] => format!(
                "neither `--database-url`, {DATABASE_URL}, `{DOTENV}` nor `{}` has a URL",
                config::FILE
            ),
            names => format!("`{}` has several: {}", config::FILE, names.join(", ")),
        };
        let fix = match names.as_slice() {
            [] => format!(
                "pass `--database-url sqlite:app.db`, or put `{DATABASE_URL}=sqlite:app.db` into `{DOTENV}`"
            ),
            [first, ..] => format!("choose one with `--database {first}`, or write `database = {first:?}`"),
        };
        Failure::of(
            Report::new(Code::NoDatabase, "no database is named").why(why).fix(fix).file("--database-url"),
        )
    }
}

/// Understands a URL; the path of a file is meant from the folder of whoever wrote it.
pub(crate) fn target(url: &str, from: &str, folder: &Path) -> Result<Target, Failure> {
    let options = ConnectOptions::parse(url).map_err(|error| {
        let report = Report::new(Code::Url, error.to_string())
            .why(format!("the URL comes from {from}"))
            .fix("write `sqlite:PATH`, `postgres://USER:PASSWORD@HOST:PORT/DATABASE` or `mysql://…`")
            .file(from);
        Failure::of(report)
    })?;
    Ok(Target { url: url.to_owned(), options: options.relative_to(folder), from: from.to_owned() })
}
