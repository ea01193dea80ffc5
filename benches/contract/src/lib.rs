//! What every peer of the benchmarks agrees to, so that their figures may be compared: the tables, the rows, the cases,
//! how a case is timed, and the lines in which a peer's process is asked for it.
//!
//! Each peer is a program of its own: no library is measured with the features, the allocator or the SQLite that another
//! one dragged in. A peer implements [`Peer`] with its own rows, written as its documentation recommends, and hands
//! itself to [`serve`]; what is timed, and what is not, is decided here once for all of them.
//!
//! Knows no database library, and nothing of ours.

mod case;
mod database;
mod digest;
mod measure;
mod peer;
mod protocol;
mod relations;
mod requests;
mod rows;
mod serve;
mod tables;

pub use case::Case;
pub use database::Database;
pub use digest::{Digested, comment_digest, post_digest, user_digest};
pub use measure::Measured;
pub use peer::{Peer, Result};
pub use protocol::{Answer, Request};
pub use relations::children_of;
pub use rows::{Comment, NewPerson, Post, User};
pub use serve::{block_on, run, serve};
