//! The journal's tables on SQLite.

use crate::journal::{JournalSql, excluded, numbered, on_conflict};

/// Time as text, so that every tool shows it.
pub(crate) const SQL: JournalSql = JournalSql {
    exists: "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '_orm_migration'",
    create: &[
        "CREATE TABLE IF NOT EXISTS _orm_statement (
            migration TEXT NOT NULL,
            position INTEGER NOT NULL,
            fingerprint TEXT NOT NULL,
            before_schema TEXT,
            started_at TEXT NOT NULL,
            finished_at TEXT,
            PRIMARY KEY (migration, position)
        ) STRICT",
        "CREATE TABLE IF NOT EXISTS _orm_migration (
            name TEXT NOT NULL PRIMARY KEY,
            fingerprint TEXT NOT NULL,
            format INTEGER NOT NULL,
            started_at TEXT NOT NULL,
            finished_at TEXT
        ) STRICT",
    ],
    now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    home: None,
    text: "text",
    number: "bigint",
    parameter: numbered,
    upsert: on_conflict,
    excluded,
};
