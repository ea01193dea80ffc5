//! Deploying: history, failure, doubt, the lock.

use orm_migrate::{
    Migrations,
    error::{Class, Code},
    executor::{DeployOptions, Event, deploy},
    journal::Journal,
    status,
};

use crate::support::{Folder, connect, memory, number};

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n";
const POSTS: &str = "CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT NOT NULL);\n";

async fn two_migrations() -> (Folder, String, String) {
    let mut folder = Folder::sqlite();
    let first = folder.add("users", USERS).await;
    let second = folder.add("posts", POSTS).await;
    (folder, first, second)
}

#[tokio::test]
async fn pending_migrations_run_in_order_and_deploying_again_does_nothing() {
    let (folder, first, second) = two_migrations().await;
    let mut connection = memory().await;
    let deployed = folder.deploy(&mut connection).await.unwrap();
    assert_eq!(deployed.applied, [first, second]);
    assert_eq!(number(&mut connection, "SELECT count(*) FROM posts").await, 0);
    assert!(folder.deploy(&mut connection).await.unwrap().applied.is_empty());
    let journal = Journal::read(&mut connection).await.unwrap();
    assert_eq!(journal.finished().count(), 2);
    assert!(status(&mut connection, &folder.read()).await.unwrap().is_clean());
}

#[tokio::test]
async fn a_dry_run_tells_the_statements_and_writes_nothing() {
    let (folder, first, _) = two_migrations().await;
    let mut connection = memory().await;
    let options = DeployOptions { dry_run: true, ..DeployOptions::default() };
    let deployed = deploy(&mut connection, &folder.read(), &options, &mut |_| {}).await.unwrap();
    assert_eq!(deployed.pending[0].name, first);
    assert_eq!(deployed.pending[0].statements, [USERS.trim().trim_end_matches(';')]);
    assert_eq!(number(&mut connection, "SELECT count(*) FROM sqlite_schema").await, 0);
}

#[tokio::test]
async fn sql_that_fails_half_way_leaves_nothing_and_goes_on_once_mended() {
    let (mut folder, first, second) = two_migrations().await;
    let schema = folder.read().schema();
    let third = folder.add_with(
        "broken",
        "INSERT INTO users VALUES (1, 'Ann');\n\nINSERT INTO nowhere VALUES (1);\n",
        schema,
    );
    let mut connection = memory().await;
    let error = folder.deploy(&mut connection).await.unwrap_err();
    assert_eq!((error.code(), error.class()), (Code::StatementFailed, Class::Error));
    assert!(error.why().contains("statement 2") && error.why().contains("nowhere"), "{}", error.why());
    assert_eq!(error.place().unwrap().line, Some(3));
    let notes = error.notes().join("; ");
    assert!(
        notes.contains("nothing of it was applied") && notes.contains("2 migrations before it"),
        "{notes}"
    );
    assert_eq!(number(&mut connection, "SELECT count(*) FROM users").await, 0);

    folder.edit(&third, "INSERT INTO users VALUES (1, 'Ann');\n");
    assert_eq!(folder.deploy(&mut connection).await.unwrap().applied, [third]);
    assert_eq!(number(&mut connection, "SELECT count(*) FROM users").await, 1);
    assert!(first < second);
}

#[tokio::test]
async fn a_migration_that_was_edited_after_it_ran_is_refused() {
    let (folder, first, _) = two_migrations().await;
    let mut connection = memory().await;
    folder.deploy(&mut connection).await.unwrap();
    folder.edit(&first, &USERS.replace("name", "full_name"));
    let error = folder.deploy(&mut connection).await.unwrap_err();
    assert_eq!((error.code(), error.class()), (Code::AppliedEdited, Class::Precondition));
    assert_eq!(
        status(&mut connection, &folder.read()).await.unwrap().problems[0].code(),
        Code::AppliedEdited
    );
}

#[tokio::test]
async fn an_edit_that_the_lock_file_does_not_know_is_refused_before_anything_runs() {
    let (folder, first, _) = two_migrations().await;
    std::fs::write(folder.path.join(&first).join("up.sql"), "SELECT 1;").unwrap();
    let mut connection = memory().await;
    let error = folder.deploy(&mut connection).await.unwrap_err();
    assert_eq!((error.code(), error.class()), (Code::Edited, Class::Precondition));
    assert!(!Journal::read(&mut connection).await.unwrap().exists);
}

#[tokio::test]
async fn a_migration_that_the_folder_lost_is_refused() {
    let (folder, _, second) = two_migrations().await;
    let mut connection = memory().await;
    folder.deploy(&mut connection).await.unwrap();
    std::fs::remove_dir_all(folder.path.join(&second)).unwrap();
    folder.read().relock(&folder.path).unwrap();
    assert_eq!(folder.deploy(&mut connection).await.unwrap_err().code(), Code::AppliedMissing);
}

