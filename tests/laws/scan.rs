//! Law 1: the scan of the source says what the derive says.

use std::{collections::BTreeSet, path::Path};

use orm::Models;
use orm_schema::{
    lower::FieldType,
    parse::{
        Place, keywords,
        scan::{Options, Root, Scan, scan},
    },
};

use crate::models;

/// This very binary, as source; of its models the fixtures.
fn scanned() -> Scan {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("laws/main.rs");
    let mut scan = scan(&Options { roots: vec![Root::of_crate("laws", root)] });
    scan.models.retain(|model| model.path.starts_with("crate::models::"));
    let models = &scan.models;
    scan.schema.tables.retain(|table| models.iter().any(|model| model.table == table.name));
    scan
}

#[test]
fn the_scan_of_the_fixtures_finds_no_fault() {
    let scan = scanned();
    let said: Vec<_> = scan.errors.iter().chain(&scan.warnings).collect();
    assert!(said.is_empty(), "{said:#?}");
    assert_eq!(scan.models.len(), models::ALL.len(), "a model of the fixtures is missing in `models::ALL`");
}

#[test]
fn the_scan_says_of_every_table_what_the_derive_says() {
    let scan = scanned();
    for facts in models::ALL {
        let found = scan.schema.table(&facts.table_name());
        assert_eq!(found, Some(&facts.table()), "{}", facts.model);
    }
    assert_eq!(scan.schema, Models::new(models::ALL).schema());
}

#[test]
fn the_scan_says_of_every_field_what_the_compiler_says() {
    let scan = scanned();
    for facts in models::ALL {
        let found = scan.models.iter().find(|model| model.table == facts.table_name());
        let types: Vec<FieldType> = facts.columns.iter().map(|column| column.fact.into()).collect();
        assert_eq!(found.map(|model| &model.types), Some(&types), "{}", facts.model);
    }
}

#[test]
fn the_fixtures_use_every_word_of_the_grammar() {
    let words = words_in_fixtures();
    let places = [
        Place::Model,
        Place::Field,
        Place::BelongsTo,
        Place::Index,
        Place::IndexPart,
        Place::Unique,
        Place::PrimaryKey,
        Place::Check,
        Place::Enum,
        Place::Variant,
        Place::Value,
    ];
    let missing: Vec<_> = keywords()
        .into_iter()
        .filter(|keyword| {
            !keyword.not_yet && places.contains(&keyword.place) && !words.contains(keyword.word)
        })
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The identifiers of all fixture files.
fn words_in_fixtures() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("laws/models");
    let files = std::fs::read_dir(folder).expect("the fixtures are there");
    let text: String =
        files.map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("a text")).collect();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
}
