//! `orm introspect`: a live database → models.

use std::path::Path;

use orm_migrate::{
    Dialect, Inspected, inspect,
    introspect::{GeneratedFile, Options, models, write},
};
use serde_json::json;

use crate::{
    args::Introspect,
    failure::{Failure, tidy},
    output::{Outcome, count},
    session::Session,
};

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Introspect) -> Result<Outcome, Failure> {
    let target = session.target()?;
    let mut connection = session.look(&target).await?;
    let inspected = inspect(&mut connection).await?;
    let files = models(Dialect::of(&connection), &inspected, &Options { derives: words.derive.clone() })?;
    tell_left_out(session, &inspected);
    let mut json = json!({
        "database": target.options.to_string(),
        "tables": inspected.schema.tables.len(),
        "enums": inspected.schema.enums.len(),
        "not_owned": inspected.not_owned.iter().map(|object| json!({ "kind": object.kind, "name": object.name })).collect::<Vec<_>>(),
    });
    if words.print || words.output.is_none() {
        print(session, &files);
        json["files"] = files.iter().map(|file| json!({ "path": file.path, "text": file.text })).collect();
    }
    let Some(folder) = &words.output else {
        return Ok(Outcome::done(json).next("`orm introspect --output DIR` writes them"));
    };
    let written = write(folder, &files, words.force)?;
    for file in &written.written {
        session.output.say(&format!("wrote {}", folder.join(file).display()));
    }
    let unchanged = written.unchanged.len();
    session.output.say(&format!("{} written, {unchanged} unchanged", count(written.written.len(), "file")));
    json["written"] = json!(written.written);
    json["unchanged"] = json!(written.unchanged);
    Ok(Outcome::done(json).next(next(folder)))
}

/// What no model can say is never left out silently.
fn tell_left_out(session: &Session, inspected: &Inspected) {
    for object in &inspected.not_owned {
        session.output.say(&format!("left to the database: {} {}", object.kind, object.name));
    }
}

fn print(session: &Session, files: &[GeneratedFile]) {
    for file in files {
        session.output.product(&format!("// {}\n{}\n", file.path, file.text));
    }
}

fn next(folder: &Path) -> String {
    let module = folder.file_name().unwrap_or_default().to_string_lossy();
    let folder = tidy(folder);
    format!(
        "add `mod {module};` beside `{folder}`; `orm migrate diff --from database --to models --models {folder}` compares"
    )
}
