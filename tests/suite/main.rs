//! The portable suite: what orm promises, as facts, on every database.
//!
//! One file for each topic; `shop` holds the models that most of them use.

#![allow(missing_docs, unreachable_pub, reason = "the names of tests say what they show")]

/// So that a test is called `suite::crud::sqlite::…`.
#[path = "."]
mod suite {
    mod blame;
    mod cancellation;
    mod composed;
    mod concurrency;
    mod counts;
    mod crud;
    mod cursors;
    mod defaults;
    mod edges;
    mod explain;
    mod filters;
    mod functions;
    mod golden;
    mod hostile;
    mod inserts;
    mod joins;
    mod keys;
    mod memory;
    mod names;
    mod natives;
    mod nested;
    mod pages;
    mod projections;
    mod raw_sql;
    mod relations;
    mod select;
    mod shop;
    mod shown;
    mod streams;
    mod through;
    mod transactions;
    mod types;
    mod unsupported;
    mod updates;
    mod upsert;
    mod values;
    mod violations;
    mod windows;
    mod writes;
}
