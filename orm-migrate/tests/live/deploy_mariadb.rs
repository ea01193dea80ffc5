//! Deploying on MariaDB: each statement of data definition commits by itself.

use std::time::Duration;

use orm_migrate::{
    clear,
    error::{Class, Code},
    executor::{DeployOptions, Event, deploy},
    journal::Journal,
    reset,
    resolve::Resolution,
    status,
};

use crate::support::{connect, number, on_mariadb, texts};

const INDEX: &str = "CREATE UNIQUE INDEX users_name ON users (name);\n";

#[tokio::test]
async fn a_migration_that_fails_half_way_goes_on_at_the_statement_that_failed() {
    on_mariadb(async |url, mut folder| {
        let sql = "INSERT INTO users VALUES (1, 'Ann');\nALTER TABLE users ADD COLUMN age int;\n\
                   UPDATE users SET age = 3;\nALTER TABLE users ADD COLUMN age int;\n";
        let schema = folder.read().schema();
        let name = folder.add_with("broken", sql, schema);
        let mut connection = connect(url).await;
        let error = folder.deploy(&mut connection).await.unwrap_err();
        assert_eq!((error.code(), error.place().unwrap().line), (Code::StatementFailed, Some(4)));
        assert_eq!(error.notes()[0], "statements 1 to 3 were applied and stay");
        assert_eq!(number(&mut connection, "SELECT count(*) FROM users WHERE age = 3").await, 1);

        let mended = sql.rsplit_once("ALTER").unwrap().0;
        folder.edit(&name, mended);
        assert_eq!(folder.deploy(&mut connection).await.unwrap().applied, [name]);
        assert_eq!(number(&mut connection, "SELECT count(*) FROM users WHERE age = 3").await, 1);
        assert!(Journal::read(&mut connection).await.unwrap().unfinished().is_none());
    })
    .await;
}

/// As a process leaves it that dies between a statement and its record.
fn without_its_end(name: &str) -> String {
    format!(
        "UPDATE _orm_migration SET finished_at = NULL WHERE name = '{name}';\
         UPDATE _orm_statement SET finished_at = NULL WHERE migration = '{name}'"
    )
}

