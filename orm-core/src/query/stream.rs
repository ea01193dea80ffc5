//! Rows one after another, in bounded memory, however many there are.
//!
//! The statement runs inside of the stream: it goes on while somebody reads, and is given up, as any statement whose future is
//! dropped, when the stream is.

use std::{
    any::Any,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use tokio::sync::mpsc;

use super::{Query, Readable, Row, Scope, downcast, keyset::Scan, output::Parts, plan::Finish, run};
use crate::{
    error::Result,
    executor::{Executor, Own},
    outlet::{Outlet, nobody_reads},
    query::Plan,
    reader::Reader,
    sql::{self, Select},
    statement::{Sink, given_back},
};

/// How many rows cross at a time. There are three times as many in memory: read, on their way, and in the reader's hands.
const ROWS: usize = 64;

/// How many rows are read at a time where relations are loaded beside them: by one statement each.
const ROWS_WITH_RELATIONS: u64 = 500;

/// What to do with rows that have no places, by which a stream with relations goes on.
const INSTEAD: &str = "stream them without relations, or read them with `all`";

/// The rows of a query, one after another; see [`Query::stream`].
///
/// It is a `futures_core::Stream`, so that everything which works on streams does on it; [`next`](Self::next) needs no other crate. It
/// ends behind the first error.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let mut users: RowStream<User> = User::query().order_by(|u| u.id.asc()).stream(&db);
/// while let Some(user) = users.next().await {
///     assert!(user?.age >= 18);
/// }
/// # Ok(()) }) }
/// ```
#[must_use = "a stream does nothing until it is read: `.next().await`"]
pub struct RowStream<T> {
    /// Runs the statement, and gives the last rows. `None` once it has ended.
    run: Option<Running>,
    /// What came before the last rows.
    batches: mpsc::Receiver<run::Rows>,
    last: Option<Result<run::Rows>>,
    items: std::vec::IntoIter<T>,
    /// Puts rows together, where they are not loaded with relations.
    finish: Option<Finish>,
}

type Running = Pin<Box<dyn Future<Output = Result<Option<run::Rows>>> + Send>>;

impl<S: Scope, O> Query<S, O>
where
    Self: Readable,
{
    /// The rows one after another, in bounded memory: for exports and the like.
    ///
    /// Nothing is sent before the first row is asked for. The statement runs as long as the stream is read, on a connection of its own,
    /// or in the transaction: then any other statement on that is an error until the stream has come to its end. A stream that is dropped
    /// before ends its statement; its connection is closed, and a transaction that it ran in is rolled back.
    ///
    /// With relations the rows are read 500 at a time in the order of the query and the primary key, with one statement for each
    /// relation, in one transaction that sees one state. Between them other statements may run.
    ///
    /// Where there is a time-out for statements, the time that reading the stream takes counts. Behind an error there are no more rows, and
    /// some that were read before it may not be given either: rows cross 64 at a time.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let mut csv = String::new();
    /// let mut rows = Post::query().order_by(|p| p.id.asc()).select(|p| (p.title, p.views)).stream(&db);
    /// while let Some(row) = rows.next().await {
    ///     let (title, views) = row?;
    ///     csv.push_str(&format!("{title},{views}\n"));
    /// }
    /// assert_eq!(csv, "Hello,10\nOn joins,20\nTables,5\n");
    /// # Ok(()) }) }
    /// ```
    pub fn stream(self, executor: &impl Executor) -> RowStream<Row<Self>> {
        let (own, plan) = (executor.handle().own(), self.into_plan());
        let (to, batches) = mpsc::channel(1);
        let (run, finish): (Running, _) = if plan.reading.loads.is_empty() {
            let finish = plan.reading.finish;
            (Box::pin(at_once(own, plan, to)), finish)
        } else {
            (Box::pin(in_batches(own, plan, to)), None)
        };
        RowStream { run: Some(run), batches, last: None, items: Vec::new().into_iter(), finish }
    }
}

impl<T: Send + 'static> RowStream<T> {
    /// The next row; `None` at the end.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let mut tags = Tag::query().order_by(|t| t.id.asc()).stream(&db);
    /// assert_eq!(tags.next().await.transpose()?.map(|tag| tag.name).as_deref(), Some("rust"));
    /// drop(tags); // the others are not read
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Query::all), and then no more rows.
    pub async fn next(&mut self) -> Option<Result<T>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Gives the statement up, and what is still on its way.
    fn end(&mut self) {
        (self.run, self.last) = (None, None);
        self.batches.close();
        while self.batches.try_recv().is_ok() {}
    }

    /// The rows of one batch under their type.
    fn unpack(&self, rows: run::Rows) -> Result<std::vec::IntoIter<T>> {
        let rows = match self.finish {
            None => rows,
            Some(finish) => finish(rows, Parts(Vec::new()))?,
        };
        Ok(downcast::<T>(rows)?.into_iter())
    }

    /// The next batch, in the order in which they were sent; the last rows come behind all others.
    fn poll_batch(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<run::Rows>>> {
        loop {
            if let Poll::Ready(Some(rows)) = self.batches.poll_recv(context) {
                return Poll::Ready(Some(Ok(rows)));
            }
            let Some(run) = &mut self.run else { return Poll::Ready(self.last.take()) };
            self.last = match run.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(last) => last.transpose(),
            };
            // What it sent before is still on its way.
            self.run = None;
        }
    }
}

