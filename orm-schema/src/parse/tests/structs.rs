//! What the struct of a model says.

use super::model;
use crate::{
    ColumnName, IndexKey, NullsOrder, SortOrder, TableName,
    declaration::Declaration,
    parse::{ModelSource, RelationKind},
};

fn with(attributes: &str) -> ModelSource {
    model(&format!(
        "#[orm({attributes})] struct Post {{
            id: i64, author_id: i64, title: String, #[orm(column = \"at\")] created_at: DateTime<Utc>,
            name: Option<String>, r#unique: i32 }}"
    ))
}

fn declared(attributes: &str) -> Declaration {
    with(attributes).declaration
}

fn names(columns: &[ColumnName]) -> Vec<&str> {
    columns.iter().map(ColumnName::as_str).collect()
}

#[test]
fn table_and_namespace_are_as_written() {
    assert_eq!(declared("strict").table, TableName::new("posts"));
    assert_eq!(declared("table = \"Blog Post\"").table, TableName::new("Blog Post"));
    let moved = declared("namespace = \"blog\", renamed_from = \"articles\"");
    assert_eq!(moved.table, TableName::in_namespace("blog", "posts"));
    assert_eq!(moved.renamed_from, Some(TableName::in_namespace("blog", "articles")));
}

#[test]
fn the_forms_of_sqlite_are_flags() {
    let table = declared("strict, without_rowid");
    assert!(table.strict && table.without_rowid);
    let table = declared("");
    assert!(!table.strict && !table.without_rowid);
}

#[test]
fn generated_names_have_defaults_and_may_be_written() {
    let options = with("").options;
    assert_eq!(
        (options.new_ident.to_string(), options.columns_ident.to_string()),
        ("NewPost".into(), "PostColumns".into())
    );
    assert_eq!(options.crate_path, syn::parse_quote!(::orm));
    let options = with("crate = crate::orm, new = Draft, columns = Cols").options;
    assert_eq!(
        (options.new_ident.to_string(), options.columns_ident.to_string()),
        ("Draft".into(), "Cols".into())
    );
    assert_eq!(options.crate_path, syn::parse_quote!(crate::orm));
}

#[test]
fn unique_lists_fields_and_stores_columns() {
    let uniques = declared("unique(title, created_at), unique(author_id, name = \"one_each\")").uniques;
    assert_eq!(names(&uniques[0].columns), ["title", "at"]);
    assert_eq!(uniques[0].name, None);
    assert_eq!(uniques[1].name, Some("one_each".into()));
}

#[test]
fn an_index_has_parts_with_directions() {
    let indexes =
        declared("index(author_id, created_at desc nulls_last, expr(\"lower(title)\") asc nulls_first)")
            .indexes;
    let parts = &indexes[0].parts;
    assert_eq!(parts[0].key, IndexKey::Column("author_id".into()));
    assert_eq!((parts[0].order, parts[0].nulls), (SortOrder::Asc, None));
    assert_eq!(parts[1].key, IndexKey::Column("at".into()));
    assert_eq!((parts[1].order, parts[1].nulls), (SortOrder::Desc, Some(NullsOrder::Last)));
    assert_eq!(parts[2].key, IndexKey::Expression("lower(title)".into()));
    assert_eq!((parts[2].order, parts[2].nulls), (SortOrder::Asc, Some(NullsOrder::First)));
}

#[test]
fn an_index_has_options() {
    let indexes =
        declared("index(title, name = \"i\", unique, where = \"id > 0\", method = \"gin\")").indexes;
    assert_eq!(indexes[0].name, Some("i".into()));
    assert!(indexes[0].unique);
    assert_eq!(indexes[0].predicate.as_deref(), Some("id > 0"));
    assert_eq!(indexes[0].method.as_deref(), Some("gin"));
}

#[test]
fn a_field_may_be_called_like_an_option() {
    let table = declared("index(name, r#unique, name = \"i\"), unique(name)");
    assert_eq!(names(&table.indexes[0].columns()), ["name", "unique"]);
    assert_eq!(table.indexes[0].name, Some("i".into()));
    assert_eq!(names(&table.uniques[0].columns), ["name"]);
}

#[test]
fn checks_of_the_struct_belong_to_no_column() {
    let checks = declared("check(\"id > 0\"), check(\"id < 9\", name = \"small\")").checks;
    assert_eq!((checks[0].expression.as_str(), checks[0].columns.len()), ("id > 0", 0));
    assert_eq!(checks[1].name, Some("small".into()));
}

#[test]
fn composite_keys_belong_to_by_fields_of_the_struct() {
    let item = model(
        "#[orm(belongs_to(line: OrderLine, (order_id, r#type) = (order, no), on_delete = cascade))]
         struct Item { id: i64, #[orm(column = \"o\")] order_id: i64, r#type: Option<i32> }",
    );
    let key = &item.declaration.foreign_keys[0];
    assert_eq!(names(&key.columns), ["o", "type"]);
    assert_eq!(key.references, Some(vec!["order".into(), "no".into()]));
    let RelationKind::BelongsTo { fields, references, optional, .. } = &item.relations[0].kind else {
        panic!()
    };
    assert_eq!(fields.iter().map(ToString::to_string).collect::<Vec<_>>(), ["order_id", "r#type"]);
    assert_eq!(references.as_ref().map(Vec::len), Some(2));
    assert!(optional);
}

#[test]
fn without_a_right_side_the_targets_key_is_meant() {
    let item = model("#[orm(belongs_to(line: Line, (a, b)))] struct Item { a: i64, b: i64 }");
    assert_eq!(item.declaration.foreign_keys[0].references, None);
    let item = model("#[orm(belongs_to(user: User.email, (a)))] struct Item { a: String }");
    assert_eq!(item.declaration.foreign_keys[0].references, Some(vec!["email".into()]));
}

#[test]
fn names_that_are_keywords_come_back_raw() {
    let item = model("#[orm(belongs_to(line: Line, (a) = (type)))] struct Item { a: i64 }");
    let RelationKind::BelongsTo { references, .. } = &item.relations[0].kind else { panic!() };
    assert_eq!(references.as_ref().map(|names| names[0].to_string()), Some("r#type".into()));
    assert_eq!(item.declaration.foreign_keys[0].references, Some(vec!["type".into()]));
}

#[test]
fn inverse_relations_name_the_way_back() {
    let post = with(
        "has_many(comments: crate::models::Comment.post), has_one(cover: Cover.post),
         has_many(tags: Tag through PostTag.post, PostTag.tag)",
    );
    let RelationKind::HasMany { target, relation } = &post.relations[0].kind else { panic!() };
    assert_eq!(*target, syn::parse_quote!(crate::models::Comment));
    assert_eq!(relation.to_string(), "post");
    assert!(matches!(&post.relations[1].kind, RelationKind::HasOne { .. }));
    let RelationKind::Through { target, join, first, second } = &post.relations[2].kind else { panic!() };
    assert_eq!(*target, syn::parse_quote!(Tag));
    assert_eq!(*join, syn::parse_quote!(PostTag));
    assert_eq!((first.to_string(), second.to_string()), ("post".into(), "tag".into()));
}
