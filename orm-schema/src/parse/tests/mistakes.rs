//! What is said of every mistake in a model, and on which token.

use super::{item, mistake, mistakes, pair, struct_mistake};

#[test]
fn an_unknown_attribute_suggests_the_nearest() {
    assert_eq!(
        mistake("#[orm(uniqe)] x: i32"),
        pair("uniqe", "unknown attribute `uniqe`: did you mean `unique`?")
    );
    assert_eq!(mistake("#[orm(zebra = 1)] x: i32"), pair("zebra", "unknown attribute `zebra`"));
    assert_eq!(
        struct_mistake("tabel = \"x\""),
        pair("tabel", "unknown attribute `tabel`: did you mean `table`?")
    );
    assert_eq!(
        mistake("#[orm(belongs_to(a: A, on_delet = cascade))] x: i32"),
        pair("on_delet", "unknown attribute `on_delet`: did you mean `on_delete`?")
    );
    assert_eq!(
        struct_mistake("index(email, nam = \"i\")"),
        pair("nam", "unknown attribute `nam`: did you mean `name`?")
    );
    assert_eq!(
        struct_mistake("index(email descending)"),
        pair("descending", "unknown attribute `descending`")
    );
}

#[test]
fn the_words_of_other_libraries_are_understood() {
    assert_eq!(
        struct_mistake("table_name = \"x\""),
        pair("table_name", "unknown attribute `table_name`: did you mean `table`?")
    );
    assert_eq!(
        mistake("#[orm(rename = \"x\")] x: i32"),
        pair("rename", "unknown attribute `rename`: did you mean `column`?")
    );
}

#[test]
fn an_attribute_at_the_wrong_place_says_where_it_belongs() {
    assert_eq!(
        mistake("#[orm(has_many(a: A.b))] x: i32"),
        pair("has_many", "`has_many` belongs on the struct")
    );
    assert_eq!(struct_mistake("max_len = 3"), pair("max_len", "`max_len` belongs on a field"));
    assert_eq!(
        mistake("#[orm(on_delete = cascade)] x: i32"),
        pair("on_delete", "`on_delete` belongs in `belongs_to(…)`")
    );
    assert_eq!(struct_mistake("label = \"x\""), pair("label", "`label` belongs on a variant"));
    assert_eq!(struct_mistake("where = \"x\""), pair("where", "`where` belongs in `index(…)`"));
}

#[test]
fn an_attribute_given_twice_is_a_mistake() {
    assert_eq!(mistake("#[orm(unique, unique)] x: i32"), pair("unique", "`unique` is given twice"));
    assert_eq!(
        mistake("#[orm(max_len = 1)] #[orm(max_len = 2)] x: String"),
        pair("max_len", "`max_len` is given twice")
    );
    assert_eq!(struct_mistake("table = \"a\", table = \"b\""), pair("table", "`table` is given twice"));
    assert_eq!(struct_mistake("unique(email, age), unique(email, age)").1, "this `unique` is given twice");
    assert_eq!(struct_mistake("index(email), index(email)").1, "this `index` is given twice");
    assert_eq!(struct_mistake("unique(email, email)"), pair("email", "`email` is named twice"));
    assert_eq!(
        struct_mistake("index(email, name = \"a\", name = \"b\")"),
        pair("name", "`name` is given twice")
    );
    assert_eq!(struct_mistake("index(email asc desc)"), pair("desc", "only one of `asc` and `desc`"));
    assert_eq!(
        struct_mistake("index(email nulls_first nulls_last)"),
        pair("nulls_last", "only one of `nulls_first` and `nulls_last`")
    );
}