#[tokio::test]
async fn a_statement_that_ran_before_the_process_died_is_not_run_again() {
    on_mariadb(async |url, mut folder| {
        let name = folder.add("name", INDEX).await;
        let mut connection = connect(url).await;
        folder.deploy(&mut connection).await.unwrap();
        connection.batch(&without_its_end(&name)).await.unwrap();
        assert_eq!(folder.deploy(&mut connection).await.unwrap().applied, [name]);
        assert!(status(&mut connection, &folder.read()).await.unwrap().is_clean());
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_did_not_run_before_the_process_died_is_run() {
    on_mariadb(async |url, mut folder| {
        let name = folder.add("name", INDEX).await;
        let mut connection = connect(url).await;
        folder.deploy(&mut connection).await.unwrap();
        connection.batch(&without_its_end(&name)).await.unwrap();
        connection.batch("DROP INDEX users_name ON users").await.unwrap();
        assert_eq!(folder.deploy(&mut connection).await.unwrap().applied, [name]);
        let found = "SELECT count(*) FROM information_schema.statistics \
                     WHERE table_schema = DATABASE() AND index_name = 'users_name'";
        assert_eq!(number(&mut connection, found).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_call_that_may_have_run_is_for_a_person_to_decide() {
    on_mariadb(async |url, mut folder| {
        let schema = folder.read().schema();
        let sql = "CREATE PROCEDURE add_one() BEGIN INSERT INTO users VALUES (1, 'Ann'); COMMIT; END;\n\
                   -- orm: no transaction\nCALL add_one();\n";
        let name = folder.add_with("call", sql, schema);
        let mut connection = connect(url).await;
        folder.deploy(&mut connection).await.unwrap();
        connection.batch(&format!("{} AND position = 2", without_its_end(&name))).await.unwrap();
        let error = folder.deploy(&mut connection).await.unwrap_err();
        assert_eq!((error.code(), error.class()), (Code::InDoubt, Class::Precondition));
        assert!(error.what_to_do().unwrap().contains(&format!("`orm migrate resolve --ran {name}`")));
        folder.resolve(&mut connection, &name, Resolution::Ran).await.unwrap();
        assert_eq!(folder.deploy(&mut connection).await.unwrap().applied, [name]);
        assert_eq!(number(&mut connection, "SELECT count(*) FROM users").await, 1);
    })
    .await;
}

/// What MyISAM has written no rollback takes back, whether its table is there already or the same migration makes it.
#[tokio::test]
async fn what_an_engine_without_transactions_has_written_is_not_written_again() {
    for make in ["ENGINE=MyISAM", "ENGINE = 'Aria' COMMENT 'a log'"] {
        on_mariadb(async |url, mut folder| {
            let mut connection = connect(url).await;
            let make = format!("CREATE TABLE log (id int) {make};\n");
            let is_there = make.contains("MyISAM");
            let first = if is_there { connection.batch(&make).await.map(|()| String::new()).unwrap() } else { make };
            let kept = if is_there { 2 } else { 3 };
            let schema = folder.read().schema();
            let failing = format!(
                "{first}INSERT INTO users VALUES (1, 'Ann');\nINSERT INTO log VALUES (1);\nINSERT INTO nothing VALUES (1);\n"
            );
            let name = folder.add_with("log", &failing, schema);
            let error = folder.deploy(&mut connection).await.unwrap_err();
            assert!(error.why().contains(&format!("failed at statement {}", kept + 1)), "{error}");
            assert_eq!(error.notes()[0], format!("statements 1 to {kept} were applied and stay"));
            folder.edit(&name, &failing.replace("INTO nothing VALUES (1)", "INTO users VALUES (2, 'Ben')"));
            assert_eq!(folder.deploy(&mut connection).await.unwrap().applied, [name]);
            assert_eq!(number(&mut connection, "SELECT count(*) FROM log").await, 1);
            assert_eq!(number(&mut connection, "SELECT count(*) FROM users").await, 2);
        })
        .await;
    }
}

#[tokio::test]
async fn who_holds_the_lock_is_told() {
    on_mariadb(async |url, folder| {
        let mut holder = connect(url).await;
        let taken = number(
            &mut holder,
            "SELECT CAST(GET_LOCK(concat('orm migrate ', md5(DATABASE())), 0) AS SIGNED)",
        );
        assert_eq!(taken.await, 1);
        let mut connection = connect(url).await;
        let mut told = Vec::new();
        let options = DeployOptions { lock_timeout: Duration::from_millis(300), ..DeployOptions::default() };
        let mut observer = |event: Event<'_>| {
            if let Event::Waiting(Some(holder)) = event {
                told.push(holder.user.clone());
            }
        };
        let error = deploy(&mut connection, &folder.read(), &options, &mut observer).await.unwrap_err();
        assert_eq!((error.code(), error.class()), (Code::Locked, Class::LockTimeout));
        let user = texts(&mut holder, "SELECT CAST(SUBSTRING_INDEX(USER(), '@', 1) AS CHAR)").await;
        assert!(error.why().contains(&format!("of user `{}`", user[0])), "{}", error.why());
        assert_eq!(told, user);
    })
    .await;
}

#[tokio::test]
async fn a_table_that_somebody_uses_is_tried_again_and_then_told() {
    on_mariadb(async |url, mut folder| {
        let mut connection = connect(url).await;
        folder.deploy(&mut connection).await.unwrap();
        let name = folder.add("age", "ALTER TABLE users ADD COLUMN age int;\n").await;
        let mut other = connect(url).await;
        other.batch("BEGIN; SELECT * FROM users").await.unwrap();
        let options = DeployOptions { lock_timeout: Duration::from_millis(200), ..DeployOptions::default() };
        let error = deploy(&mut connection, &folder.read(), &options, &mut |_| {}).await.unwrap_err();
        assert_eq!((error.code(), error.class()), (Code::TableLocked, Class::LockTimeout));
        other.batch("ROLLBACK").await.unwrap();
        assert_eq!(folder.deploy(&mut connection).await.unwrap().applied, [name]);
    })
    .await;
}

#[tokio::test]
async fn eight_deployers_at_once_run_each_migration_once_on_mariadb() {
    on_mariadb(async |url, mut folder| {
        folder.add("name", INDEX).await;
        let schema = folder.read().schema();
        folder.add_with("row", "INSERT INTO users VALUES (1, 'Ann');", schema);
        let deployers: Vec<_> = (0..8)
            .map(|_| {
                let (url, migrations) = (url.to_owned(), folder.read());
                tokio::spawn(async move {
                    let mut connection = connect(&url).await;
                    let options = DeployOptions::default();
                    let deployed = deploy(&mut connection, &migrations, &options, &mut |_| {}).await;
                    deployed.map(|deployed| deployed.applied.len())
                })
            })
            .collect();
        let mut applied = 0;
        for deployer in deployers {
            applied += deployer.await.unwrap().unwrap();
        }
        assert_eq!(applied, 3);
    })
    .await;
}

#[tokio::test]
async fn what_a_dump_sets_holds_to_its_end_and_for_whoever_goes_on_with_it() {
    on_mariadb(async |url, mut folder| {
        let dump = "/*!40014 SET FOREIGN_KEY_CHECKS=0 */;\nCREATE TABLE posts (author bigint, FOREIGN KEY (author) REFERENCES authors (id));\n\
                    INSERT INTO nowhere VALUES (1);\nCREATE TABLE authors (id bigint PRIMARY KEY);\n";
        let schema = folder.read().schema();
        let name = folder.add_with("dump", dump, schema.clone());
        folder.add_with("after", "INSERT INTO posts VALUES (7);\n", schema);
        let error = folder.deploy(&mut connect(url).await).await.unwrap_err();
        assert_eq!(error.place().unwrap().line, Some(3));
        folder.edit(&name, &dump.replace("INSERT INTO nowhere VALUES (1);\n", ""));
        let error = folder.deploy(&mut connect(url).await).await.unwrap_err();
        assert!(error.why().contains("foreign key"), "the next migration checks again: {}", error.why());
        let journal = Journal::read(&mut connect(url).await).await.unwrap();
        assert_eq!(journal.finished().count(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_deploy_that_is_given_up_at_any_moment_goes_on_where_it_was() {
    on_mariadb(async |url, mut folder| {
        let schema = folder.read().schema();
        folder.add_with("rows", "INSERT INTO users SELECT seq, seq FROM seq_1_to_2000;\n", schema.clone());
        folder.add("name", INDEX).await;
        let twice = "UPDATE users SET name = concat(name, 'x');\nALTER TABLE users ADD COLUMN age int;\n\
                     UPDATE users SET name = concat(name, 'y');\nALTER TABLE users DROP COLUMN age;\n";
        let schema = folder.read().schema();
        folder.add_with("twice", twice, schema);
        let migrations = folder.read();
        for moment in 0..40_u64 {
            let mut connection = connect(url).await;
            let options = DeployOptions::default();
            let mut quiet = |_: Event<'_>| {};
            let deployed = deploy(&mut connection, &migrations, &options, &mut quiet);
            let _ = tokio::time::timeout(Duration::from_micros(moment * moment * 60), deployed).await;
        }
        let mut connection = connect(url).await;
        folder.deploy(&mut connection).await.unwrap();
        assert!(status(&mut connection, &migrations).await.unwrap().is_clean());
        let right = "SELECT count(*) FROM users WHERE name = concat(id, 'xy')";
        assert_eq!(number(&mut connection, right).await, 2000);
    })
    .await;
}

#[tokio::test]
async fn a_reset_drops_everything_whatever_leads_where() {
    on_mariadb(async |url, folder| {
        let mut connection = connect(url).await;
        folder.deploy(&mut connection).await.unwrap();
        let sql = "CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE `b ``x` (id int PRIMARY KEY, a int REFERENCES a (id)); \
                   ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES `b ``x` (id); CREATE VIEW v AS SELECT 1; \
                   CREATE SEQUENCE s; CREATE FUNCTION f() RETURNS int RETURN 1; CREATE PROCEDURE p() SELECT 1";
        connection.batch(sql).await.unwrap();
        let dropped = reset::reset(&mut connection, Duration::from_secs(5)).await.unwrap();
        assert_eq!(dropped.len(), 9, "{dropped:?}");
        let left = "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE()";
        assert_eq!(number(&mut connection, left).await, 0);
        clear::clear(&mut connection).await.unwrap();
    })
    .await;
}
