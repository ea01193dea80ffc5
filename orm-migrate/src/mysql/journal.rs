//! The journal's tables on MariaDB and MySQL.

use crate::journal::JournalSql;

/// Times are UTC; names are compared by their bytes, and short enough to be a key.
pub(crate) const SQL: JournalSql = JournalSql {
    exists: "SELECT count(*) FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_name = '_orm_migration'",
    create: &[
        "CREATE TABLE IF NOT EXISTS _orm_statement (
            migration varchar(255) NOT NULL,
            position bigint NOT NULL,
            fingerprint varchar(255) NOT NULL,
            before_schema longtext,
            started_at datetime(6) NOT NULL,
            finished_at datetime(6),
            PRIMARY KEY (migration, position)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        "CREATE TABLE IF NOT EXISTS _orm_migration (
            name varchar(255) NOT NULL PRIMARY KEY,
            fingerprint varchar(255) NOT NULL,
            format bigint NOT NULL,
            started_at datetime(6) NOT NULL,
            finished_at datetime(6)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    ],
    // Not CURRENT_TIMESTAMP, which is when the statement began.
    now: "utc_timestamp(6)",
    home: Some("SELECT concat('`', replace(DATABASE(), '`', '``'), '`.')"),
    text: "char",
    number: "signed",
    parameter: |_| "?".to_owned(),
    upsert: |_, assignments| format!("ON DUPLICATE KEY UPDATE {assignments}"),
    excluded: |column| format!("VALUES({column})"),
};
