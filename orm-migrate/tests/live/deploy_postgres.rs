//! Deploying on PostgreSQL: what is different where a server and other sessions are there.

use std::time::Duration;

use orm_migrate::{
    error::{Class, Code},
    executor::{DeployOptions, Event, deploy},
    journal::Journal,
    resolve::Resolution,
    status,
};

use crate::support::{POSTGRES_USERS, connect, number, on_postgres};

const CONCURRENTLY: &str =
    "-- orm: no transaction\nCREATE UNIQUE INDEX CONCURRENTLY users_name ON users (name);\n";

#[tokio::test]
async fn a_migration_that_fails_half_way_is_rolled_back_and_simply_pending() {
    on_postgres(async |url, mut folder| {
        let schema = folder.read().schema();
        let sql =
            "INSERT INTO users VALUES (1, 'Ann');\nALTER TABLE users ADD COLUMN age int;\nSELECT 1 / 0;\n";
        let name = folder.add_with("broken", sql, schema);
        let mut connection = connect(url).await;
        let error = folder.deploy(&mut connection).await.unwrap_err();
        assert_eq!((error.code(), error.place().unwrap().line), (Code::StatementFailed, Some(3)));
        assert!(error.why().contains("division by zero"), "{}", error.why());
        assert_eq!(number(&mut connection, "SELECT count(*) FROM users").await, 0);
        let found = status(&mut connection, &folder.read()).await.unwrap();
        assert_eq!((found.pending, found.problems.len(), found.drift), (vec![name], 0, vec![]));
    })
    .await;
}

