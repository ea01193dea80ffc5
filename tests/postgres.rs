//! A database of PostgreSQL for one test: a copy of a template, which is made once for each schema and server.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use orm::{Connection, Db, Dialect, Value};
use orm_schema::Schema;

use crate::{
    database::{Place, TestDatabase, next_name, open, with_database},
    schema,
};

pub(crate) async fn create(server: &str, schema: &Schema) -> TestDatabase {
    let mut admin = open(server).await;
    let template = template(&mut admin, server, schema).await;
    let name = next_name();
    admin
        .batch(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
        .await
        .expect("a copy of the template");
    let url = with_database(server, &name);
    let db = Db::connect(&url).await.expect("the new database opens");
    TestDatabase { db, url, place: Place::Postgres { name, admin: Box::new(admin) } }
}

/// Makes the template unless it is there. It is kept, for the next run: its name holds a hash of what made it.
///
/// Several processes may want it at once, so one makes it under a lock while the others wait.
async fn template(admin: &mut Connection, server: &str, schema: &Schema) -> String {
    let statements = schema::statements(Dialect::Postgres, schema);
    let mut hasher = DefaultHasher::new();
    statements.hash(&mut hasher);
    let name = format!("orm_template_{:016x}", hasher.finish());
    let lock = Value::I64(hasher.finish().cast_signed());
    admin.execute("SELECT pg_advisory_lock($1)", vec![lock.clone()]).await.expect("a lock");
    if !is_made(admin, &name).await {
        make(admin, server, &name, schema).await;
    }
    admin.execute("SELECT pg_advisory_unlock($1)", vec![lock]).await.expect("the lock is ours");
    name
}

/// A database becomes a template when it is complete.
async fn is_made(admin: &mut Connection, name: &str) -> bool {
    let sql = "SELECT 1::bigint FROM pg_database WHERE datname = $1 AND datistemplate";
    let found = admin.rows(sql, vec![Value::Text(name.to_owned())], |row| row.i64()).await;
    !found.expect("the catalog can be read").is_empty()
}

async fn make(admin: &mut Connection, server: &str, name: &str, schema: &Schema) {
    // Texts sort by their bytes, as on the other databases, whatever the server's own rules are.
    let empty = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
    for sql in [format!("DROP DATABASE IF EXISTS {name}"), empty] {
        admin.batch(&sql).await.expect("databases may be made and dropped");
    }
    let mut session = open(&with_database(server, name)).await;
    schema::create(&mut session, Dialect::Postgres, schema).await;
    drop(session);
    admin.batch(&format!("ALTER DATABASE {name} IS_TEMPLATE true")).await.expect("it is ours");
}

/// Whether a transaction stays open.
///
/// The server learns of a connection that was dropped a moment later, so it gets that moment.
pub(crate) async fn is_locked(db: &Db, name: &str) -> bool {
    let mut session = db.connection().await.expect("a session");
    for _ in 0..200 {
        if open_transactions(&mut session, name).await == 0 {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    true
}

/// How many other sessions of the database are inside a transaction (PostgreSQL §28.2.3).
async fn open_transactions(session: &mut Connection, name: &str) -> i64 {
    let sql = "SELECT count(*) FROM pg_stat_activity \
               WHERE datname = $1 AND xact_start IS NOT NULL AND pid <> pg_backend_pid()";
    let counts = session.rows(sql, vec![Value::Text(name.to_owned())], |row| row.i64()).await;
    counts.expect("the activity can be read").into_iter().flatten().sum()
}

pub(crate) async fn discard(name: &str, mut admin: Connection) {
    let sql = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.batch(&sql).await.expect("the database can be dropped");
}
