//! Views, triggers, policies and functions on PostgreSQL are carried over what a migration does to the columns under them.

use crate::support::{Database, Project, Ran};

const MODEL: &str = "\
use orm::prelude::*;

#[derive(Enum, Clone, Debug, PartialEq)]
pub enum Mood {
    Calm,
    Angry,
}

#[derive(Model)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub age: i32,
    pub bio: Option<String>,
    pub mood: Mood,
}
";

/// Everything that may speak of `users.age`, with rights, comments and owners of their own.
const OBJECTS: &str = "
CREATE VIEW adults AS SELECT id, name, age FROM users WHERE age >= 18;
COMMENT ON VIEW adults IS 'of age';
COMMENT ON COLUMN adults.age IS 'in years';
CREATE VIEW named_adults AS SELECT name FROM adults;
GRANT SELECT ON named_adults TO PUBLIC;
CREATE MATERIALIZED VIEW ages AS SELECT age, count(*) AS users FROM users GROUP BY age;
CREATE UNIQUE INDEX one_age ON ages (age);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER older BEFORE UPDATE OF age ON users FOR EACH ROW WHEN (NEW.age > OLD.age) EXECUTE FUNCTION noted();
ALTER TABLE users DISABLE TRIGGER older;
CREATE POLICY grown ON users FOR SELECT USING (age > 17);
CREATE FUNCTION oldest() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(age) FROM users; END;
REVOKE EXECUTE ON FUNCTION oldest() FROM PUBLIC;
CREATE VIEW ids AS SELECT id FROM users";

