//! Statements that refuse a transaction, left by a process that died: before them, half-way, and behind them.

use std::time::Duration;

use orm_migrate::{
    executor::{DeployOptions, deploy},
    journal::Journal,
    status,
};

use crate::support::{Folder, connect, leave_in_doubt, number, on_postgres, texts};

/// Gives a statement up while it waits for those who still see the tables as they were.
async fn stop_half_way(url: &str, sql: &str) {
    let mut other = connect(url).await;
    other.batch("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM users").await.unwrap();
    if sql.contains("PARTITION") {
        other.batch("SELECT count(*) FROM years").await.unwrap();
    }
    let mut connection = connect(url).await;
    connection.batch("SET statement_timeout = 400").await.unwrap();
    connection.batch(sql).await.unwrap_err();
    other.batch("ROLLBACK").await.unwrap();
}

/// Deploys on, and what was in doubt must be done, and done once.
async fn goes_on(url: &str, folder: &Folder, name: &str) {
    let mut connection = connect(url).await;
    let deployed = folder.deploy(&mut connection).await.unwrap();
    assert_eq!(deployed.applied, [name]);
    assert!(Journal::read(&mut connection).await.unwrap().unfinished().is_none());
    assert!(status(&mut connection, &folder.read()).await.unwrap().is_clean());
    let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
    assert_eq!(number(&mut connection, invalid).await, 0, "an index was left behind");
}

const DETACH: &str = "ALTER TABLE years DETACH PARTITION first_years CONCURRENTLY";

#[tokio::test]
async fn a_partition_is_detached_once_wherever_the_process_died() {
    on_postgres(async |url, mut folder| {
        let schema = folder.read().schema();
        let sql = format!(
            "CREATE TABLE years (n bigint NOT NULL) PARTITION BY RANGE (n);\n\
             CREATE TABLE first_years PARTITION OF years FOR VALUES FROM (0) TO (10);\n\
             -- orm: no transaction\n{DETACH};\n-- orm: transaction\nDROP TABLE years;\n"
        );
        let name = folder.add_with("detach", &format!("{sql}DROP TABLE first_years;\n"), schema);
        let is_attached = "SELECT count(*) FROM pg_inherits";
        for half_way in ["", "half way", "done"] {
            let mut connection = connect(url).await;
            folder.deploy(&mut connection).await.unwrap();
            leave_in_doubt(&mut connection, &name, 3).await;
            let tables = sql.split("-- orm").next().unwrap();
            connection.batch(tables).await.unwrap();
            match half_way {
                "half way" => stop_half_way(url, DETACH).await,
                "done" => connection.batch(DETACH).await.unwrap(),
                _ => {}
            }
            let expected = i64::from(half_way != "done");
            assert_eq!(number(&mut connection, is_attached).await, expected, "{half_way}");
            goes_on(url, &folder, &name).await;
        }
    })
    .await;
}

#[tokio::test]
async fn indexes_that_were_being_rebuilt_leave_nothing_behind() {
    on_postgres(async |url, mut folder| {
        let schema = folder.read().schema();
        let mut names = Vec::new();
        for (what, sql) in REINDEX {
            names.push(folder.add_with(
                what,
                &format!("-- orm: no transaction\n{sql};\nSELECT 1;\n"),
                schema.clone(),
            ));
        }
        folder.deploy(&mut connect(url).await).await.unwrap();
        for (name, (_, sql)) in names.iter().zip(REINDEX) {
            stop_half_way(url, sql).await;
            let mut connection = connect(url).await;
            let left = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
            assert!(number(&mut connection, left).await > 0, "{sql} left nothing");
            leave_in_doubt(&mut connection, name, 1).await;
            goes_on(url, &folder, name).await;
        }
    })
    .await;
}

const REINDEX: [(&str, &str); 3] = [
    ("index", "REINDEX INDEX CONCURRENTLY users_pkey"),
    ("table", "REINDEX (VERBOSE) TABLE CONCURRENTLY public.\"users\""),
    ("namespace", "REINDEX SCHEMA CONCURRENTLY public"),
];