#[tokio::test]
async fn a_migration_that_comes_before_one_that_ran_is_refused() {
    let (folder, _, second) = two_migrations().await;
    let mut connection = memory().await;
    folder.deploy(&mut connection).await.unwrap();
    // Of another branch, which changes nothing that the others do.
    let early = folder.path.join("20200101000000_early");
    std::fs::create_dir(&early).unwrap();
    std::fs::write(early.join("up.sql"), "SELECT 1;\n").unwrap();
    let nothing = orm_schema::Snapshot::new(orm_schema::Schema::default()).to_json().unwrap();
    std::fs::write(early.join("schema.json"), nothing).unwrap();
    folder.read().relock(&folder.path).unwrap();
    let error = folder.deploy(&mut connection).await.unwrap_err();
    assert_eq!(error.code(), Code::OutOfOrder);
    assert!(error.why().contains(&second));
}

#[tokio::test]
async fn a_table_that_no_migration_made_stops_only_who_touches_it() {
    let (folder, ..) = two_migrations().await;
    let mut connection = memory().await;
    connection.batch("CREATE TABLE other (id INTEGER PRIMARY KEY)").await.unwrap();
    let deployed = folder.deploy(&mut connection).await.unwrap();
    assert_eq!(
        deployed.warnings,
        ["the database differs from its history: table `other` is there, but no migration made it"]
    );

    let mut connection = memory().await;
    connection.batch("CREATE TABLE posts (id INTEGER PRIMARY KEY, body TEXT)").await.unwrap();
    let error = folder.deploy(&mut connection).await.unwrap_err();
    assert_eq!((error.code(), error.class()), (Code::Drift, Class::Precondition));
    assert!(!error.why().contains("users"), "{}", error.why());
}

#[tokio::test]
async fn strict_stops_at_any_drift() {
    let (folder, ..) = two_migrations().await;
    let mut connection = memory().await;
    connection.batch("CREATE TABLE other (id INTEGER PRIMARY KEY)").await.unwrap();
    let options = DeployOptions { strict: true, ..DeployOptions::default() };
    let error = deploy(&mut connection, &folder.read(), &options, &mut |_| {}).await.unwrap_err();
    assert_eq!(error.code(), Code::Drift);
}

#[tokio::test]
async fn statements_outside_a_transaction_are_kept_when_a_later_one_fails() {
    let mut folder = Folder::sqlite();
    folder.add("users", USERS).await;
    let schema = folder.read().schema();
    let sql = "-- orm: no transaction\nINSERT INTO users VALUES (1, 'Ann');\nVACUUM;\nINSERT INTO nowhere VALUES (1);\n";
    let name = folder.add_with("mixed", sql, schema);
    let mut connection = memory().await;
    let error = folder.deploy(&mut connection).await.unwrap_err();
    assert!(error.notes()[0].contains("statements 1 to 2"), "{:?}", error.notes());
    assert_eq!(number(&mut connection, "SELECT count(*) FROM users").await, 1);
    let found = status(&mut connection, &folder.read()).await.unwrap();
    assert_eq!((found.pending, found.problems[0].code()), (vec![name.clone()], Code::Unfinished));

    folder.edit(&name, &sql.replace("'Ann'", "'Bob'"));
    assert_eq!(folder.deploy(&mut connection).await.unwrap_err().code(), Code::StatementEdited);
    folder.edit(&name, &sql.replace("INSERT INTO nowhere VALUES (1)", "UPDATE users SET name = 'Cy'"));
    assert_eq!(folder.deploy(&mut connection).await.unwrap().applied, [name]);
    assert_eq!(number(&mut connection, "SELECT count(*) FROM users WHERE name = 'Cy'").await, 1);
}

#[tokio::test]
async fn rows_that_lose_their_parent_undo_the_migration() {
    let mut folder = Folder::sqlite();
    let tables = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id));\
                  INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1);";
    folder.add("tables", tables).await;
    let schema = folder.read().schema();
    folder.add_with("lose", "DELETE FROM p;", schema);
    let mut connection = memory().await;
    connection.batch("PRAGMA foreign_keys = ON").await.unwrap();
    let error = folder.deploy(&mut connection).await.unwrap_err();
    assert_eq!(error.code(), Code::BrokenReferences);
    assert_eq!(error.notes()[0], "row 1 of `c` refers to `p`");
    assert_eq!(number(&mut connection, "SELECT count(*) FROM p").await, 1);
    assert_eq!(number(&mut connection, "PRAGMA foreign_keys").await, 1, "the pragma is restored");
}

