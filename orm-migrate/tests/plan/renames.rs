//! Decisions on renames, and the questions that are left.

use orm_migrate::{Dialect, Diff, DiffOptions, Rename, diff, normalise};
use orm_schema::{Column, ColumnType, Schema, Table};

fn schema(table: &str, columns: &[&str]) -> Schema {
    let mut table = Table::new(table);
    table.columns = columns.iter().map(|name| Column::new(*name, ColumnType::Text)).collect();
    normalise(Dialect::Sqlite, Schema { tables: vec![table], enums: vec![] })
}

fn decided(from: &Schema, to: &Schema, decisions: &[&str]) -> Diff {
    let renames = decisions.iter().map(|text| text.parse().unwrap()).collect();
    diff(Dialect::Sqlite, from, to, &DiffOptions { renames, ..DiffOptions::default() })
}

fn words(diff: &Diff) -> Vec<String> {
    diff.changes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_pair_without_a_decision_is_a_question_that_names_both_answers() {
    let diff = decided(&schema("users", &["id", "name"]), &schema("users", &["id", "full_name"]), &[]);
    let question = &diff.questions[0];
    assert_eq!(question.to_string(), "is column `users.full_name` the former `users.name`?");
    assert_eq!(question.yes().to_string(), "users.name=users.full_name");
    assert_eq!(question.no().to_string(), "users.name!=users.full_name");
    let json = serde_json::to_value(&diff).unwrap();
    assert_eq!(json["questions"][0]["kind"], "column");
    assert_eq!(json["changes"][0]["change"], "add_column");
}

#[test]
fn either_answer_leaves_no_question() {
    let (from, to) = (schema("users", &["id", "name"]), schema("users", &["id", "full_name"]));
    let yes = decided(&from, &to, &["users.name=users.full_name"]);
    assert_eq!(words(&yes), ["rename column `users.name` to `full_name`"]);
    let no = decided(&from, &to, &["users.name!=users.full_name"]);
    assert_eq!(words(&no), ["add column `users.full_name`", "drop column `users.name`"]);
    assert!(yes.questions.is_empty() && no.questions.is_empty());
}

#[test]
fn a_column_of_a_renamed_table_may_be_named_by_either_table() {
    let (from, to) = (schema("users", &["id", "name"]), schema("accounts", &["id", "full_name"]));
    for column in
        ["users.name=accounts.full_name", "users.name=users.full_name", "accounts.name=accounts.full_name"]
    {
        let diff = decided(&from, &to, &["users=accounts", column]);
        assert_eq!(words(&diff).len(), 2, "{column}");
        assert!(diff.questions.is_empty() && diff.unused.is_empty(), "{column}");
    }
}

#[test]
fn a_decision_that_fits_nothing_is_handed_back() {
    let schema = schema("users", &["id", "name"]);
    let diff = decided(&schema, &schema, &["users.nmae=users.full_name"]);
    assert_eq!(diff.unused, ["users.nmae=users.full_name".parse::<Rename>().unwrap()]);
    assert!("users.name".parse::<Rename>().is_err());
}

#[test]
fn a_hint_counts_only_while_the_old_name_is_there_and_the_new_one_is_not() {
    let hinted = |columns: &[&str]| {
        let mut schema = schema("users", columns);
        for column in schema.tables[0].columns.iter_mut().filter(|column| column.name.as_str() == "full_name")
        {
            column.renamed_from = Some("name".into());
        }
        schema
    };
    let to = hinted(&["id", "full_name"]);
    assert_eq!(
        words(&decided(&schema("users", &["id", "name"]), &to, &[])),
        ["rename column `users.name` to `full_name`"]
    );
    assert!(
        words(&decided(&schema("users", &["id", "full_name"]), &to, &[])).is_empty(),
        "it was made before"
    );
    let both = hinted(&["id", "name", "full_name"]);
    assert_eq!(
        words(&decided(&schema("users", &["id", "name"]), &both, &[])),
        ["add column `users.full_name`"]
    );
}
