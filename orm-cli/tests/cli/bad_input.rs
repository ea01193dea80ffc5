//! Mistakes around the models: each names code, why, fix and where, and loses nothing.

use crate::support::{Database, Project, on_every_database, on_every_server};

#[test]
fn no_database_is_named() {
    let project = Project::new();
    let ran = crate::support::bare(&project.path("."), &["migrate", "status"]).output().unwrap();
    insta::assert_snapshot!(crate::support::ran(ran).ends(1).stderr);
}

#[test]
fn what_names_the_database_is_no_url() {
    let project = Project::new();
    for (url, said) in [
        ("app.db", "write `sqlite:app.db`"),
        ("", "the database URL is empty"),
        ("oracle://x", "is no database URL"),
        ("mysql:x/y", "lacks `//`"),
        ("sqlite:a.db?nonsense=1", "unknown parameter `nonsense`"),
    ] {
        let ran = project.words(&["migrate", "status", "--database-url", url]).ends(1);
        ran.says("error[C004]").says(said).says("--> --database-url").says("fix: ");
    }
}

#[test]
fn a_password_is_never_shown() {
    let project = Project::new();
    let ran =
        project.orm("-v migrate status --database-url postgres://ann:se:cr@et@127.0.0.1:1/shop").ends(1);
    assert!(ran.stderr.contains("postgres://ann:***@127.0.0.1:1/shop"), "{}", ran.stderr);
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("cr@et"), "{}", ran.stderr);
}

#[test]
fn the_server_is_not_there() {
    let project = Project::new();
    let ran = project.orm("migrate status --database-url postgres://ann:secret@127.0.0.1:1/shop").ends(1);
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn the_server_does_not_know_the_database_or_the_user() {
    on_every_server(does_not_know_the_database_or_the_user);
}

fn does_not_know_the_database_or_the_user(project: Project) {
    let absent = project.url.replace("orm_cli_", "absent_");
    let json = project.words(&["migrate", "status", "--json", "--database-url", &absent]).ends(1).json();
    assert_eq!(json["error"]["code"], "C005", "{json}");
    assert_eq!(json["error"]["fix"], "create the database, or check its name in the URL");
    let (scheme, rest) = project.url.split_once("//").unwrap();
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let nobody = format!("{scheme}//nobody_of_orm:wrong@{host}");
    let ran = project.words(&["migrate", "status", "--database-url", &nobody]).ends(1);
    assert!(!ran.stderr.contains("wrong@"), "{}", ran.stderr);
    ran.says("error[C005]").says("fix: ").says("--> --database-url");
}

/// `./test` starts a server that asks for passwords; one that trusts everybody cannot refuse one.
#[test]
fn the_password_is_wrong() {
    on_every_server(refuses_a_password);
}

fn refuses_a_password(project: Project) {
    let right = project
        .url
        .split_once("//")
        .and_then(|(_, rest)| rest.split_once('@'))
        .and_then(|(user, _)| user.split_once(':'));
    let Some((user, password)) = right else {
        return crate::support::leave_out("the URL of the test server has no password");
    };
    let wrong = project.url.replacen(&format!("{user}:{password}@"), &format!("{user}:not-{password}@"), 1);
    let ran = project.words(&["migrate", "status", "--database-url", &wrong]);
    if ran.exit == 0 {
        return crate::support::leave_out("the test server trusts everybody");
    }
    assert!(!ran.stderr.contains("not-"), "{}", ran.stderr);
    ran.ends(1)
        .says("error[C005]")
        .says(if project.is_postgres() { "password authentication failed" } else { "Access denied" })
        .says("fix: check user and password in the URL");
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    let project = Project::new();
    project.write(
        "app.db",
        "this is a letter, not a database, and it is long enough to be told apart from one\n",
    );
    let before = project.read("app.db");
    for words in ["migrate status", "migrate dev", "db push", "introspect", "migrate deploy"] {
        let ran = project.orm(words);
        assert_eq!(ran.exit, 1, "{words}: {}", ran.stderr);
    }
    assert_eq!(project.read("app.db"), before);
}

#[test]
fn the_folder_holds_no_migrations() {
    let project = Project::new();
    project.orm("migrate deploy").ends(1).says("error[M001]").says("--> migrations");
    project.write("migrations/V1__init.sql", "CREATE TABLE a (x int);");
    for words in ["migrate deploy", "migrate dev", "migrate status", "migrate reset --force"] {
        let ran = project.orm(words).ends(1).says("error[M002]");
        insta::allow_duplicates! {
            insta::assert_snapshot!(ran.stderr.split_once("error[").unwrap().1, @r"
            M002]: `migrations` is no migrations folder: it has files, but no `orm.lock`
              --> migrations
              fix: name the folder with `--migrations DIR`
            ");
        }
    }
    assert_eq!(project.files("migrations").len(), 1);
}

#[test]
fn a_folder_of_another_dialect_is_refused() {
    on_every_database(|project| {
        let other = if project.is_postgres() { "sqlite" } else { "postgres" };
        project.write("migrations/orm.lock", &format!("format 1\ndialect {other}\nhead -\n"));
        for words in ["migrate deploy", "migrate dev", "migrate reset --force"] {
            project.orm(words).ends(3).says("error[M006]").says("--migrations");
        }
    });
}

#[test]
fn a_lock_file_with_a_merge_conflict_says_how_to_solve_it() {
    let project = Project::new();
    project.write("migrations/orm.lock", "format 1\ndialect sqlite\n<<<<<<< HEAD\nhead a\n");
    let ran = project.orm("migrate deploy").ends(3).says("error[M005]");
    ran.says("--> migrations/orm.lock:3").says("fix: remove git's markers");
}

#[test]
fn sql_that_fails_half_way_leaves_nothing_behind_but_what_the_database_commits_at_once() {
    on_every_database(|project| {
        project.write(
            "bad.sql",
            "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\n\nINSERT INTO nope VALUES (2);\n",
        );
        let ran = project.orm("db execute --file bad.sql").ends(1).says("error[M030]");
        let said = ran.says("--> bad.sql:4").says("| 4 | INSERT INTO nope VALUES (2);");
        let is_undone = project.database.rolls_definitions_back();
        let stays = if is_undone {
            "nothing of it was applied"
        } else {
            "statement 1 before it was applied and stays"
        };
        said.says(&format!("note: {stays}\n")).says("fix: ");
        let exit = if is_undone { 0 } else { 2 };
        let left = project.orm("migrate diff --from database --to empty --exit-code").ends(exit).stdout;
        assert_eq!(left, if is_undone { "" } else { "drop table `a`\n" });
        if !is_undone {
            // The row was in a transaction, which is all that can be rolled back.
            assert_eq!(project.number("SELECT count(*) FROM a"), 0);
        }
    });
}

#[test]
fn a_migration_that_fails_half_way_goes_on_when_it_is_mended() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.edit(
            "src/models.rs",
            "    pub name: String,\n",
            "    pub name: String,\n    pub bio: Option<String>,\n",
        );
        project.orm("migrate dev --create-only").done();
        let up = format!("migrations/{}/up.sql", project.migrations()[1]);
        let good = project.read(&up);
        project.write(&up, &format!("{good}INSERT INTO nope VALUES (1);\n"));
        let ran = project.orm("migrate dev").ends(1).says("error[M030]");
        assert!(ran.stderr.contains("up.sql:3"), "{}", ran.stderr);
        let status = project.orm("migrate status --exit-code");
        if project.database.rolls_definitions_back() {
            status.ends(2);
        } else {
            status.ends(3).says("error[M028]").says("is half done: 1 statement has run");
        }
        project.write(&up, &good);
        project.orm("migrate dev").done();
        project.orm("migrate status --exit-code").done();
    });
}

