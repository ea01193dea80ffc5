//! What a column holds, by the type of its field.

use super::{Folder, clean, column, model, said, table};
use crate::ColumnType;

fn ty(uses: &str, ty: &str) -> (ColumnType, bool) {
    let text = format!("{uses} #[derive(orm::Model)] struct T {{ key: i64, x: {ty} }}");
    column(&clean(&[("lib.rs", &text)]), "ts", "x")
}

fn no_type(uses: &str, ty: &str) -> String {
    let text = format!("#[derive(orm::Model)] struct T {{ x: {ty} }} {uses}");
    let said = said(&[("lib.rs", &text)]);
    assert_eq!(said.len(), 1, "{said:?}");
    said[0].strip_prefix("S011 lib.rs:1:37: ").unwrap_or(&said[0]).to_owned()
}

#[test]
fn the_types_of_the_map_are_known_by_their_paths() {
    let plain = |uses: &str, name: &str| {
        let (column_type, nullable) = ty(uses, name);
        assert!(!nullable, "{name}");
        column_type
    };
    assert_eq!(plain("", "bool"), ColumnType::Bool);
    assert_eq!(plain("", "i8"), ColumnType::I8);
    assert_eq!(plain("", "i16"), ColumnType::I16);
    assert_eq!(plain("", "i32"), ColumnType::I32);
    assert_eq!(plain("", "u8"), ColumnType::U8);
    assert_eq!(plain("", "u16"), ColumnType::U16);
    assert_eq!(plain("", "u32"), ColumnType::U32);
    assert_eq!(plain("", "u64"), ColumnType::U64);
    assert_eq!(plain("", "f32"), ColumnType::F32);
    assert_eq!(plain("", "core::primitive::f64"), ColumnType::F64);
    assert_eq!(plain("", "String"), ColumnType::Text);
    assert_eq!(plain("", "std::string::String"), ColumnType::Text);
    assert_eq!(plain("", "Vec<u8>"), ColumnType::Bytes);
    assert_eq!(plain("", "std::vec::Vec<(u8)>"), ColumnType::Bytes);
    assert_eq!(plain("", "Vec<String>"), ColumnType::Array(Box::new(ColumnType::Text)));
    assert_eq!(plain("use chrono::NaiveDate;", "NaiveDate"), ColumnType::Date);
    assert_eq!(plain("use chrono::naive::NaiveTime as Clock;", "Clock"), ColumnType::Time);
    assert_eq!(plain("use chrono::*;", "NaiveDateTime"), ColumnType::DateTime);
    assert_eq!(plain("use chrono::prelude::*;", "DateTime<Utc>"), ColumnType::Timestamp);
    assert_eq!(plain("use orm::prelude::*;", "DateTime<Utc>"), ColumnType::Timestamp);
    assert_eq!(plain("", "chrono::DateTime<chrono::offset::Utc>"), ColumnType::Timestamp);
    assert_eq!(plain("use uuid::Uuid;", "Uuid"), ColumnType::Uuid);
    assert_eq!(plain("", "orm::uuid::Uuid"), ColumnType::Uuid);
    assert_eq!(plain("use rust_decimal::prelude::*;", "Decimal"), ColumnType::Decimal);
    assert_eq!(plain("use serde_json as json;", "json::Value"), ColumnType::Json);
    assert_eq!(plain("use orm::Json; struct Settings;", "Json<Settings>"), ColumnType::Json);
}

#[test]
fn an_option_takes_null() {
    assert_eq!(ty("", "Option<i32>"), (ColumnType::I32, true));
    assert_eq!(ty("", "std::option::Option<Vec<u8>>"), (ColumnType::Bytes, true));
    assert_eq!(ty("use core::option::Option as Maybe;", "Maybe<String>"), (ColumnType::Text, true));
}

#[test]
fn aliases_newtypes_and_enums_are_found() {
    let uses = "use orm::prelude::*; mod types { pub type Name = String; pub type Maybe<T> = Option<T>;
        #[derive(orm::Value)] pub struct Id(u32); #[derive(orm::Value)] pub struct Tag { pub raw: Maybe<Name> }
        #[derive(orm::Enum)] #[orm(namespace = \"shop\")] pub enum OrderStatus { Open, Done } } use types::*;";
    assert_eq!(ty(uses, "Name"), (ColumnType::Text, false));
    assert_eq!(ty(uses, "Maybe<Name>"), (ColumnType::Text, true));
    assert_eq!(ty(uses, "Id"), (ColumnType::U32, false));
    assert_eq!(ty(uses, "Option<types::Id>"), (ColumnType::U32, true));
    assert_eq!(ty(uses, "Tag"), (ColumnType::Text, true));
    let (status, _) = ty(uses, "OrderStatus");
    assert_eq!(status.to_string(), "enum shop.order_status");
}

