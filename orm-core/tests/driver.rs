//! What every driver keeps to, as facts. PostgreSQL and MariaDB take part when `ORM_TEST_POSTGRES_URL` and
//! `ORM_TEST_MARIADB_URL` name a server.

#![allow(missing_docs, reason = "tests")]

mod driver {
    pub(crate) mod support;

    mod concurrency;
    mod connecting;
    #[cfg(feature = "mysql")]
    mod mysql;
    #[cfg(feature = "postgres")]
    mod postgres;
    #[cfg(feature = "sqlite")]
    mod sqlite;
    mod transactions;
    mod values;
    mod violations;
}
