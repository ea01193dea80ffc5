//! `orm init`: what a project begins with. What is there is left as it is.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use orm_migrate::{Dialect, Migrations};
use serde_json::json;

use crate::{config, failure::Failure, output::Outcome, session::Session, settings::Target};

/// The database of a project that names none.
const DEFAULT_URL: &str = "sqlite:app.db";

const ORM_TOML: &str = include_str!("init/orm.toml");
const DOTENV_EXAMPLE: &str = include_str!("init/env.example");
const MODEL: &str = include_str!("init/user.rs.txt");
const EMBEDDED_TEST: &str = include_str!("init/test_embedded.rs.txt");
const SERVER_TEST: &str = include_str!("init/test_server.rs.txt");

/// A file to be made.
struct File {
    path: PathBuf,
    text: String,
}

/// Runs the command.
pub(crate) async fn run(session: &Session) -> Result<Outcome, Failure> {
    let target = match session.settings.named_target()? {
        Some(target) => target,
        None => crate::settings::target(DEFAULT_URL, "the default", Path::new(""))?,
    };
    session.output.say(&format!("database {}", target.options));
    let migrations = session.settings.migrations();
    let is_new = !migrations.join("orm.lock").exists();
    Migrations::create(&migrations, session.dialect(&target).await)?;
    let (mut written, mut kept) = (Vec::new(), Vec::new());
    tell(session, is_new, &migrations.join("orm.lock"), &mut written, &mut kept);
    for file in files(session, &target) {
        let is_new = create(&file)?;
        tell(session, is_new, &file.path, &mut written, &mut kept);
    }
    let json = json!({ "database": target.options.to_string(), "written": written, "kept": kept });
    Ok(Outcome::done(json).next(next(session, &target)))
}

fn files(session: &Session, target: &Target) -> Vec<File> {
    let root = session.settings.root();
    let folder = session.settings.migrations();
    // A URL with a password is no text for a repository: only what is shown of it is written.
    let url = target.options.to_string();
    let line = if url.contains("***") {
        format!("# url = {url:?}  # the password is for")
    } else {
        format!("url = {url:?}  # before it comes")
    };
    let test = if target.options.is_server() { SERVER_TEST } else { EMBEDDED_TEST };
    let filled = |text: &str| {
        text.replace("{line}", &line)
            .replace("{test}", test.trim_end())
            .replace("{url}", &url)
            .replace("{migrations}", &folder.display().to_string().replace('\\', "/"))
    };
    let file = |path: &str, text: &str| File { path: root.join(path), text: filled(text) };
    vec![file(config::FILE, ORM_TOML), file(".env.example", DOTENV_EXAMPLE), file("src/models.rs", MODEL)]
}

/// Writes a file that is not there; `false` if it is.
fn create(file: &File) -> Result<bool, Failure> {
    let failed = |error: &io::Error| Failure::input("write", file.path.display(), error);
    if let Some(folder) = file.path.parent() {
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    }
    match OpenOptions::new().write(true).create_new(true).open(&file.path) {
        Ok(mut new) => new.write_all(file.text.as_bytes()).map(|()| true).map_err(|error| failed(&error)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed(&error)),
    }
}

fn tell(session: &Session, is_new: bool, path: &Path, written: &mut Vec<String>, kept: &mut Vec<String>) {
    let path = path.display().to_string();
    session.output.say(&format!("{} {path}", if is_new { "wrote" } else { "kept " }));
    if is_new { written } else { kept }.push(path);
}

/// What a package still lacks before the first migration can be made.
fn next(session: &Session, target: &Target) -> String {
    let root = session.settings.root();
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    let is_program = root.join("src/main.rs").exists() && !root.join("src/lib.rs").exists();
    let has = |name: &str| manifest.lines().any(|line| line.trim_start().starts_with(name));
    let steps = [
        (manifest.is_empty(), "`cargo init --lib`"),
        (!has("orm"), add(Dialect::from(target.options.dialect()))),
        (!has("tokio"), "`cargo add tokio --dev --features macros,rt`"),
        (is_program, "write `mod models;` into src/main.rs"),
        (!is_program, "write `pub mod models;` into src/lib.rs"),
    ];
    let steps: Vec<_> = steps.into_iter().filter(|(lacks, _)| *lacks).map(|(_, step)| step).collect();
    format!("{}, then `orm migrate dev` makes the first migration", steps.join(", "))
}

/// How a package takes part with that database.
const fn add(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "`cargo add orm`",
        Dialect::Postgres => "`cargo add orm --features postgres`",
        Dialect::MariaDb | Dialect::MySql => "`cargo add orm --features mysql`",
    }
}
