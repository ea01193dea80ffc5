//! Which statements were sent: a listener to the events of `orm::statement`.

use std::{
    fmt,
    panic::Location,
    sync::{Arc, Mutex, PoisonError},
};

use tracing::{
    Dispatch, Event, Metadata, Subscriber,
    field::{Field, Visit},
    instrument::WithSubscriber as _,
    span,
};

/// Runs something and gives the SQL of the statements that it sent, in order.
///
/// ```
/// # async fn example(db: orm::Db) {
/// let (tx, statements) = orm_tests::recorded(db.begin()).await;
/// assert!(tx.is_ok() && statements.is_empty());
/// # }
/// ```
pub async fn recorded<T>(run: impl Future<Output = T>) -> (T, Vec<String>) {
    let recorder = Recorder::default();
    let result = run.with_subscriber(recorder.dispatch()).await;
    (result, recorder.statements())
}

/// Runs something that must send so many statements.
///
/// ```
/// # async fn example(db: orm::Db) {
/// let tx = orm_tests::assert_statements(0, db.begin()).await;
/// assert!(tx.is_ok());
/// # }
/// ```
///
/// # Panics
/// When it sends another number of them, which are shown.
#[track_caller]
pub fn assert_statements<T>(count: usize, run: impl Future<Output = T>) -> impl Future<Output = T> {
    let caller = Location::caller();
    async move {
        let (result, statements) = recorded(run).await;
        let (found, list) = (statements.len(), statements.join("\n"));
        assert!(found == count, "{caller}: {found} statements instead of {count}:\n{list}");
        result
    }
}

/// How much of a statement is shown when its test fails.
const LINE: usize = 400;

/// Keeps the SQL of every statement.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<String>>>);

impl Recorder {
    pub(crate) fn dispatch(&self) -> Dispatch {
        Dispatch::new(self.clone())
    }

    fn statements(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The last statements, one a line; of long ones the beginning.
    pub(crate) fn tail(&self, lines: usize) -> String {
        let statements = self.statements();
        let last = statements[statements.len().saturating_sub(lines)..].iter();
        let cut = |sql: &String| sql.chars().take(LINE).collect::<String>();
        last.map(cut).collect::<Vec<_>>().join("\n")
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "orm::statement"
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Sql(self));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// Picks the field `sql` out of an event.
struct Sql<'a>(&'a Recorder);

impl Visit for Sql<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "sql" {
            self.0.0.lock().unwrap_or_else(PoisonError::into_inner).push(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
