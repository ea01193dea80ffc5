//! What the fields of a model say.

use super::{fields, model, text};
use crate::{
    ColumnDefault, ColumnName, ColumnType, Identity, ReferentialAction,
    constraint::Deferrable,
    parse::{ModelSource, RelationKind},
};

fn field<'a>(model: &'a ModelSource, name: &str) -> &'a crate::declaration::FieldDeclaration {
    model.declaration.fields.iter().find(|field| field.field == name).expect("a field of that name")
}

fn key(model: &ModelSource) -> Vec<&str> {
    model.declaration.primary_key.iter().flat_map(|key| key.columns.iter().map(ColumnName::as_str)).collect()
}

fn identity(text: &str) -> Option<Identity> {
    let model = model(&format!("struct User {{ {text} }}"));
    model.declaration.fields[0].identity
}

fn default(text: &str) -> Option<ColumnDefault> {
    field(&fields(&format!("#[orm({text})] x: i32")), "x").default.clone()
}

#[test]
fn the_example_of_the_design_is_read_whole() {
    let user = model(
        r#"
        #[orm(has_many(posts: Post.author), has_many(reports: User.manager))]
        pub struct User {
            pub id: i64,
            #[orm(unique)]
            pub email: String,
            pub name: String,
            pub bio: Option<String>,
            #[orm(belongs_to(manager: User, on_delete = set_null))]
            pub manager_id: Option<i64>,
            #[orm(default = 18, check = "age >= 0")]
            pub age: i32,
            #[orm(default = now)]
            pub created_at: DateTime<Utc>,
        }"#,
    );
    let required: Vec<String> =
        user.fields.iter().filter(|field| field.required).map(|field| field.ident.to_string()).collect();
    assert_eq!(required, ["email", "name"]);
    let relations: Vec<String> = user.relations.iter().map(|relation| relation.ident.to_string()).collect();
    assert_eq!(relations, ["manager", "posts", "reports"]);
    assert_eq!(user.declaration.model, "User");
    assert_eq!(user.declaration.table.to_string(), "users");
    assert_eq!(user.declaration.checks[0].columns, [ColumnName::from("age")]);
    assert_eq!(user.declaration.checks[0].expression, "age >= 0");
}

#[test]
fn id_is_the_key_unless_another_is_said() {
    assert_eq!(key(&model("struct A { id: i64, x: i32 }")), ["id"]);
    assert_eq!(key(&model("struct A { #[orm(column = \"a_id\")] id: i64 }")), ["a_id"]);
    assert_eq!(key(&model("struct A { id: i64, #[orm(primary_key)] code: String }")), ["code"]);
    assert_eq!(key(&model("#[orm(primary_key(b, a))] struct A { id: i64, a: i32, b: i32 }")), ["b", "a"]);
}

#[test]
fn several_marked_fields_are_one_key_in_their_order() {
    let model = model("struct A { #[orm(primary_key)] a: i32, x: i32, #[orm(primary_key)] b: i32 }");
    assert_eq!(key(&model), ["a", "b"]);
    assert_eq!(model.fields.iter().map(|field| field.key).collect::<Vec<_>>(), [true, false, true]);
    assert!(model.fields[0].required, "a key of several columns is never counted up");
}

#[test]
fn without_id_and_primary_key_there_is_no_key() {
    assert_eq!(model("struct Log { line: String }").declaration.primary_key, None);
}

#[test]
fn a_key_may_be_named() {
    let model = model("#[orm(primary_key(a, b, name = \"pk\"))] struct A { a: i32, b: i32 }");
    let key = model.declaration.primary_key.expect("a key");
    assert_eq!(key.name.map(|name| name.to_string()), Some("pk".into()));
}

#[test]
fn a_single_integer_key_is_counted_up() {
    for ty in ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "(i64)"] {
        assert_eq!(identity(&format!("id: {ty}")), Some(Identity::ByDefault), "{ty}");
    }
    assert_eq!(identity("#[orm(primary_key)] number: i32"), Some(Identity::ByDefault));
    for ty in ["String", "Uuid", "UserId", "i128", "f64"] {
        assert_eq!(identity(&format!("id: {ty}")), None, "{ty}");
    }
}

