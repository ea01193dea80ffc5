//! When to kill: how often is asked of the environment, which moments of a seed.

use std::{
    env,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::history::Size;

/// How many moments, and which.
pub(crate) struct Moments {
    /// One of so many statements is where a kill comes.
    every: usize,
    /// So many kills come at any moment.
    pub(crate) random: usize,
    /// How large the tables are.
    pub(crate) size: Size,
    seed: u64,
    state: u64,
}

impl Moments {
    /// As `ORM_KILLS` and `ORM_KILLS_SEED` say; `name` makes each test draw moments of its own.
    pub(crate) fn new(name: &str) -> Self {
        let seed = number("ORM_KILLS_SEED").or_else(|| number("PROPTEST_RNG_SEED")).unwrap_or_else(now);
        let state = name.bytes().fold(seed, |state, byte| state.wrapping_mul(31).wrapping_add(byte.into()));
        let (every, random, size) = match env::var("ORM_KILLS").as_deref() {
            Ok("all") => (1, 40, Size::Large),
            Ok(count) => {
                let random = count.parse().expect("ORM_KILLS is `all` or a number of random moments");
                (10, random, Size::Small)
            }
            Err(_) => (10, 10, Size::Small),
        };
        Self { every, random, size, seed, state }
    }

    /// The next random number below a limit (SplitMix64).
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }

    /// A random part of a time.
    pub(crate) fn within(&mut self, time: Duration) -> Duration {
        Duration::from_micros(self.below(u64::try_from(time.as_micros()).unwrap_or(u64::MAX)))
    }

    /// Some of these, evenly.
    pub(crate) fn some<T>(&mut self, all: Vec<T>) -> Vec<T> {
        self.one_of(self.every, all)
    }

    /// Fewer of these, each of which takes longer; all where all are asked for.
    pub(crate) fn few<T>(&mut self, all: Vec<T>) -> Vec<T> {
        self.one_of(if self.every == 1 { 1 } else { 5 * self.every }, all)
    }

    /// Three of these, of which each takes a project of its own; all where all are asked for.
    pub(crate) fn handful<T>(&mut self, all: Vec<T>) -> Vec<T> {
        let every = if self.every == 1 { 1 } else { all.len().div_ceil(3).max(1) };
        self.one_of(every, all)
    }

    /// How many random moments come to a handful.
    pub(crate) fn handful_at_random(&self) -> usize {
        self.random.div_ceil(5)
    }

    fn one_of<T>(&mut self, every: usize, all: Vec<T>) -> Vec<T> {
        let first = usize::try_from(self.below(u64::try_from(every).unwrap())).unwrap();
        all.into_iter().skip(first).step_by(every).collect()
    }

    /// How many deploys are killed on the wire, again and again until they are through.
    pub(crate) fn chains(&self) -> usize {
        if self.every == 1 { 3 } else { 1 }
    }

    /// How to draw the same again.
    pub(crate) fn seed(&self) -> String {
        format!("ORM_KILLS_SEED={}", self.seed)
    }
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::from(now.subsec_nanos())
}
