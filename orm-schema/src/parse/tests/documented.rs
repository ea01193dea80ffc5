//! `docs/attributes.md` and the parser say the same.

use std::fmt::Write;

use super::{item, said};
use crate::parse::{Place, enumeration, insert, keywords, model, projection, value};

const PAGE: &str = include_str!("../../../../docs/attributes.md");

/// A row of a list of words.
#[derive(Debug)]
struct Row {
    place: String,
    word: String,
    not_yet: bool,
    example: String,
}

#[test]
fn the_page_lists_the_words_of_the_parser_and_no_others() {
    let line = |place: &str, word: &str, not_yet: bool| {
        format!("{place}: {word}{}", if not_yet { ", not yet" } else { "" })
    };
    let mut page: Vec<String> = rows().iter().map(|row| line(&row.place, &row.word, row.not_yet)).collect();
    let mut parser: Vec<String> =
        keywords().iter().map(|known| line(known.place.title(), known.word, known.not_yet)).collect();
    page.sort();
    parser.sort();
    assert_eq!(page, parser);
}

#[test]
fn every_example_of_the_page_gives_what_the_page_says() {
    let mut wrong = String::new();
    for row in rows() {
        let messages = mistakes(&row);
        let starts = format!("not yet: `{}`", row.word);
        let as_said = if row.not_yet {
            matches!(messages.as_slice(), [message] if message.starts_with(&starts))
        } else {
            messages.is_empty()
        };
        if !as_said || !row.example.starts_with(&row.word) {
            writeln!(wrong, "{row:?}: {messages:?}").expect("a string takes all");
        }
    }
    assert_eq!(wrong, "");
}

fn rows() -> Vec<Row> {
    let mut place = String::new();
    let mut rows = Vec::new();
    for line in PAGE.lines() {
        if let Some(title) = line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")) {
            title.clone_into(&mut place);
        }
        let known = keywords().iter().any(|keyword| keyword.place.title() == place);
        if known && line.starts_with("| `") {
            rows.push(row(&place, line));
        }
    }
    rows
}

fn row(place: &str, line: &str) -> Row {
    let line = line.replace("\\|", "\u{1}");
    let cells: Vec<String> = line.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect();
    let code = |cell: &str| cell.trim_matches('`').to_owned();
    Row {
        place: place.to_owned(),
        word: code(&cells[1]),
        not_yet: cells[2] == "not yet",
        example: code(&cells[3]),
    }
}

fn mistakes(row: &Row) -> Vec<String> {
    let example = &row.example;
    let place = keywords().into_iter().find(|known| known.place.title() == row.place).expect("a place").place;
    let said = match place {
        Place::Model => on_struct(example),
        Place::Field => on_field(example),
        Place::BelongsTo => on_field(&format!("belongs_to(author: User, {example})")),
        Place::Index => on_struct(&format!("index(email, {example})")),
        Place::IndexPart => on_struct(&format!("index(email {example})")),
        Place::Unique => on_struct(&format!("unique(email, {example})")),
        Place::PrimaryKey => on_struct(&format!("primary_key(email, {example})")),
        Place::Check => on_struct(&format!("check(\"age > 0\", {example})")),
        Place::Enum => said(&enumeration(&item(&format!("#[orm({example})] enum E {{ A }}")))),
        Place::Variant => said(&enumeration(&item(&format!("enum E {{ #[orm({example})] A }}")))),
        Place::Value => said(&value(&item(&format!("#[orm({example})] struct V(i64);")))),
        Place::Projection => {
            said(&projection(&item(&format!("{} struct P {{ x: i64 }}", with_model(example)))))
        }
        Place::ProjectionField => {
            said(&projection(&item(&format!("#[orm(model = U)] struct P {{ #[orm({example})] x: i64 }}"))))
        }
        Place::Rows => said(&insert(&item(&format!("{} struct I {{ x: i64 }}", with_model(example))))),
        Place::RowsField => {
            said(&insert(&item(&format!("#[orm(model = U)] struct I {{ #[orm({example})] x: i64 }}"))))
        }
    };
    said.into_iter().map(|(_, message)| message).collect()
}

fn on_struct(attribute: &str) -> Vec<(String, String)> {
    let fields = "id: i64, email: String, age: i32, order_id: i64, line_no: i32";
    said(&model(&item(&format!("#[orm({attribute})] struct User {{ {fields} }}"))))
}

fn on_field(attribute: &str) -> Vec<(String, String)> {
    let ty = if attribute == "primary_key" { "i64" } else { "Option<i64>" };
    said(&model(&item(&format!("struct User {{ key: i64, #[orm({attribute})] x: {ty} }}"))))
}

fn with_model(attribute: &str) -> String {
    if attribute.starts_with("model") {
        format!("#[orm({attribute})]")
    } else {
        format!("#[orm(model = U, {attribute})]")
    }
}
