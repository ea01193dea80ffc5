//! The documents say what the tests hold: every promise of `docs/databases.md` names tests that exist.

use std::{fs, path::PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn suite() -> String {
    let topics = files(&root().join("tests/suite"));
    topics.iter().flat_map(|topic| files(topic)).filter_map(|file| fs::read_to_string(file).ok()).collect()
}

#[test]
fn every_portable_promise_names_tests_of_the_suite() {
    let page = fs::read_to_string(root().join("docs/databases.md")).expect("the page is there");
    let sections: Vec<&str> = page
        .split("\n## ")
        .filter(|part| {
            ["Portable semantics", "What a database cannot do"].iter().any(|name| part.starts_with(name))
        })
        .collect();
    assert_eq!(sections.len(), 2, "the sections are there");
    let suite = suite();
    let mut promises = 0;
    for row in
        sections.iter().flat_map(|section| section.lines()).filter(|line| line.starts_with("| ")).skip(1)
    {
        let tests = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        for test in tests.split('`').filter(|word| word.contains('_')) {
            assert!(
                suite.contains(&format!("fn {test}(")),
                "`{test}` is promised, but is no test of the suite"
            );
            promises += 1;
        }
    }
    assert!(promises >= 10, "only {promises} promises were found: has the table changed its form?");
}

/// Where the functions are that programs call.
const CALLED: [&str; 19] = [
    "orm-core/src/connection.rs",
    "orm-core/src/database.rs",
    "orm-core/src/error.rs",
    "orm-core/src/expr",
    "orm-core/src/model.rs",
    "orm-core/src/models.rs",
    "orm-core/src/options.rs",
    "orm-core/src/query/cursor.rs",
    "orm-core/src/query/delete.rs",
    "orm-core/src/query/explain.rs",
    "orm-core/src/query/grouped.rs",
    "orm-core/src/query/insert.rs",
    "orm-core/src/query/keyset.rs",
    "orm-core/src/query/mod.rs",
    "orm-core/src/query/page.rs",
    "orm-core/src/query/update.rs",
    "orm-core/src/raw_sql",
    "orm-core/src/relation",
    "orm-core/src/transaction.rs",
];

/// What only the derives call.
const NOT_CALLED: [&str; 2] = ["set_column", "set_default"];

#[test]
fn every_function_that_programs_call_has_an_example() {
    let mut without = Vec::new();
    let mut functions = 0;
    for path in CALLED.iter().flat_map(|place| files(&root().join(place))) {
        let text = fs::read_to_string(&path).expect("the file is there");
        let mut doc = String::new();
        for line in text.lines().map(str::trim_start) {
            if line.starts_with("//") || line.starts_with("#[") {
                doc.push_str(line);
            } else if let Some(name) = public_function(line) {
                functions += 1;
                if !doc.contains("```") && !doc.contains("doc(hidden)") && !NOT_CALLED.contains(&name) {
                    without.push(format!("{}: {name}", path.strip_prefix(root()).unwrap_or(&path).display()));
                }
                doc.clear();
            } else {
                doc.clear();
            }
        }
    }
    assert!(without.is_empty(), "without an example: {without:#?}");
    assert!(functions > 100, "only {functions} functions were found: has their form changed?");
}

fn files(place: &std::path::Path) -> Vec<PathBuf> {
    match fs::read_dir(place) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => vec![place.to_owned()],
    }
}

/// The name in the first line of a public function.
fn public_function(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub ")?;
    let rest = rest.strip_prefix("const ").unwrap_or(rest);
    let rest = rest.strip_prefix("async ").unwrap_or(rest).strip_prefix("fn ")?;
    rest.split(['(', '<']).next()
}
