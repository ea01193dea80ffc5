//! Help texts, as people read them.

use crate::support::{Project, bare, ran};

fn help(words: &str) -> String {
    let project = Project::empty();
    let words: Vec<_> = words.split_whitespace().chain(["--help"]).collect();
    ran(bare(&project.path("."), &words).output().unwrap()).done().stdout
}

#[test]
fn every_command_has_a_help_text() {
    for words in [
        "",
        "init",
        "migrate",
        "migrate dev",
        "migrate deploy",
        "migrate status",
        "migrate reset",
        "migrate diff",
        "migrate down",
        "migrate resolve",
        "migrate check",
        "migrate squash",
        "migrate baseline",
        "introspect",
        "db",
        "db push",
        "db execute",
        "db seed",
    ] {
        insta::assert_snapshot!(format!("orm {words}").trim().replace(' ', "_"), help(words));
    }
}

#[test]
fn no_words_at_all_are_answered_with_help_and_64() {
    let project = Project::empty();
    let ran = project.orm("").ends(64);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("Usage: orm"), "{}", ran.stderr);
}

#[test]
fn a_command_of_a_later_release_is_not_listed_and_says_not_yet() {
    let project = Project::empty();
    let all = help("") + &help("migrate") + &help("db");
    for words in ["migrate lint", "schema --format sql"] {
        project.orm(words).ends(64).says("error[C002]").says("is not there yet");
        let name = words.split_whitespace().take(2).collect::<Vec<_>>();
        let name = if name[0] == "schema" { name[0] } else { name[1] };
        assert!(!all.contains(&format!("  {name} ")), "{name} is listed");
    }
}

#[test]
fn words_that_make_no_command_are_64_with_a_hint() {
    let project = Project::empty();
    project.orm("migrate deplyo").ends(64).says("error[C001]").says("'deploy'");
    project.orm("migrate dev --nmae x").ends(64).says("error[C001]").says("--name");
    project.orm("migrate diff --from models").ends(64).says("--to <SCHEMA>");
    project.orm("migrate diff --from nonsense --to models").ends(64).says("a `.sql` file");
    project.orm("migrate deploy --lock-timeout soon").ends(64).says("a number of seconds");
    project.orm("migrate dev --rename name").ends(64).says("`old=new`");
    project.orm("-q -v init").ends(64);
}
