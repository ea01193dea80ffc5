//! The laws of the migration engine, held against real databases.
//!
//! 1. The scan of the source says what the derive says.
//! 2. A schema differs in nothing from itself; the models of a live database differ in nothing from it.
//! 3. Apply a plan, and the database is as the target says; rows that the change does not concern stay as they are.
//! 4. The way back leads to the start. Deploying again does nothing.
//! 5. The same input gives the same bytes.
//!
//! | question | module |
//! |---|---|
//! | law 1 | [`scan`], over [`models`] |
//! | laws 2 to 5 for one pair of schemas | [`law`] |
//! | which rows are there? | [`rows`] |
//! | laws 2 to 5 over changes that people make | [`pairs`] |
//! | what do values mean in another type? | [`values`] |
//! | laws 2 to 5 over changes that nobody makes | [`properties`], from [`generate`] |
//! | law 2 over databases that were made by hand | [`ddl`] |
//! | all of it on a real database | [`chinook`] |

mod chinook;
mod ddl;
mod generate;
mod law;
mod models;
mod pairs;
mod properties;
mod rows;
mod scan;
mod values;

/// A runtime for one test.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("tokio starts")
}
