//! What PostgreSQL's statements cost, and where its traps are: the rules that hold here, and safe forms to copy.

mod check_scan;
mod column_rewrite;
mod exclusion_under_lock;
mod fill_after_alter;
mod foreign_key_scan;
mod index_drop_not_concurrent;
mod index_not_concurrent;
mod label_used_at_once;
mod lock_timeout_off;
mod long_name;
mod not_null_scan;
mod padded_text;
mod partition_under_lock;
mod plain_json;
mod primary_key_under_lock;
mod serial;
mod table_blocked;
mod timestamp_without_zone;
mod type_rewrite;
mod unique_under_lock;
mod validated_at_once;

use orm_schema::{TableName, naming};

use crate::{
    lint::{
        Rule, Scene,
        facts::{Kind, NewConstraint},
        rules,
    },
    plan::{NO_TRANSACTION, TRANSACTION},
};

/// What examples begin with: a table that is in use, and an index.
const USERS_BY_NAME: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), name text NOT NULL, \
    age int); CREATE INDEX users_name ON users (name);";

/// The rules that hold here.
pub(crate) const RULES: &[&Rule] = &[
    &rules::STATEMENT_UNREAD,
    &rules::DROP_TABLE,
    &rules::DROP_COLUMN,
    &rules::DROP_NAMESPACE,
    &rules::TRUNCATE,
    &rules::DELETE_ALL,
    &rules::DROP_CASCADE,
    &rules::CUT_VALUES,
    &index_not_concurrent::RULE,
    &index_drop_not_concurrent::RULE,
    &not_null_scan::RULE,
    &check_scan::RULE,
    &foreign_key_scan::RULE,
    &unique_under_lock::RULE,
    &primary_key_under_lock::RULE,
    &exclusion_under_lock::RULE,
    &column_rewrite::RULE,
    &type_rewrite::RULE,
    &lock_timeout_off::RULE,
    &table_blocked::RULE,
    &partition_under_lock::RULE,
    &validated_at_once::RULE,
    &rules::SET_NOT_NULL,
    &rules::REQUIRED_ON_ROWS,
    &rules::NARROWED_TYPE,
    &rules::UNIQUE_ON_ROWS,
    &rules::RENAME_TABLE,
    &rules::RENAME_COLUMN,
    &rules::REQUIRED_COLUMN,
    &rules::DEFAULT_DROPPED,
    &rules::NULL_ALLOWED,
    &rules::RENAME_LABEL,
    &plain_json::RULE,
    &timestamp_without_zone::RULE,
    &padded_text::RULE,
    &serial::RULE,
    &rules::SMALL_KEY,
    &long_name::RULE,
    &rules::OWN_TRANSACTION,
    &rules::UPDATE_ALL,
    &rules::REFUSES_TRANSACTION,
    &fill_after_alter::RULE,
    &label_used_at_once::RULE,
];

/// A statement outside of a transaction.
fn outside(sql: &str) -> String {
    format!("{NO_TRANSACTION}\n{sql};\n{TRANSACTION}")
}

/// Statements with a transaction each.
fn in_steps(statements: &[String]) -> String {
    statements.join(&format!(";\n{TRANSACTION}\n")) + ";"
}

/// Statements one after the other.
fn in_one(statements: &[String]) -> String {
    statements.join(";\n") + ";"
}

/// The name of a constraint, or the one that it would get.
fn name_of(scene: &Scene<'_>, table: &TableName, constraint: &NewConstraint) -> String {
    let (columns, table) = (constraint.columns.join("_"), &table.name);
    let own = match constraint.kind {
        Kind::PrimaryKey => format!("{table}_pkey"),
        Kind::Unique => format!("{table}_{columns}_key"),
        Kind::ForeignKey => format!("{table}_{columns}_fkey"),
        Kind::Check => format!("{table}_check"),
        Kind::Exclude => format!("{table}_{columns}_excl"),
    };
    scene.quote(constraint.name.as_ref().unwrap_or(&naming::fit(&own)))
}

/// A constraint that is added without a look at the rows, and validated while everybody works on.
fn validated_later(scene: &Scene<'_>, table: &TableName, constraint: &NewConstraint) -> String {
    let (on, name) = (scene.quote_table(table), name_of(scene, table, constraint));
    in_steps(&[
        format!("ALTER TABLE {on} ADD CONSTRAINT {name} {} NOT VALID", constraint.text),
        format!("ALTER TABLE {on} VALIDATE CONSTRAINT {name}"),
    ])
}

/// A constraint whose index is made while everybody works on.
fn index_first(scene: &Scene<'_>, table: &TableName, constraint: &NewConstraint) -> String {
    let (on, name) = (scene.quote_table(table), name_of(scene, table, constraint));
    let columns = scene.quote_all(&constraint.columns);
    let kind = if constraint.kind == Kind::PrimaryKey { "PRIMARY KEY" } else { "UNIQUE" };
    let (of_index, of_constraint) = around(&constraint.text);
    format!(
        "{NO_TRANSACTION}\nCREATE UNIQUE INDEX CONCURRENTLY {name} ON {on} ({columns}){of_index};\n{TRANSACTION}\n\
         ALTER TABLE {on} ADD CONSTRAINT {name} {kind} USING INDEX {name}{of_constraint};"
    )
}

/// What a key says beside its columns: of its index (INCLUDE, NULLS NOT DISTINCT), and of itself (DEFERRABLE).
fn around(text: &str) -> (String, String) {
    let (before, rest) = text.split_once('(').unwrap_or((text, ""));
    let after = rest.split_once(')').map_or("", |(_, after)| after.trim());
    let nulls =
        if before.to_ascii_uppercase().contains("NULLS NOT DISTINCT") { " NULLS NOT DISTINCT" } else { "" };
    let includes = after.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("INCLUDE"));
    let end = if includes { after.find(')').map_or(after.len(), |at| at + 1) } else { 0 };
    let (include, own) = after.split_at(end);
    let spaced =
        |words: &str| if words.trim().is_empty() { String::new() } else { format!(" {}", words.trim()) };
    (spaced(include) + nulls, spaced(own))
}

/// The word that a type begins with, in lower case.
fn type_word(native: &str) -> String {
    native.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default().to_ascii_lowercase()
}
