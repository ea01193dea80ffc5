//! The rules by their own examples, and what no single rule shows.

use super::*;
use crate::dialect::Dialect;

/// What is found in a file that runs after another one.
fn found_after(dialect: Dialect, before: &str, sql: &str) -> Vec<Finding> {
    let mut known = Known::new(dialect, None);
    for statement in file::read(dialect, before, "before.sql").unwrap() {
        statement.facts.iter().for_each(|fact| known.apply(fact));
    }
    let readings = file::read(dialect, sql, "up.sql").unwrap();
    look(&Subject::new(dialect, sql, "up.sql"), known.settled(), &readings)
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code).collect()
}

fn found(dialect: Dialect, sql: &str) -> Vec<&'static str> {
    codes(&lint(&Subject::new(dialect, sql, "up.sql")).unwrap())
}

/// Every rule, with each of its examples and the dialect of that.
fn examples() -> Vec<(&'static Rule, Dialect, &'static Example)> {
    let of = |rule: &'static Rule| {
        let each = |example: &'static Example| example.dialects.iter().map(move |dialect| (dialect, example));
        rule.examples
            .iter()
            .flat_map(each)
            .map(move |(dialect, example)| (rule, dialect.parse().unwrap(), example))
    };
    all_rules().into_iter().flat_map(of).collect()
}

#[test]
fn a_rule_speaks_of_its_bad_example_and_not_of_its_good_one() {
    for (rule, dialect, example) in examples() {
        let bad = codes(&found_after(dialect, example.before, example.bad));
        assert!(bad.contains(&rule.code), "{} on {dialect}: {:?} gives {bad:?}", rule.code, example.bad);
        let good = codes(&found_after(dialect, example.before, example.good));
        assert!(!good.contains(&rule.code), "{} on {dialect}: {:?} gives {good:?}", rule.code, example.good);
    }
}

#[test]
fn nothing_is_said_of_the_use_of_a_table_that_the_file_has_made() {
    for (rule, dialect, example) in examples().into_iter().filter(|(rule, ..)| rule.is_about_use()) {
        // A comment, a setting or a schema is about no table.
        if !example.before.contains("CREATE TABLE") || rule.code == "L103" || rule.code == "L404" {
            continue;
        }
        let sql = format!("{}\n{}", example.before, example.bad);
        let all = codes(&found_after(dialect, "", &sql));
        assert!(!all.contains(&rule.code), "{} on {dialect}: {sql:?} gives {all:?}", rule.code);
    }
}

#[test]
fn every_dialect_that_has_a_rule_shows_it() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::MariaDb] {
        for rule in dialect.lint_rules() {
            let shown = rule.examples.iter().any(|example| example.is_on(dialect));
            assert!(shown, "{} has no example on {dialect}", rule.code);
        }
    }
}

#[test]
fn codes_and_names_of_rules_are_unique() {
    let mut rules: Vec<&Rule> =
        Dialect::ALL.iter().flat_map(|dialect| dialect.lint_rules()).copied().collect();
    rules.extend(all_rules());
    for (one, other) in rules.iter().flat_map(|one| rules.iter().map(move |other| (one, other))) {
        assert_eq!(
            one.code == other.code,
            one.name == other.name,
            "{} {} {}",
            one.code,
            one.name,
            other.name
        );
    }
}

#[test]
fn the_safe_form_that_a_rule_gives_is_one_that_it_does_not_speak_of() {
    let outside = "-- orm: no transaction\nCREATE UNIQUE INDEX CONCURRENTLY \"users_email_key\" ON \"users\" (\"email\");";
    let before = "CREATE TABLE users (id bigint, email text);";
    let bad = "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);";
    let findings = found_after(Dialect::Postgres, before, bad);
    let fix = &findings.iter().find(|finding| finding.code == "L206").unwrap().fix;
    assert!(fix.starts_with(outside), "{fix}");
    assert_eq!(
        codes(&found_after(Dialect::Postgres, before, fix)),
        ["L304"],
        "duplicates are still in the way"
    );
}

#[test]
fn a_decision_holds_for_its_statement_and_no_other() {
    let sql = "-- orm: allow L101 nothing reads it\nDROP TABLE a;\nDROP TABLE b;";
    let findings = lint(&Subject::new(Dialect::Sqlite, sql, "up.sql")).unwrap();
    assert_eq!(
        findings.iter().map(|finding| (finding.code, finding.line)).collect::<Vec<_>>(),
        [("L101", 3)]
    );
    let sql = "-- orm: allow-file L101, L105: a clean slate\nDROP TABLE a;\nDELETE FROM b;";
    assert!(found(Dialect::Sqlite, sql).is_empty());
}

