//! How MariaDB and MySQL say it.

pub(crate) use crate::sqlite::spelling::Sqlite as MySql;
