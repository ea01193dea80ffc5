//! Text → statements.

use orm_migrate::Dialect;

fn texts(dialect: Dialect, sql: &str) -> Vec<String> {
    dialect.split(sql).unwrap().into_iter().map(|statement| statement.text).collect()
}

#[test]
fn semicolons_inside_of_quotes_and_comments_end_nothing() {
    for dialect in Dialect::ALL {
        let sql = "SELECT ';', \"a;b\" -- ;\n, 'it''s;' /* ; */ FROM t; SELECT 2";
        assert_eq!(texts(dialect, sql), [&sql[..sql.len() - 10], "SELECT 2"]);
    }
}

#[test]
fn a_comment_stays_with_the_statement_after_it() {
    let sql = "-- one\nSELECT 1;\n\n-- two\n/* more */ SELECT 2;\n-- the end\n";
    for dialect in Dialect::ALL {
        assert_eq!(texts(dialect, sql), ["-- one\nSELECT 1", "-- two\n/* more */ SELECT 2"]);
        let lines: Vec<_> = dialect.split(sql).unwrap().iter().map(|statement| statement.line).collect();
        assert_eq!(lines, [2, 5]);
    }
}

#[test]
fn a_range_is_where_the_text_stands() {
    let sql = "SELECT 1;\n  SELECT 'ü' ;;";
    for dialect in Dialect::ALL {
        for statement in dialect.split(sql).unwrap() {
            assert_eq!(&sql[statement.range.clone()], statement.text);
        }
        assert_eq!(dialect.split(sql).unwrap().len(), 2, "an empty statement is none");
    }
}

#[test]
fn a_trigger_of_sqlite_is_one_statement() {
    let trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET n = CASE WHEN 1 THEN 2 END; DELETE FROM c; END";
    let sql = format!("BEGIN; {trigger}; COMMIT; SELECT [a;b], `c;d`");
    assert_eq!(texts(Dialect::Sqlite, &sql), ["BEGIN", trigger, "COMMIT", "SELECT [a;b], `c;d`"]);
}

#[test]
fn bodies_of_postgresql_are_one_statement() {
    let function =
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN '$$;'; END $body$";
    let atomic = "CREATE OR REPLACE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END";
    let rule = "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)";
    let block = "DO $$ BEGIN PERFORM 1; END $$";
    let escaped = r"SELECT E'it\'s;', $1";
    let nested = "SELECT /* a /* b; */ c; */ 1";
    let all = [function, atomic, rule, block, escaped, nested];
    assert_eq!(texts(Dialect::Postgres, &all.join(";\n")), all);
}

#[test]
fn routines_of_mariadb_and_mysql_are_one_statement() {
    let trigger = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN IF NEW.x THEN SET NEW.x = CASE WHEN 1 THEN 2 END; END IF; SET NEW.y = 1; END";
    let procedure = "CREATE DEFINER=`a`@`b` PROCEDURE p() BEGIN WHILE x < 3 DO SET x = x + 1; END WHILE; CASE x WHEN 1 THEN SELECT 1; END CASE; BEGIN SELECT 2; END; END";
    let block = "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END";
    let texts_and_names = r#"SELECT 'it\'s;', "a\";", `a;b` # ;"#;
    let all = [trigger, procedure, block, "BEGIN", "SELECT 3", "COMMIT", texts_and_names];
    for dialect in [Dialect::MariaDb, Dialect::MySql] {
        let found = texts(dialect, &all.join(";\n"));
        let expected: Vec<_> = all.iter().map(|sql| sql.trim_end_matches(" # ;")).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_delimiter_of_its_own_ends_statements_until_the_next_one() {
    let sql = "SELECT 1;\nDELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT '$$'; END$$\nSELECT 2; SELECT 3 $$\n\
               delimiter //\nSELECT 4//\nDELIMITER ;\n/*!40101 SET @a = 1 */;\nSELECT 5 -- 6\n;SELECT 1--1";
    let expected = [
        "SELECT 1",
        "CREATE PROCEDURE p() BEGIN SELECT '$$'; END",
        "SELECT 2; SELECT 3",
        "SELECT 4",
        "/*!40101 SET @a = 1 */",
        "SELECT 5",
        "SELECT 1--1",
    ];
    assert_eq!(texts(Dialect::MariaDb, sql), expected);
}

#[test]
fn what_never_ends_is_an_error_with_its_line() {
    let message = |dialect: Dialect, sql: &str| dialect.split(sql).unwrap_err().to_string();
    for dialect in Dialect::ALL {
        assert_eq!(message(dialect, "SELECT 1;\nSELECT 'a"), "line 2: the text never ends");
        let quoted = message(dialect, "SELECT \"a");
        let is_text = matches!(dialect, Dialect::MariaDb | Dialect::MySql);
        let what = if is_text { "the text" } else { "the quoted name" };
        assert_eq!(quoted, format!("line 1: {what} never ends"));
        assert_eq!(message(dialect, "\n\n/* a"), "line 3: the comment never ends");
    }
    assert_eq!(message(Dialect::Postgres, "DO $$ BEGIN"), "line 1: the dollar-quoted text never ends");
    let trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;";
    assert_eq!(message(Dialect::Sqlite, trigger), "line 1: the parenthesis or the body never ends");
}

#[test]
fn markers_are_read_as_they_are_written() {
    let table = orm_schema::TableName::new("a \"b\"\nc");
    let marker = orm_migrate::plan::rebuild_marker(&table);
    assert!(!marker.contains('\n'));
    assert_eq!(orm_migrate::plan::parse_rebuild(&marker), Some(table));
    assert_eq!(orm_migrate::plan::rebuild_marker(&"users".into()), "-- orm: rebuild \"users\"");
}

/// A dump sets the mode of each routine before it, and sets it back.
#[test]
fn statements_of_mariadb_are_read_under_the_sql_mode_that_the_file_has_set() {
    let slash = r"CREATE PROCEDURE p() BEGIN SELECT 'a\'; SELECT 'b'; END";
    let name = r#"CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW."a;\" = 'it\'s; "'"#;
    let usual = r#"SELECT 'a\'; b', "c\"; d""#;
    let all = [
        "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
        slash,
        "/*!50003 SET sql_mode = 'ANSI_QUOTES' */",
        name,
        "SET SESSION sql_mode = @kept, time_zone = '+00:00'",
        usual,
    ];
    for dialect in [Dialect::MariaDb, Dialect::MySql] {
        assert_eq!(texts(dialect, &all.join(";\n")), all);
    }
}
