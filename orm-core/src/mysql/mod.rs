//! MariaDB and MySQL: what they can do, and how sqlx talks to them.
//!
//! One folder, since they speak one protocol and mostly one SQL; two dialects, since what they can do differs. Which of
//! the two a server is, it says itself (`SELECT VERSION()`), whatever the URL calls it.

pub(crate) mod capabilities;
pub(crate) mod spelling;
