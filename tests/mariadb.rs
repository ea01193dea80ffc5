//! A database of MariaDB for one test. There are no templates, so its tables are made each time.

use orm::{Connection, Db, Dialect};
use orm_schema::Schema;

use crate::{
    database::{Place, TestDatabase, next_name, open, with_database},
    schema,
};

pub(crate) async fn create(server: &str, schema: &Schema) -> TestDatabase {
    let mut admin = open(server).await;
    let name = next_name();
    // Left over from a process of the same number, if at all.
    admin.batch(&format!("DROP DATABASE IF EXISTS {name}")).await.expect("databases may be dropped");
    // As a server of its own would be, whatever this one's rules are.
    let empty = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    admin.batch(&empty).await.expect("databases may be made");
    let url = with_database(server, &name);
    let mut session = open(&url).await;
    schema::create(&mut session, Dialect::MariaDb, schema).await;
    let db = Db::connect(&url).await.expect("the new database opens");
    TestDatabase { db, url, place: Place::MariaDb { name, admin: Box::new(admin) } }
}

/// Whether a transaction stays open: it keeps the tables that it used from being locked ("Metadata Locking").
///
/// Not by `INNODB_TRX`, which shows old news while somebody keeps asking. The server learns of a connection that was
/// dropped a moment later, so it gets that moment.
pub(crate) async fn is_locked(db: &Db) -> bool {
    let mut session = db.connection().await.expect("a session");
    let sql = "SELECT table_name FROM information_schema.tables \
               WHERE table_schema = database() AND table_type = 'BASE TABLE'";
    let names = session.rows(sql, vec![], |row| Ok(row.text()?.unwrap_or_default().into_owned())).await;
    let names = names.expect("the catalog can be read");
    if names.is_empty() {
        return false;
    }
    let locks: Vec<String> =
        names.iter().map(|name| format!("{} WRITE", Dialect::MariaDb.quote(name))).collect();
    let sql = format!("SET lock_wait_timeout = 5; LOCK TABLES {}", locks.join(", "));
    session.batch(&sql).await.is_err()
}

pub(crate) async fn discard(name: &str, mut admin: Connection) {
    admin.batch(&format!("DROP DATABASE {name}")).await.expect("the database can be dropped");
}
