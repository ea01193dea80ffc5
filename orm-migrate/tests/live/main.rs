//! The impure half against real databases: SQLite always, PostgreSQL and MariaDB where `ORM_TEST_POSTGRES_URL` and
//! `ORM_TEST_MARIADB_URL` name a server.

#![allow(clippy::print_stderr, reason = "a test says what it leaves out")]

mod again;
mod compiles;
mod deploy;
mod deploy_mariadb;
mod deploy_postgres;
mod doubt_mariadb;
mod doubt_postgres;
mod down;
mod functions;
mod inspect;
mod introspect;
mod laws;
mod lint;
mod push;
mod rebuild;
mod support;