/// All of them as the catalogs print them.
const PRINTED: &str = "
SELECT string_agg(said, E'\\n' ORDER BY said) FROM (
  SELECT relname || ' ' || pg_get_viewdef(oid) || ' ' || coalesce(relacl::text, '') || ' ' || coalesce(obj_description(oid), '') || ' '
    || coalesce(col_description(oid, 3), '') FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
  UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename = 'ages'
  UNION ALL SELECT pg_get_triggerdef(oid) || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT polname || ' ' || pg_get_expr(polqual, polrelid) FROM pg_policy
  UNION ALL SELECT pg_get_functiondef(oid) || ' ' || coalesce(proacl::text, '') FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS found(said)";

fn project() -> Option<Project> {
    let project = Project::on(Database::Postgres)?;
    project.write("src/models.rs", MODEL);
    project.orm("migrate dev --name init").done();
    project.sql("INSERT INTO users (id, name, age, mood) VALUES (1, 'a', 30, 'calm'), (2, 'b', 10, 'angry')");
    project.sql(OBJECTS);
    Some(project)
}

/// The last migration's file.
fn file(project: &Project, name: &str) -> String {
    let last = project.migrations().pop().unwrap();
    project.read(&format!("migrations/{last}/{name}"))
}

fn changed(project: &Project, from: &str, to: &str) -> Ran {
    project.edit("src/models.rs", from, to);
    project.orm("migrate dev --name change --accept-data-loss")
}

#[test]
fn another_type_goes_under_a_view_with_all_that_speaks_of_the_column() {
    let Some(project) = project() else { return };
    let before = project.text(PRINTED);
    let ran = changed(&project, "age: i32", "age: i64").done();
    ran.says("set aside function public.oldest(), view public.adults")
        .says("put back function public.oldest(), view");
    assert_eq!(project.text(PRINTED), before);
    assert_eq!(project.number("SELECT users FROM ages WHERE age = 30"), 1);
    let up = file(&project, "up.sql");
    assert!(!up.contains("public.ids"), "a view of other columns stays where it is: {up}");
    // The way back carries them over, too.
    project.sql(&file(&project, "down.sql"));
    assert_eq!(project.text(PRINTED), before);
    let kind = "SELECT data_type::text FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'age'";
    assert_eq!(project.text(kind), "integer");
}

#[test]
fn what_nobody_changes_is_not_set_aside() {
    let Some(project) = project() else { return };
    let ran = changed(&project, "age: i32", "age: Option<i32>").done();
    assert!(!ran.stderr.contains("set aside"), "{}", ran.stderr);
}

#[test]
fn an_enum_that_is_made_anew_takes_the_functions_along_that_speak_of_it() {
    let Some(project) = project() else { return };
    project.sql(
        "CREATE FUNCTION cheer(mood) RETURNS mood[] LANGUAGE sql AS $$ SELECT ARRAY[$1] $$;
         CREATE VIEW moods AS SELECT mood, cheer(mood) AS cheered FROM users WHERE mood = 'calm'",
    );
    let before = project.text(PRINTED);
    changed(&project, "    Calm,\n    Angry,\n", "    Angry,\n    Calm,\n").done();
    assert_eq!(project.text(PRINTED), before);
    assert_eq!(project.text("SELECT cheered::text FROM moods"), "{calm}");
}

#[test]
fn a_view_that_groups_by_the_primary_key_is_carried_over_another_key() {
    let Some(project) = Project::on(Database::Postgres) else { return };
    let target = Project::on(Database::Postgres).unwrap();
    let table = "CREATE TABLE twos (a bigint NOT NULL, b bigint NOT NULL,";
    project
        .sql(&format!("{table} PRIMARY KEY (a)); CREATE VIEW grouped AS SELECT a, b FROM twos GROUP BY a"));
    target.sql(&format!("{table} PRIMARY KEY (a) INCLUDE (b))"));
    let ran = project.words(&["db", "push", "--to", &target.url]).done();
    ran.says("set aside view public.grouped");
    assert_eq!(project.number("SELECT count(*) FROM pg_views WHERE viewname = 'grouped'"), 1);
}

#[test]
fn a_column_that_a_view_speaks_of_does_not_go_without_a_decision() {
    let Some(project) = project() else { return };
    project.sql("CREATE VIEW bios AS SELECT id, bio FROM users");
    let migrations = project.migrations();
    let ran = changed(&project, "    pub bio: Option<String>,\n", "").ends(2);
    ran.says("error[M045]: view public.bios speaks of `users.bio`, which goes")
        .says("drop view public.bios in a migration of your own before this one");
    assert_eq!(project.migrations(), migrations);
    project.sql("DROP VIEW bios");
    project.orm("migrate dev --name change --accept-data-loss").done();
}

#[test]
fn a_rename_under_what_is_made_anew_is_a_migration_of_its_own() {
    let Some(project) = project() else { return };
    project.edit(
        "src/models.rs",
        "pub name: String",
        "#[orm(renamed_from = \"name\")]\n    pub full_name: String",
    );
    changed(&project, "age: i32", "age: i64").ends(2).says("error[M045]").says("rename in one migration");
    changed(&project, "age: i64", "age: i32").done();
    changed(&project, "age: i32", "age: i64")
        .done()
        .says("put back function public.oldest(), view public.adults");
}

/// A domain cannot be set aside: tables may have columns of it.
#[test]
fn what_cannot_be_made_anew_is_named() {
    let Some(project) = project() else { return };
    project.sql("CREATE DOMAIN feeling AS mood CHECK (VALUE <> 'angry')");
    changed(&project, "    Calm,\n    Angry,\n", "    Angry,\n    Calm,\n")
        .ends(2)
        .says("error[M045]: type feeling is in the way of changing `mood`, and cannot be set aside");
}

#[test]
fn the_sql_of_a_diff_carries_over_what_the_database_holds() {
    let Some(project) = project() else { return };
    project.edit("src/models.rs", "age: i32", "age: i64");
    let ran = project.orm("migrate diff --from database --to models --sql").done();
    assert!(ran.stdout.contains("DROP VIEW public.adults;\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("CREATE VIEW public.adults AS"), "{}", ran.stdout);
}

/// SQLite makes a table anew under its views, and MariaDB changes it under them: neither would say a word.
#[test]
fn a_view_that_a_change_would_break_is_a_decision_on_the_others() {
    for database in [Database::Sqlite, Database::MariaDb] {
        let Some(project) = Project::on(database) else { continue };
        project.write("src/models.rs", MODEL);
        project.orm("migrate dev --name init").done();
        project.sql("CREATE VIEW bios AS SELECT x.id, x.bio FROM users x");
        project.sql("CREATE VIEW ids AS SELECT id FROM users");
        let migrations = project.migrations();
        let ran = changed(&project, "    pub bio: Option<String>,\n", "").ends(2);
        ran.says("error[M045]").says("bios");
        assert_eq!(project.migrations(), migrations);
        assert!(!ran_says(&project, "ids"), "a view of other columns is in nobody's way");
        project.orm("migrate dev --name change --create-only").done().says("warning").says("M045");
        let up = format!("migrations/{}/up.sql", project.migrations()[1]);
        project.write(&up, &format!("DROP VIEW bios;\n{}", project.read(&up)));
        project.orm("migrate dev").done();
        project.orm("migrate status --exit-code").done();
        assert_eq!(project.number("SELECT count(*) FROM ids"), 0);
    }
}

fn ran_says(project: &Project, view: &str) -> bool {
    project.orm("migrate dev --name change --accept-data-loss").stderr.contains(&format!("view {view} "))
}

#[test]
fn a_view_under_another_type_is_in_nobodys_way_on_the_others() {
    for database in [Database::Sqlite, Database::MariaDb] {
        let Some(project) = Project::on(database) else { continue };
        project.write("src/models.rs", MODEL);
        project.orm("migrate dev --name init").done();
        project.sql("CREATE VIEW adults AS SELECT name, age FROM users WHERE age >= 18");
        project.sql("INSERT INTO users (id, name, age, mood) VALUES (1, 'a', 30, 'calm')");
        changed(&project, "age: i32", "age: i64").done();
        assert_eq!(project.number("SELECT age FROM adults"), 30);
    }
}

#[test]
fn mariadb_does_not_rename_under_a_view() {
    let Some(project) = Project::on(Database::MariaDb) else { return };
    project.write("src/models.rs", MODEL);
    project.orm("migrate dev --name init").done();
    project.sql("CREATE VIEW bios AS SELECT id, bio FROM users");
    project.edit("src/models.rs", "    pub bio:", "    #[orm(renamed_from = \"bio\")]\n    pub about:");
    project.orm("migrate dev").ends(2).says("error[M045]: view bios would be broken");
}

/// The server lets the column go, and then refuses every row, for the trigger's sake.
#[test]
fn a_trigger_that_would_be_broken_is_in_the_way_on_the_others() {
    for database in [Database::Sqlite, Database::MariaDb] {
        let Some(project) = Project::on(database) else { continue };
        project.write("src/models.rs", MODEL);
        project.orm("migrate dev --name init").done();
        project.sql("CREATE TABLE notes (note text)");
        let body = match database {
            Database::Sqlite => "BEGIN INSERT INTO notes VALUES (NEW.bio); END",
            _ => "INSERT INTO notes VALUES (NEW.bio)",
        };
        project.sql(
            &format!("CREATE TRIGGER \"note: it\" AFTER INSERT ON users FOR EACH ROW {body}")
                .replace('"', &project.quote("x")[..1]),
        );
        let ran = changed(&project, "    pub bio: Option<String>,\n", "").ends(2);
        ran.says("error[M045]: trigger note: it would be broken").says("bio");
        // What speaks of another column is in nobody's way.
        changed(&project, "    pub age: i32,\n", "    pub bio: Option<String>,\n").done();
        project.sql("INSERT INTO users (id, name, bio, mood) VALUES (1, 'a', 'b', 'calm')");
        assert_eq!(project.text("SELECT note FROM notes"), "b");
    }
}

/// Nobody knows what a text will read when it runs, so that is told and stops nothing.
#[test]
fn a_function_that_speaks_of_what_goes_is_warned_of() {
    for (database, functions) in [
        (
            Database::Postgres,
            "CREATE FUNCTION bios() RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT bio FROM users; END $$;
             CREATE FUNCTION ids() RETURNS SETOF bigint LANGUAGE sql AS 'SELECT id FROM users';
             CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.bio := ''; RETURN NEW; END $$;
             CREATE TRIGGER noted BEFORE UPDATE OF name ON users FOR EACH ROW EXECUTE FUNCTION noted()",
        ),
        (
            Database::MariaDb,
            "CREATE PROCEDURE bios() SELECT bio FROM users; CREATE PROCEDURE ids() SELECT id FROM users;
             CREATE PROCEDURE noted() UPDATE users SET `Bio` = ''",
        ),
    ] {
        let Some(project) = Project::on(database) else { continue };
        project.write("src/models.rs", MODEL);
        project.orm("migrate dev --name init").done();
        project.sql(functions);
        let ran = changed(&project, "    pub bio: Option<String>,\n", "").done();
        let told = ran.stderr.lines().filter(|line| line.starts_with("warning[M045]")).collect::<Vec<_>>();
        assert_eq!(told.len(), 2, "{}", ran.stderr);
        assert!(told[0].contains("bios") && told[1].contains("noted") && told[0].contains("`users.bio`"), "{told:?}");
    }
}
