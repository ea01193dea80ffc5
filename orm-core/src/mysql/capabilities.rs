//! What MariaDB can do from version 10.7 on, and MySQL from version 8.0.19 on.

use crate::dialect::{Capabilities, Returning};

pub(crate) const MARIADB: Capabilities = Capabilities {
    // "INSERT...RETURNING", "DELETE": UPDATE has none before 13.0.
    returning: Returning { insert: true, update: false, delete: true },
    arrays: false,
    // ENUM is part of a column, no type of its own.
    native_enums: false,
    // What other databases call a namespace is a database here: connections, rights and migrations go by it.
    namespaces: false,
    // An unsigned 16-bit number in COM_STMT_PREPARE_OK.
    parameter_limit: 65_535,
    array_parameters: false,
    right_join: true,
    full_join: false,
    lateral: false,
    quantified: true,
    computed_keys_in_having: false,
    distinct_on: false,
    row_locks: true,
    aggregate_filter: false,
    nulls_order: false,
    null_is_smallest: true,
    group_frames: false,
    ilike: false,
    default_in_values: true,
    on_conflict: false,
    update_on_any_conflict: true,
    writing_cte: false,
    // Every DDL statement commits ("SQL statements that cause an implicit commit").
    transactional_ddl: false,
    alter_constraints: true,
    uuids: true,
    // By the SQL mode of our sessions (`SIMULTANEOUS_ASSIGNMENT`).
    assigns_at_once: true,
    // A deadlock does, which its error says.
    error_aborts_transaction: false,
    concurrent_writers: true,
    isolation_levels: true,
    // Characters, in fact ("Identifier Names"): bytes are on the safe side.
    identifier_bytes: Some(64),
};

pub(crate) const MYSQL: Capabilities = Capabilities {
    returning: Returning { insert: false, update: false, delete: false },
    lateral: true,
    uuids: false,
    // "UPDATE Statement": from left to right.
    assigns_at_once: false,
    ..MARIADB
};
