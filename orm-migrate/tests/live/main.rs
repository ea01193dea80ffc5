//! The impure half against real databases: SQLite always, PostgreSQL where `ORM_TEST_POSTGRES_URL` names a server.

mod deploy;
mod inspect;
mod introspect;
mod rebuild;
mod support;
