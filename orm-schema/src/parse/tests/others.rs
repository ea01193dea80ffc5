//! Enums, newtypes, projections, inserts and patches.

use super::{item, only, pair, said, text};
use crate::parse::{ProjectionFieldKind, enumeration, insert, patch, projection, value};

#[test]
fn an_enum_is_named_in_snake_case_and_so_are_its_labels() {
    let parsed = enumeration(&item("enum OrderStatus { Open, InTransit, #[orm(label = \"DONE\")] Done }"));
    assert_eq!(said(&parsed), []);
    let status = parsed.source.expect("an enum");
    assert_eq!(status.enum_type.name.to_string(), "order_status");
    assert_eq!(status.enum_type.labels, ["open", "in_transit", "DONE"]);
    assert_eq!(status.variants.len(), 3);
    assert_eq!(status.crate_path, syn::parse_quote!(::orm));
}

#[test]
fn an_enum_may_be_named() {
    let parsed =
        enumeration(&item("#[orm(name = \"Status\", namespace = \"shop\", crate = db)] enum S { A = 1 }"));
    let status = parsed.source.expect("an enum");
    assert_eq!(status.enum_type.name.to_string(), "shop.Status");
    assert_eq!(status.crate_path, syn::parse_quote!(db));
}

#[test]
fn mistakes_of_an_enum() {
    let mistake = |text: &str| only(said(&enumeration(&item(text))));
    assert_eq!(mistake("struct S { a: i32 }"), pair("S", "`Enum` is derived on an enum, `S` is none"));
    assert_eq!(mistake("enum S {}"), pair("S", "`S` has no variants"));
    assert_eq!(mistake("enum S<T> { A(T) }"), pair("T", "an enum type has no generic parameters"));
    assert_eq!(
        mistake("enum S { A, B(i32) }"),
        pair("B", "the variant `B` of an enum type cannot hold a value")
    );
    assert_eq!(
        mistake("enum S { A, #[orm(label = \"a\")] B }"),
        pair("\"a\"", "two variants have the label `a`")
    );
    assert_eq!(
        mistake("enum S { #[orm(lable = \"a\")] A }"),
        pair("lable", "unknown attribute `lable`: did you mean `label`?")
    );
    assert_eq!(
        mistake("enum S { #[orm(rename = \"a\")] A }"),
        pair("rename", "unknown attribute `rename`: did you mean `label`?")
    );
    assert_eq!(mistake("#[orm(table = \"a\")] enum S { A }"), pair("table", "`table` belongs on the struct"));
    assert_eq!(
        mistake("#[orm(comment = \"a\")] enum S { A }").1,
        "not yet: `comment` (comments in the database)"
    );
}

#[test]
fn an_enum_keeps_the_variants_that_could_be_read() {
    let parsed = enumeration(&item("enum S { A, B(i32), C }"));
    assert_eq!(parsed.source.expect("the rest").enum_type.labels, ["a", "c"]);
}

#[test]
fn a_value_is_a_struct_with_one_field() {
    let id = value(&item("struct UserId(i64);")).source.expect("a value");
    assert_eq!((text(&id.inner), id.field.is_none()), ("i64".into(), true));
    let id = value(&item("#[orm(crate = db)] struct UserId { raw: Option<i64> }")).source.expect("a value");
    assert_eq!(id.field.map(|field| field.to_string()), Some("raw".into()));
    assert_eq!(id.crate_path, syn::parse_quote!(db));
}

#[test]
fn mistakes_of_a_value() {
    let mistake = |text: &str| only(said(&value(&item(text))));
    let message = "a value is a struct with one field: `struct P(i64);`";
    assert_eq!(mistake("struct P(i64, i64);"), pair("P", message));
    assert_eq!(mistake("struct P;"), pair("P", message));
    assert_eq!(mistake("enum P { A }"), pair("P", message));
    assert_eq!(mistake("struct P<T>(T);"), pair("T", "a value has no generic parameters"));
    assert_eq!(
        mistake("#[orm(domain = \"d\")] struct P(i64);"),
        pair("domain", "not yet: `domain` (CREATE DOMAIN)")
    );
}

#[test]
fn a_projection_names_where_its_fields_come_from() {
    let parsed = projection(&item(
        "#[orm(model = crate::User, crate = db)] struct Page {
            name: String, #[orm(field = type)] kind: i32, #[orm(expr = |u| u.posts.count())] posts: i64,
            #[orm(with = |u| u.posts.filter(|p, _| p.x).limit(3))] items: Vec<Item>, #[orm(expr = path::to)] x: i32 }",
    ));
    assert_eq!(said(&parsed), []);
    let page = parsed.source.expect("a projection");
    assert_eq!(page.model, syn::parse_quote!(crate::User));
    assert!(matches!(&page.fields[0].kind, ProjectionFieldKind::Column(name) if name == "name"));
    assert!(matches!(&page.fields[1].kind, ProjectionFieldKind::Column(name) if name == "r#type"));
    assert!(matches!(&page.fields[2].kind, ProjectionFieldKind::Expr(_)));
    assert!(matches!(&page.fields[3].kind, ProjectionFieldKind::With(_)));
    assert!(matches!(&page.fields[4].kind, ProjectionFieldKind::Expr(_)));
}

#[test]
fn mistakes_of_a_projection() {
    let mistake = |text: &str| only(said(&projection(&item(text))));
    assert_eq!(mistake("struct P { a: i32 }"), pair("P", "which model? write `#[orm(model = User)]` on `P`"));
    assert_eq!(
        mistake("#[orm(model = U)] struct P(i32);"),
        pair("P", "a projection is a struct with named fields, `P` is a tuple struct")
    );
    assert_eq!(
        mistake("#[orm(model = U)] struct P { #[orm(field = a, expr = b)] a: i32 }"),
        pair("expr", "only one of `field`, `expr` and `with` can fill a field")
    );
    assert_eq!(
        mistake("#[orm(modle = U)] #[orm(model = U)] struct P { a: i32 }"),
        pair("modle", "unknown attribute `modle`: did you mean `model`?")
    );
    assert_eq!(
        mistake("#[orm(model = U)] struct P { #[orm(unique)] a: i32 }"),
        pair("unique", "`unique` belongs on the struct")
    );
}

#[test]
fn inserts_and_patches_name_the_fields_of_the_model() {
    let source = "#[orm(model = User)] struct New { email: String, #[orm(field = name)] full_name: String }";
    let new = insert(&item(source)).source.expect("an insert");
    let names: Vec<_> =
        new.fields.iter().map(|(here, there, _)| (here.to_string(), there.to_string())).collect();
    assert_eq!(names, [("email".into(), "email".into()), ("full_name".into(), "name".into())]);
    let change = patch(&item(source)).source.expect("a patch");
    assert_eq!(change.fields.len(), 2);
    assert_eq!(change.model, syn::parse_quote!(User));
}

#[test]
fn mistakes_of_inserts_and_patches() {
    assert_eq!(
        only(said(&insert(&item("struct N { a: i32 }")))),
        pair("N", "which model? write `#[orm(model = User)]` on `N`")
    );
    assert_eq!(
        only(said(&patch(&item("#[orm(model = U)] enum N { A }")))),
        pair("N", "a patch is a struct with named fields, `N` is an enum")
    );
    assert_eq!(
        only(said(&patch(&item("#[orm(model = U)] struct N { #[orm(feild = b)] a: i32 }")))),
        pair("feild", "unknown attribute `feild`: did you mean `field`?")
    );
}
