//! What every driver keeps to, as facts. PostgreSQL takes part when `ORM_TEST_POSTGRES_URL` names a server.

#![allow(missing_docs, reason = "tests")]

mod driver {
    pub(crate) mod support;

    mod concurrency;
    mod connecting;
    #[cfg(feature = "postgres")]
    mod postgres;
    #[cfg(feature = "sqlite")]
    mod sqlite;
    mod transactions;
    mod values;
    mod violations;
}
