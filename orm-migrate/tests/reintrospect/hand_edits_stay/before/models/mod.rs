//! The people of our shop, and what they write.

mod everything; // one file is enough

pub use everything::{Article, Member};

/// Not a model at all.
pub fn helper() -> u8 {
    1
}
