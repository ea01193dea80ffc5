//! `--json`: one object on stdout, whatever happens, with the same keys every time.

use serde_json::Value;

use crate::support::Project;

/// Every key of an object, with those below it: `migration.steps[].sql`.
fn keys(value: &Value) -> Vec<String> {
    let mut keys = Vec::new();
    collect("", value, &mut keys);
    keys.sort();
    keys.dedup();
    keys
}

fn collect(prefix: &str, value: &Value, keys: &mut Vec<String>) {
    // The schema in a change is that of `schema.json`.
    if prefix.ends_with("[].change") {
        return;
    }
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                collect(&key, value, keys);
                keys.push(key);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(&format!("{prefix}[]"), item, keys)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_keys_of_every_command_are_a_contract() {
    let project = Project::new();
    let mut contract = String::new();
    let mut run = |words: &str| {
        let ran = project.orm(&format!("{words} --json")).done();
        contract.push_str(&format!("orm {words}\n  {}\n", keys(&ran.json()).join("\n  ")));
    };
    run("init");
    run("migrate dev");
    run("migrate deploy");
    run("migrate status");
    run("migrate diff --from empty --to migrations --sql");
    run("migrate reset --force");
    run("introspect --output found --print");
    run("db push --database-url sqlite:other.db");
    project.write("a.sql", "SELECT 1;");
    run("db execute --file a.sql");
    project.write("a.sql", "PROBABLY nothing;");
    run("migrate lint a.sql");
    insta::assert_snapshot!(contract);
}

#[test]
fn an_undecided_rename_is_a_question_in_the_object() {
    let project = Project::new();
    project.orm("migrate dev").done();
    project.edit("src/models.rs", "name", "full_name");
    let error = &project.orm("migrate dev --json").ends(2).json()["error"];
    assert_eq!(error["code"], "C010");
    let question = &error["questions"][0];
    assert_eq!(question["kind"], "column");
    assert_eq!(question["rename"], "users.name=users.full_name");
    assert_eq!(question["drop_and_add"], "users.name!=users.full_name");
    assert_eq!(error["where"]["place"], "src/models.rs:6:9");
}

#[test]
fn errors_are_one_object_too_even_of_words_that_make_no_command() {
    let project = Project::new();
    for (words, exit, code) in [
        ("migrate nonsense --json", 64, "C001"),
        ("--json schema", 64, "C002"),
        ("migrate status --json --database-url x", 1, "C004"),
        ("migrate deploy --json", 1, "M001"),
    ] {
        let json = project.orm(words).ends(exit).json();
        assert_eq!(json["error"]["code"], code, "{words}");
        for key in ["message", "why", "fix"] {
            assert!(json["error"][key].is_string(), "{words}: {key}");
        }
        assert!(json["error"]["where"]["place"].is_string(), "{words}");
    }
}

#[test]
fn without_json_only_the_product_is_on_stdout() {
    let project = Project::new();
    let made = project.orm("migrate dev").done();
    assert_eq!(made.stdout, format!("migrations/{}\n", project.migrations()[0]));
    assert_eq!(project.orm("migrate dev").done().stdout, "");
    assert_eq!(project.orm("-q migrate status").done().stderr, "");
    let sql = project.orm("migrate diff --from empty --to models --sql").done();
    assert!(sql.stdout.starts_with("-- create table `users`\nCREATE TABLE"), "{}", sql.stdout);
}

/// Who looks a code up finds it.
#[test]
fn every_code_of_the_engine_is_on_the_page() {
    let page = include_str!("../../../docs/command-line.md");
    let missing: Vec<_> = orm_migrate::error::Code::ALL
        .iter()
        .map(|code| code.text())
        .filter(|code| !page.contains(&format!("| {code} |")))
        .collect();
    assert!(missing.is_empty(), "not in docs/command-line.md: {missing:?}");
}
