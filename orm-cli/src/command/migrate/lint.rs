//! `orm migrate lint`: what the SQL of migrations would lose, whom it would keep waiting, and where it would fail.

use std::{
    fs,
    path::{Path, PathBuf},
};

use orm_migrate::{
    Dialect, Migrations,
    folder::LOCK_FILE,
    lint::{Finding, Level, Subject, lint, lint_migrations},
};
use serde_json::json;

use crate::{
    args::Lint,
    command::side,
    exit::Exit,
    failure::{Code, Failure, Report, tidy},
    output::{Outcome, count, lint_counted},
    session::Session,
};

/// What is looked at.
enum Subjects {
    /// Those migrations of a folder.
    Migrations(Box<Migrations>, Vec<String>),
    /// A file.
    File(PathBuf),
}

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Lint) -> Result<Outcome, Failure> {
    let (findings, looked_at) = match subjects(session, words)? {
        Subjects::Migrations(migrations, names) => {
            let is_wanted = |name: &str| names.iter().any(|wanted| wanted == name);
            (of_migrations(session, &migrations, is_wanted)?, count(names.len(), "migration"))
        }
        Subjects::File(file) => (of_file(session, words, &file).await?, tidy(&file)),
    };
    session.output.findings(&findings);
    let decides = findings.iter().any(|finding| finding.level.needs_decision());
    let outcome = Outcome::done(object(&findings)).exit(if decides { Exit::Decision } else { Exit::Done });
    Ok(match (findings.is_empty(), decides) {
        (true, _) => outcome.nothing_to_do(format!("nothing was found in {looked_at}")),
        (false, false) => outcome.over(lint_counted(&findings)),
        (false, true) => outcome.next(format!(
            "decide on {}: change the SQL, or write `-- orm: allow CODE reason` on the line before the statement",
            lint_counted(&findings)
        )),
    })
}

/// What is found in those migrations of a folder, but for what orm.toml turns off.
pub(super) fn of_migrations(
    session: &Session,
    migrations: &Migrations,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Finding>, Failure> {
    Ok(heeded(session, lint_migrations(migrations, wanted)?))
}

fn heeded(session: &Session, mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|finding| !session.settings.ignores(finding.code));
    findings
}

/// A path is the folder of migrations, of one of them, the `up.sql` in that, or any other file.
fn subjects(session: &Session, words: &Lint) -> Result<Subjects, Failure> {
    let Some(path) = &words.path else { return of_project(session, words.last) };
    let folder = if path.file_name().is_some_and(|name| name == "up.sql") {
        path.parent()
    } else {
        Some(path.as_path())
    };
    if let Some((around, name)) = folder.and_then(one_of_several) {
        return Ok(Subjects::Migrations(Box::new(Migrations::read(&around)?), vec![name]));
    }
    if path.is_dir() { all(Migrations::read(path)?, words.last) } else { Ok(Subjects::File(path.clone())) }
}

/// The migrations folder that a folder is one migration of, and its name there.
fn one_of_several(folder: &Path) -> Option<(PathBuf, String)> {
    // `.` has a name only where it is.
    let folder =
        if folder.file_name().is_some() { folder.to_owned() } else { fs::canonicalize(folder).ok()? };
    let around = folder.parent()?;
    let around = if around.as_os_str().is_empty() { Path::new(".") } else { around };
    let name = folder.file_name()?.to_str()?.to_owned();
    (folder.is_dir() && around.join(LOCK_FILE).is_file()).then(|| (around.to_owned(), name))
}

/// The project's migrations, but for those that `orm.toml` says are settled.
fn of_project(session: &Session, last: Option<usize>) -> Result<Subjects, Failure> {
    let migrations = session.migrations()?;
    let Some(after) = session.settings.linted_after() else { return all(migrations, last) };
    let Some(settled) = migrations.list().iter().position(|migration| migration.name.as_str() == after)
    else {
        let report = Report::new(Code::Config, format!("`after` of `[lint]` names no migration: `{after}`"))
            .fix("name the last migration that is not to be looked at, as `orm migrate status` lists it")
            .file(session.settings.config_file().display());
        return Err(Failure::of(report));
    };
    let new = migrations.list().len() - settled - 1;
    all(migrations, Some(last.map_or(new, |last| last.min(new))))
}

fn all(migrations: Migrations, last: Option<usize>) -> Result<Subjects, Failure> {
    let names: Vec<_> = migrations.list().iter().map(|migration| migration.name.to_string()).collect();
    let skipped = names.len().saturating_sub(last.unwrap_or(names.len()));
    Ok(Subjects::Migrations(Box::new(migrations), names.into_iter().skip(skipped).collect()))
}

async fn of_file(session: &Session, words: &Lint, path: &Path) -> Result<Vec<Finding>, Failure> {
    let name = tidy(path);
    let sql = fs::read_to_string(path).map_err(|error| Failure::input("read", &name, &error))?;
    let dialect: Dialect = match words.dialect {
        Some(dialect) => dialect,
        None => side::dialect(session, &[]).await?,
    };
    session.output.detail(&format!("read as {dialect}"));
    Ok(heeded(session, lint(&Subject::new(dialect, &sql, &name))?))
}

fn object(findings: &[Finding]) -> serde_json::Value {
    let of = |level: Level| findings.iter().filter(|finding| finding.level == level).count();
    json!({
        "findings": findings,
        "counts": { "danger": of(Level::Danger), "caution": of(Level::Caution), "hint": of(Level::Hint) },
    })
}
