//! A database that is taken over is made anew elsewhere, whole: what the models say, and everything else.
//!
//! Both are read by the vendors' own tools, which owe nothing to what wrote the file.

pub(crate) mod facts;
mod inherited;
mod refused;

use std::{fs, path::PathBuf, process::Command};

use facts::{catalog_facts, definitions};

use crate::support::{Database, Project, Ran, datasets, leave_out, on_every_database};

/// Loads a dataset by its own script.
pub(crate) fn load(project: &Project, name: &str) -> Option<()> {
    let folder = datasets()?;
    if name == "chinook" {
        let file = match project.database {
            Database::Sqlite => "chinook_sqlite.sql",
            Database::Postgres => "chinook_postgres.sql",
            Database::MariaDb => "chinook_mysql.sql",
        };
        crate::chinook::load(project, &folder.join("chinook").join(file));
        return Some(());
    }
    let url = project.absolute_url();
    let target = url.strip_prefix("sqlite:").unwrap_or(&url);
    let loaded = Command::new("bash")
        .arg(folder.join("load.sh"))
        .args([project.database.word(), name, target])
        .output();
    let loaded = loaded.unwrap();
    assert!(loaded.status.success(), "{name}: {}", String::from_utf8_lossy(&loaded.stderr));
    Some(())
}

/// Models of the database, in the place where the package looks for them.
fn introspect(project: &Project) {
    let _ = fs::remove_file(project.path("src/models.rs"));
    project.orm("introspect --output src/models").done();
}

/// Deploys a project's migrations to another database of the same kind.
fn deployed_elsewhere(project: &Project) -> Project {
    let other = Project::on(project.database).unwrap();
    let folder = project.path("migrations").display().to_string();
    other.words(&["migrate", "deploy", "--migrations", &folder]).done();
    other.words(&["migrate", "status", "--exit-code", "--migrations", &folder]).done();
    other
}

/// Takes the database over and makes it anew; both must be the same to the vendor's tools.
fn is_made_anew(project: &Project) -> Ran {
    introspect(project);
    let ran = project.orm("migrate baseline first").done();
    project.orm("migrate status --exit-code").done().says("the database is up to date");
    let other = deployed_elsewhere(project);
    same("facts of the catalogs", &catalog_facts(project), &catalog_facts(&other));
    same("definitions", &definitions(project), &definitions(&other));
    ran
}

#[track_caller]
pub(crate) fn same(what: &str, one: &Option<String>, other: &Option<String>) {
    let (Some(one), Some(other)) = (one, other) else {
        return leave_out(&format!("{what}: the tool that reads them is not there"));
    };
    assert!(one.lines().count() > 5, "no {what}: {one}");
    let differ = one.lines().zip(other.lines()).find(|(one, other)| one != other);
    assert_eq!(differ, None, "{what} differ");
    assert_eq!(one.lines().count(), other.lines().count(), "one has more {what}");
}

fn dataset_is_made_anew(database: Database, name: &str) {
    let Some(project) = Project::on(database) else { return };
    if load(&project, name).is_some() {
        is_made_anew(&project);
    }
}

#[test]
fn pagila_is_made_anew() {
    dataset_is_made_anew(Database::Postgres, "pagila");
}

#[test]
fn northwind_on_postgresql_is_made_anew() {
    dataset_is_made_anew(Database::Postgres, "northwind");
}

#[test]
fn crates_io_is_made_anew() {
    dataset_is_made_anew(Database::Postgres, "crates_io");
}

#[test]
fn temporal_on_postgresql_is_made_anew() {
    dataset_is_made_anew(Database::Postgres, "temporal");
}

#[test]
fn danbooru_is_made_anew() {
    dataset_is_made_anew(Database::Postgres, "danbooru");
}

#[test]
fn adventureworks_is_made_anew() {
    dataset_is_made_anew(Database::Postgres, "adventureworks");
}

#[test]
fn supabase_auth_is_made_anew() {
    dataset_is_made_anew(Database::Postgres, "supabase_auth");
}

#[test]
fn sakila_is_made_anew() {
    dataset_is_made_anew(Database::MariaDb, "sakila");
    dataset_is_made_anew(Database::Sqlite, "sakila");
}

#[test]
fn temporal_is_made_anew() {
    dataset_is_made_anew(Database::MariaDb, "temporal");
    dataset_is_made_anew(Database::Sqlite, "temporal");
}

#[test]
fn northwind_on_sqlite_is_made_anew() {
    dataset_is_made_anew(Database::Sqlite, "northwind");
}

#[test]
fn chinook_is_made_anew() {
    for database in [Database::Sqlite, Database::Postgres, Database::MariaDb] {
        dataset_is_made_anew(database, "chinook");
    }
}

