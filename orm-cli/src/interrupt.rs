//! SIGINT and SIGTERM.
//!
//! The command's future is dropped: the driver gives the running statement up, which rolls it back, and with the
//! session goes its lock. [`Session::settle`](crate::session::Session::settle) waits until that is so.

use std::future::pending;

use crate::exit::Exit;

/// Waits for a signal that ends the process.
#[cfg(unix)]
pub(crate) async fn signal() -> Exit {
    use tokio::signal::unix::{SignalKind, signal};
    let (interrupt, terminate) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    // Without a handler the signal ends the process at once, as it does by default.
    let (Ok(mut interrupt), Ok(mut terminate)) = (interrupt, terminate) else { return pending().await };
    tokio::select! {
        _ = interrupt.recv() => Exit::Interrupted,
        _ = terminate.recv() => Exit::Terminated,
    }
}

/// Waits for a signal that ends the process.
#[cfg(not(unix))]
pub(crate) async fn signal() -> Exit {
    match tokio::signal::ctrl_c().await {
        Ok(()) => Exit::Interrupted,
        Err(_) => pending().await,
    }
}
