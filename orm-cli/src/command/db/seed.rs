//! `orm db seed`: the rows that a new database begins with.

use std::path::PathBuf;

use orm_core::Connection;
use orm_migrate::{
    DeployOptions,
    executor::{Event, execute},
};
use serde_json::json;
use tokio::process::Command;

use crate::{
    args::Seed,
    failure::{Code, Failure, Report},
    output::{Outcome, count},
    session::Session,
    settings::Target,
};

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Seed) -> Result<Outcome, Failure> {
    let target = session.target()?;
    if words.file.is_empty() && !is_configured(session) {
        let report = Report::new(Code::Config, "nothing says what the seeds are")
            .fix("write `[seed]` with `files = [\"seeds/users.sql\"]` or `command = [\"cargo\", \"run\", \"--bin\", \"seed\"]` into orm.toml, or give `--file FILE`")
            .file(session.settings.config_file().display());
        return Err(Failure::of(report));
    }
    let mut connection = session.open(&target).await?;
    let ran = fill(session, &target, &mut connection, &words.file).await?;
    let json = json!({ "database": target.options.to_string(), "seeds": ran });
    Ok(Outcome::done(json).over(format!("{} ran", count(ran.len(), "seed"))))
}

/// Whether orm.toml names any.
pub(crate) fn is_configured(session: &Session) -> bool {
    let (files, command) = session.settings.seed();
    !files.is_empty() || !command.is_empty()
}

/// Runs the files, each all or none, then the program; what ran. Files that are given stand for all of orm.toml.
pub(crate) async fn fill(
    session: &Session,
    target: &Target,
    connection: &mut Connection,
    given: &[PathBuf],
) -> Result<Vec<String>, Failure> {
    let (files, command) = session.settings.seed();
    let (files, command) = if given.is_empty() { (files, command) } else { (given.to_vec(), &[][..]) };
    let mut ran = Vec::new();
    for path in files {
        let file = path.display().to_string();
        let sql = std::fs::read_to_string(&path).map_err(|error| Failure::input("read", &file, &error))?;
        let sql = sql.strip_prefix('\u{feff}').unwrap_or(&sql);
        let mut observe = |event: Event<'_>| session.output.event(&event);
        execute(connection, sql, &file, &DeployOptions::default(), &mut observe).await?;
        session.output.say(&format!("seeded from {file}"));
        ran.push(file);
    }
    if let Some((program, words)) = command.split_first() {
        run_program(session, target, program, words).await?;
        ran.push(command.join(" "));
    }
    Ok(ran)
}

/// Its own words go where ours go: what it prints is for people.
async fn run_program(
    session: &Session,
    target: &Target,
    program: &str,
    words: &[String],
) -> Result<(), Failure> {
    let failed = |why: String| {
        let report = Report::new(Code::Seed, format!("the seed program `{program}` failed"))
            .why(why)
            .fix("run it by itself, with the database in DATABASE_URL")
            .file(session.settings.config_file().display());
        Failure::of(report)
    };
    let root = session.settings.root();
    let mut command = Command::new(program);
    command.args(words).env("DATABASE_URL", target.absolute_url());
    if !root.as_os_str().is_empty() {
        command.current_dir(root);
    }
    // Our own stdout is for the product alone.
    command.stdout(std::io::stderr());
    let status = command.status().await.map_err(|error| failed(error.to_string()))?;
    if status.success() { Ok(()) } else { Err(failed(status.to_string())) }
}
