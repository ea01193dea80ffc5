//! mysql_async: `exec` with prepared statements that it caches, and its own pool.

use std::process::ExitCode;

use contract::{Comment, Database, NewPerson, Post, Result, User, children_of};
use mysql_async::{Conn, Params, Pool, TxOpts, Value, prelude::*};

const BY_KEY: &str = "SELECT id, name, email, age, score, bio FROM users WHERE id = ?";

struct Peer {
    session: Conn,
    connection: Conn,
    pool: Pool,
}

type Row = (i64, String, String, i32, f64, Option<String>);

impl contract::Peer for Peer {
    type User = User;
    type Person = User;
    type Family = Vec<(User, Vec<(Post, Vec<Comment>)>)>;

    async fn connect(_: Database, url: &str) -> Result<Self> {
        let pool = Pool::from_url(url.replacen("mariadb:", "mysql:", 1))?;
        Ok(Self { session: pool.get_conn().await?, connection: pool.get_conn().await?, pool })
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.session.query_drop(sql).await?)
    }

    async fn lookup(&mut self, id: i64) -> Result<User> {
        by_key(&mut self.pool.get_conn().await?, id).await
    }

    async fn lookup_bare(&mut self, id: i64) -> Result<User> {
        by_key(&mut self.connection, id).await
    }

    async fn users(&mut self, up_to: i64) -> Result<Vec<User>> {
        let sql = "SELECT id, name, email, age, score, bio FROM users WHERE id <= ?";
        Ok(self.connection.exec_map(sql, (up_to,), user).await?)
    }

    async fn insert(&mut self, row: NewPerson) -> Result<User> {
        let sql = "INSERT INTO people (name, email, age, score, bio) VALUES (?, ?, ?, ?, ?) \
                   RETURNING id, name, email, age, score, bio";
        let row: Option<Row> =
            self.connection.exec_first(sql, (row.name, row.email, row.age, row.score, row.bio)).await?;
        row.map(user).ok_or_else(|| "no row came back".into())
    }

    async fn insert_many(&mut self, rows: Vec<NewPerson>) -> Result<()> {
        let sql = "INSERT INTO people (name, email, age, score, bio) VALUES (?, ?, ?, ?, ?)";
        let rows = rows.into_iter().map(|row| (row.name, row.email, row.age, row.score, row.bio));
        let mut transaction = self.connection.start_transaction(TxOpts::default()).await?;
        transaction.exec_batch(sql, rows).await?;
        Ok(transaction.commit().await?)
    }

    async fn people(&mut self) -> Result<Vec<User>> {
        Ok(self.connection.query_map("SELECT id, name, email, age, score, bio FROM people", user).await?)
    }

    async fn relations(&mut self, up_to: i64) -> Result<Self::Family> {
        let users = self.users(up_to).await?;
        let keys: Vec<i64> = users.iter().map(|user| user.id).collect();
        let sql = in_keys("SELECT id, user_id, title, body FROM posts WHERE user_id IN", keys.len());
        let posts: Vec<Post> = self
            .connection
            .exec_map(sql, list(keys), |(id, user_id, title, body)| Post { id, user_id, title, body })
            .await?;
        let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let sql = in_keys("SELECT id, post_id, body FROM comments WHERE post_id IN", keys.len());
        let comments: Vec<Comment> = self
            .connection
            .exec_map(sql, list(keys), |(id, post_id, body)| Comment { id, post_id, body })
            .await?;
        let posts = children_of(posts, |post| post.id, comments, |comment| comment.post_id);
        Ok(children_of(users, |user| user.id, posts, |(post, _)| post.user_id))
    }
}

async fn by_key(connection: &mut Conn, id: i64) -> Result<User> {
    let row: Option<Row> = connection.exec_first(BY_KEY, (id,)).await?;
    row.map(user).ok_or_else(|| "no such user".into())
}

fn user((id, name, email, age, score, bio): Row) -> User {
    User { id, name, email, age, score, bio }
}

fn in_keys(sql: &str, count: usize) -> String {
    format!("{sql} ({})", vec!["?"; count].join(", "))
}

fn list(keys: Vec<i64>) -> Params {
    Params::Positional(keys.into_iter().map(Value::Int).collect())
}

fn main() -> ExitCode {
    contract::run(|database, url| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(contract::serve::<Peer>(database, url))
    })
}
