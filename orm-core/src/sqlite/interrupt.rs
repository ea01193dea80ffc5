//! What ends a statement early: the budget of an inline read, a time-out, or that nobody waits for it any more.
//!
//! SQLite asks the progress handler every so many instructions whether to go on (c3ref/progress_handler.html). The
//! handler is set once for each connection; a statement only writes some atomics.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// How long a statement may keep the thread of the async runtime.
pub(super) const INLINE_BUDGET: Duration = Duration::from_micros(500);

/// Instructions between two questions: about 20 µs of work, so that a lookup by key is never asked.
const INSTRUCTIONS: i32 = 500;

/// The end of time, as a limit.
const UNLIMITED: u64 = u64::MAX;

/// What the progress handler of a connection looks at. One statement runs at a time.
#[derive(Debug)]
pub(super) struct Watch {
    epoch: Instant,
    /// How long the current run may take, in nanoseconds.
    limit: AtomicU64,
    /// When the current run was first seen, in nanoseconds since the epoch; 0 is not yet.
    seen: AtomicU64,
    /// Counts the runs, so that giving up one never hits the next.
    run: AtomicU64,
    /// The last run that was given up.
    given_up: AtomicU64,
}

impl Watch {
    /// Installs a watch on a connection.
    pub(super) fn install(sqlite: &rusqlite::Connection) -> rusqlite::Result<Arc<Self>> {
        let watch = Arc::new(Self {
            epoch: Instant::now(),
            limit: AtomicU64::new(UNLIMITED),
            seen: AtomicU64::new(0),
            run: AtomicU64::new(0),
            given_up: AtomicU64::new(0),
        });
        let handler = Arc::clone(&watch);
        sqlite.progress_handler(INSTRUCTIONS, Some(move || handler.must_stop()))?;
        Ok(watch)
    }

    /// Starts a run, which may be given up from another thread.
    pub(super) fn start(&self, limit: Option<Duration>) {
        let nanoseconds =
            limit.map_or(UNLIMITED, |limit| u64::try_from(limit.as_nanos()).unwrap_or(UNLIMITED));
        self.limit.store(nanoseconds, Relaxed);
        self.seen.store(0, Relaxed);
    }

    /// Ends a run: what SQLite does by itself, such as a rollback, is never interrupted.
    pub(super) fn finish(&self) {
        self.limit.store(UNLIMITED, Relaxed);
        self.run.fetch_add(1, Relaxed);
    }

    /// The number of the current run.
    pub(super) fn run(&self) -> u64 {
        self.run.load(Relaxed)
    }

    /// Gives up a run, wherever it is; nothing happens when it is over.
    pub(super) fn give_up(&self, run: u64) {
        self.given_up.store(run + 1, Relaxed);
    }

    /// Whether the current run was given up.
    pub(super) fn is_given_up(&self) -> bool {
        self.given_up.load(Relaxed) == self.run.load(Relaxed) + 1
    }

    /// The clock is read from the second question on, so that short statements pay nothing.
    fn must_stop(&self) -> bool {
        if self.is_given_up() {
            return true;
        }
        let limit = self.limit.load(Relaxed);
        if limit == UNLIMITED {
            return false;
        }
        let now = u64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(UNLIMITED).max(1);
        match self.seen.load(Relaxed) {
            0 => {
                self.seen.store(now, Relaxed);
                false
            }
            seen => now.saturating_sub(seen) > limit,
        }
    }
}

/// Gives up a run when it is dropped, which is when nobody waits for it any more.
pub(super) struct GiveUpOnDrop {
    watch: Arc<Watch>,
    run: u64,
}

impl GiveUpOnDrop {
    /// Watches over the current run.
    pub(super) fn new(watch: &Arc<Watch>) -> Self {
        Self { watch: Arc::clone(watch), run: watch.run() }
    }
}

impl Drop for GiveUpOnDrop {
    fn drop(&mut self) {
        // Once the run is over this is a number that no run has.
        self.watch.give_up(self.run);
    }
}
