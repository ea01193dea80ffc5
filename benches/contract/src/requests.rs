//! The lines on standard input, for a peer that must not stand still while it waits for the next one.
//!
//! Pools do their housekeeping in the background, as giving a connection back after its last use. Were the thread of the
//! runtime blocked on standard input, all of it would fall into the clock of the next request.

use std::{
    collections::VecDeque,
    future::poll_fn,
    io::{self, stdin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
    thread,
};

/// What a thread reads, and a future waits for.
pub(crate) struct Requests {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    lines: VecDeque<io::Result<String>>,
    ended: bool,
    waker: Option<Waker>,
}

impl Requests {
    /// Begins to read standard input.
    pub(crate) fn read() -> Self {
        let shared = Arc::<Mutex<Shared>>::default();
        let requests = Self { shared: Arc::clone(&shared) };
        thread::spawn(move || {
            for line in stdin().lines() {
                update(&shared, |shared| shared.lines.push_back(line));
            }
            update(&shared, |shared| shared.ended = true);
        });
        requests
    }

    /// The next line; `None` when there are no more.
    pub(crate) async fn next(&mut self) -> Option<io::Result<String>> {
        poll_fn(|context| {
            let mut shared = lock(&self.shared);
            match shared.lines.pop_front() {
                Some(line) => Poll::Ready(Some(line)),
                None if shared.ended => Poll::Ready(None),
                None => {
                    shared.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

fn update(shared: &Mutex<Shared>, change: impl FnOnce(&mut Shared)) {
    let mut shared = lock(shared);
    change(&mut shared);
    if let Some(waker) = shared.waker.take() {
        waker.wake();
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
