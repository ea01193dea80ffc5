//! Errors with kinds, and the constraint that was violated.

use orm_core::{Db, Dialect, ErrorKind, Violation};

use super::support::{databases, insert, run};

const TABLES: [&str; 2] = [
    "CREATE TABLE users (id BIGINT PRIMARY KEY, email VARCHAR(40) NOT NULL UNIQUE, age BIGINT CHECK (age >= 0))",
    "CREATE TABLE posts (id BIGINT PRIMARY KEY, author_id BIGINT REFERENCES users (id), a VARCHAR(9), b VARCHAR(9), \
     UNIQUE (a, b))",
];

async fn violated(db: &Db, sql: &str) -> (ErrorKind, Violation, String) {
    let error = run(db, sql, vec![]).await.unwrap_err();
    let violation = error.violation().cloned().unwrap_or_default();
    (error.kind(), violation, error.to_string())
}

#[tokio::test]
async fn violations_name_table_and_fields() {
    for db in databases("violations").await {
        for table in TABLES {
            run(&db, table, vec![]).await.unwrap();
        }
        run(&db, "INSERT INTO users VALUES (1, 'secret@x', 1)", vec![]).await.unwrap();
        run(&db, "INSERT INTO posts VALUES (1, 1, 'a', 'b')", vec![]).await.unwrap();

        // MariaDB names the key alone; who knows the model knows the rest.
        let named = |table: Option<&str>, fields: &[&str]| match db.dialect() {
            Dialect::MariaDb | Dialect::MySql => (None, Vec::new()),
            _ => (table.map(str::to_owned), fields.iter().map(|field| (*field).to_owned()).collect()),
        };
        let (kind, violation, message) = violated(&db, "INSERT INTO users VALUES (2, 'secret@x', 1)").await;
        assert_eq!(kind, ErrorKind::UniqueViolation);
        assert_eq!((violation.table, violation.fields), named(Some("users"), &["email"]));
        assert!(!message.contains("secret"), "{message}");

        let (_, violation, _) = violated(&db, "INSERT INTO posts VALUES (2, 1, 'a', 'b')").await;
        assert_eq!(violation.fields, named(None, &["a", "b"]).1);
        let (_, violation, _) = violated(&db, "INSERT INTO posts VALUES (1, 1, 'x', 'y')").await;
        assert_eq!(violation.fields, named(None, &["id"]).1);

        let (kind, violation, _) = violated(&db, "INSERT INTO users (id) VALUES (3)").await;
        assert_eq!(kind, ErrorKind::NotNullViolation);
        assert_eq!(
            (violation.table, violation.fields),
            (named(Some("users"), &[]).0, vec!["email".to_owned()])
        );

        let (kind, violation, _) = violated(&db, "INSERT INTO users VALUES (4, 'd', -1)").await;
        assert_eq!(kind, ErrorKind::CheckViolation);
        assert!(violation.constraint.unwrap().contains("age"));

        assert_eq!(
            violated(&db, "INSERT INTO posts VALUES (5, 99, 'c', 'd')").await.0,
            ErrorKind::ForeignKeyViolation
        );
        assert_eq!(violated(&db, "DELETE FROM users").await.0, ErrorKind::ForeignKeyViolation);
    }
}

#[tokio::test]
async fn a_mistake_in_the_sql_is_an_error_of_the_database() {
    for db in databases("mistakes").await {
        for sql in ["SELEC 1", "SELECT x FROM nowhere", "INSERT INTO nowhere VALUES (1)"] {
            assert_eq!(violated(&db, sql).await.0, ErrorKind::Database);
        }
        assert_eq!(insert(&db, 1).await.unwrap_err().kind(), ErrorKind::Database);
        let nul = run(&db, "SELECT 1 AS \"a\0b\"", vec![]).await.unwrap_err();
        assert_eq!(nul.kind(), ErrorKind::InvalidQuery);
        let count = run(&db, "SELECT $1, $2", vec![orm_core::Value::I64(1)]).await.unwrap_err();
        assert_eq!(count.kind(), ErrorKind::InvalidQuery);
    }
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_misspelt_quoted_column_is_no_string() {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    let error = run(&db, "SELECT \"nope\"", vec![]).await.unwrap_err();
    assert!(error.to_string().contains("no such column"), "{error}");
}
