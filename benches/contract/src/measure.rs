//! How a case is timed: what is inside the clock, and what is not.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use crate::{
    case::{Case, USERS_WITH_POSTS},
    database::Database,
    digest::Digested,
    peer::{Peer, Result},
    rows::NewPerson,
    tables,
};

/// One figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// How long all repetitions took together.
    pub elapsed: Duration,
    /// For all values that the last repetition read or, in an insert, for the table afterwards.
    pub digest: u64,
}

/// Does a case `count` times.
pub(crate) async fn measure<P: Peer>(
    peer: &mut P,
    database: Database,
    case: Case,
    round: u32,
    count: u32,
) -> Result<Measured> {
    match case {
        Case::Lookup => timed(count, async |turn| peer.lookup(key(round, turn)).await.map(One)).await,
        Case::LookupBare => {
            timed(count, async |turn| peer.lookup_bare(key(round, turn)).await.map(One)).await
        }
        Case::Rows(rows) => timed(count, async |_| peer.users(rows.into()).await).await,
        Case::Relations => timed(count, async |_| peer.relations(USERS_WITH_POSTS).await).await,
        Case::Insert(1) => insert_one(peer, database, count).await,
        Case::Insert(rows) => insert_many(peer, database, rows, count).await,
    }
}

/// Rows are dropped inside the clock, as in a program; the digest is made outside.
///
/// Turns count down, so that the last one is the same for peers that repeat a case more often.
async fn timed<T: Digested>(count: u32, mut turn: impl AsyncFnMut(u32) -> Result<T>) -> Result<Measured> {
    let mut last = None;
    let start = Instant::now();
    for number in (0..count).rev() {
        last = Some(black_box(turn(number).await?));
    }
    let elapsed = start.elapsed();
    let digest = last.map_or(0, |rows| rows.digest());
    Ok(Measured { elapsed, digest })
}

/// Single rows into a table that was empty before the first of them; what was inserted is read again outside the clock.
async fn insert_one<P: Peer>(peer: &mut P, database: Database, count: u32) -> Result<Measured> {
    peer.batch(tables::empty(database)).await?;
    let rows = people(count);
    let mut last = None;
    let start = Instant::now();
    for row in rows {
        last = Some(black_box(peer.insert(row).await?));
    }
    let elapsed = start.elapsed();
    let returned = last.map_or(0, |person| person.digest());
    Ok(Measured { elapsed, digest: inserted(peer, count).await?.wrapping_add(returned) })
}

/// Many rows at once, again and again into one table. What is read again is that of one more time, into a table that was
/// emptied: the keys that a second statement gives depend on how the first one was sent (MariaDB, "AUTO_INCREMENT Handling
/// in InnoDB").
async fn insert_many<P: Peer>(peer: &mut P, database: Database, rows: u32, count: u32) -> Result<Measured> {
    peer.batch(tables::empty(database)).await?;
    let batches: Vec<Vec<NewPerson>> = (0..count).map(|_| people(rows)).collect();
    let start = Instant::now();
    for batch in batches {
        peer.insert_many(batch).await?;
    }
    let elapsed = start.elapsed();
    peer.batch(tables::empty(database)).await?;
    peer.insert_many(people(rows)).await?;
    Ok(Measured { elapsed, digest: inserted(peer, rows).await? })
}

fn people(count: u32) -> Vec<NewPerson> {
    (0..count).map(NewPerson::nth).collect()
}

/// The digest of the table, which holds so many rows.
async fn inserted<P: Peer>(peer: &mut P, expected: u32) -> Result<u64> {
    let people = peer.people().await?;
    if people.len() != usize::try_from(expected)? {
        return Err(format!("the table holds {} rows, {expected} were inserted", people.len()).into());
    }
    Ok(people.digest())
}

struct One<T>(T);

impl<T: Digested> Digested for One<T> {
    fn digest(&self) -> u64 {
        self.0.digest()
    }
}

/// Keys all over the table, the same for every peer.
fn key(round: u32, turn: u32) -> i64 {
    let number = u64::from(round) * 7_919 + u64::from(turn) * 37;
    i64::try_from(number % u64::from(tables::USERS)).unwrap_or_default() + 1
}
