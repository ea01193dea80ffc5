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
fn what_never_ends_is_an_error_with_its_line() {
    let message = |dialect: Dialect, sql: &str| dialect.split(sql).unwrap_err().to_string();
    for dialect in Dialect::ALL {
        assert_eq!(message(dialect, "SELECT 1;\nSELECT 'a"), "line 2: the text never ends");
        assert_eq!(message(dialect, "SELECT \"a"), "line 1: the quoted name never ends");
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
