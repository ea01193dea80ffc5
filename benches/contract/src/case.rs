//! What is measured.

use std::{fmt, str::FromStr};

/// One thing that every peer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// A row by its key, through the pool that the peer recommends.
    Lookup,
    /// The same on a connection that the peer holds all the time. Ours goes through its pool all the same: what the
    /// ratio tells is the price of the pool.
    LookupBare,
    /// That many users by a condition.
    Rows(u32),
    /// That many rows into an empty table: one comes back as the database holds it, several are counted.
    Insert(u32),
    /// A hundred users, their five posts each, and the four comments of each post.
    Relations,
}

/// How many users have posts, and are read with them.
pub(crate) const USERS_WITH_POSTS: i64 = 100;

impl Case {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Lookup,
        Self::LookupBare,
        Self::Rows(1),
        Self::Rows(100),
        Self::Rows(10_000),
        Self::Insert(1),
        Self::Insert(100),
        Self::Insert(10_000),
        Self::Relations,
    ];

    /// How often it is done for one figure, where that may not depend on the speed of the peer: the table that is
    /// filled has to be as large for all.
    #[must_use]
    pub fn fixed_count(self) -> Option<u32> {
        match self {
            Self::Insert(rows) if rows < 10 => Some(100),
            Self::Insert(rows) if rows < 1_000 => Some(10),
            Self::Insert(_) => Some(1),
            Self::Lookup | Self::LookupBare | Self::Rows(_) | Self::Relations => None,
        }
    }
}

/// As the command line and the JSON spell it.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lookup => f.write_str("lookup"),
            Self::LookupBare => f.write_str("lookup_bare"),
            Self::Rows(count) => write!(f, "rows_{count}"),
            Self::Insert(count) => write!(f, "insert_{count}"),
            Self::Relations => f.write_str("relations"),
        }
    }
}

impl FromStr for Case {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|case| case.to_string() == name).ok_or_else(|| {
            let names: Vec<String> = Self::ALL.iter().map(Self::to_string).collect();
            format!("`{name}` is no case: expected one of {}", names.join(", "))
        })
    }
}
