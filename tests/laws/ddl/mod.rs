//! Law 2 over databases that orm did not make: data definition as people write it, statement by statement.
//!
//! What the server refuses is left out; the rest is introspected, and the models that come of it differ in nothing from the
//! database, nor from one that is made of them.

mod maker;
mod words;

use std::cell::Cell;

use orm::Connection;
use orm_migrate::{Dialect, Inspected, inspect, introspect, normalise};
use orm_schema::{
    Schema,
    parse::scan::{Options, Root, scan},
};
use orm_tests::{Database, random::runner};
use proptest::test_runner::TestCaseError;

use self::maker::{Ddl, Statement, ddl};
use crate::{
    law::{self, Failure},
    properties::{cases, is_there, say},
    runtime,
};

/// How many lines of statements a server has to take, in percent: nothing is shown by those that it refuses.
const LEAST_TAKEN: usize = 50;

#[test]
fn models_of_a_database_made_by_hand_differ_in_nothing_from_it_on_sqlite() {
    hold(Database::Sqlite, Dialect::Sqlite);
}

#[test]
fn models_of_a_database_made_by_hand_differ_in_nothing_from_it_on_postgres() {
    hold(Database::Postgres, Dialect::Postgres);
}

#[test]
fn models_of_a_database_made_by_hand_differ_in_nothing_from_it_on_mariadb() {
    hold(Database::MariaDb, Dialect::MariaDb);
}

fn hold(database: Database, dialect: Dialect) {
    let runtime = runtime();
    if !runtime.block_on(is_there(database)) {
        return;
    }
    let all = Cell::new(Counts::default());
    let choices = proptest::collection::vec(proptest::num::u8::ANY, 20..600);
    let result = runner(cases(), None).run(&choices, |choices| {
        let made = ddl(dialect, &choices);
        let (run, held) = runtime.block_on(one(database, &made));
        all.set(all.get().and(run.counts));
        held.map_err(|found| TestCaseError::fail(format!("{found}\n{}", run.text)))
    });
    let Counts { taken, refused } = all.get();
    say(&format!("{dialect}: {taken} lines taken, {refused} refused"));
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(taken * 100 >= LEAST_TAKEN * (taken + refused), "{taken} lines taken, {refused} refused");
}

/// Lines of statements.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    taken: usize,
    refused: usize,
}

impl Counts {
    const fn and(self, more: Self) -> Self {
        Self { taken: self.taken + more.taken, refused: self.refused + more.refused }
    }
}

/// What the server took of some statements.
#[derive(Debug, Default)]
struct Run {
    counts: Counts,
    text: String,
}

/// One database by hand, and another by the models of it.
async fn one(database: Database, made: &Ddl) -> (Run, Result<(), Failure>) {
    let empty = Schema::default();
    let (Some(first), Some(second)) = (database.create(&empty).await, database.create(&empty).await) else {
        return (Run::default(), Ok(()));
    };
    let mut seen = Run::default();
    let held = match (first.db.connection().await, second.db.connection().await) {
        (Ok(mut by_hand), Ok(mut by_models)) => {
            seen = run(&mut by_hand, &made.statements).await;
            compare(&mut by_hand, &mut by_models, made).await
        }
        (Err(error), _) | (_, Err(error)) => Err(error.to_string()),
    };
    first.discard().await;
    second.discard().await;
    (seen, held)
}

/// Runs what the server takes; a table with as many of its lines as it takes.
async fn run(session: &mut Connection, statements: &[Statement]) -> Run {
    let mut run = Run::default();
    for statement in statements {
        let lines = statement.lines();
        let mut count = lines;
        while count > 0 && session.batch(&statement.text(count)).await.is_err() {
            count -= 1;
        }
        run.counts = run.counts.and(Counts { taken: count, refused: lines - count });
        if count > 0 {
            run.text.push_str(&format!("{};\n", statement.text(count)));
        }
    }
    run
}

async fn compare(by_hand: &mut Connection, by_models: &mut Connection, made: &Ddl) -> Result<(), Failure> {
    let dialect = Dialect::of(by_hand);
    let inspected = inspect(by_hand).await.map_err(|error| error.to_string())?;
    let models = models(dialect, &inspected)?;
    let live = normalise(dialect, inspected.schema);
    law::no_difference(dialect, &live, &models).map_err(|found| format!("introspected: {found}"))?;
    // Types of its own come with neither.
    run(by_models, &made.statements[..made.types]).await;
    law::make(by_models, &models).await?;
    let anew = inspect(by_models).await.map_err(|error| error.to_string())?;
    let anew = normalise(dialect, anew.schema);
    law::no_difference(dialect, &anew, &models).map_err(|found| format!("made of the models: {found}"))
}

/// The models of a database, scanned again.
fn models(dialect: Dialect, inspected: &Inspected) -> Result<Schema, Failure> {
    let files = introspect::models(dialect, inspected, &introspect::Options::default());
    let files = files.map_err(|error| format!("introspection: {error}"))?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let models = folder.path().join("models");
    introspect::write(&models, &files, false).map_err(|error| error.to_string())?;
    let scan = scan(&Options { roots: vec![Root::of_path(models)] });
    match scan.errors.iter().chain(&scan.warnings).next() {
        Some(fault) => Err(format!("the generated models do not scan: {fault:?}\n{files:#?}")),
        None => Ok(normalise(dialect, scan.schema)),
    }
}
