//! A whole statement by hand, read into a model, a projection, a tuple or one value.
//!
//! The text is the program's, the values are bound, and what comes back is checked: columns that are missing, too many or of another
//! type are errors that name them.

mod bind;
mod from_row;

use std::sync::Arc;

pub use bind::{Bindable, bind};
pub use from_row::{ByHand, FromRow};

use self::from_row::Rows;
use crate::{
    dialect::Dialect,
    error::{Error, ErrorKind, Result},
    executor::Executor,
    sql,
    statement::Statement,
    value::Value,
};

/// A statement by hand: made by `sql!`, whose `{values}` are bound.
///
/// What it is read as is said where it is run: a model or a projection, whose columns are found by their names (others are
/// ignored), or a tuple of values or one value, by their places. The columns are looked at with the first row.
///
/// A statement of the pool's connections: what it sets for its session stays with one of them.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let min_age = 18;
/// let adults: Vec<User> = sql!("SELECT * FROM users WHERE age >= {min_age} ORDER BY id").all(&db).await?;
/// assert_eq!(adults[0].name, "Ann");
///
/// let pattern = "%joins";
/// let found = sql!("SELECT id, views FROM posts WHERE title LIKE {pattern}");
/// assert_eq!(found.one::<(i64, i64)>(&db).await?, (2, 20));
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone)]
#[must_use = "SQL does nothing until it is run: `.all::<User>(&db).await`"]
pub struct RawSql {
    text: Text,
    values: Vec<Value>,
}

#[derive(Debug, Clone)]
enum Text {
    /// One piece more than values, which stand between them.
    Pieces(&'static [&'static str]),
    /// As the database gets it.
    Trusted(Arc<str>),
}

/// For `sql!`.
#[doc(hidden)]
pub fn raw_sql(pieces: &'static [&'static str], values: Vec<Value>) -> RawSql {
    RawSql { text: Text::Pieces(pieces), values }
}

impl RawSql {
    /// A text that is known when the program runs, sent as it is: never put anything into it that comes from outside.
    ///
    /// Values are bound with [`bind`](Self::bind); their placeholders are the database's own, `?` or `$1`. Where the text is known
    /// when the program is compiled, `sql!` writes them itself.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let column = if db.dialect() == Dialect::Sqlite { "age" } else { "name" }; // our own words, nobody else's
    /// let oldest = RawSql::trusted(format!("SELECT name FROM users WHERE age > ? ORDER BY {column} DESC")).bind(18);
    /// assert_eq!(oldest.first::<String>(&db).await?.as_deref(), Some("Ann"));
    /// # Ok(()) }) }
    /// ```
    pub fn trusted(text: impl Into<Arc<str>>) -> Self {
        Self { text: Text::Trusted(text.into()), values: Vec::new() }
    }

    /// Binds the next value of a [trusted](Self::trusted) text.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let named = RawSql::trusted("SELECT id FROM users WHERE name = ? AND age = ?").bind("Bob").bind(20);
    /// assert_eq!(named.one::<i64>(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn bind<T>(mut self, value: impl Bindable<T>) -> Self {
        self.values.push(value.bound());
        self
    }

    /// All rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let totals = sql!("SELECT author_id, sum(views) FROM posts GROUP BY author_id ORDER BY author_id");
    /// assert_eq!(totals.all::<(i64, Option<i64>)>(&db).await?, [(1, Some(30)), (2, Some(5))]);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the database refuses the statement or a value, a column is missing, of another type or NULL where the type has none, or
    /// a tuple has another length than the row.
    pub async fn all<T: FromRow>(self, executor: &impl Executor) -> Result<Vec<T>> {
        self.rows(executor, usize::MAX).await
    }

    /// The one row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(sql!("SELECT count(*) FROM users").one::<i64>(&db).await?, 2);
    /// assert!(sql!("SELECT name FROM users WHERE id = 7").one::<String>(&db).await.unwrap_err().is_not_found());
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Self::all); `NotFound` without a row, `TooMany` with more than one.
    pub async fn one<T: FromRow>(self, executor: &impl Executor) -> Result<T> {
        self.optional(executor)
            .await?
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "the SQL gives no row, where one was asked for"))
    }

    /// The one row, if there is one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let email = "ann@x";
    /// let ann: Option<User> = sql!("SELECT * FROM users WHERE email = {email}").optional(&db).await?;
    /// assert_eq!(ann.map(|user| user.age), Some(31));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Self::all); `TooMany` with more than one.
    pub async fn optional<T: FromRow>(self, executor: &impl Executor) -> Result<Option<T>> {
        let mut rows = self.rows(executor, 2).await?;
        if rows.len() > 1 {
            return Err(Error::new(
                ErrorKind::TooMany,
                "the SQL gives more than one row, where one was asked for",
            ));
        }
        Ok(rows.pop())
    }

    /// The first row, if there is one. The others are sent by the database all the same: say `LIMIT 1` where there may be many.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let best = sql!("SELECT title, rating FROM posts ORDER BY rating DESC").first::<(String, Option<f64>)>(&db).await?;
    /// assert_eq!(best, Some(("Hello".to_owned(), Some(4.5))));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub async fn first<T: FromRow>(self, executor: &impl Executor) -> Result<Option<T>> {
        Ok(self.rows(executor, 1).await?.pop())
    }

    /// Runs it and counts the rows that it inserted, updated or deleted.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (more, author) = (5, 1);
    /// assert_eq!(sql!("UPDATE posts SET views = views + {more} WHERE author_id = {author}").execute(&db).await?, 2);
    ///
    /// let bio: Option<&str> = None; // NULL, of the type that a text has
    /// assert_eq!(sql!("UPDATE users SET bio = {bio}").execute(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the database refuses the statement or a value.
    pub async fn execute(self, executor: &impl Executor) -> Result<u64> {
        let handle = executor.handle();
        handle.execute(self.into_statement(handle.dialect())?).await
    }

    /// The SQL as a database gets it, without sending it.
    ///
    /// PostgreSQL prepares a statement once for its text, so the text says of what types the values are.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let find = sql!("SELECT name FROM users WHERE id = {7_i64}");
    /// assert_eq!(find.to_sql(Dialect::Sqlite)?, "SELECT name FROM users WHERE id = ?");
    /// assert_eq!(find.to_sql(Dialect::Postgres)?, "SELECT name FROM users WHERE id = CAST($1 AS bigint)");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the database cannot take a value, or the text is no statement for a connection of a pool.
    pub fn to_sql(&self, dialect: Dialect) -> Result<String> {
        Ok(self.clone().into_statement(dialect)?.sql.text().to_string())
    }

    pub(crate) fn into_statement(self, dialect: Dialect) -> Result<Statement> {
        match self.text {
            Text::Pieces(pieces) if pieces.len() != self.values.len() + 1 => {
                Err(Error::invalid_query("`bind` is for a trusted text: `sql!` binds what stands in braces"))
            }
            Text::Pieces(pieces) => sql::by_hand(dialect, pieces, self.values),
            Text::Trusted(text) => sql::trusted(dialect, &text, self.values),
        }
    }

    /// The first so many rows.
    async fn rows<T: FromRow>(self, executor: &impl Executor, most: usize) -> Result<Vec<T>> {
        let handle = executor.handle();
        let statement = self.into_statement(handle.dialect())?;
        Rows::of(handle.fetch(statement, Rows::<T>::sink(most)).await?)
    }
}
