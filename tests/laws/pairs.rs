//! Laws 2 to 5 over pairs of models, each a fact about one kind of change.
//!
//! The models are Rust source, read as the command line reads them. Rows are there when the change comes.

use orm::Dialect;
use orm_schema::{
    Schema,
    parse::scan::{Options, Root, scan},
};
use orm_tests::Database;

use crate::{
    law::{self, Pair},
    runtime,
};

/// A change, as models before and after it.
struct Case {
    fact: &'static str,
    on: &'static [Dialect],
    /// SQL that runs first.
    prepare: &'static str,
    before: &'static str,
    after: &'static str,
    renames: &'static [&'static str],
}

const ALL: &[Dialect] = &[Dialect::Sqlite, Dialect::Postgres, Dialect::MariaDb];
/// What MariaDB cannot do, or quotes otherwise.
const STANDARD: &[Dialect] = &[Dialect::Sqlite, Dialect::Postgres];
const MARIADB: &[Dialect] = &[Dialect::MariaDb];
const SQLITE: &[Dialect] = &[Dialect::Sqlite];
const POSTGRES: &[Dialect] = &[Dialect::Postgres];

const fn case(fact: &'static str, before: &'static str, after: &'static str) -> Case {
    Case { fact, on: ALL, prepare: "", before, after, renames: &[] }
}

const fn only(on: &'static [Dialect], case: Case) -> Case {
    Case { on, ..case }
}

const fn renamed(renames: &'static [&'static str], case: Case) -> Case {
    Case { renames, ..case }
}

