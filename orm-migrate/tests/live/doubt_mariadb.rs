//! Statements that commit by themselves, left by a process that died: before them, half-way, and behind them.

use orm_migrate::{
    error::{Class, Code},
    journal::Journal,
    resolve::Resolution,
    status,
};

use crate::support::{Folder, connect, leave_in_doubt, number, on_mariadb};

/// Deploys on, and the migration must be done.
async fn goes_on(url: &str, folder: &Folder, name: &str) {
    let mut connection = connect(url).await;
    let deployed = folder.deploy(&mut connection).await.unwrap();
    assert_eq!(deployed.applied, [name]);
    assert!(Journal::read(&mut connection).await.unwrap().unfinished().is_none());
    assert!(status(&mut connection, &folder.read()).await.unwrap().is_clean());
}

#[tokio::test]
async fn all_tables_of_a_drop_go_wherever_the_process_or_the_server_died() {
    on_mariadb(async |url, mut folder| {
        let schema = folder.read().schema();
        let sql = "CREATE TABLE a (id int);\nCREATE TABLE `b ,` (id int);\nCREATE VIEW c AS SELECT 1;\nCREATE VIEW d AS SELECT 1;\n\
                   DROP TABLE a, `b ,`;\nDROP VIEW /* both */ c, d;\nINSERT INTO users VALUES (1, 'Ann');\n";
        let name = folder.add_with("drops", sql, schema);
        for (position, left) in [
            (5, "CREATE TABLE a (id int); CREATE TABLE `b ,` (id int); CREATE VIEW c AS SELECT 1; CREATE VIEW d AS SELECT 1"),
            (5, "CREATE TABLE `b ,` (id int); CREATE VIEW c AS SELECT 1; CREATE VIEW d AS SELECT 1"),
            (5, "CREATE VIEW c AS SELECT 1; CREATE VIEW d AS SELECT 1"),
            (6, "CREATE VIEW d AS SELECT 1"),
            (6, "SELECT 1"),
        ] {
            let mut connection = connect(url).await;
            folder.deploy(&mut connection).await.unwrap();
            connection.batch("DELETE FROM users").await.unwrap();
            leave_in_doubt(&mut connection, &name, position).await;
            connection.batch(left).await.unwrap();
            goes_on(url, &folder, &name).await;
            assert_eq!(number(&mut connection, "SELECT count(*) FROM users").await, 1, "{left}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_outside_of_the_database_is_made_and_dropped_once() {
    on_mariadb(async |url, mut folder| {
        let schema = folder.read().schema();
        let role = format!("orm_{}", std::process::id());
        let sql = format!("CREATE ROLE {role};\nDROP ROLE {role};\n");
        let name = folder.add_with("role", &sql, schema);
        for (position, left) in [(1, String::new()), (1, format!("CREATE ROLE {role}")), (2, String::new())] {
            let mut connection = connect(url).await;
            folder.deploy(&mut connection).await.unwrap();
            leave_in_doubt(&mut connection, &name, position).await;
            connection.batch(&format!("SELECT 1; {left}")).await.unwrap();
            goes_on(url, &folder, &name).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_table_of_another_database_is_made_once() {
    on_mariadb(async |url, mut folder| {
        let schema = folder.read().schema();
        let other = format!("{}_b", url.rsplit_once('/').unwrap().1.split('?').next().unwrap());
        let sql = format!("CREATE TABLE {other}.t (id int);\nALTER TABLE `{other}`.`t` ADD COLUMN a int;\n");
        let name = folder.add_with("elsewhere", &sql, schema);
        let mut connection = connect(url).await;
        connection.batch(&format!("CREATE DATABASE {other}")).await.unwrap();
        folder.deploy(&mut connection).await.unwrap();
        leave_in_doubt(&mut connection, &name, 2).await;
        goes_on(url, &folder, &name).await;
        leave_in_doubt(&mut connection, &name, 1).await;
        connection.batch(&format!("ALTER TABLE {other}.t DROP COLUMN a")).await.unwrap();
        goes_on(url, &folder, &name).await;
        connection.batch(&format!("DROP DATABASE {other}")).await.unwrap();
    })
    .await;
}

const PROCEDURES: &str = "\
CREATE PROCEDURE in_one() BEGIN INSERT INTO users VALUES (1, 'Ann'); UPDATE users SET name = concat(name, sleep(3)); END;
CREATE PROCEDURE in_two() BEGIN INSERT INTO users VALUES (2, 'Bob'); COMMIT; UPDATE users SET name = concat(name, sleep(3)); END;
";

/// Deploys, and gives it up while the last statement sleeps.
async fn give_up_in_the_middle(url: &str, folder: &Folder) {
    let mut connection = connect(url).await;
    let deployed =
        tokio::time::timeout(std::time::Duration::from_millis(1500), folder.deploy(&mut connection));
    assert!(deployed.await.is_err(), "it was over before it was given up");
}

#[tokio::test]
async fn a_call_that_commits_nothing_runs_once_and_one_that_does_is_for_a_person() {
    on_mariadb(async |url, mut folder| {
        let schema = folder.read().schema();
        folder.add_with("procedures", PROCEDURES, schema.clone());
        for marker in ["", "-- orm: no transaction\n"] {
            let mut connection = connect(url).await;
            folder.deploy(&mut connection).await.unwrap();
            let name = folder.add_with("one", &format!("{marker}CALL in_one();\n"), schema.clone());
            give_up_in_the_middle(url, &folder).await;
            goes_on(url, &folder, &name).await;
            assert_eq!(number(&mut connection, "SELECT count(*) FROM users WHERE name = 'Ann0'").await, 1);

            let name = folder.add_with("two", &format!("{marker}CALL in_two();\n"), schema.clone());
            give_up_in_the_middle(url, &folder).await;
            let error = folder.deploy(&mut connection).await.unwrap_err();
            assert_eq!((error.code(), error.class()), (Code::InDoubt, Class::Precondition), "{error}");
            assert_eq!(number(&mut connection, "SELECT count(*) FROM users WHERE name = 'Bob'").await, 1);
            folder.resolve(&mut connection, &name, Resolution::Ran).await.unwrap();
            goes_on(url, &folder, &name).await;
            connection.batch("DELETE FROM users").await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn what_only_the_session_knows_is_there_for_whoever_goes_on() {
    on_mariadb(async |url, mut folder| {
        let schema = folder.read().schema();
        let sql = "PREPARE add_one FROM 'INSERT INTO users VALUES (?, ?)';\nSET @id = 7;\nCREATE TABLE t (id int);\n\
                   DROP TABLE t;\nEXECUTE add_one USING @id, 'Ann';\nDEALLOCATE PREPARE add_one;\n";
        let name = folder.add_with("prepared", sql, schema);
        let mut connection = connect(url).await;
        folder.deploy(&mut connection).await.unwrap();
        connection.batch("DELETE FROM users").await.unwrap();
        leave_in_doubt(&mut connection, &name, 4).await;
        goes_on(url, &folder, &name).await;
        assert_eq!(number(&mut connection, "SELECT count(*) FROM users").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_lock_is_given_back_wherever_a_migration_has_led() {
    on_mariadb(async |url, mut folder| {
        let schema = folder.read().schema();
        folder.add_with("elsewhere", "USE information_schema;\nSELECT 1;\n", schema.clone());
        folder.add_with("here", "INSERT INTO users VALUES (1, 'Ann');\n", schema);
        let mut first = connect(url).await;
        folder.deploy(&mut first).await.unwrap();
        assert_eq!(number(&mut first, "SELECT count(*) FROM users").await, 1);
        let own = "SELECT CAST(coalesce(IS_USED_LOCK(concat('orm migrate ', md5(DATABASE()))), 0) AS SIGNED)";
        assert_eq!(number(&mut first, own).await, 0);
    })
    .await;
}
