//! Schemas and extensions: what new tables stand in, and what their types and indexes come from.
//!
//! They are made where they are not there and stay when a migration is taken back, since others may use them by then.

use std::collections::BTreeSet;

use orm_schema::{ColumnDefault, ColumnType, IndexKey, Schema, Table};

use super::split::RULES;
use crate::{
    dialect::Dialect,
    plan::context::Context,
    step::{Reverse, Step, TransactionNeed, Undo},
    token::significant,
};

const DIALECT: Dialect = Dialect::Postgres;

/// Types, operator classes and functions of extensions that nobody else would call so (contrib.html; the manuals of
/// pgvector and PostGIS).
const EXTENSIONS: &[(&str, &[&str])] = &[
    ("citext", &["citext"]),
    ("cube", &["cube"]),
    ("hstore", &["hstore"]),
    ("isn", &["ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"]),
    ("ltree", &["ltree", "lquery", "ltxtquery", "gist_ltree_ops"]),
    ("pg_trgm", &["gin_trgm_ops", "gist_trgm_ops"]),
    ("postgis", &["geography", "geometry"]),
    ("postgis_raster", &["raster"]),
    ("seg", &["seg"]),
    (
        "uuid-ossp",
        &[
            "uuid_generate_v1",
            "uuid_generate_v1mc",
            "uuid_generate_v3",
            "uuid_generate_v4",
            "uuid_generate_v5",
        ],
    ),
    ("vector", &["halfvec", "sparsevec", "vector", "vector_cosine_ops", "vector_ip_ops", "vector_l2_ops"]),
];

/// The steps that come before all others.
pub(crate) fn beforehand(context: &Context<'_>) -> Vec<Step> {
    let schemas = new(namespaces(context.from), namespaces(context.to)).into_iter();
    let extensions = new(extensions(context.from), extensions(context.to)).into_iter();
    let schemas = schemas.map(|name| step("schema", "CREATE SCHEMA IF NOT EXISTS", name));
    schemas.chain(extensions.map(|name| step("extension", "CREATE EXTENSION IF NOT EXISTS", name))).collect()
}

fn new<'a>(before: BTreeSet<&'a str>, after: BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    after.difference(&before).copied().collect()
}

fn step(kind: &str, create: &str, name: &str) -> Step {
    let loses = Some(format!("the {kind} stays: others may use it"));
    let undo = Undo { loses, ..Undo::new(Vec::new(), TransactionNeed::Either) };
    let sql = vec![format!("{create} {}", DIALECT.quote(name))];
    Step::new(format!("create {kind} `{name}` if it is not there"), sql, Reverse::By(undo))
}

fn namespaces(schema: &Schema) -> BTreeSet<&str> {
    let tables = schema.tables.iter().filter_map(|table| table.name.namespace.as_deref());
    tables.chain(schema.enums.iter().filter_map(|found| found.name.namespace.as_deref())).collect()
}

fn extensions(schema: &Schema) -> BTreeSet<&'static str> {
    let texts: Vec<&str> = schema.tables.iter().flat_map(texts).collect();
    let tokens = texts.iter().flat_map(|text| significant(text, &RULES).unwrap_or_default());
    let words: BTreeSet<String> = tokens.filter_map(|token| token.name()).collect();
    let uses = |(_, known): &&(&str, &[&str])| known.iter().any(|word| words.contains(*word));
    EXTENSIONS.iter().filter(uses).map(|(extension, _)| *extension).collect()
}

/// What a table says in the database's own words, where an extension may be meant.
fn texts(table: &Table) -> impl Iterator<Item = &str> {
    let types = table.columns.iter().filter_map(|column| native(&column.column_type));
    let defaults = table.columns.iter().filter_map(|column| match column.default.as_ref()? {
        ColumnDefault::Expression(text) => Some(text.as_str()),
        ColumnDefault::Bool(_) | ColumnDefault::Number(_) | ColumnDefault::Text(_) | ColumnDefault::Now => {
            None
        }
    });
    let parts = table.indexes.iter().flat_map(|index| &index.parts);
    let classes = parts.clone().filter_map(|part| part.operator_class.as_deref());
    let expressions = parts.filter_map(|part| match &part.key {
        IndexKey::Expression(text) => Some(text.as_str()),
        IndexKey::Column(_) => None,
    });
    types.chain(defaults).chain(classes).chain(expressions)
}

fn native(column_type: &ColumnType) -> Option<&str> {
    match column_type {
        ColumnType::Native(text) => Some(text),
        ColumnType::Array(inner) => native(inner),
        _ => None,
    }
}
