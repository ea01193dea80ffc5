//! Packages and paths on disk.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::{Options, Scan, scan};

const USER: &str = "#[derive(orm::Model)] pub struct User { pub id: i64 }";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn manifest(rest: &str) -> String {
    format!("[package]\nname = \"my-app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
}

fn of_package(path: impl Into<PathBuf>) -> Scan {
    scan(&Options { package: path.into(), ..Options::default() })
}

fn of_path(path: PathBuf) -> Scan {
    scan(&Options { paths: vec![path], ..Options::default() })
}

fn models(scan: &Scan) -> Vec<&str> {
    assert_eq!(errors(scan), [""; 0]);
    scan.models.iter().map(|model| model.path.as_str()).collect()
}

fn errors(scan: &Scan) -> Vec<String> {
    scan.errors.iter().map(|error| format!("{} {}", error.code, error.message)).collect()
}

#[test]
fn the_library_and_the_programs_of_a_package_are_read() {
    let folder = folder(&[
        (
            "Cargo.toml",
            &manifest("[lib]\npath = \"source/root.rs\"\n[[bin]]\nname = \"other\"\npath = \"other.rs\"\n"),
        ),
        ("source/root.rs", "pub mod user;"),
        ("source/user.rs", USER),
        (
            "other.rs",
            "#[derive(orm::Model)] struct Job { id: i64, #[orm(belongs_to(user: my_app::user::User))] user_id: i64 }",
        ),
        ("src/main.rs", "#[derive(orm::Model)] struct Log { id: i64 }"),
        ("examples/e.rs", "#[derive(orm::Model)] struct Example { id: i64 }"),
    ]);
    let scan = of_package(folder.path());
    assert_eq!(models(&scan), ["crate::user::User", "crate::Log", "crate::Job"]);
    assert_eq!(scan.models[0].crate_name, "my_app");
    assert!(scan.files[0].starts_with(folder.path()), "{:?}", scan.files);
    assert_eq!(models(&of_package(folder.path().join("source"))).len(), 3);
}

#[test]
fn features_are_those_of_the_manifest() {
    let folder = folder(&[
        ("Cargo.toml", &manifest("[features]\ndefault = [\"blog\"]\nblog = []\nshop = []\n")),
        (
            "src/lib.rs",
            "#[cfg(feature = \"blog\")] #[derive(orm::Model)] struct Post { id: i64 }
            #[cfg(feature = \"shop\")] #[derive(orm::Model)] struct Order { id: i64 }",
        ),
    ]);
    let with = |features: &[&str], no_default_features| {
        let features = features.iter().map(|&name| name.to_owned()).collect();
        scan(&Options { package: folder.path().into(), features, no_default_features, ..Options::default() })
    };
    assert_eq!(models(&with(&[], false)), ["crate::Post"]);
    assert_eq!(models(&with(&["shop"], false)), ["crate::Post", "crate::Order"]);
    assert_eq!(models(&with(&["shop"], true)), ["crate::Order"]);
    let unknown = with(&["shpo"], true);
    assert_eq!(errors(&unknown), ["S031 no feature `shpo`"]);
    assert_eq!(unknown.errors[0].fix.as_deref(), Some("there are `blog`, `default`, `shop`"));
}

#[test]
fn renamed_dependencies_are_followed() {
    let folder = folder(&[
        ("Cargo.toml", &manifest("[dependencies]\ndb = { package = \"orm\", version = \"0.1\" }\n")),
        ("src/lib.rs", "mod models;"),
        ("src/models.rs", "use db::prelude::*; #[derive(Model)] struct User { id: i64 }"),
    ]);
    assert_eq!(models(&of_package(folder.path())), ["crate::models::User"]);
    assert_eq!(models(&of_path(folder.path().join("src/models.rs"))), ["crate::User"]);
}

#[test]
fn of_a_workspace_the_packages_that_depend_on_orm_are_read() {
    let member = |name: &str, dependency: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{dependency}"
        )
    };
    let folder = folder(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"3\"\n"),
        ("a/Cargo.toml", &member("a", "orm = \"0.1\"\n")),
        ("a/src/lib.rs", USER),
        ("b/Cargo.toml", &member("b", "")),
        ("b/src/lib.rs", "#[derive(orm::Model)] struct NotRead { id: i64 }"),
    ]);
    assert_eq!(models(&of_package(folder.path())), ["crate::User"]);
    assert_eq!(models(&of_path(folder.path().join("b"))), ["crate::NotRead"]);
}

#[test]
fn several_paths_are_one_schema() {
    let folder = folder(&[
        ("a.rs", USER),
        (
            "b/mod.rs",
            "use super::User; #[derive(orm::Model)] struct Post { id: i64, #[orm(belongs_to(author: User))] author_id: i64 }",
        ),
    ]);
    let paths = vec![folder.path().join("a.rs"), folder.path().join("b")];
    let scan = scan(&Options { paths, ..Options::default() });
    assert_eq!(models(&scan), ["crate::User", "crate::Post"]);
    assert_eq!(scan.schema.tables[0].foreign_keys[0].table.name, "users");
}

#[test]
fn what_is_wrong_with_a_manifest_is_said() {
    let nothing = folder(&[]);
    assert_eq!(errors(&of_package(nothing.path())), ["S030 no Cargo.toml here or above"]);
    assert!(of_package(nothing.path()).errors[0].fix.as_deref().is_some_and(|fix| fix.contains("orm.toml")));

    let empty = folder(&[("Cargo.toml", "[workspace]\nmembers = []\nresolver = \"3\"\n")]);
    assert_eq!(
        errors(&of_package(empty.path())),
        ["S030 no library and no program here that could hold models"]
    );

    let broken = folder(&[("Cargo.toml", "[package\n"), ("src/lib.rs", USER)]);
    let scan = of_package(broken.path());
    assert_eq!(scan.models.len(), 1, "the models are read where Cargo would look for them");
    assert!(errors(&scan)[0].starts_with("S030 "), "{:?}", errors(&scan));
    assert_eq!(scan.errors[0].location.file, broken.path().join("Cargo.toml"));

    let gone = of_path(Path::new("no/such/models.rs").into());
    assert_eq!(gone.errors.len(), 1);
    assert_eq!(gone.errors[0].code, "S001");
}