#[test]
fn enum_types_in_use_are_in_the_schema() {
    let text = "use orm::prelude::*; #[derive(Enum)] enum A { X } #[derive(Enum)] enum B { Y, Z } #[derive(Enum)] enum C { W }
        #[derive(Model)] struct T { id: i64, a: Option<A>, bs: Vec<B>, #[orm(type = \"text\")] c: C }";
    let scan = clean(&[("lib.rs", text)]);
    let enums: Vec<String> = scan.schema.enums.iter().map(|e| format!("{} {:?}", e.name, e.labels)).collect();
    assert_eq!(enums, ["a [\"x\"]", "b [\"y\", \"z\"]"]);
}

#[test]
fn via_is_what_is_stored() {
    let text = "#[derive(orm::Model)] struct T { id: i64, #[orm(via = String)] a: url::Url,
        #[orm(via = String)] b: Option<url::Url>, #[orm(via = Option<i32>)] c: other::Level }";
    let scan = clean(&[("lib.rs", text)]);
    assert_eq!(column(&scan, "ts", "a"), (ColumnType::Text, false));
    assert_eq!(column(&scan, "ts", "b"), (ColumnType::Text, true));
    assert_eq!(column(&scan, "ts", "c"), (ColumnType::I32, true));
}

#[test]
fn attributes_say_the_column_and_types_say_the_field() {
    let text = "#[derive(orm::Model)] struct T { id: i64, #[orm(max_len = 3)] a: Option<String>,
        #[orm(decimal(9, 2))] b: rust_decimal::Decimal, #[orm(type = \"inet\")] c: Option<ipnet::IpNet> }";
    let scan = clean(&[("lib.rs", text)]);
    assert_eq!(column(&scan, "ts", "a"), (ColumnType::Varchar(3), true));
    assert_eq!(column(&scan, "ts", "b").0, ColumnType::DecimalOf(9, 2));
    assert_eq!(column(&scan, "ts", "c"), (ColumnType::Native("inet".into()), true));
    let types: Vec<String> =
        model(&scan, "crate::T").types.iter().map(|ty| ty.column_type.to_string()).collect();
    assert_eq!(types, ["i64", "text", "decimal", "inet"]);
    assert_eq!(table(&scan, "ts").columns.len(), 4);
}

#[test]
fn types_that_no_column_holds_are_named() {
    assert_eq!(no_type("", "HashMap<String, i32>"), "it cannot be seen what `HashMap<String, i32>` is");
    assert_eq!(
        no_type("use std::collections::HashMap;", "HashMap<String, i32>"),
        "no column holds a `HashMap<String, i32>`: `std::collections::HashMap` is of another crate"
    );
    assert_eq!(no_type("", "(i32, i32)"), "no column holds a `(i32, i32)`");
    assert_eq!(no_type("", "[u8; 4]"), "no column holds a `[u8; 4]`");
    assert_eq!(no_type("", "Option<Option<i32>>"), "no column holds a `Option<Option<i32>>`");
    assert_eq!(no_type("", "Vec<Option<i32>>"), "no column holds a `Vec<Option<i32>>`");
    assert_eq!(no_type("", "Vec<Vec<i32>>"), "no column holds a `Vec<Vec<i32>>`");
    assert_eq!(no_type("", "Vec"), "no column holds a `Vec`");
    assert_eq!(
        no_type("", "chrono::DateTime<chrono::Local>"),
        "no column holds a `chrono::DateTime<chrono::Local>`"
    );
    assert_eq!(no_type("struct Point;", "Point"), "no column holds a `Point`");
    assert_eq!(no_type("type A = B; type B = A;", "A"), "no column holds a `A`");
    assert_eq!(no_type("", "i128"), "no column holds a `i128`");
}

#[test]
fn a_wrong_type_is_said_where_the_field_stands() {
    let said = said(&[(
        "lib.rs",
        "mod t { pub type Pair<T> = Option<T>; pub struct P; }\n#[derive(orm::Model)] struct T { id: i64,\n  x: t::Pair<t::P> }",
    )]);
    assert_eq!(said, ["S011 lib.rs:3:6: no column holds a `t::P`"]);
}

#[test]
fn max_len_is_for_text_and_decimal_for_decimals() {
    assert_eq!(
        said(&[(
            "lib.rs",
            "#[derive(orm::Model)] struct T { id: i64, #[orm(max_len = 3)] a: i32, #[orm(decimal(3, 1))] b: f64 }"
        )]),
        [
            "S012 lib.rs:1:63: `max_len` is for text, but `a` holds i32",
            "S012 lib.rs:1:93: `decimal` is for decimal, but `b` holds f64"
        ]
    );
}

#[test]
fn types_that_no_database_has_are_told_with_one_to_use() {
    for (name, fix) in [("usize", "use `u64`"), ("u128", "use `Decimal`"), ("char", "use `String`")] {
        let text = format!("#[derive(orm::Model)] struct T {{ id: i64, x: {name} }}");
        let error = Folder::of(&[("lib.rs", &text)]).scan().errors.remove(0);
        assert_eq!(error.message, format!("no column holds a `{name}`"));
        assert!(error.fix.as_ref().is_some_and(|told| told.contains(fix)), "{:?}", error.fix);
    }
}
