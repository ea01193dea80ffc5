//! Diesel: `as_select`, `belonging_to` and `grouped_by`, `insert_into`, r2d2 for the pool.

use std::process::ExitCode;

use contract::{Database, Digested, NewPerson, comment_digest, post_digest, user_digest};
use diesel::prelude::*;

/// One text for both databases: Diesel's queries are typed by the connection, and a connection cannot be a parameter
/// without naming every bound of every query.
mod postgres {
    use diesel::pg::PgConnection as Link;

    /// A statement that says nothing is an error here.
    const SETTINGS: &str = "SET client_encoding TO 'UTF8'";

    /// A row has five parameters, and a statement 65 535.
    const ROWS_PER_INSERT: usize = 13_000;

    include!("queries.rs");
}

/// As above.
mod sqlite {
    use diesel::sqlite::SqliteConnection as Link;

    /// What our own connections are set to.
    const SETTINGS: &str =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

    /// A row has five parameters, and a statement 32 766.
    const ROWS_PER_INSERT: usize = 6_500;

    include!("queries.rs");
}

mod schema {
    diesel::table! {
        users (id) {
            id -> BigInt,
            name -> Text,
            email -> Text,
            age -> Integer,
            score -> Double,
            bio -> Nullable<Text>,
        }
    }

    diesel::table! {
        people (id) {
            id -> BigInt,
            name -> Text,
            email -> Text,
            age -> Integer,
            score -> Double,
            bio -> Nullable<Text>,
        }
    }

    diesel::table! {
        posts (id) {
            id -> BigInt,
            user_id -> BigInt,
            title -> Text,
            body -> Text,
        }
    }

    diesel::table! {
        comments (id) {
            id -> BigInt,
            post_id -> BigInt,
            body -> Text,
        }
    }

    diesel::joinable!(posts -> users (user_id));
    diesel::joinable!(comments -> posts (post_id));
    diesel::allow_tables_to_appear_in_same_query!(users, posts, comments);
}

use schema::{comments, people, posts, users};

/// Who writes posts.
#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = users)]
struct User {
    id: i64,
    name: String,
    email: String,
    age: i32,
    score: f64,
    bio: Option<String>,
}

/// The same columns, in the table that is inserted into.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = people)]
struct Person {
    id: i64,
    name: String,
    email: String,
    age: i32,
    score: f64,
    bio: Option<String>,
}

/// Every column but the key.
#[derive(Debug, Insertable)]
#[diesel(table_name = people)]
struct Row {
    name: String,
    email: String,
    age: i32,
    score: f64,
    bio: Option<String>,
}

/// What a user wrote.
#[derive(Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = posts, belongs_to(User))]
struct Post {
    id: i64,
    user_id: i64,
    title: String,
    body: String,
}

/// What was said to it.
#[derive(Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = comments, belongs_to(Post))]
struct Comment {
    id: i64,
    post_id: i64,
    body: String,
}

impl From<NewPerson> for Row {
    fn from(NewPerson { name, email, age, score, bio }: NewPerson) -> Self {
        Self { name, email, age, score, bio }
    }
}

impl Digested for User {
    fn digest(&self) -> u64 {
        user_digest(self.id, &self.name, &self.email, self.age, self.score, self.bio.as_deref())
    }
}

impl Digested for Person {
    fn digest(&self) -> u64 {
        user_digest(self.id, &self.name, &self.email, self.age, self.score, self.bio.as_deref())
    }
}

impl Digested for Post {
    fn digest(&self) -> u64 {
        post_digest(self.id, self.user_id, &self.title, &self.body)
    }
}

impl Digested for Comment {
    fn digest(&self) -> u64 {
        comment_digest(self.id, self.post_id, &self.body)
    }
}

fn main() -> ExitCode {
    contract::run(|database, url| match database {
        Database::Sqlite => contract::block_on(contract::serve::<sqlite::Peer>(database, url)),
        Database::Postgres => contract::block_on(contract::serve::<postgres::Peer>(database, url)),
        Database::Mariadb => {
            Err("Diesel needs the C library of MariaDB or MySQL, which this peer leaves out".into())
        }
    })
}
