//! SeaORM: the dense entity format, `find_by_id`, `insert`, `insert_many`, and the entity loader.

use std::{process::ExitCode, time::Duration};

use contract::{Database, Digested, NewPerson, Result, comment_digest, post_digest, user_digest};
use sea_orm::{ConnectOptions, DatabaseConnection, Set, TransactionTrait, entity::prelude::*, sqlx};

/// Who writes posts.
mod user {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub email: String,
        pub age: i32,
        pub score: f64,
        pub bio: Option<String>,
        #[sea_orm(has_many)]
        pub posts: HasMany<super::post::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The same columns, in the table that is inserted into.
mod person {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "people")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub email: String,
        pub age: i32,
        pub score: f64,
        pub bio: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a user wrote.
mod post {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "posts")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: i64,
        pub title: String,
        pub body: String,
        #[sea_orm(belongs_to, from = "user_id", to = "id")]
        pub user: HasOne<super::user::Entity>,
        #[sea_orm(has_many)]
        pub comments: HasMany<super::comment::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What was said to it.
mod comment {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "comments")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub post_id: i64,
        pub body: String,
        #[sea_orm(belongs_to, from = "post_id", to = "id")]
        pub post: HasOne<super::post::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// How many rows one statement inserts: SQLite takes 32 766 parameters, and a row has five.
const ROWS_PER_INSERT: usize = 6_000;

struct Peer {
    session: DatabaseConnection,
    db: DatabaseConnection,
}

impl contract::Peer for Peer {
    type User = user::Model;
    type Person = person::Model;
    type Family = Vec<user::ModelEx>;

    async fn connect(database: Database, url: &str) -> Result<Self> {
        let mut options = match database {
            Database::Sqlite => ConnectOptions::new(format!("sqlite:{url}?mode=rwc")),
            Database::Postgres | Database::Mariadb => {
                ConnectOptions::new(url.replacen("mariadb:", "mysql:", 1))
            }
        };
        options.sqlx_logging(false).acquire_timeout(Duration::from_secs(10));
        options.map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                .synchronous(sqlx::sqlite::SqliteSynchronous::Normal)
        });
        let session = sea_orm::Database::connect(options.clone().max_connections(1).to_owned()).await?;
        Ok(Self { session, db: sea_orm::Database::connect(options).await? })
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        self.session.execute_unprepared(sql).await?;
        Ok(())
    }

    async fn lookup(&mut self, id: i64) -> Result<user::Model> {
        user::Entity::find_by_id(id).one(&self.db).await?.ok_or_else(|| "no such user".into())
    }

    async fn lookup_bare(&mut self, _: i64) -> Result<user::Model> {
        Err("SeaORM has only a pool".into())
    }

    async fn users(&mut self, up_to: i64) -> Result<Vec<user::Model>> {
        Ok(user::Entity::find().filter(user::COLUMN.id.lte(up_to)).all(&self.db).await?)
    }

    async fn insert(&mut self, row: NewPerson) -> Result<person::Model> {
        Ok(active(row).insert(&self.db).await?)
    }

    async fn insert_many(&mut self, rows: Vec<NewPerson>) -> Result<()> {
        let transaction = self.db.begin().await?;
        let mut rows = rows.into_iter().map(active).peekable();
        while rows.peek().is_some() {
            let some: Vec<person::ActiveModel> = rows.by_ref().take(ROWS_PER_INSERT).collect();
            person::Entity::insert_many(some).exec_without_returning(&transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn people(&mut self) -> Result<Vec<person::Model>> {
        Ok(person::Entity::find().all(&self.db).await?)
    }

    async fn relations(&mut self, up_to: i64) -> Result<Self::Family> {
        let users = user::Entity::load().filter(user::COLUMN.id.lte(up_to));
        Ok(users.with((post::Entity, comment::Entity)).all(&self.db).await?)
    }
}

fn active(row: NewPerson) -> person::ActiveModel {
    person::ActiveModel {
        name: Set(row.name),
        email: Set(row.email),
        age: Set(row.age),
        score: Set(row.score),
        bio: Set(row.bio),
        ..Default::default()
    }
}

impl Digested for user::Model {
    fn digest(&self) -> u64 {
        user_digest(self.id, &self.name, &self.email, self.age, self.score, self.bio.as_deref())
    }
}

impl Digested for person::Model {
    fn digest(&self) -> u64 {
        user_digest(self.id, &self.name, &self.email, self.age, self.score, self.bio.as_deref())
    }
}

/// The loader's rows hold what was loaded; a digest wants a row and the rows that belong to it.
struct Row(u64);

impl Digested for Row {
    fn digest(&self) -> u64 {
        self.0
    }
}

impl Digested for user::ModelEx {
    fn digest(&self) -> u64 {
        let user = user_digest(self.id, &self.name, &self.email, self.age, self.score, self.bio.as_deref());
        let posts: Vec<Row> = self.posts.iter().map(|post| Row(post.digest())).collect();
        (Row(user), posts).digest()
    }
}

impl Digested for post::ModelEx {
    fn digest(&self) -> u64 {
        let post = post_digest(self.id, self.user_id, &self.title, &self.body);
        let comment =
            |comment: &comment::ModelEx| Row(comment_digest(comment.id, comment.post_id, &comment.body));
        let comments: Vec<Row> = self.comments.iter().map(comment).collect();
        (Row(post), comments).digest()
    }
}

fn main() -> ExitCode {
    contract::run(|database, url| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(contract::serve::<Peer>(database, url))
    })
}
