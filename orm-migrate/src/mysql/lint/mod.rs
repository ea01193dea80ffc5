//! What statements of MariaDB and MySQL cost, and where their traps are: the rules that hold here.
//!
//! Which of them let others write was asked of MariaDB itself, with `LOCK = NONE`: a test does it again.

mod check_copies;
mod column_copies;
mod enum_in_the_middle;
mod foreign_key_copies;
mod implicit_default;
mod index_blocks_writes;
mod inline_references;
mod short_time;
mod table_copied;
mod three_byte_text;
mod weak_engine;

use super::types::labels;
use crate::lint::{Rule, rules};

/// What examples begin with: a table that is in use.
const USERS_WITH_MOOD: &str = "CREATE TABLE users (id bigint AUTO_INCREMENT PRIMARY KEY, \
    email varchar(100), name text, age int, mood enum('sad', 'ok'));";

/// The rules that hold on MariaDB.
pub(crate) const RULES: &[&Rule] = &[
    &rules::STATEMENT_UNREAD,
    &rules::DROP_TABLE,
    &rules::DROP_COLUMN,
    &rules::DROP_NAMESPACE,
    &rules::TRUNCATE,
    &rules::DELETE_ALL,
    &rules::CUT_VALUES,
    &table_copied::RULE,
    &foreign_key_copies::RULE,
    &check_copies::RULE,
    &index_blocks_writes::RULE,
    &column_copies::RULE,
    &rules::SET_NOT_NULL,
    &rules::NARROWED_TYPE,
    &rules::UNIQUE_ON_ROWS,
    &rules::RENAME_TABLE,
    &rules::RENAME_COLUMN,
    &rules::REQUIRED_COLUMN,
    &rules::DEFAULT_DROPPED,
    &rules::NULL_ALLOWED,
    &rules::SMALL_KEY,
    &enum_in_the_middle::RULE,
    &implicit_default::RULE,
    &three_byte_text::RULE,
    &weak_engine::RULE,
    &short_time::RULE,
    &rules::OWN_TRANSACTION,
    &rules::UPDATE_ALL,
];

/// The rules that hold on MySQL: those, and one more.
pub(crate) const RULES_OF_MYSQL: &[&Rule] = &{
    let mut rules = [&inline_references::RULE; RULES.len() + 1];
    let mut at = 0;
    while at < RULES.len() {
        rules[at] = RULES[at];
        at += 1;
    }
    rules
};

/// What a change of an ENUM or SET does to its labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moves {
    /// New ones come behind the last one, or none.
    Appended,
    /// One has another place.
    Moved,
    /// One is no more.
    Gone,
}

/// What becomes of the labels, where both types list some.
fn moves(from: &str, to: &str) -> Option<Moves> {
    let (old, new) = (listed(from)?, listed(to)?);
    if from.starts_with("set") != to.starts_with("set") || old.iter().any(|label| !new.contains(label)) {
        return Some(Moves::Gone);
    }
    Some(if new.starts_with(&old) { Moves::Appended } else { Moves::Moved })
}

fn listed(native: &str) -> Option<Vec<String>> {
    match native.strip_prefix("set(") {
        Some(rest) => labels(&format!("enum({rest}")),
        None => labels(native),
    }
}

/// Whether a setting is off.
fn is_off(value: &str) -> bool {
    value == "0" || value.eq_ignore_ascii_case("off") || value.eq_ignore_ascii_case("false")
}