#[test]
fn a_decision_without_a_reason_holds_and_is_told() {
    assert_eq!(found(Dialect::Sqlite, "-- orm: allow L101\nDROP TABLE a;"), ["L001"]);
    assert_eq!(found(Dialect::Sqlite, "-- orm: allow L101 why\nSELECT 1;"), ["L002"]);
    assert_eq!(found(Dialect::Sqlite, "-- orm: allow L999 why\nSELECT 1;"), ["L003"]);
    assert_eq!(found(Dialect::Sqlite, "-- orm: allow it is fine\nSELECT 1;"), ["L003"]);
    assert_eq!(found(Dialect::Sqlite, "-- orm: no transactions\nSELECT 1;"), ["L003"]);
    for known in ["rebuild \"a\"", "replaces 20260101000000_a abc", "transaction"] {
        assert!(found(Dialect::Sqlite, &format!("-- orm: {known}\nSELECT 1;")).is_empty(), "{known}");
    }
}

#[test]
fn the_line_is_that_of_the_statement_and_of_the_comment() {
    let sql = "-- a\n\n-- orm: alow\n-- b\nDROP TABLE\n  users;";
    let findings = lint(&Subject::new(Dialect::Postgres, sql, "up.sql")).unwrap();
    let places: Vec<_> =
        findings.iter().map(|finding| (finding.code, finding.line, finding.text.as_str())).collect();
    assert_eq!(places, [("L003", 3, "-- orm: alow"), ("L101", 5, "DROP TABLE")]);
}

#[test]
fn a_rebuild_is_no_drop_but_what_it_does_to_each_column() {
    let before = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT);";
    let sql = "-- orm: rebuild \"t\"\nCREATE TABLE \"_orm_new_t\" (\"id\" INTEGER PRIMARY KEY, \"a\" INT NOT NULL);\n\
               INSERT INTO \"_orm_new_t\" (\"id\", \"a\") SELECT \"id\", \"a\" FROM \"t\";\nDROP TABLE \"t\";\n\
               PRAGMA legacy_alter_table = ON;\nALTER TABLE \"_orm_new_t\" RENAME TO \"t\";\n";
    assert_eq!(codes(&found_after(Dialect::Sqlite, before, sql)), ["L102", "L231", "L301"]);
}

#[test]
fn a_rebuild_says_what_becomes_unique_and_not_what_was() {
    let before = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT UNIQUE, b TEXT, c TEXT); CREATE UNIQUE INDEX t_c ON t (c);";
    let rebuilt = |new: &str| {
        let sql = format!(
            "CREATE TABLE n ({new}); INSERT INTO n SELECT * FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t; \
             CREATE UNIQUE INDEX t_c ON t (c);"
        );
        codes(&found_after(Dialect::Sqlite, before, &sql))
    };
    assert_eq!(rebuilt("id INTEGER PRIMARY KEY, a INT UNIQUE, b TEXT UNIQUE, c TEXT"), ["L231", "L304"]);
    assert_eq!(
        rebuilt("id INTEGER PRIMARY KEY, a INT, b TEXT, c TEXT, UNIQUE (a, b), UNIQUE (b, c)"),
        ["L231"]
    );
}

#[test]
fn a_baseline_runs_on_an_empty_database_so_nothing_is_said_of_it() {
    assert!(found(Dialect::Postgres, "-- orm: baseline\nDROP TABLE a;\nCREATE INDEX i ON b (c);").is_empty());
}

#[test]
fn what_is_known_before_decides() {
    let before = "CREATE TABLE t (id bigint PRIMARY KEY, a varchar(10) NOT NULL, b int);";
    let quiet = [
        "ALTER TABLE t ALTER COLUMN a SET NOT NULL;",
        "ALTER TABLE t ALTER COLUMN a TYPE varchar(20);",
        "ALTER TABLE t ALTER a TYPE text;",
        "-- orm: no transaction\nCREATE UNIQUE INDEX CONCURRENTLY i ON t (id, b);",
    ];
    for sql in quiet {
        assert_eq!(codes(&found_after(Dialect::Postgres, before, sql)), [""; 0], "{sql}");
    }
    assert_eq!(found(Dialect::Postgres, "ALTER TABLE t ALTER COLUMN a SET NOT NULL;"), ["L203", "L301"]);
}

#[test]
fn names_are_known_in_any_spelling() {
    let before = "CREATE TABLE public.\"users\" (id bigint, Age int NOT NULL);";
    for sql in [
        "ALTER TABLE USERS ALTER AGE SET NOT NULL",
        "alter table only public.users alter column \"age\" set not null",
    ] {
        assert_eq!(codes(&found_after(Dialect::Postgres, before, sql)), [""; 0], "{sql}");
    }
}

