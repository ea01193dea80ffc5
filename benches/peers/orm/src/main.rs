//! Ours, as `src/lib.rs` of the toolkit shows it.

use std::process::ExitCode;

use contract::{Database, NewPerson, Result};
use orm::prelude::*;

mod models;

use models::{Comment, Person, Post, Row, User};

struct Peer {
    db: Db,
    session: orm::Connection,
}

impl contract::Peer for Peer {
    type User = User;
    type Person = Person;
    type Family = Vec<(User, Vec<(Post, Vec<Comment>)>)>;

    async fn connect(database: Database, url: &str) -> Result<Self> {
        let url = match database {
            Database::Sqlite => format!("sqlite:{url}"),
            Database::Postgres | Database::Mariadb => url.to_owned(),
        };
        let db = Db::connect(&url).await?;
        Ok(Self { session: db.connection().await?, db })
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.session.batch(sql).await?)
    }

    async fn lookup(&mut self, id: i64) -> Result<User> {
        Ok(User::find(id).one(&self.db).await?)
    }

    /// Through the pool, which is what the case is about.
    async fn lookup_bare(&mut self, id: i64) -> Result<User> {
        self.lookup(id).await
    }

    async fn users(&mut self, up_to: i64) -> Result<Vec<User>> {
        Ok(User::query().filter(|u| u.id.le(up_to)).all(&self.db).await?)
    }

    async fn insert(&mut self, row: NewPerson) -> Result<Person> {
        Ok(Person::insert(Row::from(row)).exec(&self.db).await?)
    }

    async fn insert_many(&mut self, rows: Vec<NewPerson>) -> Result<()> {
        Person::insert_many(rows.into_iter().map(Row::from)).exec(&self.db).await?;
        Ok(())
    }

    async fn people(&mut self) -> Result<Vec<Person>> {
        Ok(Person::query().all(&self.db).await?)
    }

    async fn relations(&mut self, up_to: i64) -> Result<Self::Family> {
        let users = User::query().filter(|u| u.id.le(up_to)).with(|u| u.posts.with(|p| p.comments));
        Ok(users.all(&self.db).await?)
    }
}

fn main() -> ExitCode {
    contract::run(|database, url| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(contract::serve::<Peer>(database, url))
    })
}
