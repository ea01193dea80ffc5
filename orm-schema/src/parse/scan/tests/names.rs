//! Whose derive it is, and what a path means.

use super::{Folder, clean, column, paths, said};
use crate::{
    ColumnType,
    parse::scan::{Options, Root, scan},
};

fn found(text: &str) -> usize {
    clean(&[("lib.rs", text)]).models.len()
}

#[test]
fn the_derive_is_recognised_by_its_use() {
    for text in [
        "use orm::prelude::*; #[derive(Debug, Clone, Model)] struct User { id: i64 }",
        "use orm::Model; #[derive(Model)] struct User { id: i64 }",
        "use orm::Model as M; #[derive(M)] struct User { id: i64 }",
        "use orm::{self, prelude::{Model as M, Enum}}; #[derive(M)] struct User { id: i64 }",
        "#[derive(orm::Model)] struct User { id: i64 }",
        "#[derive(::orm::Model)] struct User { id: i64 }",
        "use orm as db; #[derive(db::Model)] struct User { id: i64 }",
        "extern crate orm as db; #[derive(db::Model)] struct User { id: i64 }",
        "#[macro_use] extern crate orm; mod m { #[derive(Model)] struct User { id: i64 } }",
        "mod db { pub use orm::prelude::*; } use db::*; #[derive(Model)] struct User { id: i64 }",
        "mod db { pub use orm::Model as Table; } mod m { #[derive(crate::db::Table)] struct User { id: i64 } }",
        "use orm::*; mod m { use super::*; #[derive(Model)] struct User { id: i64 } }",
        "use serde_json::Value; use orm::prelude::*; #[derive(Model)] struct User { id: i64 }",
        "use orm::prelude::*; mod m { pub struct Model; } use m::Model; #[derive(Model)] struct User { id: i64 }",
    ] {
        assert_eq!(found(text), 1, "{text}");
    }
}

#[test]
fn a_model_of_another_crate_is_not_ours() {
    for text in [
        "#[derive(other::Model)] struct User { id: i64 }",
        "use other::Model; #[derive(Model)] struct User { id: i64 }",
        "use other::Model as Model; use orm::prelude::Enum; #[derive(Model)] struct User { id: i64 }",
        "#[derive(Debug)] struct Model { id: i64 }",
        "mod orm { pub use other::*; } #[derive(other::orm::Model)] struct User { id: i64 }",
    ] {
        assert_eq!(found(text), 0, "{text}");
    }
}

#[test]
fn a_derive_that_may_be_ours_is_a_warning() {
    assert_eq!(
        said(&[("lib.rs", "use somewhere::*; #[derive(Model)] struct User { id: i64 }")]),
        ["S007 lib.rs:1:28: it cannot be seen where `Model` comes from, so `User` is left out"]
    );
    assert_eq!(
        said(&[("lib.rs", "use other::Model; #[derive(Model)] struct User { #[orm(unique)] id: i64 }")]),
        ["S007 lib.rs:1:28: `User` has attributes of orm, but `Model` is `other::Model` here"]
    );
}

#[test]
fn crates_may_be_renamed_in_the_manifest() {
    let folder = Folder::of(&[(
        "lib.rs",
        "use db::Model; #[derive(Model)] struct User { id: ids::Uuid, at: Option<time::DateTime<time::Utc>> }",
    )]);
    let mut root = Root::of_crate("app", folder.path().join("lib.rs"));
    for (here, name) in [("db", "orm"), ("ids", "uuid"), ("time", "chrono")] {
        root.renamed_crates.insert(here.into(), name.into());
    }
    let scan = scan(&Options { roots: vec![root] });
    assert_eq!(folder.said(&scan.errors), [""; 0]);
    assert_eq!(column(&scan, "users", "id").0, ColumnType::Uuid);
    assert_eq!(column(&scan, "users", "at"), (ColumnType::Timestamp, true));
}

#[test]
fn names_are_resolved_across_crates() {
    let folder = Folder::of(&[
        ("shared/lib.rs", "pub mod kinds { #[derive(orm::Enum)] pub enum Kind { A } } pub use kinds::Kind;"),
        (
            "lib.rs",
            "use shared::Kind; #[derive(orm::Model)] struct T { id: i64, kind: Kind, again: shared::kinds::Kind }",
        ),
    ]);
    let roots = vec![
        Root::of_crate("shared", folder.path().join("shared/lib.rs")),
        Root::of_crate("app", folder.path().join("lib.rs")),
    ];
    let scan = scan(&Options { roots });
    assert_eq!(folder.said(&scan.errors), [""; 0]);
    assert_eq!(scan.schema.enums[0].labels, ["a"]);
}

#[test]
fn imports_in_circles_end() {
    let scan = clean(&[(
        "lib.rs",
        "pub use a::*; pub mod a { pub use super::*; pub use crate::b::*; } pub mod b { pub use crate::a::*;
           use orm::Model; #[derive(Model)] pub struct User { id: i64, n: crate::Number } pub type Number = i32; }",
    )]);
    assert_eq!(paths(&scan), ["crate::b::User"]);
    assert_eq!(
        said(&[("lib.rs", "use a::X; mod a { pub use super::X; } #[derive(orm::Model)] struct T { id: X }")]),
        ["S011 lib.rs:1:76: it cannot be seen what `X` is"]
    );
}

#[test]
fn a_use_may_name_what_it_brings() {
    clean(&[
        (
            "lib.rs",
            "mod error; use orm; use uuid; #[derive(orm::Model)] struct T { id: uuid::Uuid, e: E } use crate::error::Kind as E;",
        ),
        (
            "error.rs",
            "pub use crate::error::kind::Kind; mod kind { #[derive(orm::Enum)] pub enum Kind { A } }",
        ),
    ]);
}
