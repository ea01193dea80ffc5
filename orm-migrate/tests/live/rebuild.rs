//! A SQLite table that is made anew keeps what hangs on it.

use crate::support::{Folder, memory, number, texts};

const BEFORE: &str = "\
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE);
INSERT INTO users (id, name) VALUES (1, 'Ann'), (2, 'Bob'), (9, 'Cy');
DELETE FROM users WHERE id = 9;
INSERT INTO posts VALUES (1, 1), (2, 2);
";

const REBUILD: &str = "\
-- orm: rebuild \"users\"
-- make `users.name` required
CREATE TABLE \"_orm_new_users\" (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);
INSERT INTO \"_orm_new_users\" (id, name) SELECT id, name FROM users;
DROP TABLE users;
ALTER TABLE \"_orm_new_users\" RENAME TO users;
";

#[tokio::test]
async fn a_rebuild_keeps_rows_children_triggers_views_indexes_and_the_counter() {
    let mut folder = Folder::sqlite();
    folder.add("tables", BEFORE).await;
    let mut connection = memory().await;
    connection.batch("PRAGMA foreign_keys = ON").await.unwrap();
    folder.deploy(&mut connection).await.unwrap();
    let by_hand = "CREATE VIEW names AS SELECT name FROM users;\
                   CREATE TABLE log (what TEXT);\
                   CREATE TRIGGER logged AFTER INSERT ON users BEGIN INSERT INTO log VALUES (new.name); END;\
                   CREATE INDEX mine ON users (name) WHERE name > 'A';";
    connection.batch(by_hand).await.unwrap();

    folder.add("required", REBUILD).await;
    folder.deploy(&mut connection).await.unwrap();

    assert_eq!(texts(&mut connection, "SELECT name FROM names ORDER BY 1").await, ["Ann", "Bob"]);
    assert_eq!(number(&mut connection, "SELECT count(*) FROM posts").await, 2, "no child was deleted");
    connection.batch("INSERT INTO users (name) VALUES ('Dan')").await.unwrap();
    assert_eq!(number(&mut connection, "SELECT max(id) FROM users").await, 10, "no rowid is used again");
    assert_eq!(texts(&mut connection, "SELECT what FROM log").await, ["Dan"]);
    let kept =
        texts(&mut connection, "SELECT name FROM sqlite_schema WHERE type = 'index' AND name = 'mine'").await;
    assert_eq!(kept.len(), 1);
    assert_eq!(number(&mut connection, "PRAGMA legacy_alter_table").await, 0);
    assert_eq!(number(&mut connection, "PRAGMA foreign_keys").await, 1);
    let child = texts(&mut connection, "SELECT sql FROM sqlite_schema WHERE name = 'posts'").await;
    assert!(child[0].contains("REFERENCES users"), "{}", child[0]);
}

#[tokio::test]
async fn a_rebuild_of_an_emptied_table_keeps_the_counter() {
    let mut folder = Folder::sqlite();
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);\
               INSERT INTO users VALUES (41, 'Ann'); DELETE FROM users;";
    folder.add("tables", sql).await;
    folder.add("required", REBUILD).await;
    let mut connection = memory().await;
    folder.deploy(&mut connection).await.unwrap();
    connection.batch("INSERT INTO users (name) VALUES ('Bob')").await.unwrap();
    assert_eq!(number(&mut connection, "SELECT max(id) FROM users").await, 42);
}