#[test]
fn attributes_that_exclude_each_other_are_a_mistake() {
    assert_eq!(
        mistake("#[orm(type = \"citext\", max_len = 3)] x: String"),
        pair("max_len", "only one of `type`, `max_len` and `decimal` can say the type")
    );
    assert_eq!(
        mistake("#[orm(default = 1, default_sql = \"1\")] x: i32"),
        pair("default_sql", "only one of `default` and `default_sql` can say the default")
    );
    assert_eq!(
        mistake("#[orm(identity = true, default = 1)] x: i32"),
        pair("true", "`x` is counted up and has a default: only one can give the value")
    );
    assert_eq!(
        mistake("#[orm(belongs_to(a: A, foreign_key = false, on_delete = cascade))] x: i32"),
        pair("foreign_key", "`foreign_key = false` leaves no constraint for the other options")
    );
    assert_eq!(
        mistakes("#[orm(primary_key(a))] struct T { a: i32, #[orm(primary_key)] b: i32 }"),
        [pair("primary_key", "the primary key is said on the struct already")]
    );
}

#[test]
fn what_is_not_built_yet_says_so() {
    assert_eq!(
        mistake("#[orm(storage = \"external\")] x: i32"),
        pair("storage", "not yet: `storage` (STORAGE of a column)")
    );
    assert_eq!(
        struct_mistake("exclude(\"gist\", email with \"=\")"),
        pair("exclude", "not yet: `exclude` (exclusion constraints)")
    );
    assert_eq!(
        struct_mistake("unique(email, without_overlaps(age))"),
        pair("without_overlaps", "not yet: `without_overlaps` (WITHOUT OVERLAPS)")
    );
    assert_eq!(
        struct_mistake("has_one(a: A through B.c, B.d)"),
        pair("through", "not yet: `has_one` with `through`")
    );
}

#[test]
fn what_the_database_computes_has_no_other_source() {
    assert_eq!(
        mistake("#[orm(generated = \"1\", default = 2)] x: i32"),
        pair("generated", "`x` is generated and has a default: only one can give the value")
    );
    assert_eq!(
        mistake("#[orm(generated = \"1\", generated_virtual = \"2\")] x: i32"),
        pair(
            "generated_virtual",
            "only one of `generated` and `generated_virtual` can say how it is computed"
        )
    );
}

#[test]
fn an_action_on_some_columns_names_those_of_the_relation() {
    assert_eq!(
        mistake("#[orm(belongs_to(a: A, on_delete = set_null(y)))] x: Option<i32>"),
        pair("y", "`y` is no field of this relation")
    );
    assert_eq!(
        mistake("#[orm(belongs_to(a: A, on_delete = cascade(x)))] x: Option<i32>"),
        pair("cascade", "`cascade` sets no columns")
    );
}

#[test]
fn a_field_that_is_not_there_suggests_the_nearest() {
    let message = "no field `emial` in `User`: did you mean `email`?";
    assert_eq!(struct_mistake("unique(emial)"), pair("emial", message));
    assert_eq!(struct_mistake("index(age, emial desc)"), pair("emial", message));
    assert_eq!(struct_mistake("primary_key(emial)"), pair("emial", message));
    assert_eq!(struct_mistake("belongs_to(a: A, (emial))"), pair("emial", message));
    assert_eq!(struct_mistake("unique(zebra)"), pair("zebra", "no field `zebra` in `User`"));
}

