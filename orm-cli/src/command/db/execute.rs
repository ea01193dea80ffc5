//! `orm db execute`: the statements of a file, as a migration would run them, without a journal.

use std::{fs, path::Path};

use orm_migrate::{
    DeployOptions,
    executor::{Event, execute},
};
use serde_json::json;

use crate::{
    args::Execute,
    failure::Failure,
    output::{Outcome, count},
    prompt,
    session::Session,
};

/// The name of stdin on a command line.
const STDIN: &str = "-";

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Execute) -> Result<Outcome, Failure> {
    let target = session.target()?;
    let (sql, file) = read(&words.file).await?;
    let mut connection = session.open(&target).await?;
    let mut statements = 0_usize;
    let mut observe = |event: Event<'_>| {
        statements += usize::from(matches!(event, Event::Statement { .. }));
        session.output.event(&event);
    };
    execute(&mut connection, &sql, &file, &DeployOptions::default(), &mut observe).await?;
    let json = json!({ "database": target.options.to_string(), "file": file, "statements": statements });
    Ok(Outcome::done(json).over(format!("{} of `{file}` ran", count(statements, "statement"))))
}

/// The text, and what to call it.
async fn read(path: &Path) -> Result<(String, String), Failure> {
    let file = if path == Path::new(STDIN) { "stdin".to_owned() } else { path.display().to_string() };
    let text = if path == Path::new(STDIN) { prompt::stdin().await } else { fs::read_to_string(path) };
    let text = text.map_err(|error| Failure::input("read", &file, &error))?;
    // A byte order mark is no SQL.
    Ok((text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned(), file))
}
