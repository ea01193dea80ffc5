//! On PostgreSQL.

use contract::{Database, NewPerson, Result};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, query, query_as, raw_sql};

use crate::{Comment, Family, Post, User, family};

pub(crate) struct Peer {
    session: PgConnection,
    pool: PgPool,
}

impl contract::Peer for Peer {
    type User = User;
    type Person = User;
    type Family = Family;

    async fn connect(_: Database, url: &str) -> Result<Self> {
        Ok(Self { session: PgConnection::connect(url).await?, pool: PgPool::connect(url).await? })
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        raw_sql(AssertSqlSafe(sql)).execute(&mut self.session).await?;
        Ok(())
    }

    async fn lookup(&mut self, id: i64) -> Result<User> {
        let sql = "SELECT id, name, email, age, score, bio FROM users WHERE id = $1";
        Ok(query_as(sql).bind(id).fetch_one(&self.pool).await?)
    }

    async fn lookup_bare(&mut self, _: i64) -> Result<User> {
        Err("sqlx is measured through its pool".into())
    }

    async fn users(&mut self, up_to: i64) -> Result<Vec<User>> {
        let sql = "SELECT id, name, email, age, score, bio FROM users WHERE id <= $1";
        Ok(query_as(sql).bind(up_to).fetch_all(&self.pool).await?)
    }

    async fn insert(&mut self, row: NewPerson) -> Result<User> {
        let sql = "INSERT INTO people (name, email, age, score, bio) VALUES ($1, $2, $3, $4, $5) \
                   RETURNING id, name, email, age, score, bio";
        let insert = query_as(sql).bind(row.name).bind(row.email).bind(row.age).bind(row.score).bind(row.bio);
        Ok(insert.fetch_one(&self.pool).await?)
    }

    /// The answer of the FAQ to "how can I bind an array to a `VALUES()` clause?".
    async fn insert_many(&mut self, rows: Vec<NewPerson>) -> Result<()> {
        let (mut names, mut emails, mut ages, mut scores, mut bios) =
            (vec![], vec![], vec![], vec![], vec![]);
        for NewPerson { name, email, age, score, bio } in rows {
            names.push(name);
            emails.push(email);
            ages.push(age);
            scores.push(score);
            bios.push(bio);
        }
        let mut transaction = self.pool.begin().await?;
        let sql = "INSERT INTO people (name, email, age, score, bio) \
                   SELECT * FROM UNNEST($1::text[], $2::text[], $3::int[], $4::float8[], $5::text[])";
        let insert = query(sql).bind(names).bind(emails).bind(ages).bind(scores).bind(bios);
        insert.execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }

    async fn people(&mut self) -> Result<Vec<User>> {
        let sql = "SELECT id, name, email, age, score, bio FROM people";
        Ok(query_as(sql).fetch_all(&self.pool).await?)
    }

    async fn relations(&mut self, up_to: i64) -> Result<Family> {
        let users = self.users(up_to).await?;
        let keys: Vec<i64> = users.iter().map(|user| user.id).collect();
        let sql = "SELECT id, user_id, title, body FROM posts WHERE user_id = ANY($1)";
        let posts: Vec<Post> = query_as(sql).bind(keys).fetch_all(&self.pool).await?;
        let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let sql = "SELECT id, post_id, body FROM comments WHERE post_id = ANY($1)";
        let comments: Vec<Comment> = query_as(sql).bind(keys).fetch_all(&self.pool).await?;
        Ok(family(users, posts, comments))
    }
}
