//! `orm migrate lint`: what is looked at, what is said of it, and how it is decided.

use crate::support::{Database, Project, bare, on_every_database, ran};

/// A project whose second migration drops a column, and ran nowhere. Gives its `up.sql`.
fn with_a_loss(project: &Project) -> String {
    project.orm("migrate dev").done();
    project.edit("src/models.rs", "    pub name: String,\n", "");
    project
        .orm("migrate dev --create-only --accept-data-loss --name loss")
        .done()
        .says("danger[L102]: column `users.name`");
    format!("migrations/{}/up.sql", project.migrations()[1])
}

fn codes(project: &Project, words: &str, exit: i32) -> Vec<String> {
    let json = project.orm(&format!("migrate lint {words} --json")).ends(exit).json();
    json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_a_migration_would_lose_is_told_with_its_line_and_a_way_out() {
    on_every_database(|project| {
        let up = with_a_loss(&project);
        let ran = project.orm("migrate lint").ends(2).says("next: decide on 1 danger");
        for part in [
            "danger[L102]: column `users.name` is dropped with its values\n",
            "  why: ",
            "  fix: drop it one release",
            &up,
        ] {
            assert!(ran.stdout.contains(part), "no {part:?} in {}", ran.stdout);
        }
    });
}

#[test]
fn all_migrations_are_looked_at_or_those_that_are_named() {
    on_every_database(|project| {
        let up = with_a_loss(&project);
        let [first, second] = project.migrations().try_into().unwrap();
        for words in [
            "",
            "--last 1",
            "migrations",
            &up,
            &format!("migrations/{second}"),
            &format!("migrations/{second}/"),
        ] {
            assert_eq!(codes(&project, words, 2), ["L102"], "{words}");
        }
        for words in ["--last 0", &format!("migrations/{first}")] {
            assert_eq!(codes(&project, words, 0), [""; 0], "{words}");
        }
        let inside = ran(bare(&project.path(&format!("migrations/{second}")), &["migrate", "lint", "."])
            .output()
            .unwrap());
        assert!(inside.ends(2).stdout.contains("L102"));
    });
}

#[test]
fn a_comment_with_its_reason_decides_and_dev_takes_it_over() {
    on_every_database(|project| {
        let up = with_a_loss(&project);
        let sql = project.read(&up);
        project.write(&up, &format!("-- orm: allow-file L102 nobody has ever read it\n{sql}"));
        project.orm("migrate lint").done();
        project.orm("migrate dev").done();
        project.orm("migrate status --exit-code").done();
        assert_eq!(codes(&project, "", 0), [""; 0]);
    });
}

#[test]
fn orm_toml_turns_rules_off() {
    on_every_database(|project| {
        with_a_loss(&project);
        project.write("orm.toml", "[lint]\nignore = [\"L102\"]\n");
        assert_eq!(codes(&project, "", 0), [""; 0]);
        let ran = project.orm("migrate deploy --dry-run").done();
        assert!(!ran.stderr.contains("L102"), "{}", ran.stderr);
    });
}

#[test]
fn orm_toml_says_up_to_which_migration_all_is_settled() {
    on_every_database(|project| {
        with_a_loss(&project);
        let [first, second] = project.migrations().try_into().unwrap();
        for (after, exit) in [(&first, 2), (&second, 0)] {
            project.write("orm.toml", &format!("[lint]\nafter = \"{after}\"\n"));
            project.orm("migrate lint").ends(exit);
        }
        assert_eq!(codes(&project, "migrations", 2), ["L102"], "a folder that is named is looked at");
        project.write("orm.toml", "[lint]\nafter = \"20200101000000_gone\"\n");
        project
            .orm("migrate lint")
            .ends(1)
            .says("error[C006]")
            .says("names no migration: `20200101000000_gone`");
    });
}

#[test]
fn a_dry_run_tells_what_is_found_in_what_it_would_run() {
    on_every_database(|project| {
        with_a_loss(&project);
        let ran = project
            .orm("migrate deploy --dry-run")
            .done()
            .says("danger[L102]")
            .says("`orm migrate lint` says why");
        assert!(!ran.stdout.contains("L102"));
        let json = project.orm("migrate deploy --dry-run --json").done().json();
        assert_eq!(json["lint"][0]["code"], "L102");
        let quiet = project.orm("migrate deploy").done();
        assert!(!quiet.stderr.contains("L102"), "{}", quiet.stderr);
    });
}

#[test]
fn what_somebody_wrote_is_told_when_dev_takes_it_over() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.orm("migrate dev --create-only --name by_hand").done();
        let up = format!("migrations/{}/up.sql", project.migrations()[1]);
        project.write(&up, "DELETE FROM users;\n");
        let ran = project.orm("migrate dev --json").done();
        assert_eq!(ran.json()["lint"][0]["code"], "L105");
        assert!(
            ran.stderr.contains(&format!("danger[L105]: all rows of `users` are deleted ({up}:1)")),
            "{}",
            ran.stderr
        );
        let again = project.orm("migrate dev").done();
        assert!(!again.stderr.contains("L105"), "{}", again.stderr);
    });
}

