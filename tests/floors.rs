//! The floors: which module may know which. Cargo keeps the crates apart, this test the modules.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

const DIALECTS: [&str; 3] = ["sqlite", "postgres", "mysql"];

/// Where the choice of a dialect is made: the only files outside the dialects' folders that may name one.
const CHOICES: [&str; 11] = [
    "orm-core/src/connection.rs",
    "orm-core/src/dialect.rs",
    "orm-core/src/options.rs",
    "orm-core/src/pool.rs",
    "orm-core/src/reader.rs",
    "orm-core/src/sql/spelling.rs",
    "orm-core/src/url.rs",
    "orm-migrate/src/dialect.rs",
    "orm-migrate/src/live.rs",
    "orm-migrate/src/scratch.rs",
    "orm-cli/src/command/init.rs",
];

struct Source {
    path: String,
    /// Without comments and without what stands under `#[cfg(test)]`.
    code: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(of: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(of), &mut found);
    assert!(!found.is_empty(), "`{of}` holds no source");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_test = path.file_stem().is_some_and(|name| name == "tests" || name == "test_support");
        if path.is_dir() && !is_test {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let name = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().into_owned();
            found.push(Source { path: name, code: code_only(&text) });
        }
    }
}

fn code_only(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The dialect in whose folder a file is.
fn dialect_of(path: &str) -> Option<&'static str> {
    DIALECTS.into_iter().find(|dialect| path.contains(&format!("/{dialect}/")))
}