#[test]
fn statements_that_no_rule_speaks_of_are_quiet() {
    let sql = "CREATE VIEW v AS SELECT 1; COMMENT ON TABLE t IS 'DROP TABLE x'; GRANT SELECT ON t TO u;\n\
               CREATE FUNCTION f() RETURNS int AS $$ DELETE FROM t; DROP TABLE t; $$ LANGUAGE sql;\n\
               INSERT INTO t VALUES ('DROP TABLE x'); ALTER TABLE t SET (fillfactor = 70), OWNER TO me;\n\
               ALTER TABLE t ADD COLUMN a int DEFAULT 3 NOT NULL, ADD COLUMN b numeric(10, 2) DEFAULT 0::numeric(10, 2);\n\
               ALTER TABLE t ADD COLUMN c timestamptz NOT NULL DEFAULT now(), ALTER COLUMN a DROP DEFAULT;\n\
               ALTER TYPE e ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'; SELECT setval('s', 1); WITH x AS (SELECT 1) SELECT * FROM x;\n\
               ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER SEQUENCE s OWNED BY t.a; DO $$ BEGIN NULL; END $$;";
    assert_eq!(found(Dialect::Postgres, sql), [""; 0]);
    let sql = "/*!40101 SET NAMES utf8mb4 */; ALTER TABLE t COMMENT = 'x', AUTO_INCREMENT = 5, ALGORITHM = INPLACE, LOCK = NONE;\n\
               ALTER TABLE t ADD INDEX i (a), ADD UNIQUE KEY u (id), DROP INDEX j, RENAME INDEX k TO l;";
    assert_eq!(found(Dialect::MariaDb, sql), ["L304"]);
}

#[test]
fn statements_that_nothing_here_knows_are_told() {
    for sql in
        ["\\connect x", "ALTER TABLE", "ALTER TABLE t FROB a", "DROP TABLE", "foo bar", "ALTER TABLE t ADD"]
    {
        assert_eq!(found(Dialect::Postgres, sql), ["L004"], "{sql}");
    }
}

#[test]
fn forms_that_few_people_write_are_read() {
    let postgres = [
        ("ALTER TABLE t ADD CONSTRAINT n NOT NULL a;", &["L203", "L301"][..]),
        ("ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID;", &[]),
        ("ALTER TABLE t ALTER a SET EXPRESSION AS (b + 1);", &["L212"]),
        ("WITH x AS (SELECT 1) DELETE FROM t;", &["L105"]),
        ("WITH x AS (DELETE FROM t WHERE a = 1 RETURNING *) INSERT INTO u SELECT * FROM x;", &[]),
        ("CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT 1; CREATE INDEX i ON s.t (a);", &[]),
        ("DELETE FROM t USING u WHERE t.id = u.id;", &[]),
        ("CREATE INDEX i ON ONLY t (a);", &[]),
        ("ALTER TABLE t VALIDATE CONSTRAINT c; UPDATE t SET a = 1 WHERE a = 2;", &[]),
        ("ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE a = 2;", &["L604"]),
        ("CREATE TABLE t (id smallserial PRIMARY KEY);", &["L504", "L505"]),
        ("CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; CREATE UNIQUE INDEX i ON m (a);", &[]),
    ];
    for (sql, codes) in postgres {
        assert_eq!(found(Dialect::Postgres, sql), codes, "{sql}");
    }
    let mariadb = [
        ("DELETE t FROM t JOIN u ON u.id = t.id;", &[][..]),
        ("UPDATE t JOIN u ON u.id = t.id SET t.a = u.a;", &[]),
        ("ALTER IGNORE TABLE t DROP COLUMN a;", &["L102"]),
        ("RENAME TABLE IF EXISTS a TO b;", &["L401"]),
        ("CREATE TABLE t (id SERIAL PRIMARY KEY);", &[]),
    ];
    for (sql, codes) in mariadb {
        assert_eq!(found(Dialect::MariaDb, sql), codes, "{sql}");
    }
}

#[test]
fn a_longer_varchar_is_copied_on_mysql_where_its_length_needs_another_byte() {
    let before = "CREATE TABLE t (a varchar(10));";
    for (dialect, length, codes) in
        [(Dialect::MySql, 50, &[][..]), (Dialect::MySql, 300, &["L221"]), (Dialect::MariaDb, 300, &[])]
    {
        let sql = format!("ALTER TABLE t MODIFY a varchar({length});");
        assert_eq!(codes_of(dialect, before, &sql), codes, "{dialect} {length}");
    }
}

fn codes_of(dialect: Dialect, before: &str, sql: &str) -> Vec<&'static str> {
    codes(&found_after(dialect, before, sql))
}

#[test]
fn a_check_of_an_earlier_migration_spares_the_scan() {
    let mut table = orm_schema::Table::new("users");
    let age = orm_schema::Column::new("age", orm_schema::ColumnType::I32);
    table.columns.push(orm_schema::Column { nullable: true, ..age });
    let check =
        orm_schema::Check { expression: "age IS NOT NULL".to_owned(), ..orm_schema::Check::default() };
    table.checks.push(orm_schema::Check { not_valid: true, ..check.clone() });
    let sql = "ALTER TABLE users ALTER COLUMN age SET NOT NULL;";
    let found = |table: &orm_schema::Table| {
        let before = Schema { tables: vec![table.clone()], enums: vec![] };
        let subject = Subject { before: Some(&before), ..Subject::new(Dialect::Postgres, sql, "up.sql") };
        codes(&lint(&subject).unwrap())
    };
    assert_eq!(found(&table), ["L203", "L301"], "rows were not looked at");
    table.checks = vec![check];
    assert_eq!(found(&table), [""; 0]);
}