#[tokio::test]
async fn an_index_without_a_name_is_made_once_wherever_the_process_died() {
    on_postgres(async |url, mut folder| {
        let sql = "CREATE INDEX CONCURRENTLY ON users (name)";
        let name = folder.add("by_name", &format!("-- orm: no transaction\n{sql};\nSELECT 1;\n")).await;
        let indexes = "SELECT count(*) FROM pg_index WHERE indrelid = 'users'::regclass";
        for half_way in ["", "half way", "done"] {
            let mut connection = connect(url).await;
            folder.deploy(&mut connection).await.unwrap();
            leave_in_doubt(&mut connection, &name, 1).await;
            if half_way != "done" {
                connection.batch("DROP INDEX users_name_idx").await.unwrap();
            }
            if half_way == "half way" {
                stop_half_way(url, sql).await;
            }
            goes_on(url, &folder, &name).await;
            assert_eq!(number(&mut connection, indexes).await, 2, "{half_way}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_leaves_rows_and_schema_alone_is_run_again_whatever_else_has_changed() {
    on_postgres(async |url, mut folder| {
        let schema = folder.read().schema();
        let sql = "-- orm: no transaction\nVACUUM ANALYZE users;\nSELECT 1;\n";
        let name = folder.add_with("vacuum", sql, schema);
        let mut connection = connect(url).await;
        folder.deploy(&mut connection).await.unwrap();
        leave_in_doubt(&mut connection, &name, 1).await;
        connection.batch("CREATE TABLE of_somebody_else (id bigint)").await.unwrap();
        let options = DeployOptions { lock_timeout: Duration::from_secs(5), ..DeployOptions::default() };
        let deployed = deploy(&mut connection, &folder.read(), &options, &mut |_| {}).await.unwrap();
        assert_eq!(deployed.applied, [name]);
    })
    .await;
}

#[tokio::test]
async fn what_a_migration_sets_holds_to_its_end_and_for_whoever_goes_on_with_it() {
    on_postgres(async |url, mut folder| {
        let schema = folder.read().schema();
        let row = |id: u32| {
            format!(
                "INSERT INTO users SELECT {id}, current_setting('TimeZone') || current_setting('work_mem');\n"
            )
        };
        let set = "SET TIME ZONE 'Asia/Tokyo';\nSELECT set_config('work_mem', '1MB', false);\n";
        let sql =
            format!("{set}-- orm: no transaction\nVACUUM users;\n{}-- orm: transaction\n{}", row(1), row(2));
        let name = folder.add_with("set", &sql, schema.clone());
        let after = folder.add_with("after", &row(3), schema);
        let mut connection = connect(&format!("{url}?statement_timeout=20s")).await;
        folder.deploy(&mut connection).await.unwrap();
        let found = "SELECT name FROM users ORDER BY id";
        let undisturbed = texts(&mut connection, found).await;
        assert_eq!(undisturbed[..2], ["Asia/Tokyo1MB", "Asia/Tokyo1MB"]);
        assert!(!undisturbed[2].contains("Asia") && !undisturbed[2].ends_with("1MB"), "{undisturbed:?}");
        assert_eq!(
            texts(&mut connection, "SHOW statement_timeout").await,
            ["20s"],
            "the session's own stays"
        );

        let mut connection = connect(url).await;
        connection
            .batch(&format!("TRUNCATE users; DELETE FROM _orm_migration WHERE name = '{after}'"))
            .await
            .unwrap();
        connection.batch(&format!("DELETE FROM _orm_statement WHERE migration = '{after}'")).await.unwrap();
        leave_in_doubt(&mut connection, &name, 3).await;
        folder.deploy(&mut connection).await.unwrap();
        assert_eq!(texts(&mut connection, found).await, undisturbed);
    })
    .await;
}

#[tokio::test]
async fn the_lock_is_given_back_wherever_a_migration_has_led() {
    on_postgres(async |url, mut folder| {
        let schema = folder.read().schema();
        folder.add_with("dump", "SELECT pg_catalog.set_config('search_path', '', false);\n", schema);
        let mut first = connect(url).await;
        folder.deploy(&mut first).await.unwrap();
        assert_eq!(
            number(
                &mut first,
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            )
            .await,
            0
        );
        assert_eq!(texts(&mut first, "SHOW search_path").await, ["\"$user\", public"]);
    })
    .await;
}