#[test]
fn values_of_the_wrong_kind_say_what_is_expected() {
    assert_eq!(mistake("#[orm(column)] x: i32"), pair("column", "`column` needs a value: `column = \"…\"`"));
    assert_eq!(
        mistake("#[orm(column = 3)] x: i32"),
        pair("3", "expected string literal: write `column = \"…\"`")
    );
    assert_eq!(struct_mistake("table = \"\""), pair("\"\"", "`table` is empty"));
    assert_eq!(mistake("#[orm(max_len = 0)] x: String"), pair("0", "expected a number above zero"));
    assert_eq!(mistake("#[orm(decimal)] x: D"), pair("decimal", "write `decimal(precision, scale)`"));
    assert_eq!(
        mistake("#[orm(unique(x, y))] x: i32").1,
        "`unique` takes nothing here: several columns or a name go on the struct"
    );
    assert_eq!(struct_mistake("strict = true").1, "`strict` takes nothing here");
    assert_eq!(
        mistake("#[orm(default = Status::Open)] x: S"),
        pair(
            "Status::Open",
            "`default` takes a literal or `now`; SQL goes into `default_sql = \"…\"`, a function into \
             `default_with = path`"
        )
    );
    assert_eq!(
        mistake("#[orm(identity = alway)] x: i32"),
        pair("alway", "unknown value `alway`: did you mean `always`?")
    );
    assert_eq!(
        mistake("#[orm(belongs_to(a: A, on_delete = explode))] x: i32"),
        pair(
            "explode",
            "unknown value `explode`: one of `cascade`, `restrict`, `set_null`, `set_null_or_fail`, `set_default`, `no_action`"
        )
    );
    assert_eq!(mistakes("#[orm] struct T { id: i64 }"), [pair("orm", "write `#[orm(…)]`")]);
    assert_eq!(
        mistake("#[orm(unique index)] x: i32"),
        pair("index", "`unique` takes nothing here: several columns or a name go on the struct")
    );
    assert_eq!(mistake("#[orm(column = \"a\" index)] x: i32"), pair("index", "expected `,`"));
}

#[test]
fn relations_that_cannot_be_read_show_how_they_are_written() {
    assert_eq!(mistake("#[orm(belongs_to)] x: i32"), pair("belongs_to", "write `belongs_to(author: User)`"));
    assert_eq!(mistake("#[orm(belongs_to(author))] x: i32").1, "expected `belongs_to(author: User)`");
    assert_eq!(
        mistake("#[orm(belongs_to(author = User))] x: i32"),
        pair("=", "expected `belongs_to(author: User)`")
    );
    assert_eq!(
        mistake("#[orm(belongs_to(a: A, (x) = (y)))] x: i32").1,
        "fields are named in a `belongs_to` on the struct"
    );
    assert_eq!(
        struct_mistake("belongs_to(line: OrderLine)"),
        pair("line", "which fields? write `belongs_to(line: OrderLine, (order_id, line_no))`")
    );
    assert_eq!(
        struct_mistake("belongs_to(line: OrderLine, (email, age) = (a))").1,
        "both sides need the same number of fields"
    );
    assert_eq!(
        struct_mistake("has_many(posts: Post)"),
        pair("posts", "name the relation of `Post` that leads back: `has_many(posts: Post.its_relation)`")
    );
    assert_eq!(struct_mistake("has_many(posts)").1, "expected `has_many(posts: Post.author)`");
    assert_eq!(
        struct_mistake("has_many(a: A.b, c: C.d)"),
        pair("c", "one relation each: write another `has_many(…)`")
    );
    assert_eq!(
        struct_mistake("has_many(tags: Tag thru PostTag.a, PostTag.b)"),
        pair("thru", "expected `.relation` or `through`")
    );
    assert_eq!(
        struct_mistake("has_many(tags: Tag through PostTag.a, Other.b)"),
        pair("Other", "both relations are those of the join model `PostTag`")
    );
}

#[test]
fn lists_of_the_struct_show_how_they_are_written() {
    assert_eq!(struct_mistake("unique"), pair("unique", "write `unique(a, b)`"));
    assert_eq!(struct_mistake("unique()"), pair("unique", "which fields? write `unique(a, b)`"));
    assert_eq!(struct_mistake("index()"), pair("index", "which fields? write `index(a, b desc)`"));
    assert_eq!(struct_mistake("check()"), pair("check", "which condition? write `check(\"price > 0\")`"));
    assert_eq!(struct_mistake("check(\"a\", \"b\")").1, "one condition each: write another `check(…)`");
    assert_eq!(
        struct_mistake("index(lower(email))"),
        pair("lower", "an expression is written `expr(\"…\")`")
    );
    assert_eq!(struct_mistake("unique(\"email\")"), pair("\"email\"", "expected the name of a field"));
    assert_eq!(struct_mistake("unique(self)"), pair("self", "`self` cannot be the name of a field"));
}

