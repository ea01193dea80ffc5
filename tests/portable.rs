//! Runs one test on one database.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::Duration,
};

use orm::{Db, Result};
use orm_schema::Schema;
use tokio::runtime::{Builder, Runtime};
use tracing::instrument::WithSubscriber as _;

use crate::{
    database::{Database, TestDatabase},
    statements::Recorder,
};

/// Registers tests for every database.
///
/// `portable!(shop: one_test, another_test)` wants `fn shop() -> Schema`, whose tables are made for every test, and
/// `async fn one_test(db: Db) -> Result<()>`. A test that opens its database once more takes the URL too:
/// `async fn another_test(db: Db, url: String) -> Result<()>`.
///
/// A new database is one more line here, a variant of [`Database`] and a file beside `postgres.rs`.
#[macro_export]
macro_rules! portable {
    ($schema:ident: $($tests:tt)+) => {
        $crate::on_database!(sqlite, Sqlite, $schema: $($tests)+);
        $crate::on_database!(postgres, Postgres, $schema: $($tests)+);
        $crate::on_database!(mariadb, MariaDb, $schema: $($tests)+);
    };
}

/// Registers tests for one database, for what only that one has.
#[macro_export]
macro_rules! on_database {
    ($module:ident, $database:ident, $schema:ident: $($test:ident),+ $(,)?) => {
        mod $module {
            $(
                #[test]
                fn $test() {
                    $crate::run($crate::Database::$database, &super::$schema(), super::$test);
                }
            )+
        }
    };
}

/// A function that is a test: of the database, or of the database and its URL.
pub trait Test<Arguments> {
    /// Runs it.
    fn run(self, db: Db, url: String) -> impl Future<Output = Result<()>>;
}

impl<F: FnOnce(Db) -> R, R: Future<Output = Result<()>>> Test<(Db,)> for F {
    fn run(self, db: Db, _: String) -> impl Future<Output = Result<()>> {
        self(db)
    }
}

impl<F: FnOnce(Db, String) -> R, R: Future<Output = Result<()>>> Test<(Db, String)> for F {
    fn run(self, db: Db, url: String) -> impl Future<Output = Result<()>> {
        self(db, url)
    }
}

/// How long a test may hang before it is a failure.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs a test on a database of its own, which is gone afterwards, and checks that the test left nothing locked.
///
/// When it fails, the statements that it sent are shown.
///
/// # Panics
/// When the test fails, or the database was asked for and is missing.
pub fn run<A>(database: Database, schema: &Schema, test: impl Test<A>) {
    let runtime = runtime();
    let Some(own) = runtime.block_on(database.create(schema)) else { return };
    let recorder = Recorder::default();
    let result = catch_unwind(AssertUnwindSafe(|| {
        let running = test.run(own.db.clone(), own.url.clone());
        let limited = async { tokio::time::timeout(PATIENCE, running).await };
        runtime.block_on(limited.with_subscriber(recorder.dispatch()))
    }));
    let failure = match result {
        Ok(Ok(Ok(()))) => None,
        Ok(Ok(Err(error))) => Some(Box::new(format!("{error:?}")) as Box<_>),
        Ok(Err(_)) => Some(Box::new(format!("the test hangs: it took longer than {PATIENCE:?}")) as Box<_>),
        Err(panic) => Some(panic),
    };
    finish(&runtime, own, &recorder, failure);
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("tokio starts")
}

fn finish(
    runtime: &Runtime,
    own: TestDatabase,
    recorder: &Recorder,
    failure: Option<Box<dyn std::any::Any + Send>>,
) {
    let Some(failure) = failure else {
        let locked = runtime.block_on(own.is_left_locked());
        runtime.block_on(own.discard());
        assert!(!locked, "the test is over, but one of its transactions is still open");
        return;
    };
    runtime.block_on(own.discard());
    report(&format!("statements, the last one last:\n{}", recorder.tail(30)));
    if let Some(message) = failure.downcast_ref::<String>() {
        report(message);
    }
    resume_unwind(failure);
}

/// Says something beside the test's own output, which is shown when it fails.
#[expect(clippy::print_stderr, reason = "libtest keeps what a test prints until it fails")]
fn report(text: &str) {
    eprintln!("{text}");
}
