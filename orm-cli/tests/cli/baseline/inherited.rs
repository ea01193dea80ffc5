//! What an old database holds that its server would not take today: made under another `sql_mode`, without checks, or
//! before something else went away.

use super::{deployed_elsewhere, introspect, is_made_anew, up_sql};
use crate::support::{Database, Project};

fn mariadb(sql: &str) -> Option<Project> {
    let project = Project::on(Database::MariaDb)?;
    project.sql(sql);
    Some(project)
}

fn sqlite(sql: &str) -> Project {
    let project = Project::on(Database::Sqlite).unwrap();
    project.sql(sql);
    project
}

#[test]
fn a_counter_behind_other_columns_of_a_key_is_made_anew() {
    let Some(project) = mariadb(
        "CREATE TABLE t (a int NOT NULL, b int NOT NULL AUTO_INCREMENT, PRIMARY KEY (a, b)) ENGINE=MyISAM;
         CREATE TABLE u (a int NOT NULL, b int NOT NULL AUTO_INCREMENT, KEY x (a DESC, b)) ENGINE=Aria;
         CREATE TABLE v (a varchar(30) NOT NULL, b int NOT NULL AUTO_INCREMENT, KEY x (a(5), b)) ENGINE=MyISAM",
    ) else {
        return;
    };
    is_made_anew(&project);
    project.orm("migrate diff --from models --to database --exit-code").done();
}

#[test]
fn a_counter_of_innodb_begins_a_key() {
    let Some(project) = Project::on(Database::MariaDb) else { return };
    let model = |engine: &str| {
        format!(
            "use orm::prelude::*;\n#[derive(Model)]\n#[orm(primary_key(a, b){engine})]\npub struct Line {{\n    \
             pub a: i32,\n    #[orm(identity = true)]\n    pub b: i32,\n}}\n"
        )
    };
    project.write("src/models.rs", &model(""));
    project.orm("db push").ends(1).says("error[M043]").says("`lines.b`: MariaDB counts up only one column");
    project.write("src/models.rs", &model(", engine = \"MyISAM\""));
    project.orm("db push").done();
    project.orm("migrate diff --from models --to database --exit-code").done();
}

/// The server's catalogs say of none of them that it is dead, unless a query makes them open the view.
#[test]
fn views_that_lead_nowhere_are_told_with_the_reason_and_those_of_nobody_are_made_anew() {
    let Some(project) = mariadb(
        "CREATE TABLE gone (a int, b int); CREATE TABLE stays (a int, b int);
         CREATE FUNCTION one() RETURNS int RETURN 1;
         CREATE VIEW of_table AS SELECT b FROM gone; CREATE VIEW of_view AS SELECT b FROM of_table;
         CREATE VIEW of_column AS SELECT b FROM stays; CREATE VIEW of_function AS SELECT one() AS one;
         CREATE VIEW of_nobody AS SELECT a FROM stays; CREATE VIEW on_nobody AS SELECT a FROM of_nobody;
         CREATE VIEW lives (x, y) AS SELECT a, a FROM stays GROUP BY a;
         ALTER DEFINER = 'nobody'@'nowhere' VIEW of_nobody AS SELECT a FROM stays;
         DROP TABLE gone; DROP FUNCTION one; ALTER TABLE stays DROP COLUMN b;
         CREATE TRIGGER looks AFTER INSERT ON stays FOR EACH ROW SET @n = (SELECT count(*) FROM of_view)",
    ) else {
        return;
    };
    introspect(&project);
    let ran = project.orm("migrate baseline first").done();
    let name = project.name();
    ran.says(&format!("left out: view of_column: Unknown column '{name}.stays.b' in"))
        .says(&format!("left out: view of_function: FUNCTION {name}.one does not exist"))
        .says(&format!("left out: view of_table: Table '{name}.gone' doesn't exist"))
        .says("left out: view of_view, which needs view of_table")
        .says("left out: definer nobody@nowhere of 1 objects");
    let other = deployed_elsewhere(&project);
    let made = other
        .text("SELECT table_name FROM information_schema.views WHERE table_schema = DATABASE() ORDER BY 1");
    assert_eq!(made, "lives of_nobody on_nobody");
    let triggers = "SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = DATABASE()";
    assert_eq!(other.number(triggers), 1, "what a body names is looked for when it runs");
}

#[test]
fn foreign_keys_that_lead_nowhere_are_made_anew() {
    let Some(project) = mariadb(
        "SET foreign_key_checks = 0;
         CREATE TABLE p (id int PRIMARY KEY, code int, KEY by_code (code));
         CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT no_table FOREIGN KEY (a) REFERENCES gone (id) ON DELETE CASCADE);
         CREATE TABLE u (id int PRIMARY KEY, a int, b int, CONSTRAINT no_key FOREIGN KEY (a) REFERENCES p (code),
           CONSTRAINT some_key FOREIGN KEY (b) REFERENCES t (id));
         ALTER TABLE t ADD CONSTRAINT circle FOREIGN KEY (a) REFERENCES u (id);
         ALTER TABLE p DROP KEY by_code",
    ) else {
        return;
    };
    is_made_anew(&project);
    let up = up_sql(&project);
    let place = |text: &str| up.find(text).unwrap();
    assert!(place("REFERENCES `p` (`code`)") < place("CREATE TABLE `p`"), "{up}");
}

