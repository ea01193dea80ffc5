//! The tables that examples of rules begin with.

/// A table that is in use.
pub(crate) const USERS: &str =
    "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text NOT NULL, age int);";

/// The same with rows: texts that are long and alike, and numbers that nobody knows.
pub(crate) const USERS_WITH_ROWS: &str = "\
    CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text NOT NULL, age int); \
    INSERT INTO users (id, email, name) VALUES \
    (1, 'somebody.with.quite.a.long.name@a.house.with.a.long.name.too', 'A'), \
    (2, 'somebody.with.quite.a.long.name@a.house.with.a.long.name.too', 'B');";

/// A table whose columns are NOT NULL, one of them with a default.
pub(crate) const USERS_WITH_DEFAULTS: &str =
    "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(50) NOT NULL DEFAULT '', age int NOT NULL);";