#[test]
fn set_null_needs_a_column_that_takes_null() {
    let message = "`set_null` needs a column that takes NULL: make `x` an `Option`";
    assert_eq!(mistake("#[orm(belongs_to(a: A, on_delete = set_null))] x: i32"), pair("set_null", message));
    assert_eq!(mistake("#[orm(belongs_to(a: A, on_update = set_null))] x: i32"), pair("set_null", message));
}

#[test]
fn names_must_differ() {
    assert_eq!(
        mistake("x: i32, #[orm(column = \"x\")] y: i32"),
        pair("\"x\"", "`y` and `x` both have the column `x`")
    );
    assert_eq!(
        mistake("boss: i32, #[orm(belongs_to(boss: User))] boss_id: i64"),
        pair("boss", "the relation `boss` is named like a field")
    );
    assert_eq!(
        mistake("#[orm(belongs_to(a: A))] x: i64, #[orm(belongs_to(a: A))] y: i64"),
        pair("a", "two relations are named `a`")
    );
    assert_eq!(struct_mistake("has_many(age: A.b)"), pair("age", "the relation `age` is named like a field"));
}

#[test]
fn a_key_is_never_null() {
    let message = "a primary key is never NULL: `id` cannot be an `Option`";
    assert_eq!(mistakes("struct T { id: Option<i64> }"), [pair("id", message)]);
    assert_eq!(
        mistakes("#[orm(without_rowid)] struct T { a: i64 }"),
        [pair("without_rowid", "`without_rowid` needs a primary key")]
    );
    assert_eq!(
        mistake("#[orm(identity = autoincrement)] x: i64"),
        pair("autoincrement", "`autoincrement` is for a primary key of one column")
    );
    assert_eq!(
        mistake("#[orm(identity = true)] x: Option<i64>"),
        pair("true", "`x` is counted up, so it is never NULL and cannot be an `Option`")
    );
}

#[test]
fn only_a_struct_with_named_fields_is_a_model() {
    let what = "a model is a struct with named fields, `T` is";
    assert_eq!(mistakes("struct T(i64);"), [pair("T", &format!("{what} a tuple struct"))]);
    assert_eq!(mistakes("struct T;"), [pair("T", &format!("{what} a unit struct"))]);
    assert_eq!(mistakes("enum T { A }"), [pair("T", &format!("{what} an enum"))]);
    assert_eq!(mistakes("union T { a: i64 }"), [pair("T", &format!("{what} a union"))]);
    assert_eq!(mistakes("struct T {}"), [pair("T", "`T` has no fields")]);
    assert_eq!(mistakes("struct T<A> { id: A }"), [pair("A", "a model has no generic parameters")]);
    assert_eq!(mistakes("struct T<'a> { id: &'a str }"), [pair("'a", "a model has no generic parameters")]);
}

#[test]
fn all_mistakes_are_said_at_once_and_the_rest_is_kept() {
    let parsed = crate::parse::model(&item(
        "#[orm(tabel = \"x\", index(emial, name = \"i\"), strict)]
         struct User { id: i64, #[orm(uniqe, max_len = 3)] email: String, #[orm(default = )] age: i32 }",
    ));
    let messages: Vec<String> = parsed.errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "unknown attribute `tabel`: did you mean `table`?",
            "unknown attribute `uniqe`: did you mean `unique`?",
            "unexpected end of input, expected an expression: write `default = 18`",
            "no field `emial` in `User`: did you mean `email`?",
        ]
    );
    let user = parsed.source.expect("what could be read");
    assert!(user.declaration.strict);
    assert_eq!(user.declaration.fields.len(), 3);
    assert_eq!(user.declaration.fields[1].column_type, Some(crate::ColumnType::Varchar(3)));
}
