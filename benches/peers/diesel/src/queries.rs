// The peer itself, for the `Link` of the module that includes this file.

use contract::{Database, NewPerson, Result};
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    r2d2::{ConnectionManager, CustomizeConnection, Error, Pool},
};

use crate::{Comment, Person, Post, Row, User, schema::{people, users}};

pub(crate) struct Peer {
    session: Link,
    connection: Link,
    pool: Pool<ConnectionManager<Link>>,
}

/// Sets each connection of the pool.
#[derive(Debug)]
struct Settings;

impl CustomizeConnection<Link, Error> for Settings {
    fn on_acquire(&self, connection: &mut Link) -> std::result::Result<(), Error> {
        connection.batch_execute(SETTINGS).map_err(Error::QueryError)
    }
}

impl contract::Peer for Peer {
    type User = User;
    type Person = Person;
    type Family = Vec<(User, Vec<(Post, Vec<Comment>)>)>;

    async fn connect(_: Database, url: &str) -> Result<Self> {
        let mut session = Link::establish(url)?;
        session.batch_execute(SETTINGS)?;
        let mut connection = Link::establish(url)?;
        connection.batch_execute(SETTINGS)?;
        let pool = Pool::builder().connection_customizer(Box::new(Settings)).build(ConnectionManager::new(url))?;
        Ok(Self { session, connection, pool })
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.session.batch_execute(sql)?)
    }

    async fn lookup(&mut self, id: i64) -> Result<User> {
        let mut connection = self.pool.get()?;
        Ok(users::table.find(id).select(User::as_select()).first(&mut connection)?)
    }

    async fn lookup_bare(&mut self, id: i64) -> Result<User> {
        Ok(users::table.find(id).select(User::as_select()).first(&mut self.connection)?)
    }

    async fn users(&mut self, up_to: i64) -> Result<Vec<User>> {
        Ok(users::table.filter(users::id.le(up_to)).select(User::as_select()).load(&mut self.connection)?)
    }

    async fn insert(&mut self, row: NewPerson) -> Result<Person> {
        let insert = diesel::insert_into(people::table).values(Row::from(row));
        Ok(insert.returning(Person::as_returning()).get_result(&mut self.connection)?)
    }

    async fn insert_many(&mut self, rows: Vec<NewPerson>) -> Result<()> {
        let rows: Vec<Row> = rows.into_iter().map(Row::from).collect();
        self.connection.transaction(|connection| {
            for rows in rows.chunks(ROWS_PER_INSERT) {
                diesel::insert_into(people::table).values(rows).execute(connection)?;
            }
            Ok(())
        })
    }

    async fn people(&mut self) -> Result<Vec<Person>> {
        Ok(people::table.select(Person::as_select()).load(&mut self.connection)?)
    }

    async fn relations(&mut self, up_to: i64) -> Result<Self::Family> {
        let users = self.users(up_to).await?;
        let posts: Vec<Post> =
            Post::belonging_to(&users).select(Post::as_select()).load(&mut self.connection)?;
        let comments: Vec<Comment> =
            Comment::belonging_to(&posts).select(Comment::as_select()).load(&mut self.connection)?;
        let comments = comments.grouped_by(&posts);
        let posts = posts.into_iter().zip(comments).grouped_by(&users);
        Ok(users.into_iter().zip(posts).collect())
    }
}
