//! The journal's tables on PostgreSQL.

use crate::journal::{JournalSql, excluded, numbered, on_conflict};

/// In the schema that the search path names first, as the tables of the models are.
pub(crate) const SQL: JournalSql = JournalSql {
    exists: "SELECT count(*) FROM pg_class WHERE oid = to_regclass('_orm_migration')",
    create: &[
        "CREATE TABLE IF NOT EXISTS _orm_statement (
            migration text NOT NULL,
            position bigint NOT NULL,
            fingerprint text NOT NULL,
            before_schema text,
            started_at timestamptz NOT NULL,
            finished_at timestamptz,
            PRIMARY KEY (migration, position)
        )",
        "CREATE TABLE IF NOT EXISTS _orm_migration (
            name text NOT NULL PRIMARY KEY,
            fingerprint text NOT NULL,
            format bigint NOT NULL,
            started_at timestamptz NOT NULL,
            finished_at timestamptz
        )",
    ],
    // Not now(), which is when the transaction began.
    now: "clock_timestamp()",
    home: Some("SELECT coalesce(quote_ident(current_schema()) || '.', '')"),
    text: "text",
    number: "bigint",
    parameter: numbered,
    upsert: on_conflict,
    excluded,
};
