//! Mistakes and what the compiler says of them: first line, label and notes name the field and the fix.

use std::{env, fs, path::Path};

#[test]
fn mistakes_are_answered_in_the_users_words() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("cases/*.rs");
}

/// What one mistake may take of a screen.
const LINES: usize = 30;

#[test]
fn an_answer_is_no_longer_than_thirty_lines() {
    let answers = cases()
        .into_iter()
        .flat_map(|case| case.answers.into_iter().map(move |answer| (case.name.clone(), answer)));
    let long: Vec<String> = answers
        .filter(|(_, answer)| answer.lines().count() > LINES)
        .map(|(name, answer)| format!("{name}: {} lines", answer.lines().count()))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn the_page_is_what_the_compiler_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let page = page();
    if env::var_os("ORM_UPDATE_GOLDEN").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/errors.md is not what the compiler says: run this test with ORM_UPDATE_GOLDEN=1"
    );
}

/// A mistake, and what the compiler says of it.
struct Case {
    name: String,
    program: String,
    answers: Vec<String>,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
        .collect();
    names.sort();
    let read = |name: &str, ending: &str| fs::read_to_string(folder.join(format!("{name}{ending}"))).unwrap();
    let case = |name: String| Case {
        program: read(&name, ".rs"),
        // One behind the other, with an empty line between.
        answers: read(&name, ".stderr").split("\n\n").map(|answer| answer.trim_end().to_owned()).collect(),
        name,
    };
    names.into_iter().map(case).collect()
}

const HEAD: &str = "\
# What the compiler says

Mistakes that do not compile, and the answer to each: this page is written by the tests, which make every one of them. The models are a
`User` with an email, a name, an age, and a bio that may be missing, and a `Post` that belongs to its author.

What is found only when the program runs is an `orm::Error`: its kind tells what to do about it, its message why it is and where. Of
a migration, [its own errors](migrations.md) have codes.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for Case { name, program, answers } in cases() {
        let title = name.replace('_', " ");
        let program = program.trim_start_matches(r#"include!("models.in");"#).trim();
        page.push_str(&format!(
            "\n## {}{}\n\n```rust\n{program}\n```\n\n```text\n{}\n```\n",
            title[..1].to_uppercase(),
            &title[1..],
            answers.join("\n\n")
        ));
    }
    page
}
