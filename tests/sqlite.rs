//! A database of SQLite for one test: a file in a folder of its own.

use orm::{ConnectOptions, Connection, Db, Dialect};
use orm_schema::Schema;
use tempfile::TempDir;

use crate::{
    database::{Place, TestDatabase},
    schema,
};

pub(crate) async fn create(schema: &Schema) -> TestDatabase {
    let folder = TempDir::with_prefix("orm-test-").expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let db = Db::connect(&url).await.expect("the new file opens");
    let mut session = db.connection().await.expect("a session");
    schema::create(&mut session, Dialect::Sqlite, schema).await;
    TestDatabase { db, url, place: Place::File(folder) }
}

/// Whether another session cannot write.
pub(crate) async fn is_locked(url: &str) -> bool {
    let options = ConnectOptions::parse(url).expect("the URL was good before");
    let mut session = Connection::open(&options).await.expect("the file opens");
    session.batch("BEGIN IMMEDIATE; ROLLBACK").await.is_err()
}
