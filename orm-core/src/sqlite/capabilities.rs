//! What SQLite can do, from version 3.39 on (RIGHT and FULL JOIN); the bundled one is later.

use crate::dialect::{Capabilities, Returning};

pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    returning: Returning::ALL,
    arrays: false,
    native_enums: false,
    // An attached database is no namespace: foreign keys and triggers don't cross it.
    namespaces: false,
    // SQLITE_MAX_VARIABLE_NUMBER (limits.html §9).
    parameter_limit: 32_766,
    array_parameters: false,
    right_join: true,
    full_join: true,
    lateral: false,
    quantified: false,
    computed_keys_in_having: true,
    distinct_on: false,
    row_locks: false,
    aggregate_filter: true,
    nulls_order: true,
    null_is_smallest: true,
    group_frames: true,
    ilike: false,
    default_in_values: false,
    on_conflict: true,
    update_on_any_conflict: true,
    writing_cte: false,
    transactional_ddl: true,
    // ALTER TABLE knows columns and names only (lang_altertable.html): everything else rebuilds the table.
    alter_constraints: false,
    uuids: false,
    assigns_at_once: true,
    error_aborts_transaction: false,
    concurrent_writers: false,
    isolation_levels: false,
    identifier_bytes: None,
};
