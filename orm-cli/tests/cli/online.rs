//! `--online`: the same end, by steps that stop nobody for long.

use crate::support::{Database, Project, on_every_database, on_every_server};

const BEFORE: &str = "\
use orm::prelude::*;

#[derive(Model)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub code: Option<String>,
}

#[derive(Model)]
pub struct Post {
    pub id: i64,
    pub user_id: i64,
    #[orm(index)]
    pub title: String,
}
";

const AFTER: &str = "\
use orm::prelude::*;

#[derive(Model)]
#[orm(check(\"name <> ''\", name = \"positive\"))]
pub struct User {
    pub id: i64,
    #[orm(index)]
    pub name: String,
    #[orm(unique)]
    pub code: String,
}

#[derive(Model)]
pub struct Post {
    pub id: i64,
    #[orm(belongs_to(user: User))]
    pub user_id: i64,
    pub title: String,
    pub likes: Option<i32>,
}
";

fn project(database: Database) -> Option<Project> {
    let project = Project::on(database)?;
    project.write("src/models.rs", BEFORE);
    project.orm("migrate dev --name init").done();
    project.sql("INSERT INTO users (id, name, code) VALUES (1, 'Ann', 'a'), (2, 'Ben', 'b')");
    project.sql("INSERT INTO posts (id, user_id, title) VALUES (1, 1, 'x')");
    Some(project)
}

fn last(project: &Project, file: &str) -> String {
    let name = project.migrations().pop().unwrap();
    project.read(&format!("migrations/{name}/{file}"))
}

#[test]
fn it_leads_to_the_same_database_and_back() {
    on_every_database(|other| {
        let project = project(other.database).unwrap();
        project.write("src/models.rs", AFTER);
        project.orm("migrate dev --name change --online").done();
        project.orm("migrate status --exit-code").done();
        project.orm("migrate diff --from database --to models --exit-code").done();
        project.orm("migrate check --replay").done();
        project.orm("migrate down --accept-data-loss").done();
        project.orm("migrate deploy").done();
        project.orm("migrate status --exit-code").done();
        assert_eq!(project.text("SELECT code FROM users ORDER BY id"), "a b");
    });
}

#[test]
fn the_file_for_postgresql_says_what_stops_nobody() {
    let Some(project) = project(Database::Postgres) else { return };
    project.write("src/models.rs", AFTER);
    project.orm("migrate dev --name change --online --create-only").done();
    insta::assert_snapshot!(format!(
        "{}\n=== down.sql\n{}",
        last(&project, "up.sql"),
        last(&project, "down.sql")
    ));
}

#[test]
fn the_file_for_mariadb_has_the_server_refuse_rather_than_lock() {
    let Some(project) = project(Database::MariaDb) else { return };
    project.write("src/models.rs", AFTER);
    project.orm("migrate dev --name change --online --create-only").done();
    let up = last(&project, "up.sql");
    assert!(up.contains("ADD KEY `users_name_idx` (`name`), ALGORITHM=INPLACE, LOCK=NONE;"), "{up}");
    assert!(up.contains("DROP INDEX `posts_title_idx`, ALGORITHM=INPLACE, LOCK=NONE;"), "{up}");
}

/// Each row gets a value of its own, in transactions of some thousand rows.
#[test]
fn a_column_with_a_computed_default_is_filled_row_by_row() {
    on_every_server(|other| {
        let project = project(other.database).unwrap();
        add_many(&project);
        let function = if project.is_postgres() { "gen_random_uuid()" } else { "uuid()" };
        let token = format!(
            "    #[orm(default_sql = \"{function}\")]\n    pub token: Uuid,\n    pub code: Option<String>,\n"
        );
        project.edit("src/models.rs", "    pub code: Option<String>,\n", &token);
        project.edit("src/models.rs", "use orm::prelude::*;\n", "use orm::prelude::*;\nuse uuid::Uuid;\n");
        project.orm("migrate dev --online").done().says("fill `users.token` in transactions of 5000 rows");
        assert_eq!(project.number("SELECT count(DISTINCT token) FROM users"), 12_002);
        project.orm("migrate status --exit-code").done();
        project.orm("migrate diff --from database --to models --exit-code").done();
    });
}

/// Somebody reads and writes in a transaction that stays open: an index that is built beside the rows waits for it to end,
/// but nobody waits for the index.
#[test]
fn writers_are_not_stopped_while_an_index_is_built() {
    let Some(project) = project(Database::Postgres) else { return };
    project.edit("src/models.rs", "    pub name: String,\n", "    #[orm(index)]\n    pub name: String,\n");
    project.orm("migrate dev --online --create-only").done();
    let holder = project.open_transaction("INSERT INTO users (id, name) VALUES (7, 'open')");
    let mut deploy =
        project.command(&["migrate", "deploy"]).stderr(std::process::Stdio::null()).spawn().unwrap();
    let building = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock' \
                    AND datname = current_database()";
    project.wait_until(building);
    // With a usual CREATE INDEX this would wait for the lock that waits for the open transaction.
    project.sql("SET lock_timeout = '1s'; INSERT INTO users (id, name) VALUES (8, 'meanwhile')");
    drop(holder);
    assert!(deploy.wait().unwrap().success());
    assert_eq!(
        project.number(
            "SELECT count(*) FROM pg_index WHERE indexrelid = 'users_name_idx'::regclass AND indisvalid"
        ),
        1
    );
}

