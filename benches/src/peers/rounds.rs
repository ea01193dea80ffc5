//! One case, in turn and round by round.
//!
//! First each peer is warmed up and finds out how often it has to repeat the case to be timed well. Then every round asks
//! all of them for one figure, each round beginning with another one, and all must have read the same.

use std::time::Duration;

use contract::{Case, Database, Measured, Request};

use super::{child::Child, place::Place, registry::Peer};
use crate::{
    Result,
    ratio::{Ratio, median},
    report::{Comparison, Row},
};

/// How often a case is done before it is timed: some of the documented ways differ at the first five or six times, as the
/// plans of PostgreSQL do (sql-prepare.html).
const WARM_UP: u32 = 10;

/// How much trouble is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    rounds: u32,
    /// How long one figure should take.
    figure: Duration,
}

impl Effort {
    pub(crate) const FULL: Self = Self { rounds: 51, figure: Duration::from_millis(20) };
    pub(crate) const QUICK: Self = Self { rounds: 11, figure: Duration::from_millis(4) };
}

/// A peer that takes part.
pub(crate) struct Contestant {
    peer: &'static Peer,
    child: Child,
}

/// A contestant in one case.
struct Entry<'a> {
    contestant: &'a mut Contestant,
    count: u32,
    /// Seconds for doing it once, one figure for each round.
    figures: Vec<f64>,
}

impl Contestant {
    pub(crate) fn enter(peer: &'static Peer, place: &Place) -> Result<Self> {
        Ok(Self { peer, child: place.enter(peer)? })
    }

    fn measure(&mut self, case: Case, round: u32, count: u32) -> Result<Measured> {
        let measured = self.child.measure(&Request::Measure { case, round, count });
        Ok(measured.map_err(|error| format!("{case}: {error}"))?)
    }

    /// Warms up, and finds the number of repetitions that takes as long as a figure should.
    fn calibrate(&mut self, case: Case, effort: Effort) -> Result<u32> {
        if let Some(count) = case.fixed_count() {
            self.measure(case, 0, count)?;
            self.measure(case, 0, count)?;
            return Ok(count);
        }
        // The first times open connections, prepare statements and fill caches.
        self.measure(case, 0, WARM_UP)?;
        let mut count = 1;
        loop {
            let elapsed = self.measure(case, 0, count)?.elapsed;
            if elapsed * 2 >= effort.figure || count >= 1 << 20 {
                return Ok(scaled(count, elapsed, effort.figure));
            }
            count *= 4;
        }
    }
}

/// How many repetitions fill the time, if so many took so long.
fn scaled(count: u32, elapsed: Duration, time: Duration) -> u32 {
    let wanted = u128::from(count) * time.as_nanos() / elapsed.as_nanos().max(1);
    u32::try_from(wanted).unwrap_or(u32::MAX).max(1)
}

/// Measures a case; ours is the first contestant.
pub(crate) fn run(
    contestants: &mut [Contestant],
    database: Database,
    case: Case,
    effort: Effort,
) -> Result<Row> {
    let mut entries = Vec::new();
    for contestant in contestants.iter_mut().filter(|contestant| contestant.peer.does(case)) {
        let count = contestant.calibrate(case, effort)?;
        entries.push(Entry { contestant, count, figures: Vec::new() });
    }
    for round in 1..=effort.rounds {
        play(&mut entries, case, round)?;
    }
    compare(&entries, database, case)
}

fn play(entries: &mut [Entry<'_>], case: Case, round: u32) -> Result<()> {
    let first = usize::try_from(round)? % entries.len();
    let mut seen: Option<(u64, &str)> = None;
    let (later, sooner) = entries.split_at_mut(first);
    for entry in sooner.iter_mut().chain(later) {
        let Measured { elapsed, digest } = entry.contestant.measure(case, round, entry.count)?;
        entry.figures.push(elapsed.as_secs_f64() / f64::from(entry.count));
        let (expected, by) = *seen.get_or_insert((digest, entry.contestant.peer.name));
        if expected != digest {
            return Err(format!("{case}: {} read other rows than {by}", entry.contestant.peer.name).into());
        }
    }
    Ok(())
}

fn compare(entries: &[Entry<'_>], database: Database, case: Case) -> Result<Row> {
    let (ours, theirs) = entries.split_first().ok_or("nobody takes part")?;
    let seconds = median(&ours.figures).ok_or("there was no round")?;
    let mut comparisons = Vec::new();
    for entry in theirs {
        let ratio = Ratio::of(&ours.figures, &entry.figures).ok_or("there was no round")?;
        let name = entry.contestant.peer.name;
        comparisons.push(Comparison::new(Some(database.name()), case.to_string(), name, ratio));
    }
    Ok(Row { case: case.to_string(), ours: time(seconds), comparisons })
}

/// As a person reads it.
fn time(seconds: f64) -> String {
    if seconds < 1e-3 { format!("{:.1} µs", seconds * 1e6) } else { format!("{:.2} ms", seconds * 1e3) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_takes_about_as_long_as_it_should() {
        let time = Duration::from_millis(20);
        assert_eq!(scaled(4, Duration::from_millis(10), time), 8);
        assert_eq!(scaled(1, Duration::from_secs(3), time), 1);
        assert_eq!(scaled(1, Duration::ZERO, time), 20_000_000);
    }
}
