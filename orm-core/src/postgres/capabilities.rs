//! What PostgreSQL can do, from version 13 on.

use crate::dialect::{Capabilities, Returning};

pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    returning: Returning::ALL,
    arrays: true,
    native_enums: true,
    namespaces: true,
    // The count is an unsigned 16-bit number in the protocol (§55.7, Bind).
    parameter_limit: 65_535,
    array_parameters: true,
    right_join: true,
    full_join: true,
    lateral: true,
    quantified: true,
    computed_keys_in_having: true,
    distinct_on: true,
    row_locks: true,
    aggregate_filter: true,
    nulls_order: true,
    null_is_smallest: false,
    group_frames: true,
    ilike: true,
    default_in_values: true,
    on_conflict: true,
    update_on_any_conflict: false,
    writing_cte: true,
    transactional_ddl: true,
    alter_constraints: true,
    uuids: true,
    assigns_at_once: true,
    error_aborts_transaction: true,
    concurrent_writers: true,
    isolation_levels: true,
    // NAMEDATALEN - 1 (§4.1.1)
    identifier_bytes: Some(63),
};
