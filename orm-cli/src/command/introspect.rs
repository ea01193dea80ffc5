//! `orm introspect`: a live database → models.

use std::{collections::BTreeMap, path::Path};

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
        tell_left_out(session, &inspected);
        return Ok(Outcome::done(json).next("`orm introspect --output DIR` writes them"));
    };
    let written = write(folder, &files, words.force)?;
    for file in &written.written {
        session.output.say(&format!("wrote {}", folder.join(file).display()));
    }
    let unchanged = written.unchanged.len();
    session.output.say(&format!("{} written, {unchanged} unchanged", count(written.written.len(), "file")));
    tell_left_out(session, &inspected);
    json["written"] = json!(written.written);
    json["unchanged"] = json!(written.unchanged);
    Ok(Outcome::done(json).next(next(folder)))
}

/// What no model can say is never left out silently: by kind, how many and which.
fn tell_left_out(session: &Session, inspected: &Inspected) {
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for object in &inspected.not_owned {
        kinds.entry(object.kind.to_string()).or_default().push(object.name.to_string());
    }
    if kinds.is_empty() {
        return;
    }
    session.output.say("left to the database, since no model says it:");
    for (kind, names) in kinds {
        session.output.say(&format!("  {kind}: {}", names.len()));
        wrapped(&names).iter().for_each(|line| session.output.say(&format!("    {line}")));
    }
}

/// Names one after the other, in lines that a terminal shows whole.
fn wrapped(names: &[String]) -> Vec<String> {
    const WIDTH: usize = 96;
    let mut lines: Vec<String> = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let name = if place + 1 < names.len() { format!("{name},") } else { name.clone() };
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + name.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(&name);
            }
            Some(_) | None => lines.push(name),
        }
    }
    lines
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
