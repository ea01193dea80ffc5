//! `orm introspect`: a live database → models.

use std::{collections::BTreeMap, fs, path::Path};

use orm_migrate::{
    Dialect, Inspected, inspect_steadily,
    introspect::{GeneratedFile, Options, Rewritten, What, models, rewrite, update, write},
    source::{self, Scan},
};
use serde_json::{Value, json};
use similar::TextDiff;

use crate::{
    args::Introspect,
    failure::{Failure, Report, tidy},
    output::{Outcome, count},
    session::Session,
};

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Introspect) -> Result<Outcome, Failure> {
    let target = session.target()?;
    let mut connection = session.look(&target).await?;
    let inspected = inspect_steadily(&mut connection).await?;
    inspected.warnings.iter().for_each(|warning| session.output.warn_line(warning));
    if inspected.schema.tables.is_empty() {
        session.output.say("the database has no tables that a model could say");
    }
    let dialect = Dialect::of(&connection);
    let files = models(dialect, &inspected, &Options { derives: words.derive.clone() })?;
    let mut json = json!({
        "database": target.options.to_string(),
        "tables": inspected.schema.tables.len(),
        "enums": inspected.schema.enums.len(),
        "warnings": inspected.warnings,
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
    if !words.force && holds_rust(folder) {
        return keep_up(session, words, folder, dialect, &inspected, json);
    }
    if words.dry_run {
        return Ok(show_new(session, folder, &files, &inspected, json));
    }
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

/// Whether there are files that may hold models.
fn holds_rust(folder: &Path) -> bool {
    let is_rust = |path: &Path| path.extension().is_some_and(|extension| extension == "rs");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    folder.with_extension("rs").is_file() || entries.into_iter().any(|entry| is_rust(&entry.path()))
}

/// Edits models that are there.
fn keep_up(
    session: &Session,
    words: &Introspect,
    folder: &Path,
    dialect: Dialect,
    inspected: &Inspected,
    mut json: Value,
) -> Result<Outcome, Failure> {
    // One folder has one path, whoever names it.
    let folder = &fs::canonicalize(folder)
        .or_else(|_| std::path::absolute(folder))
        .unwrap_or_else(|_| folder.to_owned());
    let (scan, source) = existing(session, folder)?;
    let options = Options { derives: words.derive.clone() };
    let rewritten = update(dialect, folder, &scan, &source, inspected, &options)?;
    if words.dry_run {
        rewritten.files.iter().for_each(|(path, before, after)| {
            session.output.product(&patch(path, before.as_deref(), after));
        });
        json["patch"] = rewritten
            .files
            .iter()
            .map(|(path, before, after)| patch(path, before.as_deref(), after))
            .collect::<String>()
            .into();
    } else {
        rewrite(&rewritten)?;
    }
    for noted in &rewritten.noted {
        session.output.say(&noted.to_string());
    }
    tell_left_out(session, inspected);
    let paths: Vec<_> = rewritten.files.iter().map(|(path, ..)| tidy(path)).collect();
    json["changes"] = json!(rewritten.noted);
    json["written"] = json!(if words.dry_run { Vec::new() } else { paths.clone() });
    json["would_write"] = json!(paths);
    let others = count(paths.len(), "file");
    if paths.is_empty() {
        return Ok(Outcome::done(json).nothing_to_do("the models say what the database has"));
    }
    let last = if words.dry_run {
        format!("the same without `--dry-run` writes {others}")
    } else {
        written_last(&rewritten, &others)
    };
    Ok(Outcome::done(json).next(last))
}

/// What is left for a person to do.
fn written_last(rewritten: &Rewritten, others: &str) -> String {
    let is_marked = rewritten.noted.iter().any(|noted| noted.what == What::Gone);
    let marks = if is_marked {
        "; delete what is marked `// orm:`, unless the database shall have it again"
    } else {
        ""
    };
    format!("{others} written: read them{marks}")
}

/// The models of the folder. A type of theirs may be anywhere in their package, so where the folder alone does not say what it
/// is, the package does.
fn existing(session: &Session, folder: &Path) -> Result<(Scan, source::Options), Failure> {
    let beside = folder.with_extension("rs");
    let is_root = ["mod.rs", "lib.rs"].iter().any(|name| folder.join(name).is_file());
    let path = if !is_root && beside.is_file() { beside } else { folder.to_owned() };
    let options = source::Options { paths: vec![path], ..source::Options::default() };
    let scan = source::scan(&options);
    if scan.errors.is_empty() {
        return settled(session, scan, options);
    }
    let package =
        source::Options { package: folder.to_owned(), all_features: true, ..source::Options::default() };
    let whole = source::scan(&package);
    let holds_folder = scan.files.iter().all(|file| whole.files.contains(file));
    if whole.errors.is_empty() && holds_folder {
        settled(session, whole, package)
    } else {
        settled(session, scan, options)
    }
}

fn settled(
    session: &Session,
    scan: Scan,
    options: source::Options,
) -> Result<(Scan, source::Options), Failure> {
    for warning in &scan.warnings {
        session.output.warn(&warning.into());
    }
    match Failure::all(scan.errors.iter().map(Report::from).collect()) {
        Some(failure) => Err(failure),
        None => Ok((scan, options)),
    }
}

/// What would be new, as a patch.
fn show_new(
    session: &Session,
    folder: &Path,
    files: &[GeneratedFile],
    inspected: &Inspected,
    mut json: Value,
) -> Outcome {
    let patches: String =
        files.iter().map(|file| patch(&folder.join(&file.path), None, &file.text)).collect();
    session.output.product(&patches);
    tell_left_out(session, inspected);
    json["patch"] = patches.into();
    Outcome::done(json).next(format!("the same without `--dry-run` writes {}", count(files.len(), "file")))
}

/// A unified diff of a file.
fn patch(path: &Path, before: Option<&str>, after: &str) -> String {
    // As the person is there, not as the folder is found.
    let here = fs::canonicalize(".").unwrap_or_default();
    let path = tidy(path.strip_prefix(here).unwrap_or(path));
    let old = before.map_or_else(|| "/dev/null".to_owned(), |_| format!("a/{path}"));
    TextDiff::from_lines(before.unwrap_or_default(), after)
        .unified_diff()
        .header(&old, &format!("b/{path}"))
        .to_string()
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
