//! What people write by hand on each kind of database: rows, triggers and views, and statements that no transaction holds.

use super::{Size, Step, by_hand, models, once};
use crate::support::Database;

/// Users with an account each.
pub(super) fn rows(database: Database) -> String {
    format!(
        "INSERT INTO users (id, name) {};\n\
         INSERT INTO accounts (id, owner_id, balance) SELECT id, id, 10 FROM users;\n\
         INSERT INTO tallies (id, ran) VALUES (1, 0);\n{}",
        series(database, 200, "n", &text(database, "n")),
        once("rows")
    )
}

/// A SELECT of two expressions over the numbers from 1.
fn series(database: Database, count: u32, one: &str, other: &str) -> String {
    let numbers = match database {
        Database::Sqlite => {
            return format!(
                "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) \
                 SELECT {one}, {other} FROM s"
            );
        }
        Database::Postgres => format!("generate_series(1, {count}) AS s (n)"),
        Database::MariaDb => format!("(SELECT seq AS n FROM seq_1_to_{count}) AS s"),
    };
    format!("SELECT {one}, {other} FROM {numbers}")
}

fn text(database: Database, expression: &str) -> String {
    let kind = match database {
        Database::Sqlite | Database::Postgres => "text",
        Database::MariaDb => "char",
    };
    format!("CAST({expression} AS {kind})")
}

/// A trigger that leaves a mark for one row, and a view.
pub(super) fn watch(database: Database) -> String {
    let trigger = match database {
        Database::Sqlite => {
            "CREATE TRIGGER told AFTER UPDATE ON accounts WHEN NEW.id = 7 BEGIN\n    \
                 INSERT INTO marks (note) VALUES ('balance ' || NEW.balance);\nEND;\n"
        }
        Database::Postgres => {
            "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n    \
                 INSERT INTO marks (note) VALUES ('balance ' || NEW.balance);\n    RETURN NULL;\nEND $$;\n\
             CREATE TRIGGER told AFTER UPDATE ON accounts FOR EACH ROW WHEN (NEW.id = 7) EXECUTE FUNCTION tell();\n"
        }
        Database::MariaDb => {
            "CREATE TRIGGER told AFTER UPDATE ON accounts FOR EACH ROW\n    \
                 INSERT INTO marks (note) SELECT concat('balance ', NEW.balance) FROM DUAL WHERE NEW.id = 7;\n"
        }
    };
    format!("{trigger}CREATE VIEW named AS SELECT id, name FROM users;\n")
}

/// What is run while the tables are small.
pub(super) fn before(database: Database) -> Vec<Step> {
    match database {
        Database::Sqlite => vec![
            by_hand("tidy", format!("{}-- orm: no transaction\nVACUUM;\nPRAGMA optimize;\n", once("tidy"))),
            by_hand("alone", format!("-- orm: no transaction\nVACUUM;\n{}ANALYZE;\n", once("alone again"))),
        ],
        Database::Postgres => vec![
            by_hand("for_a_while", format!("{}{}", once("for a while"), INDEXES_FOR_A_WHILE)),
            by_hand("reindexed", format!("-- orm: no transaction\n{REINDEX}{}", once("reindexed"))),
            by_hand("partitions", format!("{PARTITIONS}{}", once("partitions"))),
        ],
        Database::MariaDb => vec![
            by_hand("between", format!("{}{}{BETWEEN}", once("between"), SESSION)),
            by_hand("swapped", SWAPPED.to_owned()),
            by_hand("called", format!("{CALLED}{}", once("called"))),
        ],
    }
}

/// Statements that no transaction holds, between rows that must not be written twice.
pub(super) fn in_doubt(database: Database) -> String {
    match database {
        Database::Sqlite => format!("-- orm: no transaction\nVACUUM;\n{}", once("behind")),
        Database::Postgres => format!(
            "{INDEXES_FOR_A_WHILE}-- orm: no transaction\n{REINDEX}-- orm: transaction\n{PARTITIONS}{}",
            once("behind")
        ),
        Database::MariaDb => format!("{SESSION}{BETWEEN}{CALLED}{}", once("behind")),
    }
}

/// A procedure that leaves a mark and commits it.
pub(super) fn procedure(database: Database) -> String {
    let body = "BEGIN\n    INSERT INTO marks (note) VALUES ('called');\n    COMMIT;\nEND";
    match database {
        Database::Sqlite => String::new(),
        Database::Postgres => format!("CREATE PROCEDURE add_one() LANGUAGE plpgsql AS $$\n{body} $$;\n"),
        Database::MariaDb => format!("CREATE PROCEDURE add_one()\n{body};\n"),
    }
}

