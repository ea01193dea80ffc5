//! What a peer does.

use crate::{database::Database, digest::Digested, rows::NewPerson};

/// Whatever goes wrong in a peer, for a person to read.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A library that reads and writes the rows, each case written as its documentation recommends.
///
/// In those without an async interface, nothing waits.
#[allow(async_fn_in_trait, reason = "nobody spawns these futures")]
pub trait Peer: Sized {
    /// A row of `users`.
    type User: Digested;
    /// A row of `people`.
    type Person: Digested;
    /// Users with their posts with their comments.
    type Family: Digested;

    /// Opens the pool, where there is one the bare connection, and the connection for `batch`.
    async fn connect(database: Database, url: &str) -> Result<Self>;

    /// Runs one statement without parameters and rows, on a connection that nothing else uses: what it changes is news to
    /// the caches of all others, for every peer alike.
    async fn batch(&mut self, sql: &str) -> Result<()>;

    /// The user with that key, through the pool.
    async fn lookup(&mut self, id: i64) -> Result<Self::User>;

    /// The same on a connection that is held.
    async fn lookup_bare(&mut self, id: i64) -> Result<Self::User>;

    /// The users whose key is at most that.
    async fn users(&mut self, up_to: i64) -> Result<Vec<Self::User>>;

    /// Inserts a row and gives it back as the database holds it.
    async fn insert(&mut self, row: NewPerson) -> Result<Self::Person>;

    /// Inserts rows, all or none.
    async fn insert_many(&mut self, rows: Vec<NewPerson>) -> Result<()>;

    /// All of `people`; never timed.
    async fn people(&mut self) -> Result<Vec<Self::Person>>;

    /// The users whose key is at most that, with their posts with their comments.
    async fn relations(&mut self, up_to: i64) -> Result<Self::Family>;
}
