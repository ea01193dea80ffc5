//! Models that a scan cannot see, or that are not right: no table is ever dropped because of it.

use crate::support::{Project, USER};

/// A project whose table holds a row.
fn deployed() -> Project {
    let project = Project::new();
    project.orm("migrate dev").done();
    project.sql("INSERT INTO users (name) VALUES ('Ann')");
    project
}

/// The run fails, and nothing is lost or written.
fn refused(project: &Project, words: &str, exit: i32) -> String {
    let before = project.files("migrations");
    let ran = project.orm(words).ends(exit);
    assert_eq!(project.files("migrations"), before);
    assert_eq!(project.text("SELECT name FROM users"), "Ann");
    project.stable(&ran.stderr)
}

#[test]
fn a_model_that_vanished_behind_an_unknown_cfg_is_not_dropped() {
    let project = deployed();
    project.edit("src/models.rs", "#[derive(Model)]", "#[cfg(unix)]\n#[derive(Model)]");
    insta::assert_snapshot!(refused(&project, "migrate dev --accept-data-loss", 3));
}

#[test]
fn a_model_that_vanished_behind_a_feature_needs_consent() {
    let project = deployed();
    project.edit("src/models.rs", "#[derive(Model)]", "#[cfg(feature = \"extra\")]\n#[derive(Model)]");
    let said = refused(&project, "migrate dev", 3);
    assert!(said.contains("error[C012]: no model was found at all, and `users` would be dropped"), "{said}");
    project.orm("migrate dev --features extra").done().says("nothing to do");
    project.write(
        "src/other.rs",
        "#[derive(orm::Model)] pub struct Other { #[orm(primary_key)] pub code: String }\n",
    );
    project.write("src/lib.rs", "pub mod models;\npub mod other;\n");
    let said = refused(&project, "migrate dev", 2);
    assert!(said.contains("note: the rows of `users`: 1"), "{said}");
}

#[test]
fn a_model_that_vanished_into_a_macro_is_not_dropped() {
    let project = deployed();
    project.write("src/models.rs", &format!("make! {{ {USER} }}\n"));
    insta::assert_snapshot!(refused(&project, "migrate dev --accept-data-loss", 1));
}

#[test]
fn a_wrong_folder_does_not_drop_every_table() {
    let project = deployed();
    project.write("elsewhere/empty.rs", "\n");
    let said = refused(&project, "migrate dev --models elsewhere", 3);
    assert!(said.contains("error[C012]"), "{said}");
    assert!(refused(&project, "migrate dev --models nowhere.rs", 1).contains("error[S001]"));
}

#[test]
fn a_file_that_is_no_rust_is_shown_at_its_line() {
    let project = deployed();
    project.edit("src/models.rs", "pub struct User {", "pub struct User { pub");
    insta::assert_snapshot!(refused(&project, "migrate dev --accept-data-loss", 1));
}

#[test]
fn an_unknown_type_is_shown_at_its_field() {
    let project = deployed();
    project.edit("src/models.rs", "name: String", "name: std::time::Instant");
    insta::assert_snapshot!(refused(&project, "migrate dev --accept-data-loss", 1));
}

#[test]
fn two_models_of_one_table_are_shown_together() {
    let project = deployed();
    let twice = format!(
        "{USER}\n#[derive(Model)]\n#[orm(table = \"users\")]\npub struct Person {{\n    pub id: i64,\n}}\n"
    );
    project.write("src/models.rs", &twice);
    insta::assert_snapshot!(refused(&project, "migrate dev --accept-data-loss", 1));
}

#[test]
fn every_mistake_is_reported_at_once() {
    let project = deployed();
    project.edit("src/models.rs", "pub name: String", "pub name: Missing,\n    pub other: Nowhere");
    let json = project.orm("migrate dev --json").ends(1).json();
    assert_eq!(json["error"]["others"].as_array().unwrap().len(), 1, "{json}");
}

#[test]
fn a_type_that_the_database_does_not_have_is_shown_at_its_field() {
    let project = Project::new();
    project.edit("src/models.rs", "name: String", "names: Vec<String>");
    insta::assert_snapshot!(project.stable(&project.orm("migrate dev").ends(1).stderr));
    assert!(!project.path("migrations").exists());
}

#[test]
fn names_that_need_quotes_survive_every_command() {
    crate::support::on_every_database(|project| {
        project.write(
            "src/models.rs",
            r#"#[derive(orm::Model)]
#[orm(table = "Order \"Lines\"")]
pub struct Line {
    pub id: i64,
    #[orm(column = "select")]
    pub select: String,
    #[orm(column = "Mixed Case; --")]
    pub mixed: Option<String>,
    #[orm(column = "it's", index)]
    pub its: i32,
}
"#,
        );
        project.orm("migrate dev").done();
        project.orm("migrate status --exit-code").done();
        project.orm("migrate diff --from database --to models --exit-code").done();
        project.orm("introspect --output found").done();
        project.orm("migrate diff --from database --to models --models found --exit-code").done();
        let [table, select, its] = ["Order \"Lines\"", "select", "it's"].map(|name| project.quote(name));
        project.sql(&format!("INSERT INTO {table} ({select}, {its}) VALUES ('x', 1)"));
        project.edit(
            "src/models.rs",
            "    pub mixed: Option<String>,\n",
            "    pub mixed: Option<String>,\n    #[orm(default = 1)]\n    pub group: i32,\n",
        );
        project.orm("migrate dev").done();
        project.orm("migrate reset --force").done().says("Order \"Lines\": 1 row");
    });
}