/// The old version writes `code`, the new one `token`, both at once; the next migration ends it.
#[test]
fn a_rename_takes_two_migrations_while_two_versions_write() {
    on_every_server(|other| {
        let project = project(other.database).unwrap();
        project.edit(
            "src/models.rs",
            "    pub code: Option<String>,\n",
            "    #[orm(unique, max_len = 9)]\n    pub code: String,\n",
        );
        project.orm("migrate dev --name required").done();
        add_many(&project);
        project.edit("src/models.rs", "pub code:", "pub token:");
        let ran = project.orm("migrate dev --online --rename users.code=users.token").done();
        ran.says("once no running program knows `users.code`")
            .says("fill `users.token` in transactions of 5000 rows");
        project.orm("migrate status --exit-code").done();
        assert_eq!(project.number("SELECT count(*) FROM users WHERE token = code"), 12_002);
        project.sql("DELETE FROM users WHERE id > 2");
        project.sql("INSERT INTO users (id, name, code) VALUES (3, 'old', 'c')");
        project.sql("INSERT INTO users (id, name, token) VALUES (4, 'new', 'd')");
        // Another case is the same text under many a collation, and yet another value.
        project.sql("UPDATE users SET code = 'A' WHERE id = 1");
        project.sql("UPDATE users SET token = 'B' WHERE id = 2");
        assert_eq!(project.text("SELECT concat(token, code) FROM users ORDER BY id"), "AA BB cc dd");
        project.orm("migrate check --replay").ends(2).says("drop column `users.code`");
        let ran = project.orm("migrate dev --online --name contract").ends(2);
        ran.says("loses the values of `users.code`: 4");
        project.orm("migrate dev --online --name contract --accept-data-loss").done();
        project.orm("migrate status --exit-code").done();
        project.orm("migrate check --replay").done();
        project.orm("migrate diff --from database --to models --exit-code").done();
        assert_eq!(project.text("SELECT token FROM users ORDER BY id"), "A B c d");
        project.sql("INSERT INTO users (id, name, token) VALUES (5, 'newer', 'e')");
        assert_eq!(project.number(OURS), 0);
        // The way back has both again, the same as before; a required column comes back where there are no rows.
        project.sql("DELETE FROM users");
        project.orm("migrate down --accept-data-loss").done();
        project.sql("INSERT INTO users (id, name, code) VALUES (6, 'older', 'f')");
        assert_eq!(project.text("SELECT token FROM users WHERE id = 6"), "f");
        project.orm("migrate down --accept-data-loss").done();
        assert_eq!(project.number(OURS), 0);
        assert_eq!(project.text("SELECT code FROM users WHERE id = 6"), "f");
    });
}

/// A collation of old takes both for one, and the new version means the one.
#[test]
fn a_twin_follows_a_change_of_case_under_any_collation() {
    let Some(project) = project(Database::MariaDb) else { return };
    project.edit("src/models.rs", "pub code:", "pub token:");
    project.orm("migrate dev --online --rename users.code=users.token").done();
    let ci = |column: &str| format!("MODIFY COLUMN {column} varchar(9) COLLATE utf8mb4_general_ci");
    project.sql(&format!("ALTER TABLE users {}, {}", ci("code"), ci("token")));
    project.sql("UPDATE users SET token = 'A' WHERE id = 1");
    assert_eq!(project.text("SELECT code FROM users WHERE id = 1"), "A");
}

/// More rows than one transaction of a backfill takes.
fn add_many(project: &Project) {
    let numbers =
        if project.is_postgres() { "generate_series(1, 12000) AS s(seq)" } else { "seq_1_to_12000" };
    project.sql(&format!(
        "INSERT INTO users (id, name, code) SELECT 100 + seq, 'n', concat('c', seq) FROM {numbers}"
    ));
}

/// What keeps columns the same, or did.
const OURS: &str = "SELECT count(*) FROM information_schema.triggers WHERE trigger_name LIKE '\\_orm%'";

/// An old version that writes what the new type does not hold would be stopped: such a rename is made at once.
#[test]
fn a_column_gets_a_twin_of_another_type_only_where_that_holds_all_its_values() {
    on_every_server(|other| {
        let project = project(other.database).unwrap();
        project.sql("UPDATE users SET code = id");
        for (from, to, has_twin) in [
            ("code: Option<String>", "digits: Option<i32>", false),
            ("digits: Option<i32>", "number: Option<i64>", true),
        ] {
            project.edit("src/models.rs", from, to);
            let name = |field: &str| field.split(':').next().unwrap().to_owned();
            let rename = format!("users.{}=users.{}", name(from), name(to));
            project.words(&["migrate", "dev", "--online", "--create-only", "--rename", &rename]);
            let up = last(&project, "up.sql");
            assert_eq!(up.contains("_orm_sync"), has_twin, "{up}");
            project.orm("migrate deploy").done();
        }
    });
}
