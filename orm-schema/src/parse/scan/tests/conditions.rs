//! `cfg` on items, modules, files and fields.

use super::{Folder, paths, said};

fn found(text: &str, features: &[&str]) -> Vec<String> {
    let folder = Folder::of(&[("lib.rs", text)]);
    let scan = folder.scan_with(features);
    assert_eq!((folder.said(&scan.errors), folder.said(&scan.warnings)), (vec![], vec![]));
    paths(&scan).iter().map(|path| path.replace("crate::", "")).collect()
}

fn with(condition: &str, features: &[&str]) -> bool {
    found(&format!("#[cfg({condition})] #[derive(orm::Model)] struct A {{ id: i64 }}"), features) == ["A"]
}

#[test]
fn features_are_those_that_are_given() {
    assert!(!with("feature = \"x\"", &[]));
    assert!(with("feature = \"x\"", &["x"]));
    assert!(with("not(feature = \"x\")", &[]));
    assert!(with("any(feature = \"x\", feature = \"y\")", &["y"]));
    assert!(!with("all(feature = \"x\", feature = \"y\")", &["y"]));
    assert!(with("all()", &[]));
    assert!(!with("any()", &[]));
    assert!(!with("test", &[]));
    assert!(with("not(test)", &[]));
    assert!(!with("all(unix, test)", &[]));
    assert!(with("any(unix, not(test))", &[]));
}

#[test]
fn cfg_attr_may_derive_and_say_attributes() {
    let text = "#[cfg_attr(feature = \"db\", derive(orm::Model), orm(table = \"x\"))] struct A { id: i64 }
        #[cfg_attr(not(feature = \"db\"), derive(orm::Model))] struct B { id: i64 }
        #[cfg_attr(all(), cfg(feature = \"db\"))] #[derive(orm::Model)] struct C { id: i64 }";
    assert_eq!(found(text, &["db"]), ["A", "C"]);
    assert_eq!(found(text, &[]), ["B"]);
}

#[test]
fn modules_behind_a_condition_are_read_when_it_holds() {
    let folder = Folder::of(&[
        (
            "lib.rs",
            "#[cfg(feature = \"a\")] mod x; #[cfg(not(feature = \"a\"))] #[path = \"y.rs\"] mod x; #[cfg(test)] mod gone;",
        ),
        ("x.rs", "#[derive(orm::Model)] struct X { id: i64 }"),
        ("y.rs", "#[derive(orm::Model)] struct Y { id: i64 }"),
    ]);
    assert_eq!(paths(&folder.scan_with(&["a"])), ["crate::x::X"]);
    assert_eq!(paths(&folder.scan_with(&[])), ["crate::x::Y"]);
}

#[test]
fn an_unknown_condition_takes_a_model_away_with_a_warning() {
    let text = "`cfg(unix)` cannot be known from the source and is taken to be false: a model is left out";
    assert_eq!(
        said(&[
            (
                "lib.rs",
                "#[cfg(unix)] #[derive(orm::Model)] struct A { id: i64 }\n#[cfg(unix)] mod b;\n#[cfg(unix)] mod c;"
            ),
            ("b.rs", "#[derive(orm::Model)] struct B { id: i64 }"),
            ("c.rs", "struct NoModel;"),
        ]),
        [format!("S006 lib.rs:1:3: {text}"), format!("S006 lib.rs:2:3: {text}")]
    );
    assert_eq!(
        said(&[("lib.rs", "#[cfg_attr(target_os = \"linux\", derive(orm::Model))] struct A { id: i64 }")])
            .len(),
        1
    );
}

#[test]
fn files_behind_an_unknown_condition_are_looked_into() {
    let files = |deep: &'static str| {
        [
            (
                "lib.rs",
                "#[cfg(windows)] mod a; #[cfg_attr(unix, path = \"unix.rs\")] #[cfg_attr(windows, path = \"gone.rs\")] mod b;",
            ),
            ("a.rs", "mod deep { mod deeper; }"),
            ("a/deep/deeper.rs", deep),
            ("unix.rs", deep),
        ]
    };
    let text = "cannot be known from the source and is taken to be false: a model is left out";
    assert_eq!(
        said(&files("#[derive(orm::Model)] struct A { id: i64 }")),
        [
            format!("S006 lib.rs:1:3: `cfg(windows)` {text}"),
            format!("S006 lib.rs:1:26: `cfg_attr(unix, path = \"unix.rs\")` {text}")
        ]
    );
    assert_eq!(said(&files("struct NoModel;")), [""; 0]);
}

#[test]
fn a_use_behind_an_unknown_condition_counts() {
    assert_eq!(found("#[cfg(unix)] use orm::Model; #[derive(Model)] struct A { id: i64 }", &[]), ["A"]);
}

#[test]
fn a_condition_on_a_field_is_an_error() {
    let message = "`cfg` on a field: the table would depend on how the program is built";
    assert_eq!(
        said(&[("lib.rs", "#[derive(orm::Model)] struct A { id: i64, #[cfg(feature = \"x\")] x: i32 }")]),
        [format!("S005 lib.rs:1:45: {message}")]
    );
    assert_eq!(
        said(&[(
            "lib.rs",
            "#[derive(orm::Model)] struct A { id: i64, #[cfg_attr(test, orm(unique))] x: i32 }"
        )]),
        [format!("S005 lib.rs:1:45: {message}")]
    );
    assert_eq!(
        said(&[("lib.rs", "#[derive(orm::Enum)] enum A { #[cfg(test)] X, Y }")]),
        ["S005 lib.rs:1:33: `cfg` on a variant: the table would depend on how the program is built"]
    );
    assert_eq!(
        found(
            "#[derive(orm::Model)] struct A { id: i64, #[cfg_attr(feature = \"serde\", serde(skip))] x: i32 }",
            &[]
        ),
        ["A"]
    );
}