fn assert_none(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

fn lines_with(source: &Source, words: &[String]) -> Vec<String> {
    let hits = source.code.lines().filter(|line| words.iter().any(|word| line.contains(word.as_str())));
    hits.map(|line| format!("{}: {}", source.path, line.trim())).collect()
}

#[test]
fn dialect_folders_never_import_each_other() {
    let mut found = Vec::new();
    for source in ["orm-core/src", "orm-migrate/src"].into_iter().flat_map(sources) {
        let Some(own) = dialect_of(&source.path) else { continue };
        let others = DIALECTS.into_iter().filter(|other| *other != own);
        let words: Vec<String> = others.map(|other| format!("crate::{other}::")).collect();
        found.extend(lines_with(&source, &words));
    }
    assert_none("a dialect's folder knows another dialect", &found);
}

#[test]
fn no_dialect_is_named_outside_its_folder_but_where_the_choice_is_made() {
    let variants = ["Sqlite", "Postgres", "MySql", "MariaDb"];
    let mut words: Vec<String> = variants.iter().map(|variant| format!("Dialect::{variant}")).collect();
    words.extend(DIALECTS.iter().map(|dialect| format!("crate::{dialect}::")));
    let mut found = Vec::new();
    for source in ["orm-core/src", "orm-migrate/src", "orm-cli/src"].into_iter().flat_map(sources) {
        if dialect_of(&source.path).is_none() && !CHOICES.contains(&source.path.as_str()) {
            found.extend(lines_with(&source, &words));
        }
    }
    assert_none("ask the capabilities, or put it into the dialect's folder", &found);
}

/// Files that not every dialect's folder has, each for something that the others do not do: the crate, the file, and the
/// folders that have it.
const NOT_EVERYWHERE: &[(&str, &str, &[&str])] = &[
    ("orm-core/src", "pool.rs", &["sqlite"]), // a database in the process needs a pool of another kind than a server (`server/`)
    ("orm-core/src", "pooled.rs", &["sqlite"]),
    ("orm-core/src", "text.rs", &["sqlite"]), // values that SQLite has no type for
    ("orm-migrate/src", "alter.rs", &["sqlite"]), // what ALTER TABLE can do at all
    ("orm-migrate/src", "alter_column.rs", &["postgres"]), // what SQLite does by a rebuild, and MariaDB by one clause
    ("orm-migrate/src", "asked.rs", &["postgres", "mysql"]), // what a server prints in its own way; SQLite keeps the text
    ("orm-migrate/src", "cast.rs", &["postgres"]),
    ("orm-migrate/src", "catalog.rs", &["postgres", "mysql"]), // the catalogs of a server
    ("orm-migrate/src", "create_table.rs", &["sqlite"]),       // what only the text of CREATE TABLE says
    ("orm-migrate/src", "default.rs", &["sqlite", "mysql"]),
    ("orm-migrate/src", "besides.rs", &["postgres"]), // only there a type comes from an extension, and a table lies in a schema
    ("orm-migrate/src", "broken.rs", &["sqlite", "mysql"]), // where nothing stands in the way of breaking a view
    ("orm-migrate/src", "carry_over", &["postgres"]), // only there an object is in the way of a column's type
    ("orm-migrate/src", "carry_over.rs", &["mysql"]), // what stands on a column that goes; SQLite tries it out
    ("orm-migrate/src", "definitions", &["postgres", "mysql"]), // what SQLite keeps as a text needs no more than a file
    ("orm-migrate/src", "expression.rs", &["postgres", "mysql"]), // conditions as the server prints them
    ("orm-migrate/src", "literal.rs", &["postgres"]),
    ("orm-migrate/src", "negate.rs", &["mysql"]),
    ("orm-migrate/src", "not_owned.rs", &["postgres"]), // so many kinds of objects that they are a query of their own
    ("orm-migrate/src", "engines.rs", &["mysql"]),      // elsewhere every table knows transactions
    ("orm-migrate/src", "online.rs", &["postgres", "mysql"]), // SQLite has one writer
    ("orm-migrate/src", "primary.rs", &["postgres", "mysql"]),
    ("orm-migrate/src", "printers.rs", &["postgres"]), // what a session's settings make of types and expressions
    ("orm-migrate/src", "rebuild.rs", &["sqlite"]),    // the twelve steps
    ("orm-migrate/src", "replace_enum.rs", &["postgres"]),
    ("orm-migrate/src", "shown.rs", &["mysql"]), // what SHOW CREATE TABLE alone tells
    ("orm-migrate/src", "steps.rs", &["postgres", "mysql"]),
    ("orm-migrate/src", "tenants.rs", &["postgres", "mysql"]), // a file of SQLite is one database
    ("orm-migrate/src", "text.rs", &["mysql"]),                // literals with backslashes
    ("orm-migrate/src", "triggers.rs", &["mysql"]), // which columns they speak of; PostgreSQL's catalog says it
    ("orm-migrate/src", "twin.rs", &["postgres", "mysql"]), // a column renamed in two releases
    ("orm-migrate/src", "validate.rs", &["postgres"]), // NOT VALID
    ("orm-migrate/src", "unsupported.rs", &["mysql"]), // what the server cannot have, told before anything is planned
];

#[test]
fn the_dialects_folders_hold_the_same_files() {
    let mut found = Vec::new();
    for crate_source in ["orm-core/src", "orm-migrate/src"] {
        let mut folders: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for dialect in DIALECTS {
            let entries =
                fs::read_dir(root().join(crate_source).join(dialect)).into_iter().flatten().flatten();
            for entry in entries {
                folders.entry(entry.file_name().to_string_lossy().into_owned()).or_default().push(dialect);
            }
        }
        for (name, having) in folders {
            let listed = NOT_EVERYWHERE.iter().find(|(of, file, _)| *of == crate_source && *file == name);
            if having != listed.map_or(&DIALECTS[..], |(_, _, folders)| *folders) {
                found.push(format!("{crate_source}/{{{}}}/{name}", having.join(",")));
            }
        }
    }
    assert_none("a file that other dialects' folders lack, or no longer lack", &found);
}

#[test]
fn the_nouns_touch_no_file_but_in_the_scan() {
    let words = ["std::fs", "fs::read", "std::net", "std::process"].map(str::to_owned);
    let found: Vec<String> = sources("orm-schema/src")
        .iter()
        .filter(|source| !source.path.contains("/parse/scan/"))
        .flat_map(|source| lines_with(source, &words))
        .collect();
    assert_none("orm-schema does no I/O outside the scan", &found);
}

#[test]
fn the_pure_half_of_the_migration_engine_holds_no_connection_and_no_file() {
    let words = ["orm_core::Connection", "orm_core::Db", "Connection,", "std::fs", "tokio::", "async fn"]
        .map(str::to_owned);
    let pure = [
        "/diff/",
        "/plan/",
        "/change.rs",
        "/step.rs",
        "/normalise.rs",
        "/lint/",
        "/token.rs",
        "/types.rs",
        "/ddl.rs",
        "/baseline/order.rs",
        "/baseline/file.rs",
    ];
    let found: Vec<String> = sources("orm-migrate/src")
        .iter()
        .filter(|source| pure.iter().any(|part| source.path.contains(part)))
        .flat_map(|source| lines_with(source, &words))
        .collect();
    assert_none("the pure half of orm-migrate takes part in no I/O", &found);
}

#[test]
fn only_the_command_line_prints_reads_the_environment_or_exits() {
    let words = ["println!(", "eprintln!(", "print!(", "std::env::var", "env::var(", "process::exit"]
        .map(str::to_owned);
    let mut found = Vec::new();
    for source in ["src", "orm-schema/src", "orm-core/src", "orm-migrate/src"].into_iter().flat_map(sources) {
        found.extend(lines_with(&source, &words));
    }
    let outside = |path: &str| {
        !["/output", "/command/init/", "/environment.rs", "/main.rs", "/prompt.rs", "/exit.rs"]
            .iter()
            .any(|part| path.contains(part))
    };
    for source in sources("orm-cli/src") {
        if outside(&source.path) {
            found.extend(lines_with(&source, &words));
        }
    }
    assert_none("printing, the environment and exiting belong to orm-cli's own modules for them", &found);
}
