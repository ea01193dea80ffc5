//! What only a person can decide: renames, and what may be lost.

use crate::support::{Database, Project, on_every_database, on_every_server};

fn with_a_row(project: &Project) {
    project.orm("migrate dev").done();
    project.sql("INSERT INTO users (name) VALUES ('Ann')");
}

#[test]
fn an_undecided_rename_is_exit_2_and_changes_nothing() {
    on_every_database(|project| {
        with_a_row(&project);
        project.edit("src/models.rs", "name", "full_name");
        let before = project.files("migrations");
        let ran = project.orm("migrate dev").ends(2);
        insta::allow_duplicates! {
            insta::assert_snapshot!(project.stable(&ran.stderr), @r"
            database <database>
            error[C010]: is column `users.full_name` the former `users.name`?
              --> src/models.rs:6:9
               | 6 |     pub full_name: String,
               |   |         ^^^^^^^^^
              why: a rename keeps the values, a drop and an addition loses them, and only a person can tell which is meant
              fix: give `--rename 'users.name=users.full_name'`, or `--rename 'users.name!=users.full_name'` for a drop and an addition
            ");
        }
        assert_eq!(project.files("migrations"), before);
        assert_eq!(project.text("SELECT name FROM users"), "Ann");
    });
}

#[test]
fn a_rename_that_is_decided_keeps_the_values() {
    on_every_database(|project| {
        with_a_row(&project);
        project.edit("src/models.rs", "name", "full_name");
        project.orm("migrate dev --rename users.name=users.full_name").done();
        assert_eq!(project.text("SELECT full_name FROM users"), "Ann");
        assert!(project.migrations()[1].ends_with("_rename_users_name_to_full_name"));
        // Saying it again is no mistake.
        project.orm("migrate dev --rename users.name=users.full_name").done().says("nothing to do");
    });
}

#[test]
fn a_drop_and_an_addition_lose_data_and_need_consent() {
    on_every_database(|project| {
        with_a_row(&project);
        project.edit("src/models.rs", "name: String", "full_name: Option<String>");
        let words = "migrate dev --rename users.name!=users.full_name";
        let ran = project.orm(words).ends(2).says("error[M034]");
        assert!(ran.stderr.contains("note: the values of `users.name`: 1"), "{}", ran.stderr);
        assert_eq!(project.text("SELECT name FROM users"), "Ann");
        assert_eq!(project.migrations().len(), 1);
        project.orm(&format!("{words} --accept-data-loss")).done();
        assert_eq!(project.number("SELECT count(*) FROM users WHERE full_name IS NULL"), 1);
    });
}

#[test]
fn a_rename_that_fits_nothing_is_refused_before_it_becomes_a_loss() {
    on_every_database(|project| {
        with_a_row(&project);
        project.edit("src/models.rs", "name: String", "age: Option<i64>");
        let ran = project.orm("migrate dev --accept-data-loss --rename users.nmae=users.age").ends(64);
        ran.says("error[C011]").says("`--rename users.nmae=users.age` fits nothing");
        assert_eq!(project.text("SELECT name FROM users"), "Ann");
    });
}

/// MariaDB commits each change of a push, so that a run that is cut off has made some of them.
#[test]
fn what_a_push_that_was_cut_off_has_decided_is_decided() {
    let cut_off = [
        ("=", "ALTER TABLE users RENAME COLUMN name TO full_name"),
        ("!=", "ALTER TABLE users DROP COLUMN name"),
        ("!=", "ALTER TABLE users ADD COLUMN full_name varchar(255)"),
    ];
    for (means, sql) in cut_off {
        on_every_database(|project| {
            project.edit("src/models.rs", "name: String", "name: Option<String>");
            project.orm("db push").done();
            project.sql(sql);
            project.edit("src/models.rs", "    pub name:", "    pub age: Option<i64>,\n    pub full_name:");
            let words = format!("db push --accept-data-loss --rename users.name{means}users.full_name");
            project.orm(&words).done().says("fits nothing that changes").says("add column `users.age`");
            project.orm("migrate diff --from database --to models --exit-code").done();
        });
    }
}

#[test]
fn a_table_without_rows_is_dropped_without_a_word() {
    on_every_database(|project| {
        project.write("src/models.rs", "#[derive(orm::Model)] pub struct A { pub id: i64 }\n#[derive(orm::Model)] pub struct B { pub x: String, #[orm(primary_key)] pub no: i64 }\n");
        project.orm("migrate dev").done();
        project.write("src/models.rs", "#[derive(orm::Model)] pub struct A { pub id: i64 }\n");
        project.orm("migrate dev").done().says("drop table `bs`");
    });
}

#[test]
fn rows_that_would_make_a_change_fail_are_counted_and_shown_at_the_field() {
    on_every_database(|project| {
        with_a_row(&project);
        project.edit(
            "src/models.rs",
            "    pub name: String,\n",
            "    pub name: String,\n    pub email: String,\n",
        );
        let ran = project.orm("migrate dev").ends(1);
        let error = ran.stderr.split_once("error[").unwrap().1;
        insta::allow_duplicates! {
            insta::assert_snapshot!(format!("error[{error}"), @r#"
            error[M061]: column `email` is NOT NULL but has no default, and `users` holds 1 row
              --> src/models.rs:7:9
               | 7 |     pub email: String,
               |   |         ^^^^^
              fix: add `#[orm(default = "")]`, or make it `Option<String>`, backfill, then make it required
            "#);
        }
        assert_eq!(project.migrations().len(), 1);
    });
}

#[test]
fn a_push_asks_the_same_questions() {
    on_every_database(|project| {
        project.orm("db push").done();
        project.sql("INSERT INTO users (name) VALUES ('Ann')");
        project.edit("src/models.rs", "name", "full_name");
        project.orm("db push").ends(2).says("error[C010]");
        project.orm("db push --rename users.name!=users.full_name").ends(1).says("NOT NULL");
        project.orm("db push --rename users.name=users.full_name").done();
        assert_eq!(project.text("SELECT full_name FROM users"), "Ann");
        project.edit("src/models.rs", "    pub full_name: String,\n", "");
        project.orm("db push").ends(2).says("error[M034]").says("the values of `users.full_name`: 1");
        project.orm("db push --accept-data-loss").done();
    });
}

#[test]
fn a_diff_as_sql_needs_the_rename_decided_too() {
    on_every_database(|project| {
        with_a_row(&project);
        project.edit("src/models.rs", "name", "full_name");
        let words = "migrate diff --from database --to models --sql";
        let ran = project.orm(words).ends(2).says("error[C010]");
        assert_eq!(ran.stdout, "");
        let ran = project.orm(&format!("{words} --rename users.name=users.full_name")).done();
        assert!(ran.stdout.contains("RENAME COLUMN"), "{}", ran.stdout);
    });
}

#[test]
fn each_step_says_whom_it_keeps_waiting_and_what_it_runs() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.edit(
            "src/models.rs",
            "    pub name: String,\n",
            "    #[orm(index)]\n    pub name: String,\n",
        );
        let ran = project.orm("migrate dev --create-only -v").done();
        let waits = match project.database {
            Database::Sqlite => "in the transaction, stops nobody",
            Database::Postgres => "in the transaction, stops writes",
            Database::MariaDb => "in the transaction, stops neither reads nor writes",
        };
        ran.says(waits).says(&project.quote("users_name_idx"));
    });
}

