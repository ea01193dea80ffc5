//! The documents say what the tests hold: every promise of `docs/databases.md` names tests that exist.

use std::{fs, path::PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn suite() -> String {
    let entries = fs::read_dir(root().join("tests/suite")).into_iter().flatten().flatten();
    entries.filter_map(|entry| fs::read_to_string(entry.path()).ok()).collect()
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
