//! What is random in tests, and its seed.
//!
//! The seed is the same in every run, so that a failure is the change's own and not the day's. A variable of the environment names
//! another one, or `random`; what was taken is said, and the variable with that number repeats the run.

use std::{
    env,
    hash::{BuildHasher as _, RandomState},
};

use proptest::test_runner::{Config, FileFailurePersistence, RngSeed, TestRunner};

/// The seed of every run that asks for no other.
const SEED: u64 = 20_261_120;

/// The seed that the variable asks for. It is said.
#[must_use]
pub fn seed(variable: &str) -> u64 {
    let seed = match env::var(variable) {
        Ok(word) if word == "random" => RandomState::new().hash_one(std::process::id()),
        Ok(number) => number.parse().unwrap_or(SEED),
        Err(_) => SEED,
    };
    say(&format!("seed: {variable}={seed}"));
    seed
}

/// A runner of properties; `ORM_PROPTEST_SEED` names another seed.
#[must_use]
pub fn runner(cases: u32, kept: Option<&'static str>) -> TestRunner {
    TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(seed("ORM_PROPTEST_SEED")),
        max_shrink_iters: 200,
        failure_persistence: kept.map(|path| Box::new(FileFailurePersistence::Direct(path)) as Box<_>),
        ..Config::default()
    })
}

/// The same numbers for the same seed.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// A number below another one (SplitMix64).
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// The same, as another type; `None` where it has no such number.
    pub fn small<T: TryFrom<u64>>(&mut self, end: u64) -> Option<T> {
        T::try_from(self.below(end)).ok()
    }

    /// Two times out of three.
    pub fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let is_there = self.below(3) > 0;
        is_there.then(|| value(self))
    }
}

#[expect(clippy::print_stderr, reason = "libtest keeps what a test prints until it fails")]
fn say(text: &str) {
    eprintln!("{text}");
}
