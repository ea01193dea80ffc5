//! What SQLite's statements cost, and where its traps are: the rules that hold here.

mod computed_default;
mod key_may_be_null;
mod rebuild_copies;

use crate::lint::{Rule, rules};

/// The rules that hold here.
pub(crate) const RULES: &[&Rule] = &[
    &rules::STATEMENT_UNREAD,
    &rules::DROP_TABLE,
    &rules::DROP_COLUMN,
    &rules::DELETE_ALL,
    &rebuild_copies::RULE,
    &rules::SET_NOT_NULL,
    &rules::REQUIRED_ON_ROWS,
    &rules::UNIQUE_ON_ROWS,
    &computed_default::RULE,
    &rules::RENAME_TABLE,
    &rules::RENAME_COLUMN,
    &rules::REQUIRED_COLUMN,
    &rules::DEFAULT_DROPPED,
    &rules::NULL_ALLOWED,
    &key_may_be_null::RULE,
    &rules::OWN_TRANSACTION,
    &rules::REFUSES_TRANSACTION,
];
