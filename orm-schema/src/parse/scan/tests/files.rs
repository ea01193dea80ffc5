//! Which files are read, and what is said of those that cannot be.

use super::{Folder, clean, paths, said};
use crate::parse::scan::{Options, Root, scan};

const USER: &str = "use orm::Model; #[derive(Model)] pub struct User { pub id: i64 }";

#[test]
fn modules_are_followed_into_files_and_folders() {
    let scan = clean(&[
        ("lib.rs", "mod models; mod inline { mod deep; pub mod r#type; }"),
        ("models/mod.rs", "mod user; mod post;"),
        ("models/user.rs", USER),
        ("models/post.rs", "mod draft;"),
        ("models/post/draft.rs", "#[derive(orm::Model)] struct Draft { id: i64 }"),
        ("inline/deep.rs", "#[derive(orm::Model)] struct Deep { id: i64 }"),
        ("inline/type.rs", "#[derive(orm::Model)] struct Kind { id: i64 }"),
    ]);
    assert_eq!(
        paths(&scan),
        [
            "crate::models::user::User",
            "crate::models::post::draft::Draft",
            "crate::inline::deep::Deep",
            "crate::inline::r#type::Kind"
        ]
    );
    assert_eq!(scan.files.len(), 7);
}

#[test]
fn path_attributes_are_followed() {
    let scan = clean(&[
        ("lib.rs", "#[path = \"elsewhere/a.rs\"] mod a; mod b;"),
        ("elsewhere/a.rs", "mod c;"),
        ("elsewhere/c.rs", "#[derive(orm::Model)] struct C { id: i64 }"),
        ("b.rs", "mod inner { #[path = \"d.rs\"] mod d; } #[path = \"./elsewhere/../x/e.rs\"] mod e;"),
        ("b/inner/d.rs", "#[derive(orm::Model)] struct D { id: i64 }"),
        ("x/e.rs", "#[derive(orm::Model)] struct E { id: i64 }"),
    ]);
    assert_eq!(paths(&scan), ["crate::a::c::C", "crate::b::inner::d::D", "crate::b::e::E"]);
}

#[test]
fn literal_includes_are_followed() {
    let scan = clean(&[
        ("lib.rs", "use orm::Model; include!(\"more/tables.rs\");"),
        ("more/tables.rs", "#[derive(Model)] struct A { id: i64 } mod b;"),
        ("more/b.rs", "#[derive(orm::Model)] struct B { id: i64 }"),
    ]);
    assert_eq!(paths(&scan), ["crate::A", "crate::b::B"]);
}