#[test]
fn sql_that_never_ends_or_ends_the_transaction_is_refused_before_anything_runs() {
    on_every_database(|project| {
        project.write("a.sql", "CREATE TABLE a (x int);\nINSERT INTO a VALUES ('x);\n");
        project.orm("db execute --file a.sql").ends(1).says("error[M042]").says("--> a.sql:2");
        project.write("b.sql", "CREATE TABLE a (x int);\nCOMMIT;\n");
        project.orm("db execute --file b.sql").ends(1).says("error[M042]").says("--> b.sql:2");
        project.orm("migrate diff --from database --to empty --exit-code").done();
    });
}

#[test]
fn a_migrations_folder_that_is_not_there_is_no_clean_status() {
    let project = Project::new();
    project.orm("migrate status").done();
    project
        .orm("migrate status --exit-code --migrations migration")
        .ends(3)
        .says("no migrations in `migration`");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let project = Project::new();
    project.orm("db execute --file nope.sql").ends(1).says("error[C008]").says("--> nope.sql").says("fix: ");
    project.orm("migrate diff --from nope.sql --to empty").ends(1).says("error[M003]").says("nope.sql");
    assert!(!project.path("app.db").exists());
}

#[test]
fn schemas_of_two_dialects_are_not_compared() {
    let Some(project) = Project::on(Database::Postgres) else { return };
    let words = ["migrate", "diff", "--from", "sqlite::memory:", "--to", &project.url];
    project.words(&words).ends(1).says("error[C014]").says("compare each of them with `models`");
}

#[test]
fn a_default_that_its_column_cannot_hold_is_shown_at_its_field() {
    on_every_database(|project| {
        project.edit("src/models.rs", "pub name: String", "#[orm(default = 300)] pub age: u8");
        let ran = project.orm("migrate dev").ends(1).says("the default `300` is no value of type u8");
        ran.says("--> src/models.rs:6");
        assert!(project.migrations().is_empty());
    });
}

#[test]
fn a_default_that_no_row_could_be_read_with_is_introspected_as_the_sql_that_it_is() {
    let project = Project::new();
    project.sql("CREATE TABLE users (id INTEGER PRIMARY KEY, age INT DEFAULT '', size INT DEFAULT '5')");
    project.orm("introspect --output src/found").done();
    let found = project.read("src/found/user.rs");
    assert!(found.contains("default_sql = \"''\""), "{found}");
    let back = "migrate diff --from database --to models --models src/found --exit-code";
    project.orm(back).done();
}
