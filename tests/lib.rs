//! What the tests of the workspace share.
//!
//! A portable test is written once, as a function that gets a [`Db`](orm::Db), and registered once, by [`portable!`].
//! It then runs on every database, each time in one of its own, as `sqlite::its_name`, `postgres::its_name` and so on.
//!
//! | question | module |
//! |---|---|
//! | which databases are there, and how does a test get one of its own? | [`database`] |
//! | how do the tables get there? | [`schema`] |
//! | which statements were sent? | [`statements`] |
//! | what is random, and from which seed? | [`random`] |
//!
//! SQLite is always there. A server is there when its variable names one, such as `ORM_TEST_POSTGRES_URL` or `ORM_TEST_MARIADB_URL`; `./test`
//! sets it. A database that `ORM_REQUIRE_DATABASES` asks for and that is missing fails its tests; one that nobody
//! asked for is left out, which is said once.

pub mod database;
mod mariadb;
mod portable;
mod postgres;
pub mod random;
pub mod schema;
mod sqlite;
pub mod statements;

pub use database::{Database, TestDatabase};
pub use portable::run;
pub use schema::schema_of;
pub use statements::{assert_statements, recorded};