#[test]
fn dates_that_no_calendar_has_are_made_anew() {
    let Some(project) = mariadb(
        "SET sql_mode = 'ALLOW_INVALID_DATES';
         CREATE TABLE t (id int PRIMARY KEY, a date DEFAULT '2000-02-31', b datetime(3) DEFAULT '2001-04-31 10:00:00.5',
           c date NOT NULL DEFAULT '0000-00-00', d timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', e date DEFAULT '2000-00-10')",
    ) else {
        return;
    };
    is_made_anew(&project);
}

/// Whether a backslash escapes, and whether double quotes are those of a name, is decided by the mode of each body.
#[test]
fn bodies_are_made_anew_under_the_mode_of_each() {
    let Some(project) = mariadb(
        r#"SET NAMES utf8mb4; SET sql_mode = 'NO_BACKSLASH_ESCAPES';
         CREATE PROCEDURE slash() COMMENT 'it''s' BEGIN SELECT 'a\'; SELECT 'b\\'; END;
         CREATE FUNCTION last_slash() RETURNS varchar(5) DETERMINISTIC RETURN '\';
         SET sql_mode = 'ANSI_QUOTES';
         CREATE TABLE "t" (id int PRIMARY KEY, "sel" varchar(10), a int, b int, KEY (a));
         CREATE PROCEDURE "names" () BEGIN SELECT "id" AS "a;b'c" FROM "t"; END;
         CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW BEGIN SET NEW."sel" = 'it''s "x'; END;
         CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM "t" WHERE "sel" = 'a"b'; END;
         SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES';
         CREATE PROCEDURE both_modes() BEGIN SELECT "id" AS "a\", 'b\' AS "c""'" FROM "t"; END;
         CREATE EVENT ev2 ON SCHEDULE EVERY 1 DAY DO INSERT INTO t VALUES (1, '\');
         CREATE TRIGGER tr2 AFTER UPDATE ON t FOR EACH ROW BEGIN INSERT INTO t VALUES (1, '\'); END;
         CREATE VIEW vw AS SELECT "id", 'a\b' AS "x\y" FROM "t";
         SET sql_mode = '';
         CREATE PROCEDURE plain() BEGIN SELECT "a;'b", 'a\';'; END"#,
    ) else {
        return;
    };
    is_made_anew(&project);
}

/// `information_schema` shows a `?` for each byte that is no character.
#[test]
fn defaults_of_bytes_are_read_as_they_are() {
    let Some(project) = mariadb(
        "CREATE TABLE t (id int PRIMARY KEY, a binary(4) DEFAULT X'00FF10AB', b varbinary(20) DEFAULT X'FF275C0A3F',
           `c d` varbinary(9) NOT NULL DEFAULT 'a?', e varchar(9) CHARACTER SET latin1 DEFAULT X'E93F')",
    ) else {
        return;
    };
    is_made_anew(&project);
    let models: String = project.files("src/models").into_iter().map(|(_, text)| text).collect();
    for default in ["X'00ff10ab'", "X'ff275c0a3f'", "default = \"é?\"", "default = \"a?\""] {
        assert!(models.contains(default), "{default}: {models}");
    }
    project.edit("src/models/t.rs", "X'00ff10ab'", "x'00FF10AB'");
    project.orm("migrate diff --from models --to database --exit-code").done();
    project.edit("src/models/t.rs", "x'00FF10AB'", "X'00ff10ac'");
    project.orm("migrate dev --name bytes").done();
    project.sql("INSERT INTO t (id) VALUES (1)");
    assert_eq!(project.text("SELECT hex(a) FROM t"), "00FF10AC");
}

#[test]
fn foreign_keys_that_lead_to_no_key_of_sqlite_are_made_anew() {
    let project = sqlite(
        "CREATE TABLE p (id INTEGER PRIMARY KEY, x INT); CREATE TABLE pair (a INT, b INT, PRIMARY KEY (a, b));
         CREATE TABLE c (id INTEGER PRIMARY KEY, x INT REFERENCES p (x)); CREATE TABLE d (a INT REFERENCES pair (a));
         CREATE TABLE e (id INTEGER PRIMARY KEY, x INT REFERENCES gone (x)); CREATE TABLE f (id INTEGER PRIMARY KEY, p INT REFERENCES p);
         PRAGMA foreign_keys = OFF; INSERT INTO e VALUES (1, 1); INSERT INTO f VALUES (1, 7)",
    );
    is_made_anew(&project);
    project.edit("src/models/f.rs", "pub struct F {", "pub struct F {\n    pub more: Option<String>,");
    project.orm("migrate dev --name more").done();
    deployed_elsewhere(&project);
}

/// Where keys are in order, a migration that would break one is refused.
#[test]
fn a_migration_that_makes_a_foreign_key_to_no_key_is_refused() {
    let project = sqlite(
        "CREATE TABLE p (id INTEGER PRIMARY KEY, x INT); CREATE TABLE c (id INTEGER PRIMARY KEY, x INT REFERENCES p (x))",
    );
    introspect(&project);
    let other = Project::on(Database::Sqlite).unwrap();
    let models = project.path("src/models").display().to_string();
    other
        .words(&["migrate", "dev", "--name", "one", "--models", &models])
        .ends(1)
        .says("error[M031]")
        .says("no row of `c` could be written")
        .says("referencing \"p\"");
}
