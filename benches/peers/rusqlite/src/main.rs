//! rusqlite: `prepare_cached` on a connection, `rarray` for lists, r2d2 for the pool.

use std::{process::ExitCode, rc::Rc};

use contract::{Comment, Database, NewPerson, Post, Result, User, children_of};
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, Row, types::Value, vtab::array};

/// What our own connections are set to.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

const BY_KEY: &str = "SELECT id, name, email, age, score, bio FROM users WHERE id = ?1";

struct Peer {
    session: Connection,
    connection: Connection,
    pool: r2d2::Pool<SqliteConnectionManager>,
}

impl contract::Peer for Peer {
    type User = User;
    type Person = User;
    type Family = Vec<(User, Vec<(Post, Vec<Comment>)>)>;

    async fn connect(_: Database, path: &str) -> Result<Self> {
        let session = Connection::open(path)?;
        session.execute_batch(SETTINGS)?;
        let connection = Connection::open(path)?;
        connection.execute_batch(SETTINGS)?;
        array::load_module(&connection)?;
        let manager =
            SqliteConnectionManager::file(path).with_init(|connection| connection.execute_batch(SETTINGS));
        Ok(Self { session, connection, pool: r2d2::Pool::new(manager)? })
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.session.execute_batch(sql)?)
    }

    async fn lookup(&mut self, id: i64) -> Result<User> {
        by_key(&*self.pool.get()?, id)
    }

    async fn lookup_bare(&mut self, id: i64) -> Result<User> {
        by_key(&self.connection, id)
    }

    async fn users(&mut self, up_to: i64) -> Result<Vec<User>> {
        let sql = "SELECT id, name, email, age, score, bio FROM users WHERE id <= ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([up_to], user)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    async fn insert(&mut self, row: NewPerson) -> Result<User> {
        let sql = "INSERT INTO people (name, email, age, score, bio) VALUES (?1, ?2, ?3, ?4, ?5) \
                   RETURNING id, name, email, age, score, bio";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row((row.name, row.email, row.age, row.score, row.bio), user)?)
    }

    async fn insert_many(&mut self, rows: Vec<NewPerson>) -> Result<()> {
        let transaction = self.connection.transaction()?;
        {
            let sql = "INSERT INTO people (name, email, age, score, bio) VALUES (?1, ?2, ?3, ?4, ?5)";
            let mut statement = transaction.prepare_cached(sql)?;
            for row in rows {
                statement.execute((row.name, row.email, row.age, row.score, row.bio))?;
            }
        }
        Ok(transaction.commit()?)
    }

    async fn people(&mut self) -> Result<Vec<User>> {
        let mut statement = self.connection.prepare("SELECT id, name, email, age, score, bio FROM people")?;
        let rows = statement.query_map([], user)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    async fn relations(&mut self, up_to: i64) -> Result<Self::Family> {
        let users = self.users(up_to).await?;
        let sql = "SELECT id, user_id, title, body FROM posts WHERE user_id IN rarray(?1)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([keys(users.iter().map(|user| user.id))], post)?;
        let posts: Vec<Post> = rows.collect::<rusqlite::Result<_>>()?;
        let sql = "SELECT id, post_id, body FROM comments WHERE post_id IN rarray(?1)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([keys(posts.iter().map(|post| post.id))], comment)?;
        let comments: Vec<Comment> = rows.collect::<rusqlite::Result<_>>()?;
        let posts = children_of(posts, |post| post.id, comments, |comment| comment.post_id);
        Ok(children_of(users, |user| user.id, posts, |(post, _)| post.user_id))
    }
}

fn by_key(connection: &Connection, id: i64) -> Result<User> {
    Ok(connection.prepare_cached(BY_KEY)?.query_row([id], user)?)
}

fn keys(keys: impl Iterator<Item = i64>) -> Rc<Vec<Value>> {
    Rc::new(keys.map(Value::from).collect())
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        age: row.get(3)?,
        score: row.get(4)?,
        bio: row.get(5)?,
    })
}

fn post(row: &Row<'_>) -> rusqlite::Result<Post> {
    Ok(Post { id: row.get(0)?, user_id: row.get(1)?, title: row.get(2)?, body: row.get(3)? })
}

fn comment(row: &Row<'_>) -> rusqlite::Result<Comment> {
    Ok(Comment { id: row.get(0)?, post_id: row.get(1)?, body: row.get(2)? })
}

fn main() -> ExitCode {
    contract::run(|database, url| contract::block_on(contract::serve::<Peer>(database, url)))
}