#[test]
fn a_file_that_two_crates_share_is_one() {
    let folder = Folder::of(&[
        ("lib.rs", "pub mod models;"),
        (
            "main.rs",
            "mod models; mod own { #[derive(orm::Model)]
             struct Own { id: i64, #[orm(belongs_to(user: crate::models::User))] user_id: i64,
                          #[orm(belongs_to(other: app::models::User))] other_id: i64 } }",
        ),
        ("models.rs", USER),
    ]);
    let roots = vec![
        Root::of_crate("app", folder.path().join("lib.rs")),
        Root::of_crate("", folder.path().join("main.rs")),
    ];
    let scan = scan(&Options { roots });
    assert_eq!(folder.said(&scan.errors), [""; 0]);
    assert_eq!(paths(&scan), ["crate::models::User", "crate::own::Own"]);
    assert_eq!(scan.models.iter().map(|model| model.crate_name.as_str()).collect::<Vec<_>>(), ["app", ""]);
    assert_eq!(scan.schema.tables[0].foreign_keys[1].table.name, "users");
    assert_eq!(scan.files.len(), 3);
}

#[test]
fn a_loose_file_follows_its_modules_and_last_names() {
    let folder = Folder::of(&[
        ("src/models.rs", "use crate::prelude::*; mod post; pub enum Foreign {}
             #[derive(Model)] pub struct User { id: i64 }"),
        ("src/models/post.rs", "use crate::{prelude::*, models::User};
             #[derive(Model)] pub struct Post { id: i64, #[orm(belongs_to(author: User))] author_id: i64,
                 #[orm(belongs_to(editor: crate::models::User))] editor_id: i64, status: super::super::Status }
             #[derive(Enum)] pub enum Status { Open }"),
    ]);
    let scan = scan(&Options { roots: vec![Root::of_path(folder.path().join("src/models.rs"))] });
    assert_eq!(folder.said(&scan.errors), [""; 0]);
    assert_eq!(paths(&scan), ["crate::post::Post", "crate::User"]);
    assert_eq!(scan.schema.enums.len(), 1);
}

#[test]
fn of_a_loose_folder_all_files_are_read_unless_it_has_a_root() {
    let folder = Folder::of(&[
        ("all/user.rs", USER),
        (
            "all/my-posts.rs",
            "#[derive(orm::Model)] struct Post { id: i64, #[orm(belongs_to(author: super::User))] author_id: i64 }",
        ),
        ("all/deep/mod.rs", "#[derive(orm::Model)] struct Deep { id: i64 }"),
        ("all/notes.txt", "not Rust"),
        ("rooted/mod.rs", "mod user;"),
        ("rooted/user.rs", USER),
        ("rooted/unused.rs", "#[derive(orm::Model)] struct Unused { id: i64 }"),
    ]);
    let read = |name: &str| scan(&Options { roots: vec![Root::of_path(folder.path().join(name))] });
    assert_eq!(paths(&read("all")), ["crate::deep::Deep", "crate::my_posts::Post", "crate::user::User"]);
    assert_eq!(paths(&read("rooted")), ["crate::user::User"]);
}

#[test]
fn the_roots_of_a_folder_are_those_that_cargo_finds() {
    let folder = Folder::of(&[("my-app/src/lib.rs", ""), ("my-app/src/main.rs", "")]);
    let roots = Root::of_folder(folder.path().join("my-app"));
    assert_eq!(roots.iter().map(|root| root.name.as_str()).collect::<Vec<_>>(), ["my_app", ""]);
}

#[test]
fn a_syntax_error_names_its_place_and_other_files_are_read() {
    let folder = Folder::of(&[
        ("lib.rs", "mod broken; mod user;"),
        ("broken.rs", "struct A {\n    id: i64\n    name: String,\n}\n"),
        ("user.rs", USER),
    ]);
    let scan = folder.scan();
    assert_eq!(folder.said(&scan.errors), ["S002 broken.rs:3:5: this is not Rust: expected `,`"]);
    assert_eq!(scan.errors[0].source_line, "    name: String,");
    assert_eq!(scan.errors[0].label, 4);
    assert_eq!(paths(&scan), ["crate::user::User"]);
}

#[test]
fn unbalanced_brackets_are_a_syntax_error() {
    assert_eq!(said(&[("lib.rs", "struct A {")]).len(), 1);
}

#[test]
fn files_that_are_not_there_are_errors() {
    let folder = Folder::of(&[("lib.rs", "\nmod gone;\n#[path = \"x.rs\"] mod lost;")]);
    let scan = folder.scan();
    let said = folder.said(&scan.errors);
    assert_eq!(said[0], "S003 lib.rs:2:5: no file for the module `gone`");
    assert!(said[1].starts_with("S001 lib.rs:3:22: x.rs cannot be read: "), "{said:?}");
    let fix = scan.errors[0].fix.as_deref().unwrap_or_default().to_owned();
    assert!(fix.starts_with("make ") && fix.ends_with("mod.rs"), "{fix}");

    let nothing = scan_of("no/such/file.rs");
    assert_eq!(nothing.len(), 1);
    assert!(nothing[0].starts_with("no/such/file.rs:1:1: cannot be read: "), "{nothing:?}");
}

#[test]
fn a_file_that_leads_to_itself_is_an_error() {
    assert_eq!(
        said(&[("lib.rs", "#[path = \"lib.rs\"] mod again;")]),
        ["S003 lib.rs:1:24: this module leads to the file it is in"]
    );
    assert_eq!(
        said(&[("lib.rs", "include!(\"lib.rs\");")]),
        ["S003 lib.rs:1:10: this module leads to the file it is in"]
    );
}

#[test]
fn what_a_scan_cannot_see_is_an_error_that_names_orm_toml() {
    let folder = Folder::of(&[
        (
            "lib.rs",
            "use orm::prelude::*;
tables! { #[derive(Debug, Model)] struct A { id: i64 } }
macro_rules! table { ($n:ident) => { #[derive($crate::orm::Model)] struct $n { id: i64 } } }
fn f() { #[derive(Model)] struct B { id: i64 } }
impl X { fn g() { #[derive(Model)] struct C { id: i64 } } }
include!(concat!(env!(\"OUT_DIR\"), \"/models.rs\"));
cfg_if::cfg_if! { if #[cfg(unix)] { mod behind; } }
",
        ),
        ("behind.rs", "mod further;"),
        ("behind/further.rs", "#[derive(Model)] struct D { id: i64 }"),
    ]);
    let scan = folder.scan();
    assert_eq!(
        folder.said(&scan.errors),
        [
            "S004 lib.rs:2:27: a model inside the macro `tables!` cannot be seen by the scan",
            "S004 lib.rs:3:60: a model inside the macro `table!` cannot be seen by the scan",
            "S004 lib.rs:4:19: a model inside the function `f` cannot be seen by the scan",
            "S004 lib.rs:5:28: a model inside a block cannot be seen by the scan",
            "S004 lib.rs:6:1: only a build knows what is included here, so its models cannot be seen",
            "S004 lib.rs:7:41: the models of the module `behind` inside the macro `cfg_if!` cannot be seen",
        ]
    );
    assert!(scan.errors.iter().all(|error| error.fix.as_deref().is_some_and(|fix| fix.contains("orm.toml"))));
}

#[test]
fn tests_and_foreign_models_may_hide() {
    clean(&[(
        "lib.rs",
        "use other::Model;
         tables! { #[derive(Model)] struct A { id: i64 } }
         #[test] fn t() { #[derive(orm::Model)] struct B { id: i64 } }
         #[tokio::test] async fn u() { #[derive(orm::Model)] struct C { id: i64 } }
         println! { \"derive Model\" }",
    )]);
}

fn scan_of(path: &str) -> Vec<String> {
    let scan = scan(&Options { roots: vec![Root::of_crate("app", path)] });
    scan.errors.iter().map(ToString::to_string).collect()
}