#[test]
fn a_first_migration_and_a_new_nullable_column_are_quiet() {
    on_every_database(|project| {
        project.edit(
            "src/models.rs",
            "    pub name: String,\n",
            "    #[orm(unique)]\n    pub name: String,\n",
        );
        project.orm("migrate dev").done();
        project.edit("src/models.rs", "}", "    pub bio: Option<String>,\n}");
        let made = project.orm("migrate dev").done();
        assert!(!made.stderr.contains("[L"), "{}", made.stderr);
        project.orm("migrate lint").done().says("nothing to do: nothing was found in 2 migrations");
    });
}

#[test]
fn a_required_column_is_told_as_what_the_database_makes_of_it() {
    on_every_database(|project| {
        project.edit("src/models.rs", "}", "    pub bio: Option<String>,\n}");
        project.orm("migrate dev").done();
        project.edit("src/models.rs", "Option<String>", "String");
        project.orm("migrate dev").done();
        let expected: &[&str] = match project.database {
            // The table is made anew.
            Database::Sqlite => &["L231", "L301"],
            Database::Postgres => &["L203", "L301"],
            // NOT NULL is done in place, while others write.
            Database::MariaDb => &["L301"],
        };
        assert_eq!(codes(&project, "--last 1", 2), expected);
    });
}

/// The form that a rule gives to copy takes the place of the statement, is deployed, and ends in the same schema.
#[test]
fn the_safe_form_of_a_statement_takes_its_place() {
    let Some(project) = Project::on(Database::Postgres) else { return };
    project.edit("src/models.rs", "}", "    pub bio: Option<String>,\n}");
    project.orm("migrate dev").done();
    for (from, to, code) in [
        ("pub struct", "#[orm(index(name))]\npub struct", "L201"),
        ("    pub name", "    #[orm(unique)]\n    pub name", "L206"),
        ("Option<String>", "String", "L203"),
        ("    pub bio: String", "    #[orm(check = \"bio <> 'x'\")]\n    pub bio: String", "L204"),
    ] {
        project.edit("src/models.rs", from, to);
        project.orm(&format!("migrate dev --create-only --name {code}")).done().says(code);
        let json = project.orm("migrate lint --last 1 --json").ends(2).json();
        let found = json["findings"].as_array().unwrap().iter().find(|found| found["code"] == code).unwrap();
        project.write(found["file"].as_str().unwrap(), found["fix"].as_str().unwrap());
        project.orm("migrate dev").done().says("applied ");
        let again = codes(&project, "--last 1", if code == "L206" { 2 } else { 0 });
        assert!(!again.iter().any(|again| again == code), "{code}: {again:?}");
        project.orm("migrate status --exit-code").done();
        project.orm("migrate diff --from database --to models --exit-code").done();
    }
}

#[test]
fn two_branches_that_met_are_told_until_dev_has_sealed_them() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.edit("src/models.rs", "}", "    pub bio: Option<String>,\n}");
        project.orm("migrate dev --name bio").done();
        let [first, second] = project.migrations().try_into().unwrap();
        let snapshot = format!("migrations/{second}/schema.json");
        project.edit(&snapshot, &first, "20200101000000_another");
        let ran = project.orm("migrate lint").ends(2);
        assert!(ran.stdout.contains("caution[L601]"), "{}", ran.stdout);
    });
}

#[test]
fn a_file_of_sql_is_looked_at_as_the_sql_of_a_database() {
    let project = Project::new();
    project.write("a.sql", "CREATE INDEX a ON t (b);\n");
    for (dialect, exit) in [("sqlite", 0), ("mariadb", 0), ("mysql", 0), ("postgres", 2)] {
        project.orm(&format!("migrate lint a.sql --dialect {dialect}")).ends(exit);
    }
    project.orm("migrate lint a.sql").done();
    let no_database = bare(&project.path("."), &["migrate", "lint", "a.sql"]).output().unwrap();
    ran(no_database).ends(1).says("error[C014]");
    project.orm("migrate lint a.sql --dialect oracle").ends(64).says("unknown dialect `oracle`");
}

#[test]
fn what_cannot_be_read_is_an_error_with_its_place() {
    let project = Project::new();
    project.orm("migrate lint").ends(1).says("error[M001]");
    project.orm("migrate lint nowhere.sql").ends(1).says("error[C008]").says("--> nowhere.sql");
    project.orm("migrate lint src").ends(1).says("error[M002]");
    project.write("a.sql", "SELECT 1;\nSELECT 'a;\n");
    project.orm("migrate lint a.sql").ends(1).says("error[M042]").says("--> a.sql:2");
    project.orm("migrate lint --last few").ends(64);
}
