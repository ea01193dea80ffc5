//! Databases of which not everything can be read: a clear error or a warning, and never a folder half written.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use crate::support::{Database, Project, Ran, on_every_database, on_every_server};

fn introspect(project: &Project) -> Ran {
    project.orm("introspect --output found")
}

fn nothing_is_written(project: &Project) {
    assert!(!project.path("found").exists());
}

#[test]
fn an_empty_database_has_no_tables_and_says_so() {
    on_every_database(|project| {
        project.sql("SELECT 1");
        let ran = introspect(&project).done();
        assert!(ran.stderr.contains("no tables"), "{}", ran.stderr);
        project.orm("migrate diff --from database --to models --models found --exit-code").done();
    });
}

#[test]
fn a_file_that_is_no_database_is_an_error() {
    let project = Project::new();
    project.write("app.db", &"no database at all, however long it is\n".repeat(40));
    introspect(&project).ends(1).says("error[C005]").says("file is not a database").says("fix: ");
    nothing_is_written(&project);
}

#[test]
fn a_damaged_file_is_an_error() {
    let project = Project::new();
    project.sql("CREATE TABLE a (b TEXT); CREATE TABLE c (d TEXT)");
    let mut bytes = fs::read(project.path("app.db")).unwrap();
    bytes[100..400].fill(0xff);
    fs::write(project.path("app.db"), bytes).unwrap();
    introspect(&project).ends(1).says("error[").says("malformed");
    nothing_is_written(&project);
}

#[test]
fn a_file_that_another_program_has_locked_is_an_error() {
    let project = Project::new();
    project.sql("PRAGMA journal_mode = DELETE; CREATE TABLE a (b TEXT)");
    let locked = rusqlite::Connection::open(project.path("app.db")).unwrap();
    locked.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    introspect(&project).ends(1).says("locked").says("another program holds its lock");
    nothing_is_written(&project);
    drop(locked);
    introspect(&project).done();
}

/// The catalogs of PostgreSQL are everybody's to read.
#[test]
fn who_may_read_no_table_reads_the_whole_schema_of_postgresql() {
    let Some(project) = Project::on(Database::Postgres) else { return };
    project.sql(
        "CREATE SCHEMA inner_room; CREATE TABLE inner_room.secret (id int PRIMARY KEY, at timestamptz DEFAULT now());
         CREATE TABLE open (id int PRIMARY KEY, secret_id int REFERENCES inner_room.secret CHECK (secret_id > 0))",
    );
    project.orm("introspect --output all").done();
    let role = format!("reader_{}", std::process::id());
    project.sql(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'pw'; REVOKE ALL ON ALL TABLES IN SCHEMA public FROM public"
    ));
    let url = as_user(&project.url, &role);
    let ran = project.words(&["introspect", "--database-url", &url, "--output", "found"]);
    project.sql(&format!("DROP ROLE {role}"));
    ran.done();
    assert_eq!(texts(&project, "found"), texts(&project, "all"));
}

/// MariaDB shows only what a user has a right to.
#[test]
fn who_has_rights_to_single_tables_of_mariadb_is_told_that_there_may_be_more() {
    let Some(project) = Project::on(Database::MariaDb) else { return };
    project.sql("CREATE TABLE open (id int PRIMARY KEY); CREATE TABLE secret (id int PRIMARY KEY)");
    let user = format!("reader_{}", std::process::id());
    project.sql(&format!("CREATE USER {user} IDENTIFIED BY 'pw'; GRANT SELECT ON open TO {user}"));
    let url = as_user(&project.url, &user);
    let ran = project.words(&["introspect", "--json", "--database-url", &url, "--output", "found"]);
    project.sql(&format!("DROP USER {user}"));
    let json = ran.done().json();
    assert_eq!(json["tables"], 1, "{json}");
    assert!(json["warnings"][0].as_str().unwrap().contains("single tables only"), "{json}");
    let whole = project.orm("introspect --json --output all").done().json();
    assert_eq!((&whole["tables"], &whole["warnings"]), (&2.into(), &serde_json::json!([])));
}

#[test]
fn a_database_that_is_being_altered_gives_models_of_one_moment_or_an_error() {
    on_every_server(|project| {
        let until = Instant::now() + Duration::from_secs(3);
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut number = 0;
                while Instant::now() < until {
                    number += 1;
                    project.sql(&format!(
                        "CREATE TABLE t{number} (id int PRIMARY KEY, a int, b varchar(9), CHECK (a > {number}));
                         CREATE INDEX i{number} ON t{number} (a, b); ALTER TABLE t{number} DROP COLUMN b; DROP TABLE t{number}"
                    ));
                }
            });
            let mut read = 0;
            while Instant::now() < until {
                let folder = format!("found{read}");
                let ran = project.words(&["introspect", "--output", &folder]);
                match ran.exit {
                    0 => assert!(project.path(&folder).join("mod.rs").exists()),
                    _ => {
                        ran.ends(1).says("being altered");
                        assert!(!project.path(&folder).exists());
                    }
                }
                read += 1;
            }
            assert!(read > 2, "{read} readings");
        });
        project.orm("introspect --output at_rest").done();
        project.orm("migrate diff --from database --to models --models at_rest --exit-code").done();
    });
}

/// The same database for another user.
fn as_user(url: &str, user: &str) -> String {
    let (scheme, rest) = url.split_once("//").unwrap();
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!("{scheme}//{user}:pw@{host}")
}

fn texts(project: &Project, folder: &str) -> Vec<String> {
    project.files(folder).into_iter().map(|(_, text)| text).collect()
}