const INDEXES_FOR_A_WHILE: &str = "\
-- orm: no transaction
CREATE INDEX CONCURRENTLY for_a_while ON accounts (balance);
CREATE INDEX CONCURRENTLY ON accounts (balance, id);
UPDATE accounts SET balance = balance + 1;
DROP INDEX CONCURRENTLY for_a_while;
DROP INDEX CONCURRENTLY accounts_balance_id_idx;
-- orm: transaction
UPDATE accounts SET balance = balance + 1;
";

const REINDEX: &str = "\
VACUUM ANALYZE users;
REINDEX INDEX CONCURRENTLY users_pkey;
REINDEX TABLE CONCURRENTLY accounts;
VACUUM accounts;
";

const PARTITIONS: &str = "\
CREATE TABLE years (n bigint NOT NULL) PARTITION BY RANGE (n);
CREATE TABLE first_years PARTITION OF years FOR VALUES FROM (0) TO (1000);
INSERT INTO years SELECT id FROM users;
-- orm: no transaction
ALTER TABLE years DETACH PARTITION first_years CONCURRENTLY;
-- orm: transaction
UPDATE accounts SET balance = balance + (SELECT count(*) FROM first_years) - (SELECT count(*) FROM years);
DROP TABLE years, first_years;
";

const SESSION: &str = "\
SET @step = 3;
SET SESSION foreign_key_checks = 0;
";

/// Rows between definitions: each definition commits what is before it.
const BETWEEN: &str = "\
UPDATE accounts SET balance = balance + @step;
CREATE TABLE old_accounts AS SELECT * FROM accounts;
UPDATE accounts SET balance = balance + @step;
ALTER TABLE old_accounts ADD COLUMN again int, ADD INDEX (again);
UPDATE old_accounts SET again = balance;
CREATE TABLE older_accounts LIKE old_accounts;
INSERT INTO older_accounts SELECT * FROM old_accounts;
UPDATE accounts SET balance = balance + @step;
TRUNCATE TABLE old_accounts;
DROP TABLE old_accounts, older_accounts;
UPDATE accounts SET balance = balance + @step;
";

const SWAPPED: &str = "\
CREATE TABLE new_tallies LIKE tallies;
INSERT INTO new_tallies SELECT id, ran + 1 FROM tallies;
RENAME TABLE tallies TO old_tallies, new_tallies TO tallies;
DROP TABLE old_tallies;
UPDATE tallies SET ran = ran + 1;
ANALYZE TABLE tallies;
";

const CALLED: &str = "\
CREATE PROCEDURE add_one()
BEGIN
    INSERT INTO marks (note) VALUES ('called');
    UPDATE tallies SET ran = ran + 1;
END;
CALL add_one();
DROP PROCEDURE add_one;
CREATE SEQUENCE numbers;
DROP SEQUENCE numbers;
";

/// A table whose change takes long, if it is to.
pub(super) fn large(database: Database, size: Size) -> Vec<Step> {
    const BIGS: &str =
        "pub note: String,\n}\n\n#[derive(Model)]\npub struct Big {\n    pub id: i64,\n    pub n: i32,\n}\n";
    let count = match (size, database) {
        (Size::Small, _) => 500,
        (Size::Large, Database::Sqlite) => 3_000_000,
        (Size::Large, Database::Postgres) => 2_500_000,
        (Size::Large, Database::MariaDb) => 1_600_000,
    };
    let rows = series(database, count, "n", "n % 1000");
    vec![
        models("bigs", &[("pub note: String,\n}\n", BIGS)]),
        by_hand("big_rows", format!("INSERT INTO bigs (id, n) {rows};\n{}", once("big rows"))),
        models("wide", &[("    pub n: i32,\n", "    pub n: i64,\n")]),
    ]
}

/// What is run when the tables have got other names.
pub(super) fn after(database: Database) -> Vec<Step> {
    let pause = match database {
        Database::Sqlite => "UPDATE wallets SET balance = balance + 1;\n",
        Database::Postgres => {
            "SELECT pg_sleep(0.05);\nUPDATE wallets SET balance = balance + 1;\nSELECT pg_sleep(0.05);\n"
        }
        Database::MariaDb => "DO sleep(0.05);\nUPDATE wallets SET balance = balance + 1;\nDO sleep(0.05);\n",
    };
    vec![
        by_hand("slow", format!("{}{pause}", once("slow"))),
        by_hand("slow_and_alone", format!("-- orm: no transaction\n{}{pause}", once("slow and alone"))),
    ]
}
