//! What MariaDB can do from version 10.6 on, and MySQL from version 8.0.19 on.

use crate::dialect::Capabilities;

pub(crate) const MARIADB: Capabilities = Capabilities {
    // INSERT and DELETE have it, UPDATE has not.
    returning: false,
    arrays: false,
    native_enums: false,
    namespaces: false,
    // An unsigned 16-bit number in COM_STMT_PREPARE_OK.
    parameter_limit: 65_535,
    array_parameters: false,
    right_join: true,
    full_join: false,
    lateral: false,
    distinct_on: false,
    row_locks: true,
    aggregate_filter: false,
    nulls_order: false,
    ilike: false,
    default_in_values: true,
    on_conflict: false,
    writing_cte: false,
    transactional_ddl: false,
    alter_constraints: true,
    error_aborts_transaction: false,
    concurrent_writers: true,
    isolation_levels: true,
    // Characters, in fact ("Identifier Names"): bytes are on the safe side.
    identifier_bytes: Some(64),
};

pub(crate) const MYSQL: Capabilities = Capabilities { lateral: true, ..MARIADB };
