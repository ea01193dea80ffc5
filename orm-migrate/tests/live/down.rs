//! The way back as programs take it: nothing is lost without a word.

use chrono::DateTime;
use orm_migrate::{
    DeployOptions, Dialect, Migrations,
    error::{Class, Code},
    executor::{DownTo, deploy, down, way_back},
    folder::Draft,
    scratch::{Scratch, schema_of_sql},
};

use crate::support::{memory, number};

const UP: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n";

async fn folder(root: &std::path::Path) -> Migrations {
    let path = root.join("migrations");
    let mut migrations = Migrations::create(&path, Dialect::Sqlite).unwrap();
    let draft = Draft {
        what_for: "users".to_owned(),
        now: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
        up: UP.to_owned(),
        down: Some("DROP TABLE users;\n".to_owned()),
        schema: schema_of_sql(Scratch::Memory, UP, "up.sql").await.unwrap().schema,
    };
    migrations.add(&path, &draft).unwrap();
    migrations
}

#[tokio::test]
async fn what_would_be_lost_is_refused_unless_it_may_go() {
    let root = tempfile::tempdir().unwrap();
    let migrations = folder(root.path()).await;
    let (mut connection, options) = (memory().await, DeployOptions::default());
    deploy(&mut connection, &migrations, &options, &mut |_| {}).await.unwrap();
    connection.batch("INSERT INTO users VALUES (1, 'Ann')").await.unwrap();
    let way = way_back(&mut connection, &migrations, &DownTo::Steps(1)).await.unwrap();
    assert_eq!(way.evidence.losses[0].count, Some(1));
    let refused = down(&mut connection, &migrations, &DownTo::Steps(1), false, &options, &mut |_| {}).await;
    let error = refused.unwrap_err();
    assert_eq!((error.code(), error.class()), (Code::DataLoss, Class::Decision));
    assert_eq!(number(&mut connection, "SELECT count(*) FROM users").await, 1);
    let taken =
        down(&mut connection, &migrations, &DownTo::Steps(1), true, &options, &mut |_| {}).await.unwrap();
    assert_eq!(taken.len(), 1);
    assert_eq!(number(&mut connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'users'").await, 0);
}
