//! Names of constraints, written out, derived and found.

use orm_migrate::{Change, Dialect, DiffOptions, diff, plan, unsupported};
use orm_schema::{Check, Column, ColumnType, Schema, Table, Unique};

fn schema(name: Option<&str>) -> Schema {
    let mut table = Table::new("users");
    table.columns = vec![Column::new("email", ColumnType::Native("text".to_owned()))];
    table.uniques =
        vec![Unique { name: name.map(Into::into), columns: vec!["email".into()], ..Unique::default() }];
    Schema { tables: vec![table], enums: vec![] }
}

fn changes(from: &Schema, to: &Schema) -> Vec<String> {
    let diff = diff(Dialect::Postgres, from, to, &DiffOptions::default());
    diff.changes.iter().map(Change::to_string).collect()
}

#[test]
fn a_derived_name_is_never_a_difference_and_a_written_one_is() {
    let (derived, found, written) = (schema(None), schema(Some("users_email_key")), schema(Some("one_mail")));
    assert!(changes(&found, &derived).is_empty());
    assert!(changes(&written, &derived).is_empty());
    assert!(changes(&derived, &found).is_empty(), "it is the name that the rule gives");
    let renamed = ["rename constraint `users_email_key` of `users` to `one_mail`"];
    assert_eq!(changes(&derived, &written), renamed);
}

#[test]
fn a_name_that_the_database_keeps_is_settled_so_that_a_later_drop_finds_it() {
    let settled =
        diff(Dialect::Postgres, &schema(Some("one_mail")), &schema(None), &DiffOptions::default()).settled;
    let mut none = schema(None);
    none.tables[0].uniques.clear();
    let drop = diff(Dialect::Postgres, &settled, &none, &DiffOptions::default()).changes;
    let sql = plan(Dialect::Postgres, &settled, &none, &drop).unwrap().up_sql();
    assert!(sql.contains("DROP CONSTRAINT \"one_mail\""), "{sql}");
}

#[test]
fn a_second_check_on_a_column_finds_a_name_of_its_own() {
    let check = |name: Option<&str>, expression: &str| Check {
        name: name.map(Into::into),
        columns: vec!["email".into()],
        expression: expression.to_owned(),
        ..Check::default()
    };
    let with = |checks: Vec<Check>| {
        let mut schema = schema(None);
        schema.tables[0].checks = checks;
        schema
    };
    let one = with(vec![check(None, "email <> ''")]);
    let both = with(vec![check(None, "length(email) > 3"), check(None, "email <> ''")]);
    let found = with(vec![check(Some("users_email_check"), "(email <> ''::text)")]);
    assert_eq!(changes(&one, &both).len(), 2, "the first is renamed, since its derived name is now another");
    assert_eq!(changes(&found, &both).len(), 1, "what is found in a database keeps its name");
    let other_order = with(both.tables[0].checks.iter().rev().cloned().collect());
    assert!(changes(&both, &other_order).is_empty());
}

#[test]
fn a_name_that_postgres_would_cut_is_refused() {
    let long = "x".repeat(64);
    let mut schema = schema(Some(&long));
    assert_eq!(unsupported(Dialect::Postgres, &schema).len(), 1);
    schema.tables[0].name = long.as_str().into();
    schema.tables[0].columns[0].name = long.as_str().into();
    let faults: Vec<_> =
        unsupported(Dialect::Postgres, &schema).iter().map(|fault| fault.to_string()).collect();
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults[0].ends_with("has 64 bytes, PostgreSQL takes 63"), "{faults:?}");
    assert!(unsupported(Dialect::Sqlite, &schema).is_empty(), "SQLite takes any length");
}

fn faults(dialect: Dialect, schema: &Schema) -> Vec<String> {
    unsupported(dialect, schema).iter().map(ToString::to_string).collect()
}

#[test]
fn names_that_a_database_keeps_for_itself_are_refused_before_anything_is_planned() {
    let mut reserved = schema(None);
    reserved.tables[0].name = "sqlite_users".into();
    assert_eq!(
        faults(Dialect::Sqlite, &reserved),
        ["`sqlite_users`: names of tables that begin with `sqlite_` are SQLite's own"]
    );
    assert!(faults(Dialect::Postgres, &reserved).is_empty());
    reserved.tables[0].name = "_orm_migration".into();
    let journal = "`_orm_migration`: tables whose names begin with `_orm_` are the journal's";
    assert_eq!(faults(Dialect::Sqlite, &reserved), [journal]);
    assert_eq!(faults(Dialect::Postgres, &reserved), [journal]);
}

#[test]
fn columns_that_differ_only_in_case_are_one_name_on_sqlite() {
    let mut twice = schema(None);
    twice.tables[0].columns.push(Column::new("Email", ColumnType::Text));
    assert_eq!(faults(Dialect::Sqlite, &twice), ["`users.Email`: `email` and `Email` are one name here"]);
    assert!(faults(Dialect::Postgres, &twice).is_empty());
}