#[tokio::test]
async fn eight_deployers_at_once_run_each_migration_once() {
    let (mut folder, ..) = two_migrations().await;
    let schema = folder.read().schema();
    folder.add_with("row", "INSERT INTO users (name) VALUES ('Ann');", schema);
    let root = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", root.path().join("race.db").display());
    let migrations = folder.read();
    let deployers = (0..8).map(|_| {
        let (url, migrations): (String, Migrations) = (url.clone(), migrations.clone());
        tokio::spawn(async move {
            let mut connection = connect(&url).await;
            let mut told = 0;
            let mut observer = |event: Event<'_>| told += usize::from(matches!(event, Event::Done(_)));
            let deployed =
                deploy(&mut connection, &migrations, &DeployOptions::default(), &mut observer).await;
            (deployed.unwrap().applied.len(), told)
        })
    });
    let (mut applied, mut told) = (0, 0);
    for deployer in deployers.collect::<Vec<_>>() {
        let (its_applied, its_told) = deployer.await.unwrap();
        applied += its_applied;
        told += its_told;
    }
    assert_eq!((applied, told), (3, 3));
    assert_eq!(number(&mut connect(&url).await, "SELECT count(*) FROM users").await, 1);
}

#[tokio::test]
async fn a_locked_database_is_waited_for_and_then_told() {
    let (folder, ..) = two_migrations().await;
    let root = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}?lock_timeout=50ms", root.path().join("locked.db").display());
    let mut other = connect(&url).await;
    other.batch("CREATE TABLE _orm_dummy (a); BEGIN IMMEDIATE").await.unwrap();
    let mut connection = connect(&url).await;
    let options =
        DeployOptions { lock_timeout: std::time::Duration::from_millis(100), ..DeployOptions::default() };
    let error = deploy(&mut connection, &folder.read(), &options, &mut |_| {}).await.unwrap_err();
    assert_eq!((error.code(), error.class()), (Code::TableLocked, Class::LockTimeout));
    other.batch("ROLLBACK").await.unwrap();
    assert_eq!(folder.deploy(&mut connection).await.unwrap().applied.len(), 2);
}

#[tokio::test]
async fn a_deploy_that_is_given_up_at_any_moment_goes_on_where_it_was() {
    let mut folder = Folder::sqlite();
    folder.add("users", USERS).await;
    let schema = folder.read().schema();
    let rows = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 500) INSERT INTO users SELECT n, n FROM n;\n";
    folder.add_with("rows", rows, schema.clone());
    let twice = "UPDATE users SET name = name || 'x';\n-- orm: no transaction\nUPDATE users SET name = name || 'y';\nVACUUM;\n";
    folder.add_with("twice", twice, schema);
    let migrations = folder.read();
    let root = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", root.path().join("killed.db").display());
    for moment in 0..40_u64 {
        let mut connection = connect(&url).await;
        let options = DeployOptions::default();
        let mut quiet = |_: orm_migrate::executor::Event<'_>| {};
        let deployed = deploy(&mut connection, &migrations, &options, &mut quiet);
        let _ = tokio::time::timeout(std::time::Duration::from_micros(moment * moment * 20), deployed).await;
    }
    let mut connection = connect(&url).await;
    folder.deploy(&mut connection).await.unwrap();
    assert!(status(&mut connection, &migrations).await.unwrap().is_clean());
    assert_eq!(number(&mut connection, "SELECT count(*) FROM users WHERE name = id || 'xy'").await, 500);
}

#[tokio::test]
async fn what_a_migration_sets_holds_to_its_end_and_for_whoever_goes_on_with_it() {
    let mut folder = Folder::sqlite();
    folder.add("users", USERS).await;
    let schema = folder.read().schema();
    let root = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", root.path().join("main.db").display());
    let other = root.path().join("other.db");
    let sql = format!(
        "-- orm: no transaction\nATTACH '{}' AS other;\nCREATE TABLE IF NOT EXISTS other.names (name TEXT);\n\
         PRAGMA ignore_check_constraints = ON;\nVACUUM;\nINSERT INTO other.names VALUES ('Ann');\nDETACH other;\n",
        other.display()
    );
    let name = folder.add_with("attach", &sql, schema.clone());
    folder.add_with(
        "after",
        "INSERT INTO users SELECT 1, ignore_check_constraints FROM pragma_ignore_check_constraints;",
        schema,
    );
    folder.deploy(&mut connect(&url).await).await.unwrap();
    let mut connection = connect(&url).await;
    assert_eq!(number(&mut connection, "SELECT CAST(name AS INTEGER) FROM users").await, 0);
    let undone = format!(
        "UPDATE _orm_migration SET finished_at = NULL WHERE name = '{name}'; \
         UPDATE _orm_statement SET finished_at = NULL WHERE migration = '{name}' AND position = 4; \
         DELETE FROM _orm_statement WHERE migration = '{name}' AND position > 4"
    );
    connection.batch(&undone).await.unwrap();
    assert_eq!(folder.deploy(&mut connect(&url).await).await.unwrap().applied, [name]);
    connection.batch(&format!("ATTACH '{}' AS other", other.display())).await.unwrap();
    assert_eq!(number(&mut connection, "SELECT count(*) FROM other.names").await, 2);
}
