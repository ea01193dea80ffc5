//! What the process finds around it: the only place that reads the environment, `.env` and whether there is a terminal.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use crate::failure::{Code, Failure, Report};

/// The variable that names the database.
pub(crate) const DATABASE_URL: &str = "DATABASE_URL";

/// The file that may set it.
pub(crate) const DOTENV: &str = ".env";

/// What is around the process.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    /// The working folder.
    pub(crate) folder: PathBuf,
    /// `DATABASE_URL`, unless it is empty.
    pub(crate) database_url: Option<String>,
    /// Whether `NO_COLOR` is set, to whatever (no-color.org).
    pub(crate) no_color: bool,
    /// Whether a person reads stderr.
    pub(crate) stderr_is_terminal: bool,
    /// Whether a person can answer.
    pub(crate) can_ask: bool,
}

impl Environment {
    /// Looks around.
    pub(crate) fn read() -> Self {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let stderr_is_terminal = io::stderr().is_terminal();
        let is_dumb = set("TERM").is_some_and(|term| term == "dumb");
        Self {
            folder: std::env::current_dir().unwrap_or_default(),
            database_url: set(DATABASE_URL),
            no_color: set("NO_COLOR").is_some() || is_dumb,
            stderr_is_terminal,
            can_ask: stderr_is_terminal && io::stdin().is_terminal(),
        }
    }
}

/// `DATABASE_URL` as the `.env` of a folder has it. The file changes nothing for anybody else.
pub(crate) fn dotenv_url(folder: &Path) -> Result<Option<String>, Failure> {
    let path = folder.join(DOTENV);
    if !path.is_file() {
        return Ok(None);
    }
    let mut url = None;
    for pair in dotenvy::from_path_iter(&path).map_err(|error| unreadable(&path, &error))? {
        let (name, value) = pair.map_err(|error| unreadable(&path, &error))?;
        if name == DATABASE_URL && !value.is_empty() {
            url = Some(value);
        }
    }
    Ok(url)
}

fn unreadable(path: &Path, error: &dotenvy::Error) -> Failure {
    // The line itself may hold a password.
    let why = match error {
        dotenvy::Error::LineParse(_, column) => {
            format!("a line is no `NAME=value` (from its character {})", column + 1)
        }
        error => error.to_string(),
    };
    let report = Report::new(Code::Dotenv, format!("`{}` cannot be read", path.display()))
        .why(why)
        .fix("write each line as `NAME=value`, with quotes around a value that has spaces: `NAME=\"a b\"`")
        .file(path.display());
    Failure::of(report)
}
