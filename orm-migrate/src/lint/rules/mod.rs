//! The rules that hold in more than one database, one file each, and the list of all.

mod allow_unknown;
mod allow_unused;
mod allow_without_reason;
mod cut_values;
mod default_dropped;
mod delete_all;
mod drop_cascade;
mod drop_column;
mod drop_namespace;
mod drop_table;
pub(crate) mod narrowed_type;
mod null_allowed;
mod own_transaction;
mod refuses_transaction;
mod rename_column;
mod rename_label;
mod rename_table;
mod required_column;
pub(crate) mod required_on_rows;
mod set_not_null;
mod several_heads;
mod small_key;
mod statement_unread;
mod truncate;
mod unique_on_rows;
mod update_all;

pub(crate) use allow_unknown::RULE as ALLOW_UNKNOWN;
pub(crate) use allow_unused::RULE as ALLOW_UNUSED;
pub(crate) use allow_without_reason::RULE as ALLOW_WITHOUT_REASON;
pub(crate) use cut_values::RULE as CUT_VALUES;
pub(crate) use default_dropped::RULE as DEFAULT_DROPPED;
pub(crate) use delete_all::RULE as DELETE_ALL;
pub(crate) use drop_cascade::RULE as DROP_CASCADE;
pub(crate) use drop_column::RULE as DROP_COLUMN;
pub(crate) use drop_namespace::RULE as DROP_NAMESPACE;
pub(crate) use drop_table::RULE as DROP_TABLE;
pub(crate) use narrowed_type::RULE as NARROWED_TYPE;
pub(crate) use null_allowed::RULE as NULL_ALLOWED;
pub(crate) use own_transaction::RULE as OWN_TRANSACTION;
pub(crate) use refuses_transaction::RULE as REFUSES_TRANSACTION;
pub(crate) use rename_column::RULE as RENAME_COLUMN;
pub(crate) use rename_label::RULE as RENAME_LABEL;
pub(crate) use rename_table::RULE as RENAME_TABLE;
pub(crate) use required_column::RULE as REQUIRED_COLUMN;
pub(crate) use required_on_rows::RULE as REQUIRED_ON_ROWS;
pub(crate) use set_not_null::RULE as SET_NOT_NULL;
pub(crate) use several_heads::RULE as SEVERAL_HEADS;
pub(crate) use small_key::RULE as SMALL_KEY;
pub(crate) use statement_unread::RULE as STATEMENT_UNREAD;
pub(crate) use truncate::RULE as TRUNCATE;
pub(crate) use unique_on_rows::RULE as UNIQUE_ON_ROWS;
pub(crate) use update_all::RULE as UPDATE_ALL;

use super::Rule;
use crate::dialect::Dialect;

/// What is not said of a statement's facts, but of comments and folders.
const ELSEWHERE: [&Rule; 4] = [&ALLOW_WITHOUT_REASON, &ALLOW_UNUSED, &ALLOW_UNKNOWN, &SEVERAL_HEADS];

/// Every rule, by code.
pub(super) fn all() -> Vec<&'static Rule> {
    let of_dialects = Dialect::ALL.into_iter().flat_map(|dialect| dialect.lint_rules().iter().copied());
    let mut rules: Vec<&'static Rule> = ELSEWHERE.into_iter().chain(of_dialects).collect();
    rules.sort_by_key(|rule| rule.code);
    rules.dedup_by_key(|rule| rule.code);
    rules
}

/// The rule of that code.
pub(super) fn of(code: &str) -> Option<&'static Rule> {
    all().into_iter().find(|rule| rule.code == code)
}