impl<T> Unpin for RowStream<T> {}

impl<T: Send + 'static> Stream for RowStream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(rows) = std::task::ready!(self.poll_batch(context)) else { return Poll::Ready(None) };
            match rows.and_then(|rows| self.unpack(rows)) {
                Ok(items) => self.items = items,
                Err(error) => {
                    self.end();
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

/// Runs the one statement of a plan without relations.
async fn at_once(own: Own, plan: Plan, to: mpsc::Sender<run::Rows>) -> Result<Option<run::Rows>> {
    let handle = own.handle();
    plan.check()?;
    let collector = run::Collector::of(&plan, &mut Vec::new());
    let statement = sql::select(handle.dialect(), &Select::of(&plan))?;
    let sink =
        Crossing { collector, batch: plan.reading.batch, outlet: Outlet::new(to), count: 0, sent: false };
    let sink = handle.fetch(statement, Box::new(sink)).await;
    let sink = sink.map_err(|error| run::Names::of(&plan).blame(error))?;
    let mut crossing = given_back::<Crossing>(sink)?;
    Ok(Some(crossing.collector.take_rows((plan.reading.batch)())))
}

/// Reads a plan with relations so many rows at a time.
async fn in_batches(own: Own, mut plan: Plan, to: mpsc::Sender<run::Rows>) -> Result<Option<run::Rows>> {
    plan.check()?;
    let handle = own.handle();
    let transaction = handle.snapshot(plan.lock.is_some()).await?;
    let on = transaction.as_ref().map_or(handle, Executor::handle);
    let mut left = plan.limit.take().map_or(u64::MAX, |limit| run::number(&limit).unsigned_abs());
    let (mut offset, mut from) = (plan.offset.take(), None);
    let mut last = None;
    while left > 0 {
        let size = left.min(ROWS_WITH_RELATIONS);
        let mut scan = Scan::new(on.dialect(), plan.clone(), size, INSTEAD)?;
        if let Some(values) = from {
            scan.go_on_from(values);
        }
        scan.skip(offset.take());
        let found = scan.run(on).await?;
        left -= size;
        if !found.is_more || left == 0 {
            last = Some(found.rows);
            break;
        }
        from = found.last;
        to.send(found.rows).await.map_err(|_| nobody_reads())?;
    }
    if let Some(transaction) = transaction {
        transaction.commit().await?;
    }
    Ok(last)
}

/// Sends rows on, so many at a time.
struct Crossing {
    collector: run::Collector,
    batch: fn() -> Box<dyn super::output::Batch>,
    outlet: Outlet,
    /// Rows of the batch that is being collected.
    count: usize,
    sent: bool,
}

impl Sink for Crossing {
    fn row(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        self.outlet.check()?;
        self.collector.row(reader)?;
        self.count += 1;
        if self.count == ROWS {
            self.outlet.put(self.collector.take_rows((self.batch)()));
            (self.count, self.sent) = (0, true);
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.collector.clear();
        self.count = 0;
        if self.sent {
            self.outlet.break_off();
        }
    }

    fn outlet(&mut self) -> Option<&mut Outlet> {
        Some(&mut self.outlet)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}