const CASES: &[Case] = &[
    case(
        "a nullable column is added",
        "#[derive(Model)] struct User { id: i64, name: String }",
        "#[derive(Model)] struct User { id: i64, name: String, bio: Option<String> }",
    ),
    case(
        "a required column with a default is added",
        "#[derive(Model)] struct User { id: i64 }",
        "#[derive(Model)] struct User { id: i64, #[orm(default = 18, check = \"age >= 0\")] age: i32, #[orm(default = \"it's\")] word: String }",
    ),
    case(
        "a column whose default is the time is added",
        "#[derive(Model)] struct User { id: i64 }",
        "#[derive(Model)] struct User { id: i64, #[orm(default = now)] at: DateTime<Utc>, #[orm(default = now)] on: Option<NaiveDate> }",
    ),
    case(
        "a column is dropped",
        "#[derive(Model)] struct User { id: i64, name: String, bio: Option<String> }",
        "#[derive(Model)] struct User { id: i64, name: String }",
    ),
    case(
        "a column with an index, a unique constraint, a check and a foreign key is dropped",
        "#[derive(Model)] struct Team { id: i64 } #[derive(Model)] #[orm(index(code, name), unique(code, name))] struct User { id: i64, name: String, #[orm(unique, index, check = \"code > 0\", belongs_to(team: Team))] code: Option<i64> }",
        "#[derive(Model)] struct Team { id: i64 } #[derive(Model)] struct User { id: i64, name: String }",
    ),
    case(
        "a column is renamed by its attribute, with all that speaks of it",
        "#[derive(Model)] #[orm(index(name desc, age), check(\"name <> ''\"), unique(name, age))] struct User { id: i64, #[orm(check = \"length(name) > 0\")] name: String, #[orm(default = 1)] age: i32 }",
        "#[derive(Model)] #[orm(index(full_name desc, age), check(\"full_name <> ''\"), unique(full_name, age))] struct User { id: i64, #[orm(check = \"length(full_name) > 0\", renamed_from = \"name\")] full_name: String, #[orm(default = 1)] age: i32 }",
    ),
    renamed(
        &["users.name=users.full_name", "users.nick!=users.alias"],
        case(
            "a column is renamed by decision, another replaced by decision",
            "#[derive(Model)] struct User { id: i64, #[orm(unique)] name: String, nick: Option<String> }",
            "#[derive(Model)] struct User { id: i64, #[orm(unique)] full_name: String, alias: Option<String> }",
        ),
    ),
    case(
        "a table is renamed, with its keys and those that lead to it",
        "#[derive(Model)] #[orm(index(name))] struct User { id: i64, #[orm(unique)] name: String, #[orm(belongs_to(boss: User))] boss_id: Option<i64> } #[derive(Model)] struct Post { id: i64, #[orm(belongs_to(author: User, on_delete = cascade))] author_id: i64 }",
        "#[derive(Model)] #[orm(index(name), renamed_from = \"users\")] struct Person { id: i64, #[orm(unique)] name: String, #[orm(belongs_to(boss: Person))] boss_id: Option<i64> } #[derive(Model)] struct Post { id: i64, #[orm(belongs_to(author: Person, on_delete = cascade))] author_id: i64 }",
    ),
    case(
        "a table and a column of it are renamed, and a column is added, at once",
        "#[derive(Model)] struct User { id: i64, name: String }",
        "#[derive(Model)] #[orm(renamed_from = \"users\")] struct Person { id: i64, #[orm(renamed_from = \"name\")] label: String, note: Option<String> }",
    ),
    case(
        "a column becomes required, another optional",
        "#[derive(Model)] struct User { id: i64, name: Option<String>, nick: String }",
        "#[derive(Model)] struct User { id: i64, name: String, nick: Option<String> }",
    ),
    case(
        "defaults come, change and go",
        "#[derive(Model)] struct User { id: i64, a: i32, #[orm(default = 1)] b: i32, #[orm(default = \"x\")] c: String, #[orm(default = now)] d: DateTime<Utc>, #[orm(default = true)] e: bool }",
        "#[derive(Model)] struct User { id: i64, #[orm(default = -1)] a: i32, #[orm(default = 2)] b: i32, c: String, d: DateTime<Utc>, #[orm(default = false)] e: bool }",
    ),
    case(
        "numbers and texts get wider types",
        "#[derive(Model)] struct T { id: i64, a: i16, b: i32, c: f32, #[orm(max_len = 5)] d: String, #[orm(max_len = 5)] e: Option<String> }",
        "#[derive(Model)] struct T { id: i64, a: i32, b: i64, c: f64, #[orm(max_len = 50)] d: String, e: Option<String> }",
    ),
    case(
        "a check comes, changes and goes",
        "#[derive(Model)] #[orm(check(\"a < 100\"))] struct T { id: i64, #[orm(check = \"a > 0\")] a: i32, #[orm(check = \"b > 0\")] b: i32 }",
        "#[derive(Model)] #[orm(check(\"a < 50\", name = \"small\"))] struct T { id: i64, a: i32, #[orm(check = \"b > -1 AND b < 1000\")] b: i32 }",
    ),
    case(
        "unique constraints come and go",
        "#[derive(Model)] #[orm(unique(a, b))] struct T { id: i64, #[orm(unique)] a: i32, b: String }",
        "#[derive(Model)] #[orm(unique(b, a, name = \"both\"))] struct T { id: i64, a: i32, #[orm(unique)] b: String }",
    ),
    only(
        STANDARD,
        case(
            "indexes of every form come, change and go",
            "#[derive(Model)] #[orm(index(a), index(b desc), index(a, b, name = \"two\"), index(expr(\"a + 1\"), name = \"by_sum\"))] struct T { id: i64, a: i32, b: String }",
            "#[derive(Model)] #[orm(index(a desc, b), index(a, where = \"a > 1\", name = \"some\"), index(expr(\"lower(b)\"), unique, name = \"two\"))] struct T { id: i64, a: i32, b: String }",
        ),
    ),
    case(
        "foreign keys come, get other actions, and go",
        "#[derive(Model)] struct A { id: i64 } #[derive(Model)] struct B { id: i64, #[orm(belongs_to(a: A))] a_id: i64, other_id: Option<i64>, #[orm(belongs_to(third: A, on_delete = cascade))] third_id: i64 }",
        "#[derive(Model)] struct A { id: i64 } #[derive(Model)] struct B { id: i64, #[orm(belongs_to(a: A, on_delete = cascade, on_update = cascade))] a_id: i64, #[orm(belongs_to(other: A, on_delete = set_null))] other_id: Option<i64>, third_id: i64 }",
    ),
    case(
        "a foreign key to a new table comes with its column",
        "#[derive(Model)] struct Post { id: i64 }",
        "#[derive(Model)] struct Author { id: i64, #[orm(unique)] email: String } #[derive(Model)] struct Post { id: i64, #[orm(belongs_to(author: Author))] author_id: Option<i64>, #[orm(belongs_to(by: Author.email))] by_email: Option<String> }",
    ),
    case(
        "tables that lead to each other in a circle are made",
        "#[derive(Model)] struct Other { id: i64 }",
        "#[derive(Model)] struct Other { id: i64 } #[derive(Model)] struct Chicken { id: i64, #[orm(belongs_to(egg: Egg))] egg_id: i64 } #[derive(Model)] struct Egg { id: i64, #[orm(belongs_to(chicken: Chicken))] chicken_id: i64 }",
    ),
    case(
        "tables that lead to each other in a circle are dropped",
        "#[derive(Model)] struct Other { id: i64 } #[derive(Model)] struct Chicken { id: i64, #[orm(belongs_to(egg: Egg))] egg_id: i64 } #[derive(Model)] struct Egg { id: i64, #[orm(belongs_to(chicken: Chicken))] chicken_id: i64, #[orm(belongs_to(twin: Egg))] twin_id: Option<i64> }",
        "#[derive(Model)] struct Other { id: i64 }",
    ),
    case(
        "a table that others cascade from is rebuilt without a row being lost",
        "#[derive(Model)] struct A { id: i64, n: i32 } #[derive(Model)] struct B { id: i64, #[orm(belongs_to(a: A, on_delete = cascade))] a_id: i64 } #[derive(Model)] struct C { id: i64, #[orm(belongs_to(b: B, on_delete = cascade))] b_id: i64 }",
        "#[derive(Model)] struct A { id: i64, #[orm(check = \"n > 0\")] n: i32 } #[derive(Model)] struct B { id: i64, #[orm(belongs_to(a: A, on_delete = cascade), unique)] a_id: i64 } #[derive(Model)] struct C { id: i64, #[orm(belongs_to(b: B, on_delete = cascade))] b_id: i64 }",
    ),
    case(
        "a composite key and the foreign key to it get another order",
        "#[derive(Model)] #[orm(primary_key(a, b))] struct P { a: i32, b: String, #[orm(unique)] c: i32 } #[derive(Model)] #[orm(belongs_to(p: P, (a, b)))] struct Q { id: i64, a: Option<i32>, b: Option<String> }",
        "#[derive(Model)] #[orm(primary_key(b, a))] struct P { a: i32, b: String, #[orm(unique)] c: i32 } #[derive(Model)] #[orm(belongs_to(p: P, (b, a)))] struct Q { id: i64, a: Option<i32>, b: Option<String> }",
    ),
    case(
        "a table gets a key, another loses it",
        "#[derive(Model)] struct A { code: i32, name: String } #[derive(Model)] struct B { #[orm(primary_key)] code: String, n: i32 }",
        "#[derive(Model)] struct A { #[orm(primary_key, identity = false)] code: i32, name: String } #[derive(Model)] struct B { code: String, n: i32 }",
    ),
    case(
        "a foreign key leads to columns that cease to be the key and stay unique",
        "#[derive(Model)] #[orm(unique(code))] struct T { #[orm(primary_key, identity = false)] code: i32 }",
        "#[derive(Model)] #[orm(unique(code))] struct T { code: i32, #[orm(belongs_to(t: T.code))] other: Option<i32> }",
    ),
    case(
        "a foreign key of a table leads to its new key",
        "#[derive(Model)] struct T { #[orm(primary_key, identity = false)] code: i32, name: String }",
        "#[derive(Model)] struct T { code: i32, #[orm(primary_key)] name: String, #[orm(belongs_to(t: T))] other: Option<String> }",
    ),
    case(
        "a foreign key of a table goes with the key that it leads to",
        "#[derive(Model)] struct T { #[orm(primary_key)] name: String, #[orm(belongs_to(t: T))] other: Option<String> }",
        "#[derive(Model)] struct T { name: String, other: Option<String> }",
    ),
    case(
        "a table is renamed and gets another key",
        "#[derive(Model)] struct User { #[orm(primary_key)] code: String, #[orm(unique)] nick: String }",
        "#[derive(Model)] #[orm(renamed_from = \"users\")] struct Person { code: String, #[orm(primary_key)] nick: String }",
    ),
    case(
        "a key begins to count itself up, another stops",
        "#[derive(Model)] struct A { #[orm(identity = false)] id: i64, n: i32 } #[derive(Model)] struct B { id: i64, n: i32 }",
        "#[derive(Model)] struct A { id: i64, n: i32 } #[derive(Model)] struct B { #[orm(identity = false)] id: i64, n: i32 }",
    ),
    only(
        STANDARD,
        case(
            "a deferrable foreign key comes, and stops being one",
            "#[derive(Model)] struct A { id: i64 } #[derive(Model)] struct B { id: i64, a_id: i64, #[orm(belongs_to(other: A, deferrable = initially_deferred))] other_id: i64 }",
            "#[derive(Model)] struct A { id: i64 } #[derive(Model)] struct B { id: i64, #[orm(belongs_to(a: A, deferrable = initially_deferred))] a_id: i64, #[orm(belongs_to(other: A))] other_id: i64 }",
        ),
    ),
    case(
        "an enum gets labels in front, between and at the end",
        "#[derive(Enum)] enum Status { Open, Done } #[derive(Model)] struct T { id: i64, status: Status, #[orm(default = \"open\")] last: Option<Status> }",
        "#[derive(Enum)] enum Status { New, Open, InTransit, Done, Lost } #[derive(Model)] struct T { id: i64, status: Status, #[orm(default = \"lost\")] last: Option<Status> }",
    ),
    case(
        "an enum's labels get another order",
        "#[derive(Enum)] enum Status { Open, Done } #[derive(Model)] #[orm(index(status))] struct T { id: i64, #[orm(default = \"done\")] status: Status }",
        "#[derive(Enum)] enum Status { Done, Open } #[derive(Model)] #[orm(index(status))] struct T { id: i64, #[orm(default = \"done\")] status: Status }",
    ),
    renamed(
        &["ts.mood!=ts.size"],
        case(
            "an enum column is added, another dropped with its type",
            "#[derive(Enum)] enum Mood { Good, Bad } #[derive(Model)] struct T { id: i64, mood: Option<Mood> }",
            "#[derive(Enum)] enum Size { Small, #[orm(label = \"it's big\")] Big } #[derive(Model)] struct T { id: i64, #[orm(default = \"it's big\")] size: Size }",
        ),
    ),
    renamed(
        &["size=extent"],
        case(
            "an enum type is renamed",
            "#[derive(Enum)] enum Size { Small, Big } #[derive(Model)] struct T { id: i64, #[orm(default = \"big\")] size: Size }",
            "#[derive(Enum)] enum Extent { Small, Big } #[derive(Model)] struct T { id: i64, #[orm(default = \"big\")] size: Extent }",
        ),
    ),
    only(
        STANDARD,
        case(
            "names that need quoting are names as any",
            "#[derive(Model)] #[orm(table = \"Order \\\"Details\\\"\", index(r#where))] struct A { #[orm(primary_key, column = \"select\")] id: i64, #[orm(column = \"it's a\", check = \"\\\"it's a\\\" > 0\")] a: i32, r#where: String, größe: f64 } #[derive(Model)] #[orm(table = \"group\")] struct B { id: i64, #[orm(column = \"Order Id\", belongs_to(order: A))] order_id: i64 }",
            "#[derive(Model)] #[orm(table = \"Order \\\"Details\\\"\", unique(r#where))] struct A { #[orm(primary_key, column = \"select\")] id: i64, #[orm(column = \"it is a\", renamed_from = \"it's a\", check = \"\\\"it is a\\\" > -1\")] a: i64, r#where: Option<String>, größe: f64, #[orm(default = 1, column = \"from; --\")] n: i32 } #[derive(Model)] #[orm(table = \"group\", index(order_id))] struct B { id: i64, #[orm(column = \"Order Id\", belongs_to(order: A, on_delete = cascade))] order_id: i64 }",
        ),
    ),
    case(
        "long names that are cut alike stay apart",
        "#[derive(Model)] #[orm(table = \"a_table_whose_name_is_exactly_as_long_as_the_databases_take_sir\")] struct L { id: i64, first_column: i32, second_column: i32 }",
        "#[derive(Model)] #[orm(table = \"a_table_whose_name_is_exactly_as_long_as_the_databases_take_sir\", index(first_column), index(second_column))] struct L { id: i64, #[orm(unique, check = \"first_column > 0\")] first_column: i32, #[orm(unique, check = \"second_column > 0\")] second_column: i32 }",
    ),
    case(
        "what was a unique index becomes a unique constraint",
        "#[derive(Model)] #[orm(index(a, unique))] struct T { id: i64, a: i32 }",
        "#[derive(Model)] struct T { id: i64, #[orm(unique)] a: i32 }",
    ),
    case(
        "constraints and indexes get names",
        "#[derive(Model)] #[orm(index(a), unique(a, b), check(\"a > 0\"))] struct T { id: i64, a: i32, b: i32, #[orm(belongs_to(t: T))] t_id: Option<i64> }",
        "#[derive(Model)] #[orm(index(a, name = \"i\"), unique(a, b, name = \"u\"), check(\"a > 0\", name = \"c\"))] struct T { id: i64, a: i32, b: i32, #[orm(belongs_to(t: T, name = \"f\"))] t_id: Option<i64> }",
    ),
    case(
        "everything goes",
        "#[derive(Enum)] enum Mood { Good, Bad } #[derive(Model)] struct A { id: i64, mood: Mood } #[derive(Model)] struct B { id: i64, #[orm(belongs_to(a: A))] a_id: i64 }",
        "",
    ),
    only(
        SQLITE,
        case(
            "a table becomes strict, and one without rowids gets them",
            "#[derive(Model)] struct A { id: i64, n: i32, at: DateTime<Utc> } #[derive(Model)] #[orm(without_rowid)] struct B { #[orm(primary_key)] code: String, n: i32 }",
            "#[derive(Model)] #[orm(strict)] struct A { id: i64, n: i32, at: DateTime<Utc> } #[derive(Model)] struct B { #[orm(primary_key)] code: String, n: i32 }",
        ),
    ),
    only(
        SQLITE,
        case(
            "a rowid becomes one that is never used again",
            "#[derive(Model)] struct A { id: i64, n: i32 }",
            "#[derive(Model)] struct A { #[orm(identity = autoincrement)] id: i64, n: i32 }",
        ),
    ),
    only(
        POSTGRES,
        case(
            "identities of every kind become each other",
            "#[derive(Model)] struct A { #[orm(identity = serial)] id: i32 } #[derive(Model)] struct B { id: i64 } #[derive(Model)] struct C { #[orm(identity = always)] id: i64 } #[derive(Model)] struct D { #[orm(identity = serial)] id: i64 }",
            "#[derive(Model)] struct A { id: i32 } #[derive(Model)] struct B { #[orm(identity = always)] id: i64 } #[derive(Model)] struct C { #[orm(identity = serial)] id: i64 } #[derive(Model)] struct D { #[orm(identity = false)] id: i64 }",
        ),
    ),
    only(
        POSTGRES,
        renamed(
            &["ts.b!=ts.c"],
            case(
                "lists are added, changed and dropped",
                "#[derive(Enum)] enum Mood { Good, Bad } #[derive(Model)] struct T { id: i64, a: Vec<i32>, b: Option<Vec<String>>, moods: Vec<Mood> }",
                "#[derive(Enum)] enum Mood { Good, SoSo, Bad } #[derive(Model)] #[orm(index(c, method = \"gin\"))] struct T { id: i64, a: Vec<i64>, moods: Vec<Mood>, #[orm(default = \"{}\")] c: Vec<String> }",
            ),
        ),
    ),
    only(
        MARIADB,
        case(
            "indexes of every form that MariaDB has come, change and go",
            "#[derive(Model)] #[orm(index(a), index(b desc), index(a, b, name = \"two\"), index(b prefix(10), name = \"beginning\"))] struct T { id: i64, a: i32, b: String, #[orm(type = \"longtext\")] c: String }",
            "#[derive(Model)] #[orm(index(a desc, b), index(b, name = \"two\"), index(c prefix(20), a), index(c, method = \"fulltext\"))] struct T { id: i64, a: i32, b: String, #[orm(type = \"longtext\")] c: String }",
        ),
    ),
    only(
        MARIADB,
        case(
            "the index that a foreign key uses goes, another comes",
            "#[derive(Model)] struct A { id: i64 } #[derive(Model)] #[orm(index(a_id, n), index(b_id, n))] struct B { id: i64, n: i32, #[orm(belongs_to(a: A))] a_id: i64, #[orm(belongs_to(b: A))] b_id: i64, #[orm(belongs_to(c: A))] c_id: i64 }",
            "#[derive(Model)] struct A { id: i64 } #[derive(Model)] #[orm(index(c_id, n), index(b_id))] struct B { id: i64, n: i32, #[orm(belongs_to(a: A))] a_id: i64, #[orm(belongs_to(b: A))] b_id: i64, #[orm(belongs_to(c: A))] c_id: i64 }",
        ),
    ),
    only(
        MARIADB,
        case(
            "the index that a foreign key uses makes place for another of its name",
            "#[derive(Model)] struct A { id: i64 } #[derive(Model)] struct B { id: i64, n: i32, #[orm(belongs_to(a: A))] a_id: i64 }",
            "#[derive(Model)] struct A { id: i64 } #[derive(Model)] #[orm(index(a_id desc))] struct B { id: i64, n: i32, #[orm(belongs_to(a: A))] a_id: i64 }",
        ),
    ),
    only(
        MARIADB,
        case(
            "a check comes where a foreign key goes that wrote to its column, and the other way round",
            "#[derive(Model)] struct A { id: i64 } #[derive(Model)] struct B { id: i64, #[orm(belongs_to(a: A, on_update = cascade))] a_id: i64, #[orm(check = \"b_id > 0\")] b_id: i64 }",
            "#[derive(Model)] struct A { id: i64 } #[derive(Model)] struct B { id: i64, #[orm(check = \"a_id > 0\")] a_id: i64, #[orm(belongs_to(b: A, on_update = cascade))] b_id: i64 }",
        ),
    ),
    only(
        MARIADB,
        case(
            "the columns of a foreign key get another type on both sides",
            "#[derive(Model)] struct A { id: i32, #[orm(unique, max_len = 9)] code: String } #[derive(Model)] struct B { id: i64, #[orm(belongs_to(a: A, on_delete = cascade))] a_id: i32, #[orm(max_len = 9, belongs_to(by: A.code))] code: String }",
            "#[derive(Model)] struct A { id: i64, #[orm(unique, max_len = 20)] code: String } #[derive(Model)] struct B { id: i64, #[orm(belongs_to(a: A, on_delete = cascade))] a_id: i64, #[orm(max_len = 20, belongs_to(by: A.code))] code: String }",
        ),
    ),
    only(
        MARIADB,
        case(
            "names that need quoting are names as any, between backquotes",
            "#[derive(Model)] #[orm(table = \"Order `Details`\", index(r#where))] struct A { #[orm(primary_key, column = \"select\")] id: i64, #[orm(column = \"it's a\", check = \"`it's a` > 0\")] a: i32, r#where: String, größe: f64 } #[derive(Model)] #[orm(table = \"group\")] struct B { id: i64, #[orm(column = \"Order Id\", belongs_to(order: A))] order_id: i64 }",
            "#[derive(Model)] #[orm(table = \"Order `Details`\", unique(r#where))] struct A { #[orm(primary_key, column = \"select\")] id: i64, #[orm(column = \"it is a\", renamed_from = \"it's a\", check = \"`it is a` > -1\")] a: i64, r#where: Option<String>, größe: f64, #[orm(default = 1, column = \"from; --\")] n: i32 } #[derive(Model)] #[orm(table = \"group\", index(order_id))] struct B { id: i64, #[orm(column = \"Order Id\", belongs_to(order: A, on_delete = cascade))] order_id: i64 }",
        ),
    ),
    Case {
        prepare: "CREATE SCHEMA shop",
        ..only(
            POSTGRES,
            case(
                "namespaces are part of names",
                "#[derive(Enum)] #[orm(namespace = \"shop\")] enum Mood { Good, Bad } mod shop { use orm::prelude::*; #[derive(Model)] #[orm(namespace = \"shop\")] pub struct User { id: i64, mood: super::Mood } } #[derive(Model)] struct User { id: i64, #[orm(belongs_to(other: shop::User))] other_id: i64 }",
                "#[derive(Enum)] #[orm(namespace = \"shop\")] enum Mood { Good, Fine, Bad } mod shop { use orm::prelude::*; #[derive(Model)] #[orm(namespace = \"shop\", index(mood))] pub struct User { id: i64, mood: super::Mood, #[orm(unique)] code: Option<i32> } } #[derive(Model)] struct User { id: i64, #[orm(belongs_to(other: shop::User, on_delete = cascade), index)] other_id: i64 }",
            ),
        )
    },
];

