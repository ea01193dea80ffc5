//! On SQLite.

use contract::{Database, NewPerson, Result};
use sqlx::{
    AssertSqlSafe, Connection, QueryBuilder, Sqlite, SqliteConnection, SqlitePool, query_as, raw_sql,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{Comment, Family, Post, User, family};

/// How many parameters a statement takes (https://sqlite.org/limits.html, SQLITE_MAX_VARIABLE_NUMBER).
const BIND_LIMIT: usize = 32_766;

pub(crate) struct Peer {
    session: SqliteConnection,
    pool: SqlitePool,
}

impl contract::Peer for Peer {
    type User = User;
    type Person = User;
    type Family = Family;

    async fn connect(_: Database, url: &str) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(url)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        let session = SqliteConnection::connect_with(&options).await?;
        Ok(Self { session, pool: SqlitePool::connect_with(options).await? })
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        raw_sql(AssertSqlSafe(sql)).execute(&mut self.session).await?;
        Ok(())
    }

    async fn lookup(&mut self, id: i64) -> Result<User> {
        let sql = "SELECT id, name, email, age, score, bio FROM users WHERE id = ?";
        Ok(query_as(sql).bind(id).fetch_one(&self.pool).await?)
    }

    async fn lookup_bare(&mut self, _: i64) -> Result<User> {
        Err("sqlx is measured through its pool".into())
    }

    async fn users(&mut self, up_to: i64) -> Result<Vec<User>> {
        let sql = "SELECT id, name, email, age, score, bio FROM users WHERE id <= ?";
        Ok(query_as(sql).bind(up_to).fetch_all(&self.pool).await?)
    }

    async fn insert(&mut self, row: NewPerson) -> Result<User> {
        let sql = "INSERT INTO people (name, email, age, score, bio) VALUES (?, ?, ?, ?, ?) \
                   RETURNING id, name, email, age, score, bio";
        let insert = query_as(sql).bind(row.name).bind(row.email).bind(row.age).bind(row.score).bind(row.bio);
        Ok(insert.fetch_one(&self.pool).await?)
    }

    async fn insert_many(&mut self, rows: Vec<NewPerson>) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut insert =
                QueryBuilder::<Sqlite>::new("INSERT INTO people (name, email, age, score, bio) ");
            insert.push_values(rows.by_ref().take(BIND_LIMIT / 5), |mut values, row| {
                values.push_bind(row.name).push_bind(row.email).push_bind(row.age);
                values.push_bind(row.score).push_bind(row.bio);
            });
            insert.build().execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn people(&mut self) -> Result<Vec<User>> {
        let sql = "SELECT id, name, email, age, score, bio FROM people";
        Ok(query_as(sql).fetch_all(&self.pool).await?)
    }

    async fn relations(&mut self, up_to: i64) -> Result<Family> {
        let users = self.users(up_to).await?;
        let sql = "SELECT id, user_id, title, body FROM posts WHERE user_id IN (";
        let posts: Vec<Post> =
            having_keys(sql, users.iter().map(|user| user.id)).build_query_as().fetch_all(&self.pool).await?;
        let sql = "SELECT id, post_id, body FROM comments WHERE post_id IN (";
        let comments: Vec<Comment> =
            having_keys(sql, posts.iter().map(|post| post.id)).build_query_as().fetch_all(&self.pool).await?;
        Ok(family(users, posts, comments))
    }
}

fn having_keys(sql: &str, keys: impl Iterator<Item = i64>) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(sql);
    let mut list = query.separated(", ");
    for key in keys {
        list.push_bind(key);
    }
    query.push(")");
    query
}
