//! tokio-postgres: prepared statements and `query`, `UNNEST` and binary COPY for many rows, deadpool for the pool.

use std::{pin::pin, process::ExitCode};

use contract::{Comment, Database, NewPerson, Post, Result, User, children_of};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use tokio_postgres::{Client, NoTls, Row, Statement, binary_copy::BinaryCopyInWriter, types::Type};

const BY_KEY: &str = "SELECT id, name, email, age, score, bio FROM users WHERE id = $1";

/// From here on COPY is what the documentation points to for loading rows.
const ROWS_TO_COPY: usize = 1_000;

struct Peer {
    session: Client,
    client: Client,
    pool: Pool,
    /// The documentation's way: prepared once, kept by the caller.
    prepared: Option<Prepared>,
}

#[derive(Clone)]
struct Prepared {
    by_key: Statement,
    users: Statement,
    posts: Statement,
    comments: Statement,
    insert: Statement,
    unnest: Statement,
    copy: Statement,
}

impl contract::Peer for Peer {
    type User = User;
    type Person = User;
    type Family = Vec<(User, Vec<(Post, Vec<Comment>)>)>;

    async fn connect(_: Database, url: &str) -> Result<Self> {
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(url.parse()?, NoTls, config);
        let pool = Pool::builder(manager).build()?;
        Ok(Self { session: connect(url).await?, client: connect(url).await?, pool, prepared: None })
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.session.batch_execute(sql).await?)
    }

    async fn lookup(&mut self, id: i64) -> Result<User> {
        let client = self.pool.get().await?;
        let statement = client.prepare_cached(BY_KEY).await?;
        Ok(user(&client.query_one(&statement, &[&id]).await?)?)
    }

    async fn lookup_bare(&mut self, id: i64) -> Result<User> {
        let Prepared { by_key, .. } = self.prepared().await?;
        Ok(user(&self.client.query_one(&by_key, &[&id]).await?)?)
    }

    async fn users(&mut self, up_to: i64) -> Result<Vec<User>> {
        let Prepared { users, .. } = self.prepared().await?;
        let rows = self.client.query(&users, &[&up_to]).await?;
        Ok(rows.iter().map(user).collect::<std::result::Result<_, _>>()?)
    }

    async fn insert(&mut self, row: NewPerson) -> Result<User> {
        let Prepared { insert, .. } = self.prepared().await?;
        let NewPerson { name, email, age, score, bio } = row;
        Ok(user(&self.client.query_one(&insert, &[&name, &email, &age, &score, &bio]).await?)?)
    }

    async fn insert_many(&mut self, rows: Vec<NewPerson>) -> Result<()> {
        let prepared = self.prepared().await?;
        let transaction = self.client.transaction().await?;
        if rows.len() < ROWS_TO_COPY {
            unnest(&transaction, &prepared.unnest, rows).await?;
        } else {
            copy(&transaction, &prepared.copy, rows).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn people(&mut self) -> Result<Vec<User>> {
        let rows = self.client.query("SELECT id, name, email, age, score, bio FROM people", &[]).await?;
        Ok(rows.iter().map(user).collect::<std::result::Result<_, _>>()?)
    }

    async fn relations(&mut self, up_to: i64) -> Result<Self::Family> {
        let prepared = self.prepared().await?;
        let users = self.users(up_to).await?;
        let keys: Vec<i64> = users.iter().map(|user| user.id).collect();
        let rows = self.client.query(&prepared.posts, &[&keys]).await?;
        let posts: Vec<Post> = rows.iter().map(post).collect::<std::result::Result<_, _>>()?;
        let keys: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let rows = self.client.query(&prepared.comments, &[&keys]).await?;
        let comments = rows.iter().map(comment).collect::<std::result::Result<_, _>>()?;
        let posts = children_of(posts, |post| post.id, comments, |comment| comment.post_id);
        Ok(children_of(users, |user| user.id, posts, |(post, _)| post.user_id))
    }
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

impl Peer {
    /// Made at the first use, since the tables are not there when the peer connects.
    async fn prepared(&mut self) -> Result<Prepared> {
        if self.prepared.is_none() {
            self.prepared = Some(Prepared::new(&self.client).await?);
        }
        self.prepared.clone().ok_or_else(|| "nothing was prepared".into())
    }
}

impl Prepared {
    async fn new(client: &Client) -> std::result::Result<Self, tokio_postgres::Error> {
        let prepare = async |sql| client.prepare(sql).await;
        Ok(Self {
            by_key: prepare(BY_KEY).await?,
            users: prepare("SELECT id, name, email, age, score, bio FROM users WHERE id <= $1").await?,
            posts: prepare("SELECT id, user_id, title, body FROM posts WHERE user_id = ANY ($1)").await?,
            comments: prepare("SELECT id, post_id, body FROM comments WHERE post_id = ANY ($1)").await?,
            insert: prepare(
                "INSERT INTO people (name, email, age, score, bio) VALUES ($1, $2, $3, $4, $5) \
                 RETURNING id, name, email, age, score, bio",
            )
            .await?,
            unnest: prepare(
                "INSERT INTO people (name, email, age, score, bio) \
                 SELECT * FROM UNNEST($1::text[], $2::text[], $3::int[], $4::float8[], $5::text[])",
            )
            .await?,
            copy: prepare("COPY people (name, email, age, score, bio) FROM STDIN BINARY").await?,
        })
    }
}

type Transaction<'a> = tokio_postgres::Transaction<'a>;

async fn unnest(on: &Transaction<'_>, statement: &Statement, rows: Vec<NewPerson>) -> Result<()> {
    let (mut names, mut emails, mut ages, mut scores, mut bios) = (vec![], vec![], vec![], vec![], vec![]);
    for NewPerson { name, email, age, score, bio } in rows {
        names.push(name);
        emails.push(email);
        ages.push(age);
        scores.push(score);
        bios.push(bio);
    }
    on.execute(statement, &[&names, &emails, &ages, &scores, &bios]).await?;
    Ok(())
}

async fn copy(on: &Transaction<'_>, statement: &Statement, rows: Vec<NewPerson>) -> Result<()> {
    let types = [Type::TEXT, Type::TEXT, Type::INT4, Type::FLOAT8, Type::TEXT];
    let mut writer = pin!(BinaryCopyInWriter::new(on.copy_in(statement).await?, &types));
    for NewPerson { name, email, age, score, bio } in rows {
        writer.as_mut().write(&[&name, &email, &age, &score, &bio]).await?;
    }
    writer.finish().await?;
    Ok(())
}

fn user(row: &Row) -> std::result::Result<User, tokio_postgres::Error> {
    Ok(User {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        email: row.try_get(2)?,
        age: row.try_get(3)?,
        score: row.try_get(4)?,
        bio: row.try_get(5)?,
    })
}

fn post(row: &Row) -> std::result::Result<Post, tokio_postgres::Error> {
    Ok(Post { id: row.try_get(0)?, user_id: row.try_get(1)?, title: row.try_get(2)?, body: row.try_get(3)? })
}

fn comment(row: &Row) -> std::result::Result<Comment, tokio_postgres::Error> {
    Ok(Comment { id: row.try_get(0)?, post_id: row.try_get(1)?, body: row.try_get(2)? })
}

fn main() -> ExitCode {
    contract::run(|database, url| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(contract::serve::<Peer>(database, url))
    })
}