/// A schema of everything that is hard, on one database.
fn odd(database: Database) -> Option<Project> {
    let sql = match database {
        Database::Sqlite => include_str!("sqlite.sql"),
        Database::Postgres => include_str!("postgres.sql"),
        Database::MariaDb => include_str!("mariadb.sql"),
    };
    let project = Project::on(database)?;
    project.write("odd.sql", &sql.replace("{database}", &project.name()));
    project.orm("db execute --file odd.sql").done();
    Some(project)
}

#[test]
fn odd_names_and_objects_of_every_kind_are_made_anew_on_postgresql() {
    let Some(project) = odd(Database::Postgres) else { return };
    is_made_anew(&project).says("left out: role of a policy orm in writes on \"Odd Schema\".player");
    let up = up_sql(&project);
    assert!(
        up.contains("ALTER TABLE public.self ADD CONSTRAINT fits CHECK"),
        "the check that needs its table is said later"
    );
    let inspected = project.orm("introspect --print").done();
    inspected.says("  bookkeeping of Prisma: 1\n    _prisma_migrations\n");
}

#[test]
fn odd_names_and_objects_of_every_kind_are_made_anew_on_mariadb() {
    let Some(project) = odd(Database::MariaDb) else { return };
    is_made_anew(&project);
    project.orm("introspect --print").done().says("  bookkeeping of sqlx: 1\n    _sqlx_migrations\n");
}

#[test]
fn odd_names_and_objects_of_every_kind_are_made_anew_on_sqlite() {
    let Some(project) = odd(Database::Sqlite) else { return };
    project.sql("PRAGMA user_version = 7");
    is_made_anew(&project).says("left out: number of the file user_version = 7");
    let said = project.orm("introspect --print").done();
    said.says("  bookkeeping of Diesel: 1\n    __diesel_schema_migrations\n");
}

/// The column is then said by the child itself, too, which pg_dump tells apart.
#[test]
fn a_child_of_parents_that_do_not_agree_on_a_default_is_made_anew() {
    let Some(project) = Project::on(Database::Postgres) else { return };
    project.sql(
        "CREATE TABLE one (z int DEFAULT 1, a int, b int, c text, d date); CREATE TABLE other (z int DEFAULT 1); \
         CREATE TABLE of_both () INHERITS (one, other); ALTER TABLE one ALTER z SET DEFAULT 5",
    );
    introspect(&project);
    project.orm("migrate baseline first").done();
    same("facts of the catalogs", &catalog_facts(&project), &catalog_facts(&deployed_elsewhere(&project)));
}

/// What a database's settings make of types, texts and literals while they are printed.
#[test]
fn settings_of_a_database_change_nothing_that_is_read_or_made() {
    let Some(project) = Project::on(Database::Postgres) else { return };
    project.sql(
        "CREATE TABLE t (id serial PRIMARY KEY, e text DEFAULT 'a\\b' CHECK (e <> '\\d'), raw bytea DEFAULT '\\x00ff27', \
         span interval DEFAULT '-1 day +02:03:04' CHECK (span < '1 year -2 days'), at timestamptz DEFAULT '2020-02-03 04:05:06+00', \
         day date CHECK (day > '2020-02-03'), f float8 DEFAULT 0.1)",
    );
    let name = project.name();
    for setting in [
        "standard_conforming_strings = off",
        "quote_all_identifiers = on",
        "intervalstyle = 'sql_standard'",
        "bytea_output = 'escape'",
        "datestyle = 'SQL, DMY'",
        "timezone = 'Asia/Tokyo'",
        "extra_float_digits = -3",
    ] {
        project.sql(&format!("ALTER DATABASE \"{name}\" SET {setting}"));
    }
    introspect(&project);
    project.orm("migrate baseline first").done();
    project.orm("migrate status --exit-code").done();
    let other = deployed_elsewhere(&project);
    project.sql(&format!("ALTER DATABASE \"{name}\" RESET ALL"));
    project.orm("migrate diff --from database --to models --exit-code").done();
    same("facts of the catalogs", &catalog_facts(&project), &catalog_facts(&other));
    other.sql("INSERT INTO t DEFAULT VALUES");
    assert_eq!(other.number("SELECT length(e) + length(raw) FROM t"), 3 + 3);
}

/// Every object that no model can say is told by its kind and name.
#[test]
fn what_no_model_can_say_is_told_by_introspection() {
    for database in [Database::Sqlite, Database::Postgres, Database::MariaDb] {
        let Some(project) = odd(database) else { continue };
        let ran = project.orm("introspect --print --json").done();
        let objects = ran.json()["not_owned"].as_array().unwrap().clone();
        let word = |object: &serde_json::Value, key: &str| object[key].as_str().unwrap().to_owned();
        let mut lines: Vec<_> = objects
            .iter()
            .map(|object| format!("{}: {}", word(object, "kind"), word(object, "name")))
            .collect();
        lines.sort();
        insta::assert_snapshot!(format!("not_owned_{}", database.word()), lines.join("\n"));
    }
}