#[test]
fn a_key_with_another_source_is_not_counted_up() {
    assert_eq!(identity("#[orm(default = 1)] id: i64"), None);
    assert_eq!(identity("#[orm(default_sql = \"next()\")] id: i64"), None);
    assert_eq!(identity("#[orm(default_with = snowflake)] id: i64"), None);
    assert_eq!(identity("#[orm(belongs_to(user: User))] id: i64"), None);
    assert_eq!(identity("#[orm(belongs_to(user: User, foreign_key = false))] id: i64"), None);
    assert_eq!(identity("#[orm(via = String)] id: i64"), None);
    let shared = model("#[orm(belongs_to(user: User, (id)))] struct Profile { id: i64 }");
    assert_eq!(shared.declaration.fields[0].identity, None);
}

#[test]
fn identity_is_as_written() {
    assert_eq!(identity("#[orm(identity = false)] id: i64"), None);
    assert_eq!(identity("#[orm(identity = true)] id: UserId"), Some(Identity::ByDefault));
    assert_eq!(identity("#[orm(identity = always)] id: i64"), Some(Identity::Always));
    assert_eq!(identity("#[orm(identity = serial)] id: i64"), Some(Identity::Serial));
    assert_eq!(identity("#[orm(identity = autoincrement)] id: i64"), Some(Identity::Autoincrement));
    assert_eq!(field(&fields("#[orm(identity = always)] x: i64"), "x").identity, Some(Identity::Always));
}

#[test]
fn required_is_what_nothing_else_gives() {
    let model = fields(
        "a: i32, b: Option<i32>, #[orm(default = 1)] c: i32, #[orm(default_sql = \"1\")] d: i32,
         #[orm(default_with = f)] e: i32, #[orm(identity = true)] f: i32, g: std::option::Option<i32>",
    );
    let required: Vec<bool> = model.fields.iter().map(|field| field.required).collect();
    assert_eq!(required, [false, true, false, false, false, false, false, false]);
    let optional: Vec<bool> = model.fields.iter().map(|field| field.optional).collect();
    assert_eq!(optional, [false, false, true, false, false, false, false, true]);
}

#[test]
fn a_default_is_a_literal_or_now_or_sql() {
    assert_eq!(default("default = 18"), Some(ColumnDefault::Number("18".into())));
    assert_eq!(default("default = 1_000i32"), Some(ColumnDefault::Number("1000".into())));
    assert_eq!(default("default = -1"), Some(ColumnDefault::Number("-1".into())));
    assert_eq!(default("default = 0.25"), Some(ColumnDefault::Number("0.25".into())));
    assert_eq!(default("default = -2.5"), Some(ColumnDefault::Number("-2.5".into())));
    assert_eq!(default("default = true"), Some(ColumnDefault::Bool(true)));
    assert_eq!(default("default = \"it's\""), Some(ColumnDefault::Text("it's".into())));
    assert_eq!(default("default = \"\""), Some(ColumnDefault::Text(String::new())));
    assert_eq!(default("default = 'x'"), Some(ColumnDefault::Text("x".into())));
    assert_eq!(default("default = now"), Some(ColumnDefault::Now));
    assert_eq!(default("default_sql = \"random()\""), Some(ColumnDefault::Expression("random()".into())));
    assert_eq!(default("default_with = f"), None);
}

#[test]
fn default_with_and_via_keep_their_tokens() {
    let model = fields("#[orm(default_with = Uuid::now_v7, via = String)] x: Uuid");
    assert_eq!(text(model.fields[1].default_with.as_ref().expect("a function")), "Uuid::now_v7");
    assert_eq!(text(model.fields[1].via.as_ref().expect("a type")), "String");
}

#[test]
fn the_type_of_a_column_may_be_written() {
    let ty = |text: &str| field(&fields(&format!("#[orm({text})] x: T")), "x").column_type.clone();
    assert_eq!(ty("type = \"citext\""), Some(ColumnType::Native("citext".into())));
    assert_eq!(ty("max_len = 40"), Some(ColumnType::Varchar(40)));
    assert_eq!(ty("decimal(10, 2)"), Some(ColumnType::DecimalOf(10, 2)));
    assert_eq!(ty("unique"), None);
}

