//! After a deploy was given up: when is its lock free?
//!
//! A session that is dropped in the middle of a statement closes its connection. The server notices within a second or
//! so, rolls the statement back, and gives the lock back with the session.

use std::time::Duration;

use orm_core::{ConnectOptions, Connection};

use crate::{dialect::Dialect, lock};

/// How long a server may take to notice.
const PATIENCE: Duration = Duration::from_secs(5);

/// Waits until nobody holds the lock; `false` if somebody does for long, or nobody can tell.
pub async fn lock_is_free(options: &ConnectOptions) -> bool {
    let Ok(mut connection) = Connection::open(options).await else { return false };
    let taken = lock::acquire(&mut connection, PATIENCE, &mut |_| {}).await;
    taken.is_ok() && Dialect::of(&connection).unlock(&mut connection).await.is_ok()
}
