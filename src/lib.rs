//! **orm**: a type-safe ORM and migration toolkit. Annotated structs are the single source of truth; from them come
//! typed queries, migrations diffed against live databases, introspection, and a command line.
//!
//! - [Models](#models), [writing](#writing), [reading](#reading), [relations](#relations), [projections](#projections),
//!   [transactions](#transactions), [migrations](#migrations)
//! - [`guide`]: queries job by job, from the first insert to raw SQL, each with an example.
//! - What a model can say is in `docs/attributes.md`, what databases have in common in `docs/databases.md`, the command
//!   line in `docs/command-line.md`.
//!
//! # Models
//!
//! A struct becomes a table. It stays plain data: relations are no fields, and serde works as on any struct.
//!
//! ```
//! use orm::prelude::*;
//!
//! #[derive(Debug, Clone, Model)]
//! #[orm(has_many(posts: Post.author))]
//! pub struct User {
//!     pub id: i64,
//!     #[orm(unique)]
//!     pub email: String,
//!     pub bio: Option<String>,
//!     #[orm(default = 18, check = "age >= 0")]
//!     pub age: i32,
//! }
//!
//! #[derive(Debug, Clone, Model)]
//! #[orm(index(author_id, title))]
//! pub struct Post {
//!     pub id: i64,
//!     #[orm(belongs_to(author: User, on_delete = cascade))]
//!     pub author_id: i64,
//!     pub title: String,
//! }
//!
//! assert_eq!(User::table().name.name, "users");
//! ```
//!
//! # Writing
//!
//! The derive makes `NewUser` of the required fields: a missing one is the compiler's own error.
//!
//! ```
#![doc = include_str!("../docs/include/models.md")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let db = database().await?;
//! let ann = User::insert(NewUser { email: "ann@x".into() }).set(|u| u.age.set(31)).exec(&db).await?;
//! Post::insert_many(["a", "b"].map(|title| NewPost { author_id: ann.id, title: title.into() })).exec(&db).await?;
//! ann.update(|u| u.bio.set("Writes.")).exec(&db).await?;
//!
//! // An upsert: what is there, and what would have been inserted.
//! let ann = User::insert(NewUser { email: "ann@x".into() })
//!     .on_conflict(|u| u.email)
//!     .do_update(|old, _| old.age.set(old.age + 1))
//!     .exec(&db)
//!     .await?;
//! assert_eq!(ann.age, 32);
//!
//! // Rows of a query: a filter is needed, or `.all_rows()`.
//! let gone = Post::query().filter(|p| p.title.eq("b")).delete().exec(&db).await?;
//! assert_eq!(gone, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Reading
//!
//! A query is data: columns come only from the closure's argument, and a condition is an ordinary function.
//!
//! ```
#![doc = include_str!("../docs/include/models.md")]
//! fn adult(u: Columns<User>) -> Cond {
//!     u.age.ge(18).and(u.bio.is_null())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let db = database().await?;
//! # User::insert(NewUser { email: "ann@x".into() }).exec(&db).await?;
//! let adults = User::query().filter(adult).order_by(|u| (u.age.desc(), u.id.asc())).limit(10);
//! assert_eq!(adults.clone().count(&db).await?, 1);
//! let emails: Vec<(i64, String)> = adults.select(|u| (u.id, u.email)).all(&db).await?;
//! assert_eq!(emails, [(1, "ann@x".to_owned())]);
//!
//! let oldest: (i64, Option<i32>) = User::query().aggregate(|u| (count(), u.age.max())).one(&db).await?;
//! assert_eq!(oldest, (1, Some(18)));
//! assert!(User::find(7).optional(&db).await?.is_none());
//! # Ok(())
//! # }
//! ```
//!
//! # Relations
//!
//! Loading a relation changes the type of the row, and costs one statement for all rows together. What was not loaded
//! cannot be touched.
//!
//! ```
#![doc = include_str!("../docs/include/models.md")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let db = database().await?;
//! # let ann = User::insert(NewUser { email: "ann@x".into() }).exec(&db).await?;
//! # Post::insert(NewPost { author_id: ann.id, title: "a".into() }).exec(&db).await?;
//! let rows: Vec<(User, Vec<Post>)> = User::query().with(|u| u.posts).all(&db).await?;
//! assert_eq!(rows[0].1[0].title, "a");
//!
//! // Asked about, joined, counted.
//! let writers = User::query().filter(|u| u.posts.any(|p| p.title.starts_with("a")));
//! assert!(writers.exists(&db).await?);
//! let titles: Vec<(String, Option<String>)> =
//!     User::query().left_join(|u| u.posts).select(|(u, p)| (u.email, p.title)).all(&db).await?;
//! assert_eq!(titles, [("ann@x".to_owned(), Some("a".to_owned()))]);
//! # Ok(())
//! # }
//! ```
//!
//! # Projections
//!
//! A struct says what to read, at any depth: only the columns named, one statement for each relation.
//!
//! ```
#![doc = include_str!("../docs/include/models.md")]
//! #[derive(Debug, Clone, Projection)]
//! #[orm(model = User)]
//! struct Page {
//!     email: String,
//!     #[orm(expr = |u| u.posts.count())]
//!     post_count: i64,
//!     #[orm(with = |u| u.posts.order_by(|p| p.id.desc()).limit(3))]
//!     posts: Vec<Headline>,
//! }
//!
//! #[derive(Debug, Clone, Projection)]
//! #[orm(model = Post)]
//! struct Headline {
//!     title: String,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let db = database().await?;
//! # User::insert(NewUser { email: "ann@x".into() }).exec(&db).await?;
//! let page = User::query().load::<Page>().one(&db).await?;
//! assert_eq!((page.email.as_str(), page.post_count, page.posts.len()), ("ann@x", 0, 0));
//! # Ok(())
//! # }
//! ```
//!
//! # Transactions
//!
//! What the closure returns decides: `Ok` commits, `Err` rolls back, and so does dropping the future.
//!
//! ```
#![doc = include_str!("../docs/include/models.md")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let db = database().await?;
//! let email = String::from("ann@x");
//! db.transaction(async |tx| {
//!     let ann = User::insert(NewUser { email: email.clone() }).exec(&tx).await?;
//!     Post::insert(NewPost { author_id: ann.id, title: "a".into() }).exec(&tx).await?;
//!     Ok(())
//! })
//! .await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Migrations
//!
//! `orm migrate dev` plans the next migration from the models and writes it as SQL; `orm migrate deploy` applies what is
//! pending. A program can carry its migrations with it and check its database when it starts: see `examples/embedded.rs`.

pub mod guide;

pub use orm_core::*;
#[cfg(feature = "migrate")]
pub use orm_macros::migrate;
pub use orm_macros::{Enum, Insert, Model, Patch, Projection, Value};
pub use orm_macros::{models, sql};
#[cfg(feature = "migrate")]
pub use orm_migrate as migrate;

/// What most files that use orm import.
pub mod prelude {
    pub use orm_core::{Columns, Cond, Db, Executor, Expr, Item, Json, Keyed, Model, Query, Tx, count};
    pub use orm_macros::{Enum, Insert, Model, Patch, Projection, Value};
}

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
