//! What the server's printers depend on: settings of the session, the database or the role.
//!
//! | setting | what it changes |
//! |---|---|
//! | `standard_conforming_strings` | backslashes in every text of an expression, and in every text that is run |
//! | `quote_all_identifiers` | names in types, defaults, conditions |
//! | `datestyle`, `timezone`, `intervalstyle` | literals of dates, moments, spans |
//! | `bytea_output`, `extra_float_digits` | literals of bytes and floats |
//!
//! (runtime-config-client.html, runtime-config-compatible.html)

/// For what is left of the transaction.
macro_rules! settings {
    () => {
        "SET LOCAL standard_conforming_strings = on; SET LOCAL quote_all_identifiers = off; \
         SET LOCAL datestyle = 'ISO'; SET LOCAL timezone = 'UTC'; SET LOCAL intervalstyle = 'postgres'; \
         SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 3"
    };
}

/// A transaction in which names are printed in one way, for somebody who only looks.
pub(crate) const LOOK: &str =
    concat!("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; ", settings!());

/// The same for somebody who makes temporary tables. A session that only reads may make them all the same, unless its
/// server is a standby.
pub(crate) const TRY_OUT: &str = concat!("BEGIN READ WRITE; ", settings!());