#[test]
fn columns_are_named_like_fields_unless_another_name_is_written() {
    let model = fields("r#type: i32, #[orm(column = \"full name\", renamed_from = \"name\")] name: String");
    let columns: Vec<&str> = model.declaration.fields.iter().map(|field| field.column.as_str()).collect();
    assert_eq!(columns, ["id", "type", "full name"]);
    assert_eq!(model.declaration.fields[1].field, "type");
    assert_eq!(model.fields[1].ident.to_string(), "r#type");
    assert_eq!(model.declaration.fields[2].renamed_from, Some("name".into()));
}

#[test]
fn unique_and_index_of_a_field_have_its_column_and_no_name() {
    let model = fields("#[orm(unique, index, column = \"e\")] email: String");
    assert_eq!(model.declaration.uniques.len(), 1);
    assert_eq!(model.declaration.uniques[0].name, None);
    assert_eq!(model.declaration.uniques[0].columns, [ColumnName::from("e")]);
    assert_eq!(model.declaration.indexes[0].name, None);
    assert_eq!(model.declaration.indexes[0].columns(), [ColumnName::from("e")]);
    assert!(!model.declaration.indexes[0].unique);
}

#[test]
fn attributes_may_be_spread_over_several() {
    let model = fields("#[orm(unique)] #[serde(default)] #[orm(index)] email: String");
    assert_eq!((model.declaration.uniques.len(), model.declaration.indexes.len()), (1, 1));
}

#[test]
fn belongs_to_makes_a_relation_and_a_foreign_key() {
    let model = fields(
        "/// Who wrote it.
         #[orm(belongs_to(author: crate::models::User.email, on_delete = cascade, on_update = restrict,
             deferrable = initially_deferred, name = \"fk\"))]
         #[orm(column = \"author\")]
         author_id: i64",
    );
    let relation = &model.relations[0];
    let RelationKind::BelongsTo { fields, references, optional, foreign_key, .. } = &relation.kind else {
        panic!("{relation:?}")
    };
    assert_eq!(fields[0].to_string(), "author_id");
    assert_eq!(references.as_ref().map(|names| names[0].to_string()), Some("email".into()));
    assert_eq!((*optional, *foreign_key), (false, Some(0)));
    assert_eq!(relation.docs.len(), 1);
    let key = &model.declaration.foreign_keys[0];
    assert_eq!(key.target, "crate::models::User");
    assert_eq!(key.columns, [ColumnName::from("author")]);
    assert_eq!(key.references, Some(vec!["email".into()]));
    assert_eq!((key.on_delete, key.on_update), (ReferentialAction::Cascade, ReferentialAction::Restrict));
    assert_eq!(key.deferrable, Deferrable::InitiallyDeferred);
    assert_eq!(key.name, Some("fk".into()));
}

#[test]
fn belongs_to_of_an_option_is_optional() {
    let model = fields("#[orm(belongs_to(boss: User, on_delete = set_null))] boss_id: Option<i64>");
    assert!(matches!(
        &model.relations[0].kind,
        RelationKind::BelongsTo { optional: true, references: None, .. }
    ));
}

#[test]
fn a_relation_without_a_foreign_key_declares_none() {
    let model = fields(
        "#[orm(belongs_to(a: A, foreign_key = false))] a_id: i64, #[orm(belongs_to(b: B, deferrable))] b_id: i64",
    );
    assert!(matches!(&model.relations[0].kind, RelationKind::BelongsTo { foreign_key: None, .. }));
    assert!(matches!(&model.relations[1].kind, RelationKind::BelongsTo { foreign_key: Some(0), .. }));
    assert_eq!(model.declaration.foreign_keys.len(), 1);
    assert_eq!(model.declaration.foreign_keys[0].deferrable, Deferrable::InitiallyImmediate);
}

#[test]
fn a_field_may_lead_to_several_models() {
    let model = fields("#[orm(belongs_to(a: A), belongs_to(b: B, foreign_key = false))] x: i64");
    assert_eq!((model.relations.len(), model.declaration.foreign_keys.len()), (2, 1));
}
