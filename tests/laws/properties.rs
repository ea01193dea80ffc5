//! Laws 2 to 5 over generated schemas, rows and changes.
//!
//! `ORM_PROPTEST_CASES` says how many. The seed is the same in every run, so that a failure is the change's own and not
//! the day's; `ORM_PROPTEST_SEED=random` looks further, and says its seed, which `ORM_PROPTEST_SEED=<seed>` repeats. What
//! failed once is in `regressions` and is tried first.

use std::{cell::RefCell, env};

use orm::Connection;
use orm_migrate::{Dialect, Inspected, inspect, introspect, normalise, source};
use orm_schema::{
    Schema,
    parse::scan::{Options, Root, scan},
};
use orm_tests::{Database, random::runner};
use proptest::test_runner::TestCaseError;

use crate::{
    generate::{self, Mutation, Recipe, features::Features, fitted::fitted},
    law::{self, Failure, Pair, Seen},
    runtime,
};

/// A few dozen: the least that shows every feature.
const CASES: u32 = 64;

#[test]
fn generated_schemas_differ_in_nothing_from_themselves() {
    for dialect in Dialect::ALL {
        let features = RefCell::new(Features::default());
        let mut runner = runner(cases() * 8, None);
        let count = cases() * 8;
        let result = runner.run(&generate::recipes(), |recipe| {
            let schema = fitted(dialect, generate::make(dialect, &recipe).schema);
            features.borrow_mut().schema(&schema);
            law::differs_in_nothing_from_itself(dialect, &schema).map_err(TestCaseError::fail)
        });
        conclude(dialect, result, &features.borrow(), count, false);
    }
}

#[test]
fn generated_changes_keep_the_laws_on_sqlite() {
    const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/laws/regressions/sqlite.txt");
    keep_the_laws(Database::Sqlite, Dialect::Sqlite, KEPT);
}

#[test]
fn generated_changes_keep_the_laws_on_postgres() {
    const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/laws/regressions/postgres.txt");
    keep_the_laws(Database::Postgres, Dialect::Postgres, KEPT);
}

#[test]
fn generated_changes_keep_the_laws_on_mariadb() {
    const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/laws/regressions/mariadb.txt");
    keep_the_laws(Database::MariaDb, Dialect::MariaDb, KEPT);
}

fn keep_the_laws(database: Database, dialect: Dialect, kept: &'static str) {
    let runtime = runtime();
    if !runtime.block_on(is_there(database)) {
        return;
    }
    let features = RefCell::new(Features::default());
    let inputs = (generate::recipes(), generate::mutations());
    let result = runner(cases(), Some(kept)).run(&inputs, |(recipe, mutations)| {
        let held = runtime.block_on(hold(database, dialect, &recipe, &mutations, &features));
        held.map_err(TestCaseError::fail)
    });
    conclude(dialect, result, &features.borrow(), cases(), true);
}

pub(crate) async fn is_there(database: Database) -> bool {
    match database.create(&Schema::default()).await {
        Some(own) => {
            own.discard().await;
            true
        }
        None => false,
    }
}

/// One pair, in a database of its own.
async fn hold(
    database: Database,
    dialect: Dialect,
    recipe: &Recipe,
    mutations: &[Mutation],
    features: &RefCell<Features>,
) -> Result<(), Failure> {
    let maker = generate::make(dialect, recipe);
    let before = fitted(dialect, maker.schema.clone());
    let (after, renames) = generate::mutate(maker, mutations);
    let after = fitted(dialect, after);
    let pair = Pair { before, after, renames, others_are_new: true };
    features.borrow_mut().schema(&pair.before);
    let Some(own) = database.create(&Schema::default()).await else { return Ok(()) };
    let result = match own.db.connection().await {
        Ok(mut session) => hold_in(&mut session, &pair, features).await,
        Err(error) => Err(error.to_string()),
    };
    own.discard().await;
    result
}

async fn hold_in(session: &mut Connection, pair: &Pair, features: &RefCell<Features>) -> Result<(), Failure> {
    let seen = law::hold(session, pair).await?;
    count(&seen, &mut features.borrow_mut());
    models_of_the_database_differ_in_nothing_from_it(session).await?;
    let inspected = inspect(session).await.map_err(|error| error.to_string())?;
    let dialect = Dialect::of(session);
    models_of_another_time_keep_up(dialect, &pair.before, &inspected)?;
    models_of_another_time_keep_up(dialect, &pair.after, &inspected)
}

/// Models of what the database was or will be, edited: they differ from it in nothing but what they have more, and once.
fn models_of_another_time_keep_up(dialect: Dialect, other: &Schema, live: &Inspected) -> Result<(), Failure> {
    let other = Inspected { schema: normalise(dialect, other.clone()), ..Inspected::default() };
    let options = introspect::Options::default();
    let files = introspect::models(dialect, &other, &options).map_err(|error| format!("models: {error}"))?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let models = folder.path().join("models");
    introspect::write(&models, &files, false).map_err(|error| error.to_string())?;
    let source = source::Options { paths: vec![models.clone()], ..source::Options::default() };
    let update = || introspect::update(dialect, &models, &source::scan(&source), &source, live, &options);
    let edited = update().map_err(|error| format!("keeping up: {error:?}\n{files:#?}"))?;
    introspect::rewrite(&edited).map_err(|error| error.to_string())?;
    let again = update().map_err(|error| format!("keeping up again: {error:?}"))?;
    if again == introspect::Rewritten::default() {
        return Ok(());
    }
    Err(format!("a second run changes: {again:#?}\nafter {edited:#?}"))
}

fn count(seen: &Seen, features: &mut Features) {
    seen.changes.iter().for_each(|change| features.change(change));
    if seen.reversed {
        features.count("reversed");
    }
}

/// Law 2, second half: live database → models → scan.
async fn models_of_the_database_differ_in_nothing_from_it(session: &mut Connection) -> Result<(), Failure> {
    let dialect = Dialect::of(session);
    let inspected = inspect(session).await.map_err(|error| error.to_string())?;
    let files = introspect::models(dialect, &inspected, &introspect::Options::default());
    let files = files.map_err(|error| format!("introspection: {error}"))?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let models = folder.path().join("models");
    introspect::write(&models, &files, false).map_err(|error| error.to_string())?;
    let scan = scan(&Options { roots: vec![Root::of_path(models)] });
    if let Some(fault) = scan.errors.iter().chain(&scan.warnings).next() {
        return Err(format!("the generated models do not scan: {fault:?}\n{files:#?}"));
    }
    let (live, models) = (normalise(dialect, inspected.schema), normalise(dialect, scan.schema));
    law::no_difference(dialect, &live, &models).map_err(|found| format!("introspected: {found}\n{files:#?}"))
}

pub(crate) fn cases() -> u32 {
    env::var("ORM_PROPTEST_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(CASES)
}

fn conclude<T: std::fmt::Debug>(
    dialect: Dialect,
    result: Result<(), proptest::test_runner::TestError<T>>,
    features: &Features,
    cases: u32,
    with_changes: bool,
) {
    say(&format!("{dialect}, {cases} cases:\n{features}"));
    if let Err(error) = result {
        panic!("{error}");
    }
    let least = usize::try_from(cases / 16).unwrap_or(1).max(1);
    let rare = features.rare(dialect, least, with_changes);
    assert!(rare.is_empty(), "these occurred less than {least} times in {cases} cases: {rare:?}");
}

#[expect(clippy::print_stderr, reason = "libtest keeps what a test prints until it fails")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}
