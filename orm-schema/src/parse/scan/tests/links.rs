//! Foreign keys, tables of one name, enum types of one name.

use super::{Folder, clean, model, said, table};
use crate::{ColumnName, parse::scan::Location};

fn mistakes(text: &str) -> Vec<String> {
    said(&[("lib.rs", &format!("use orm::prelude::*;\n{text}"))])
}

fn names(columns: &[ColumnName]) -> Vec<&str> {
    columns.iter().map(ColumnName::as_str).collect()
}

#[test]
fn foreign_keys_lead_to_the_key_of_the_target() {
    let scan = clean(&[
        ("lib.rs", "mod user; mod post;"),
        ("user.rs", "#[derive(orm::Model)] #[orm(table = \"people\", namespace = \"crm\")]
            pub struct User { #[orm(column = \"user_id\")] pub id: i64,
                #[orm(belongs_to(boss: Self, on_delete = set_null))] boss_id: Option<i64> }"),
        ("post.rs", "use crate::user::{User, User as Author}; type Writer = User;
            #[derive(orm::Model)] struct Post { id: i64, #[orm(belongs_to(author: Author))] author_id: i64,
                #[orm(belongs_to(writer: Writer))] writer_id: i64, #[orm(belongs_to(a: super::user::User, foreign_key = false))] a_id: i64 }"),
    ]);
    let keys = &table(&scan, "posts").foreign_keys;
    assert_eq!(keys.len(), 2);
    for key in keys {
        assert_eq!((key.table.to_string().as_str(), names(&key.references)), ("crm.people", vec!["user_id"]));
    }
    let boss =
        &scan.schema.tables.iter().find(|table| table.name.name == "people").expect("people").foreign_keys[0];
    assert_eq!(boss.table.to_string(), "crm.people");
}

#[test]
fn references_are_fields_and_become_columns() {
    let scan = clean(&[(
        "lib.rs",
        "use orm::prelude::*;
         #[derive(Model)] #[orm(primary_key(order, no))]
         struct Line { #[orm(column = \"order_id\")] order: i64, no: i32, #[orm(unique, max_len = 9)] code: String }
         #[derive(Model)] #[orm(belongs_to(line: Line, (a, b) = (order, no)), belongs_to(same: Line, (a, b)))]
         struct Item { id: i64, a: i64, b: i32, #[orm(belongs_to(by_code: Line.code))] code: String }",
    )]);
    let keys = &table(&scan, "items").foreign_keys;
    assert_eq!(names(&keys[0].references), ["code"]);
    assert_eq!(names(&keys[1].references), ["order_id", "no"]);
    assert_eq!(names(&keys[2].references), ["order_id", "no"]);
}

#[test]
fn a_foreign_key_to_another_type_is_an_error() {
    let folder = Folder::of(&[(
        "lib.rs",
        "use orm::prelude::*;\n#[derive(Model)] struct User { id: i64 }\n#[derive(Model)] struct Post {\n    id: i64,\n    #[orm(belongs_to(author: User))]\n    author_id: Option<i32>,\n}",
    )]);
    let scan = folder.scan();
    assert_eq!(folder.said(&scan.errors), ["S022 lib.rs:6:16: `author_id` is i32, but `User.id` is i64"]);
    let error = &scan.errors[0];
    assert_eq!((error.source_line.as_str(), error.label), ("    author_id: Option<i32>,", 11));
    assert_eq!(error.fix.as_deref(), Some("give both the same type"));
}

#[test]
fn newtypes_and_native_types_agree_with_what_they_hold() {
    clean(&[(
        "lib.rs",
        "use orm::prelude::*; #[derive(Value)] struct UserId(i64);
         #[derive(Model)] struct User { #[orm(identity = true)] id: UserId, #[orm(type = \"citext\")] mail: String }
         #[derive(Model)] struct Post { id: i64, #[orm(belongs_to(author: User))] author_id: i64,
             #[orm(belongs_to(by_mail: User.mail))] mail: String }",
    )]);
}

#[test]
fn a_target_that_is_not_there_suggests_the_nearest() {
    let user = "#[derive(Model)] struct User { id: i64 }";
    let post = |target: &str| {
        format!(
            "#[derive(Model)] struct Post {{ id: i64, #[orm(belongs_to(a: {target}))] a_id: i64 }} {user}"
        )
    };
    assert_eq!(mistakes(&post("Usr")), ["S020 lib.rs:2:61: no model `Usr`: did you mean `User`?"]);
    assert_eq!(mistakes(&post("Zebra")), ["S020 lib.rs:2:61: no model `Zebra`"]);
    assert_eq!(mistakes(&post("models::User")), ["S020 lib.rs:2:61: no model `models::User` here"]);
    assert_eq!(mistakes(&post("String")), ["S020 lib.rs:2:61: `String` is no model"]);
    assert_eq!(
        mistakes(&post("User.idd")),
        ["S021 lib.rs:2:66: no field `idd` in `User`: did you mean `id`?"]
    );
    let folder = Folder::of(&[(
        "lib.rs",
        "mod a { #[derive(orm::Model)] struct User { id: i64 } }
        #[derive(orm::Model)] struct Post { id: i64, #[orm(belongs_to(a: User))] a_id: i64 }",
    )]);
    assert_eq!(folder.scan().errors[0].fix.as_deref(), Some("write `crate::a::User`"));
}

#[test]
fn a_target_needs_a_key_of_as_many_fields() {
    assert_eq!(
        mistakes(
            "#[derive(Model)] struct Log { line: String }
#[derive(Model)] struct Post { id: i64, #[orm(belongs_to(log: Log))] log_id: i64 }"
        ),
        ["S021 lib.rs:3:63: `Log` has no primary key"]
    );
    assert_eq!(
        mistakes(
            "#[derive(Model)] #[orm(primary_key(a, b))] struct Line { a: i64, b: i64 }
#[derive(Model)] struct Post { id: i64, #[orm(belongs_to(line: Line))] line_id: i64 }"
        ),
        ["S021 lib.rs:3:64: 1 of 2 fields of the key of `Line`"]
    );
}

#[test]
fn two_models_with_one_table_name_both_places() {
    assert_eq!(
        mistakes(
            "mod a { #[derive(orm::Model)] struct User { id: i64 } }
mod b { #[derive(orm::Model)] struct User { id: i64 } }"
        ),
        [
            "S013 lib.rs:3:38: `crate::b::User` has the table `users`, which is that of `crate::a::User` at lib.rs:2:38"
        ]
    );
}

#[test]
fn two_enums_with_one_name_need_the_same_labels() {
    assert_eq!(
        mistakes(
            "mod a { #[derive(orm::Enum)] enum Kind { A } }
mod b { #[derive(orm::Enum)] enum Kind { B } }"
        ),
        ["S014 lib.rs:3:35: another enum is called `kind` in the database and has other labels"]
    );
    assert_eq!(
        mistakes(
            "mod a { #[derive(orm::Enum)] enum Kind { A } }
mod b { #[derive(orm::Enum)] enum Kind { A } }"
        ),
        [""; 0]
    );
}

#[test]
fn mistakes_in_attributes_are_said_and_other_models_are_kept() {
    let folder = Folder::of(&[(
        "lib.rs",
        "use orm::prelude::*;\n#[derive(Model)] struct Bad { id: i64, #[orm(uniqe)] x: i32 }\n#[derive(Model)] struct Good { id: i64, #[orm(belongs_to(bad: Bad))] bad_id: i64 }",
    )]);
    let scan = folder.scan();
    assert_eq!(
        folder.said(&scan.errors),
        ["S010 lib.rs:2:46: unknown attribute `uniqe`: did you mean `unique`?"]
    );
    assert_eq!(scan.models.len(), 1);
    assert_eq!(scan.schema.tables[0].foreign_keys[0].table.name, "bads");
}

#[test]
fn models_know_where_they_and_their_fields_are() {
    let folder = Folder::of(&[(
        "lib.rs",
        "\n#[derive(orm::Model)]\npub struct User {\n    id: i64,\n    r#type: String,\n}",
    )]);
    let scan = folder.scan();
    let user = model(&scan, "crate::User");
    let at = |line, column| Location { file: folder.path().join("lib.rs"), line, column };
    assert_eq!(user.location, at(3, 12));
    assert_eq!(user.fields, [("id".to_owned(), at(4, 5)), ("type".to_owned(), at(5, 5))]);
}

#[test]
fn a_relation_that_nothing_leads_back_from_is_an_error() {
    let said = mistakes(
        "#[derive(Model)] #[orm(has_many(posts: Pots.author), has_one(first: Post.autor))] struct User { id: i64 }\n\
         #[derive(Model)] #[orm(has_many(tags: Tag through PostTag.post, PostTag.tag))]\n\
         struct Post { id: i64, #[orm(belongs_to(author: User))] author_id: i64 }",
    );
    assert_eq!(said.len(), 4, "{said:#?}");
    assert!(said[0].ends_with("no model `Pots`: did you mean `Post`?"), "{said:#?}");
    assert!(said[1].ends_with("no relation `autor` in `Post`: did you mean `author`?"), "{said:#?}");
    assert!(said[2].contains("no model `Tag`") && said[3].contains("no model `PostTag`"), "{said:#?}");
}