#[test]
fn every_change_keeps_the_laws_on_sqlite() {
    keep_the_laws(Database::Sqlite, Dialect::Sqlite);
}

#[test]
fn every_change_keeps_the_laws_on_postgres() {
    keep_the_laws(Database::Postgres, Dialect::Postgres);
}

#[test]
fn every_change_keeps_the_laws_on_mariadb() {
    keep_the_laws(Database::MariaDb, Dialect::MariaDb);
}

fn keep_the_laws(database: Database, dialect: Dialect) {
    let failures: Vec<String> = CASES
        .iter()
        .filter(|case| case.on.contains(&dialect))
        .filter_map(|case| check(database, case).err().map(|why| format!("== {}\n{why}", case.fact)))
        .collect();
    assert!(failures.is_empty(), "{} changes break a law\n{}", failures.len(), failures.join("\n"));
}

fn check(database: Database, case: &Case) -> Result<(), law::Failure> {
    let pair = Pair {
        before: read(case.before)?,
        after: read(case.after)?,
        renames: case.renames.iter().map(|text| text.parse().expect("a decision")).collect(),
        others_are_new: false,
    };
    runtime().block_on(async {
        let Some(own) = database.create(&Schema::default()).await else { return Ok(()) };
        let mut session = own.db.connection().await.map_err(|error| error.to_string())?;
        if !case.prepare.is_empty() {
            session.batch(case.prepare).await.map_err(|error| error.to_string())?;
        }
        let held = law::hold(&mut session, &pair).await;
        drop(session);
        own.discard().await;
        held.map(drop)
    })
}

/// The schema of models that are Rust source.
fn read(source: &str) -> Result<Schema, law::Failure> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = folder.path().join("lib.rs");
    let text = format!("use orm::prelude::*; use chrono::*; {source}");
    std::fs::write(&file, text).map_err(|error| error.to_string())?;
    let scan = scan(&Options { roots: vec![Root::of_crate("case", file)] });
    match scan.errors.iter().chain(&scan.warnings).next() {
        Some(fault) => Err(format!("{fault:?}")),
        None => Ok(scan.schema),
    }
}