fn up_sql(project: &Project) -> String {
    let name = project.migrations().remove(0);
    project.read(&format!("migrations/{name}/up.sql"))
}

/// What all databases can say.
const SMALL: &str = "\
CREATE TABLE posts (id INT NOT NULL PRIMARY KEY, author INT NOT NULL, title VARCHAR(20) DEFAULT 'x; y');
CREATE TABLE authors (id INT NOT NULL PRIMARY KEY, best INT, CONSTRAINT best_fkey FOREIGN KEY (best) REFERENCES posts (id));
CREATE INDEX posts_title ON posts (title);
CREATE VIEW titles AS SELECT title FROM posts;
CREATE TABLE seaql_migrations (version VARCHAR(100) NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL);
";

#[test]
fn the_file_reads_as_what_a_person_would_write() {
    on_every_database(|project| {
        project.sql(SMALL);
        introspect(&project);
        project.orm("migrate baseline first").done();
        insta::assert_snapshot!(format!("up_{}", project.database.word()), up_sql(&project));
    });
}

#[test]
fn the_tables_of_other_tools_are_made_but_never_modelled_nor_dropped() {
    on_every_database(|project| {
        project.sql(SMALL);
        introspect(&project);
        let models: String = project.files("src").into_iter().map(|(_, text)| text).collect();
        assert!(!models.contains("seaql"), "{models}");
        project.orm("migrate diff --from database --to models --exit-code").done();
        project.orm("migrate baseline first").done();
        assert!(up_sql(&project).contains("seaql_migrations"));
        assert_eq!(deployed_elsewhere(&project).number("SELECT count(*) FROM seaql_migrations"), 0);
    });
}

#[test]
fn work_goes_on_after_a_baseline() {
    on_every_database(|project| {
        project.sql(SMALL);
        introspect(&project);
        project.orm("migrate baseline first").done();
        project.edit(
            "src/models/author.rs",
            "pub best: Option<i32>,",
            "pub best: Option<i32>,\n    pub bio: Option<String>,",
        );
        project.orm("migrate dev --name bio").done();
        let other = deployed_elsewhere(&project);
        assert_eq!(other.number("SELECT count(bio) FROM authors"), 0);
    });
}

/// Each object takes one of the server's locks, so that no transaction may make them all.
#[test]
fn more_than_a_thousand_objects_are_several_transactions() {
    let Some(project) = Project::on(Database::Postgres) else { return };
    project
        .sql("DO $$ BEGIN FOR i IN 1..1500 LOOP EXECUTE format('CREATE SEQUENCE s%s', i); END LOOP; END $$");
    project.write("src/models.rs", "");
    project.orm("migrate baseline first").done();
    assert_eq!(up_sql(&project).matches("\n-- orm: transaction\n").count(), 1);
    let made = deployed_elsewhere(&project).number("SELECT count(*) FROM pg_sequence");
    assert_eq!(made, 1500);
}

/// What only a server or its people know is told, whatever needs it is left out with it.
#[test]
fn what_is_left_out_is_told_with_what_needs_it() {
    let Some(project) = Project::on(Database::Postgres) else { return };
    project.sql(
        "CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
         CREATE FOREIGN TABLE lines (line text) SERVER files OPTIONS (filename '/dev/null');
         CREATE VIEW some_lines AS SELECT line FROM lines; CREATE VIEW others AS SELECT 1 AS one;
         CREATE TABLE shared (id int PRIMARY KEY); GRANT SELECT ON shared TO PUBLIC; CREATE PUBLICATION news FOR TABLE shared",
    );
    introspect(&project);
    let ran = project.orm("migrate baseline first --json").done();
    let told = ran.json()["left_out"].to_string();
    for (kind, name) in [
        ("foreign server", "files"),
        ("foreign table", "public.lines"),
        ("view", "public.some_lines, which needs foreign table public.lines"),
        ("publication", "news"),
        ("grants", "select to public"),
    ] {
        assert!(
            told.contains(&format!("{{\"kind\":\"{kind}\",\"name\":\"{name}\"}}")),
            "{kind} {name}: {told}"
        );
    }
    let up = up_sql(&project);
    assert!(up.contains("--   view public.some_lines") && up.contains("CREATE VIEW public.others"), "{up}");
    deployed_elsewhere(&project);
}

/// Where a tool of a vendor is, if it is.
fn tool(name: &str) -> Option<PathBuf> {
    let places = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&places).map(|place| place.join(name)).find(|path| path.is_file())
}