#[tokio::test]
async fn an_index_that_was_left_invalid_is_dropped_and_made_again() {
    on_postgres(async |url, mut folder| {
        let name = folder.add("name", CONCURRENTLY).await;
        let mut connection = connect(url).await;
        connection
            .batch(&format!("{POSTGRES_USERS} INSERT INTO users VALUES (1, 'Ann'), (2, 'Ann')"))
            .await
            .unwrap();
        let users = folder.read().list()[0].clone();
        orm_migrate::journal::mark_applied(&mut connection, users.name.as_str(), &users.fingerprint())
            .await
            .unwrap();

        let error = folder.deploy(&mut connection).await.unwrap_err();
        assert_eq!(error.code(), Code::StatementFailed);
        let found = status(&mut connection, &folder.read()).await.unwrap();
        assert_eq!(found.problems[0].code(), Code::InDoubt);
        assert_eq!(number(&mut connection, "SELECT count(*) FROM pg_index WHERE NOT indisvalid").await, 1);

        connection.batch("UPDATE users SET name = 'Bob' WHERE id = 2").await.unwrap();
        assert_eq!(folder.deploy(&mut connection).await.unwrap().applied, [name]);
        assert_eq!(number(&mut connection, "SELECT count(*) FROM pg_index WHERE NOT indisvalid").await, 0);
        assert!(status(&mut connection, &folder.read()).await.unwrap().is_clean());
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_ran_before_the_process_died_is_not_run_again() {
    on_postgres(async |url, mut folder| {
        let name = folder.add("name", CONCURRENTLY).await;
        let mut connection = connect(url).await;
        folder.deploy(&mut connection).await.unwrap();
        // As a process leaves it that dies between the statement and its record.
        let undone = format!(
            "UPDATE _orm_migration SET finished_at = NULL WHERE name = '{name}';\
             UPDATE _orm_statement SET finished_at = NULL WHERE migration = '{name}'"
        );
        connection.batch(&undone).await.unwrap();
        let before = number(&mut connection, "SELECT 'users_name'::regclass::oid::bigint").await;
        assert_eq!(folder.deploy(&mut connection).await.unwrap().applied, [name]);
        assert_eq!(number(&mut connection, "SELECT 'users_name'::regclass::oid::bigint").await, before);
        assert!(Journal::read(&mut connection).await.unwrap().unfinished().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_call_that_may_have_run_is_for_a_person_to_decide() {
    on_postgres(async |url, mut folder| {
        let schema = folder.read().schema();
        let sql = "-- orm: no transaction\nDO $$ BEGIN PERFORM 1; END $$;\n";
        let name = folder.add_with("call", sql, schema);
        let mut connection = connect(url).await;
        folder.deploy(&mut connection).await.unwrap();
        let undone = format!(
            "UPDATE _orm_migration SET finished_at = NULL WHERE name = '{name}';\
             UPDATE _orm_statement SET finished_at = NULL WHERE migration = '{name}'"
        );
        connection.batch(&undone).await.unwrap();
        // The schema is as the migration expects, and says nothing of rows.
        let error = folder.deploy(&mut connection).await.unwrap_err();
        assert_eq!((error.code(), error.class()), (Code::InDoubt, Class::Precondition));
        assert!(error.what_to_do().unwrap().contains(&format!("`orm migrate resolve --not-run {name}`")));
        folder.resolve(&mut connection, &name, Resolution::NotRun).await.unwrap();
        assert_eq!(folder.deploy(&mut connection).await.unwrap().applied, [name]);
    })
    .await;
}

#[tokio::test]
async fn who_holds_the_lock_is_told() {
    on_postgres(async |url, folder| {
        let mut holder = connect(&format!("{url}?application_name=other%20deploy")).await;
        let key = "hashtextextended('orm migrate ' || current_database() || ' ' || coalesce(current_schema(), ''), 0)";
        holder.batch(&format!("SELECT pg_advisory_lock({key})")).await.unwrap();
        let mut connection = connect(url).await;
        let mut told = Vec::new();
        let options = DeployOptions { lock_timeout: Duration::from_millis(300), ..DeployOptions::default() };
        let mut observer = |event: Event<'_>| {
            if let Event::Waiting(Some(holder)) = event {
                told.push(holder.application.clone());
            }
        };
        let error = deploy(&mut connection, &folder.read(), &options, &mut observer).await.unwrap_err();
        assert_eq!((error.code(), error.class()), (Code::Locked, Class::LockTimeout));
        assert!(error.why().contains("`other deploy`"), "{}", error.why());
        assert_eq!(told, ["other deploy"]);
    })
    .await;
}

#[tokio::test]
async fn a_table_that_somebody_locks_is_tried_again_and_then_told() {
    on_postgres(async |url, mut folder| {
        let mut connection = connect(url).await;
        folder.deploy(&mut connection).await.unwrap();
        let name = folder.add("age", "ALTER TABLE users ADD COLUMN age int;\n").await;
        let mut other = connect(url).await;
        other.batch("BEGIN; LOCK TABLE users IN ACCESS SHARE MODE").await.unwrap();
        let options = DeployOptions { lock_timeout: Duration::from_millis(200), ..DeployOptions::default() };
        let error = deploy(&mut connection, &folder.read(), &options, &mut |_| {}).await.unwrap_err();
        assert_eq!((error.code(), error.class()), (Code::TableLocked, Class::LockTimeout));
        other.batch("ROLLBACK").await.unwrap();
        assert_eq!(folder.deploy(&mut connection).await.unwrap().applied, [name]);
    })
    .await;
}

#[tokio::test]
async fn eight_deployers_at_once_run_each_migration_once_on_postgres() {
    on_postgres(async |url, mut folder| {
        folder.add("name", CONCURRENTLY).await;
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
async fn a_dump_that_sets_the_search_path_neither_loses_the_journal_nor_reaches_the_next_migration() {
    on_postgres(async |url, mut folder| {
        let schema = folder.read().schema();
        let dump = "SELECT pg_catalog.set_config('search_path', '', false);\nINSERT INTO public.users VALUES (1, 'Ann');\n";
        folder.add_with("dump", dump, schema.clone());
        folder.add_with("after", "UPDATE users SET name = 'Bob';\n", schema);
        let mut connection = connect(url).await;
        assert_eq!(folder.deploy(&mut connection).await.unwrap().applied.len(), 3);
        assert!(status(&mut connection, &folder.read()).await.unwrap().is_clean());
    })
    .await;
}

#[tokio::test]
async fn a_check_that_fails_at_commit_says_which_migration_it_was() {
    on_postgres(async |url, mut folder| {
        let posts = "CREATE TABLE posts (id bigint PRIMARY KEY, author bigint REFERENCES users DEFERRABLE INITIALLY DEFERRED);\n";
        let name = folder.add("posts", posts).await;
        folder.edit(&name, &format!("{posts}INSERT INTO posts VALUES (1, 7);\n"));
        let mut connection = connect(url).await;
        let error = folder.deploy(&mut connection).await.unwrap_err();
        assert_eq!(error.code(), Code::StatementFailed);
        assert!(error.why().contains(&name) && error.why().contains("foreign key"), "{}", error.why());
        let found = status(&mut connection, &folder.read()).await.unwrap();
        assert_eq!((found.applied.len(), found.pending, found.problems.len()), (1, vec![name], 0));
    })
    .await;
}

#[tokio::test]
async fn a_deploy_that_is_given_up_at_any_moment_goes_on_where_it_was() {
    on_postgres(async |url, mut folder| {
        let schema = folder.read().schema();
        folder.add_with("rows", "INSERT INTO users SELECT n, n::text FROM generate_series(1, 2000) n;\n", schema.clone());
        folder.add("name", CONCURRENTLY).await;
        let twice = "UPDATE users SET name = name || 'x';\n-- orm: no transaction\nUPDATE users SET name = name || 'y';\n";
        let schema = folder.read().schema();
        folder.add_with("twice", twice, schema);
        let migrations = folder.read();
        for moment in 0..40_u64 {
            let mut connection = connect(url).await;
            let options = DeployOptions::default();
            let mut quiet = |_: orm_migrate::executor::Event<'_>| {};
            let deployed = deploy(&mut connection, &migrations, &options, &mut quiet);
            let _ = tokio::time::timeout(Duration::from_micros(moment * moment * 40), deployed).await;
        }
        let mut connection = connect(url).await;
        folder.deploy(&mut connection).await.unwrap();
        assert!(status(&mut connection, &migrations).await.unwrap().is_clean());
        let right = "SELECT count(*) FROM users WHERE name = id || 'xy'";
        assert_eq!(number(&mut connection, right).await, 2000);
    })
    .await;
}