/// Counts come from the database that will be deployed to.
#[test]
fn a_dry_run_counts_what_would_be_lost_and_what_is_in_the_way() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        let other = Project::on(project.database).unwrap();
        let folder = project.path("migrations").display().to_string();
        other.words(&["migrate", "deploy", "--migrations", &folder]).done();
        other.sql("INSERT INTO users (name) VALUES ('Ann'), ('Ann')");
        project.edit(
            "src/models.rs",
            "    pub name: String,\n",
            "    #[orm(unique)]\n    pub name: String,\n",
        );
        project.orm("migrate dev").done();
        let ran = other.words(&["migrate", "deploy", "--dry-run", "--migrations", &folder]).done();
        ran.says("(name) becomes unique, and `users` holds 1 value of it more than once");
        project.edit("src/models.rs", "    #[orm(unique)]\n    pub name: String,\n", "");
        project.orm("migrate dev --accept-data-loss").done();
        let words = ["migrate", "deploy", "--dry-run", "--json", "--migrations", &folder];
        let json = other.words(&words).done().json();
        assert_eq!(json["losses"][0]["count"], 2, "{json}");
    });
}

/// A pooler that hands each transaction to another session looks like this.
#[test]
fn a_session_that_has_lost_the_lock_runs_no_further_migration() {
    on_every_server(|project| {
        let gives_up = if project.is_postgres() {
            "SELECT pg_advisory_unlock_all();"
        } else {
            "DO RELEASE_ALL_LOCKS();"
        };
        for name in ["one", "two"] {
            project.words(&["migrate", "dev", "--create-only", "--name", name]).done();
            let up = format!("migrations/{}/up.sql", project.migrations().pop().unwrap());
            project.write(&up, &format!("{}{gives_up}\n", project.read(&up)));
            project.orm("migrate dev").done();
        }
        let (other, folder) = (Project::on(project.database).unwrap(), project.path("migrations"));
        let ran = other.words(&["migrate", "deploy", "--migrations", &folder.display().to_string()]);
        ran.ends(3).says("error[M047]").says("not a pooler of transactions");
        assert_eq!(other.number("SELECT count(*) FROM _orm_migration"), 1);
    });
}

#[test]
fn scripts_get_the_transaction_and_the_lock_of_each_step() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.edit(
            "src/models.rs",
            "    pub name: String,\n",
            "    #[orm(index)]\n    pub name: String,\n",
        );
        let json = project.orm("migrate dev --json").done().json();
        let step = &json["migration"]["steps"][0];
        assert_eq!(step["fresh_table"], false);
        assert_eq!(step["touches"][0], "users");
        let lock = match project.database {
            Database::Sqlite => serde_json::Value::Null,
            Database::Postgres => "share".into(),
            Database::MariaDb => "share_update_exclusive".into(),
        };
        assert_eq!(step["lock"], lock);
    });
}
